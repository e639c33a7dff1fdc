"""Guardrail 9: show 4: what is held about me, and who looked."""

import io
import json
import re
import zipfile

import pytest
from django.urls import reverse

from grids.registry.corrections import ask_correction
from grids.registry.services import reveal
from portal.audit.models import AuditEntry
from portal.privacy import consents, held, looks, subjects
from tests.portal.privacy.people import AGREED

PHONE = "13800002046"


def test_page_shows_every_field_with_purpose_basis_and_end(browse, resident):
    page = browse("resident").get("/my/data/").content.decode()
    for words in (
        "林秀英",
        PHONE,
        "知道这一户住着谁",
        "社区依法要做的事",
        "搬走或去世半年后抹掉",
        reverse("correction-ask", args=[resident.pk]),
    ):
        assert words in page


def test_page_says_who_looked_when_and_why_by_role_and_place(browse, cast, resident):
    reveal(actor=cast.actor("clerk"), resident_id=resident.pk, field="phone", reason="核对老年卡的电话")
    page = browse("resident").get("/my/data/").content.decode()
    for words in ("看了您的电话", "核对老年卡的电话", "窗口工作人员 · 文昌花园社区"):
        assert words in page
    assert ">clerk<" not in page


def test_looks_of_somebody_else_are_not_shown(browse, cast, resident):
    reveal(actor=cast.actor("clerk"), resident_id=resident.pk, field="phone", reason="核对老年卡的电话")
    assert "核对老年卡" not in browse("neighbour").get("/my/data/").content.decode()


def test_an_account_without_a_register_row_has_its_page_too(browse, cast):
    page = browse("outsider").get("/my/data/").content.decode()
    assert "13800000013" in page
    assert "还没有和居民登记对上" in page


def test_whoever_moved_in_later_reads_nothing_about_those_before(cast, resident):
    from datetime import timedelta

    from grids.visits.models import Visit

    facts = {"household": resident.household, "worker": cast.grid_worker, "purposes": ["needs"], "outcome": "met"}
    Visit.objects.create(**facts, visited_at=resident.created_at - timedelta(days=1), note="前一家的事", digest="a")
    Visit.objects.create(**facts, visited_at=resident.created_at + timedelta(days=1), note="这一家的事", digest="b")
    text = json.dumps([str(room.blocks) for room in held.rooms(subjects.of_account(cast.resident))], ensure_ascii=False)
    assert "这一家的事" in text
    assert "前一家的事" not in text


def test_take_along_is_for_machines_and_for_people(browse, cast, resident):
    reveal(actor=cast.actor("clerk"), resident_id=resident.pk, field="phone", reason="核对老年卡的电话")
    archive = zipfile.ZipFile(io.BytesIO(browse("resident").get("/my/data/export/").content))
    facts = json.loads(archive.read("data.json"))
    assert facts["residents"] == [str(resident.pk)]
    assert facts["looks"][0]["why"] == "核对老年卡的电话"
    assert PHONE in archive.read("我的信息.txt").decode()


def test_page_costs_the_same_for_one_row_and_for_thirty(cast, resident, django_assert_num_queries):
    from portal.notifications.services import queue

    def queries(n):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for one in range(n):
            queue(key=f"t:{n}:{one}", to=cast.resident, subject="有进展")
            reveal(actor=cast.actor("clerk"), resident_id=resident.pk, field="phone", reason="核对电话")
        with CaptureQueriesContext(
            connection,
        ) as found:
            held.rooms(subjects.of_account(cast.resident))
            looks.in_words(looks.of_subject(subjects.of_account(cast.resident))[:50])
        return len(found)

    assert queries(1) == queries(30) == 63


def test_printed_twin_asks_why_and_is_itself_a_look(browse, cast, resident):
    url = reverse("resident-data", args=[resident.pk])
    clerk = browse("clerk")
    assert PHONE not in clerk.get(url).content.decode()
    assert PHONE not in clerk.post(url, {"reason": ""}).content.decode()
    response = clerk.post(url, {"reason": "本人到窗口要看"})
    assert PHONE in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="privacy.print")
    assert (entry.subject_id, entry.note.text) == (resident.pk, "本人到窗口要看")
    assert "打印了您的全部信息" in browse("resident").get("/my/data/").content.decode()


@pytest.mark.parametrize("who", ["grid_worker", "secretary_b", "auditor", "resident"])
def test_nobody_else_prints_it(browse, resident, who):
    assert browse(who).post(reverse("resident-data", args=[resident.pk]), {"reason": "看看"}).status_code in (403, 404)


def test_consent_is_given_once_withdrawn_at_once_and_expires(cast, resident):
    from datetime import timedelta

    from django.utils import timezone

    from portal.privacy import duties  # noqa: F401

    ended = []
    said = consents._purposes.setdefault(
        "tests.care",
        consents.Purpose("tests.care", "关爱", "我同意。", 1, timedelta(days=365), lambda *a: ended.append(a[1])),
    )
    clerk, whose = cast.actor("clerk"), {"subject_id": resident.pk, "purpose": said.code}
    first = consents.give(actor=clerk, **whose, paper_ref="A-7")
    second = consents.give(actor=clerk, **whose)
    first.refresh_from_db()
    assert (first.ended, first.recorded_by, first.paper_ref) == ("replaced", cast.clerk, "A-7")
    assert consents.is_given(**whose)
    later = timezone.now() + timedelta(days=366)
    assert not consents.is_given(**whose, now=later)
    assert [consents.expire(consent_id=second.pk, now=later) for _again in (1, 2)] == [True, False]
    consents.give(actor=clerk, **whose)
    assert [consents.withdraw(actor=cast.actor("resident"), **whose) for _again in (1, 2)] == [True, False]
    assert not consents.is_given(**whose)
    assert ended == ["tests.care"] * 2


def test_codes_are_said_in_words():
    from grids.registry.models_correction import Correction
    from portal.flow.models import FlowRecord
    from volunteers.service.models import Volunteer

    for record in FlowRecord.__subclasses__():
        states = record._meta.get_field("subject").related_model._meta.get_field("state").flatchoices
        for code, name in states:
            assert held.spoken_of(record(to_state=code), "to_state") == str(name)
    code, name = Volunteer._meta.get_field("skills").base_field.flatchoices[0]
    assert held.spoken_of(Volunteer(skills=[code]), "skills") == str(name)
    assert held.spoken_of(Correction(field="relation", value="spouse"), "value") == "配偶"


def test_guardrail_9_what_is_held_is_said_in_words_not_in_codes(browse, cast, resident):
    """A consent's purpose, a correction, the size of letters, and what the register finds people by."""
    ask_correction(actor=cast.actor("resident"), resident_id=resident.pk, field="relation", value="spouse")
    consents.give(actor=cast.actor("clerk"), subject_id=resident.pk, purpose=AGREED.code)
    page = browse("resident").get("/my/data/").content.decode()
    said = re.findall(r"<(?:b|dd)[^>]*>([^<]*)</", page)
    codes = [one for one in said if re.search(r"[a-z]{3,}_?[a-z]*$|^[a-z]+\.[a-z]+$", one)]
    # Pinyin is what it is, as are the name one signs in with and the way to the other language.
    assert set(codes) <= {"lin xiu ying", "linxiuying", "lxy", "resident", "English"}, codes
    assert not any(resident.place in one for one in said)
    for words in ("配偶", "试验", "文昌花园社区", "林、林秀"):
        assert any(str(words) in one for one in said), words
