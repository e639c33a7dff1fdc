"""Guardrail 9: show 4: what is held about me, and who looked."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from grids.registry.corrections import ask_correction
from grids.registry.services import reveal
from portal.audit.models import AuditEntry
from portal.notifications.services import queue
from portal.privacy import consents, held, subjects, views
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


def test_page_costs_the_same_for_one_row_and_for_thirty(cast, resident):
    def queries(n):
        for one in range(n):
            queue(key=f"t:{n}:{one}", to=cast.resident, subject="有进展")
            looked(cast, resident, f"核对电话{one}")
        with CaptureQueriesContext(connection) as found:
            views.page_of(subjects.of_account(cast.resident), paper=False)
        return len(found)

    assert queries(1) == queries(30) == 66


def looked(cast, resident, why="核对电话", who="clerk"):
    reveal(actor=cast.actor(who), resident_id=resident.pk, field="phone", reason=why)


def test_same_person_thing_reason_and_day_is_one_line_with_every_time(cast, resident):
    for why, who in (("核对电话", "clerk"), ("有急事", "clerk"), ("核对电话", "secretary"), ("核对电话", "clerk")):
        looked(cast, resident, why, who)
    # Two people of one office: alike in words, and still two.
    AuditEntry.objects.filter(actor_id=cast.secretary.pk).update(actor_role="desk_clerk")
    looked(cast, resident)
    yesterday = timezone.now() - timedelta(days=1)
    AuditEntry.objects.filter(pk=AuditEntry.objects.latest("pk").pk).update(at=yesterday)
    context = views.page_of(subjects.of_account(cast.resident), paper=False)
    groups = [one for month in context["months"] for one in month.groups]
    assert {one.who for one in groups} == {"窗口工作人员 · 文昌花园社区"}
    said = [(len(one.times), one.why) for one in groups]
    assert said == [(2, "核对电话"), (1, "核对电话"), (1, "有急事"), (1, "核对电话")]
    assert groups[-1].at == yesterday
    assert (context["half_year"].people, context["half_year"].lines) == (2, 5)


def test_no_look_is_lost_however_many_and_however_old(browse, cast, resident, monkeypatch):
    """What is left out of the page is counted there, and a link away under its month; on paper it all stands."""
    monkeypatch.setattr(views, "GROUPS", 2)
    for n in range(5):
        looked(cast, resident, f"第 {n} 回")
    old = [one.pk for one in AuditEntry.objects.filter(subject_id=resident.pk).order_by("pk")[:2]]
    AuditEntry.objects.filter(pk__in=old).update(at=timezone.now() - timedelta(days=400))
    client = browse("resident")
    page = client.get("/my/data/").content.decode()
    assert "第 4 回" in page
    assert "这个月还有 1 次" in page
    links = re.findall(r"/my/data/looks/\?month=([0-9-]+)", page)
    found = [set(re.findall(r"第 \d 回", client.get(f"/my/data/looks/?month={one}").content.decode())) for one in links]
    assert found == [{"第 2 回", "第 3 回", "第 4 回"}, {"第 0 回", "第 1 回"}]
    for paper in (client.get("/my/data/?paper=1"), printed(browse, resident)):
        assert len(set(re.findall(r"第 \d 回", paper.content.decode()))) == 5


def printed(browse, resident):
    return browse("clerk").post(reverse("resident-data", args=[resident.pk]), {"reason": "本人到窗口要看"})


def test_on_paper_everything_stands_open(browse, cast, resident):
    for n in range(held.SHOWN + 3):
        queue(key=f"p:{n}", to=cast.resident, subject=f"第 {n} 件")
    for paper in (browse("resident").get("/my/data/?paper=1"), printed(browse, resident)):
        main = paper.content.decode().partition("<main")[2].partition("</main>")[0]
        assert "<details" not in main
        assert len(set(re.findall(r"第 \d+ 件", main))) == held.SHOWN + 3


def test_reason_picked_by_a_clerk_who_reads_english_is_chinese_for_the_resident(browse, resident, english):
    clerk, reader = browse("clerk"), browse("resident")
    clerk.cookies["django_language"] = "en"
    url = reverse("resident-phone", args=[resident.pk])
    assert "To check the phone on record" in clerk.get(url).content.decode()
    clerk.post(url, {"reason": "核对登记的电话"})
    assert "核对登记的电话" in reader.get("/my/data/").content.decode()
    reader.cookies["django_language"] = "en"
    assert "To check the phone on record" in reader.get("/my/data/").content.decode()


def test_consent_taken_by_a_clerk_who_reads_english_is_kept_in_chinese(cast, resident, english):
    said = consents.purpose_of("care.hands")
    with translation.override("en"):
        made = consents.give(actor=cast.actor("clerk"), subject_id=resident.pk, purpose=said.code)
        assert made.said == str(said.words) != made.words
    assert made.words == str(said.words)


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
