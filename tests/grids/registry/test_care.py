"""Guardrail 7: care needs stand on a consent or a law, are seen by two people, and end after twelve months."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from grids.registry import care, care_queries, duties
from grids.registry.care import Ground
from grids.registry.models_care import CareNeed
from grids.registry.queries import roster_rows
from grids.registry.todos import care_to_see_to
from grids.visits.entry import VisitEntry
from grids.visits.models import VisitFollowUp
from grids.visits.services import log_visit
from portal.accounts.actors import Actor
from portal.accounts.reach import NOWHERE
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Invalid, NotFound
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.privacy import consents, retention
from portal.privacy.declarations import declaration
from portal.privacy.models import Consent
from portal.rows import uuid7
from tests.cast import PEOPLE, STAFF
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db
WORDS = "每周二陪着去买菜"
CHILD = Ground(under_14=True, guardian_name="林建国", guardian_phone="13800002047")
SEES = {"grid_worker", "secretary"}
assert duties


def asked(cast, person, who="grid_worker", kind="hands"):
    return care.ask_need(actor=cast.actor(who), resident_id=person.pk, need=WORDS, kind=kind)


def opened(cast, person, kind="hands", ground=None, helper="grid_worker"):
    return care.write_down(
        actor=cast.actor("secretary"),
        resident_id=person.pk,
        need=WORDS,
        kind=kind,
        ground=ground or Ground(ref="曲-031"),
        assignee_id=cast.users[helper].pk,
    )


@pytest.fixture
def xiuying(homes, cast):
    person = homes.xiuying
    person.user, person.linked_by, person.linked_at = cast.resident, cast.clerk, timezone.now()
    person.save()
    return person


@pytest.fixture
def need(cast, xiuying):
    return opened(cast, xiuying)


def read(cast, who, need, reason="安排人去"):
    return care.read_need(actor=cast.actor(who), need_id=need.pk, reason=reason)


# ---------------------------------------------------------------- who sees it
def test_guardrail_7_only_the_assignee_and_the_secretary_see_it(cast, need, browse):
    for who in (*PEOPLE, *STAFF):
        listed = need in care_queries.now_within(cast.actor(who))
        page = browse(who).get(need.get_absolute_url()).status_code
        assert listed is (who in SEES), who
        assert (page == 200) is (who in SEES), (who, page)
        if who in SEES:
            assert read(cast, who, need) == WORDS
        else:
            with pytest.raises(NotFound):
                read(cast, who, need)


def test_guardrail_7_nobody_else_acts_on_it(cast, need):
    acts = (
        lambda actor: care.renew_need(actor=actor, need_id=need.pk, ground=Ground()),
        lambda actor: care.end_need(actor=actor, need_id=need.pk, why="done"),
        lambda actor: care.hand_over(actor=actor, need_id=need.pk, assignee_id=cast.secretary.pk),
    )
    for who in (*PEOPLE, *STAFF):
        for number, act in enumerate(acts):
            if who == "secretary" or (who == "grid_worker" and number < 2):
                continue
            with pytest.raises(NotFound):
                act(cast.actor(who))


@pytest.mark.parametrize("who", sorted(SEES))
def test_guardrail_17_without_the_second_factor_nothing_is_shown(cast, need, browse, who):
    client = browse(who)
    session = client.session
    del session["second_factor"]
    session.save()
    for url in ("/grid/care/", need.get_absolute_url()):
        response = client.get(url)
        assert response.status_code == 302
        assert "/accounts/" in response.url
    bare = replace(cast.actor(who), reach=NOWHERE, lacks_factor=True)
    with pytest.raises(NotFound):
        care.read_need(actor=bare, need_id=need.pk, reason="安排人去")


def test_guardrail_7_no_page_of_the_door_knows_of_it(cast, need, browse, xiuying):
    kind = need.get_kind_display()
    staff = (f"/grid/households/{xiuying.household_id}/", "/grid/households/?q=林秀英")
    pages = dict.fromkeys(("grid_worker", "clerk", "secretary", "street_supervisor", "district_admin"), staff)
    for who, urls in (pages | {"neighbour": ("/my/",), "resident": ("/my/", "/my/door/")}).items():
        for url in urls:
            said = browse(who).get(url).content.decode()
            assert WORDS not in said, (who, url)
            assert kind not in said, (who, url)


def test_guardrail_7_no_export_and_no_trail_holds_a_word(cast, need):
    cells = [cell for _pk, row in roster_rows(cast.place.district.path) for cell in row]
    assert "林秀英" in cells
    assert not any(WORDS in str(cell) or need.get_kind_display() in str(cell) for cell in cells)
    lines = AuditEntry.objects.filter(subject_id=need.resident_id)
    assert not any(WORDS in str(vars(line)) for line in lines)
    assert not any(WORDS in f"{one.subject}{one.body}" for one in Notice.objects.all())


def test_who_had_it_before_sees_it_no_more(cast, need):
    care.hand_over(actor=cast.actor("secretary"), need_id=need.pk, assignee_id=cast.secretary.pk)
    with pytest.raises(NotFound):
        read(cast, "grid_worker", need)


def test_given_only_to_who_works_at_that_door(cast, need):
    for who in ("grid_worker_b", "clerk", "street_supervisor", "outsider"):
        with pytest.raises(Invalid):
            care.hand_over(actor=cast.actor("secretary"), need_id=need.pk, assignee_id=cast.users[who].pk)


# ---------------------------------------------------------------- every look is written down
def test_every_look_is_on_my_data_with_its_reason(cast, need, browse):
    with pytest.raises(Invalid):
        read(cast, "secretary", need, reason="")
    browse("secretary").post(need.get_absolute_url(), {"reason": "安排周末的班"})
    browse("grid_worker").get(need.get_absolute_url())
    verbs = list(AuditEntry.objects.filter(object_id=str(need.pk)).order_by("id").values_list("verb", flat=True))
    assert verbs == ["care.ask", "care.open", "care.look", "care.look"]
    mine = browse("resident").get("/my/data/").content.decode()
    for said in (WORDS, "看了您的要帮什么", "安排周末的班", "行动不便要帮手"):
        assert said in mine, said


def test_page_without_the_reason_shows_the_secretary_no_word(cast, need, browse):
    client = browse("secretary")
    assert WORDS not in client.get(need.get_absolute_url()).content.decode()
    assert WORDS not in client.get("/grid/care/").content.decode()
    assert WORDS in client.post(need.get_absolute_url(), {"reason": "安排人去"}).content.decode()
    assert client.get(need.get_absolute_url())["Cache-Control"] == "no-store"


def test_guardrail_7_clerk_prints_the_page_without_it_the_secretary_with_it(need, browse, xiuying):
    url, why = f"/grid/residents/{xiuying.pk}/data/", {"reason": "本人到窗口要看"}
    for who, shown in (("clerk", False), ("secretary", True)):
        said = browse(who).post(url, why).content.decode()
        for word in (WORDS, "关爱需求", "关爱的事"):
            assert (word in said) is shown, (who, word)


# ---------------------------------------------------------------- on what it stands
def test_consent_is_kept_with_its_words_and_who_wrote_it_down(cast, need):
    one = Consent.objects.get(subject_id=need.resident_id)
    assert (one.purpose, one.version, one.paper_ref) == ("care.hands", 1, "曲-031")
    assert one.recorded_by == cast.secretary
    assert "不记病情" in one.words
    assert need.expires_on == timezone.localdate() + timedelta(days=365)


def test_law_is_a_ground_of_its_own(cast, homes):
    made = opened(cast, homes.xiuying, ground=Ground(basis="statute", statute="elders", ref="槐民发〔2026〕3号"))
    assert made.basis == "statute"
    assert not Consent.objects.exists()


def test_ground_that_is_none_is_refused(cast, homes):
    person = homes.xiuying
    wrong = [
        ("hands", Ground(basis="")),
        ("hands", Ground(basis="statute")),
        ("hands", replace(CHILD, guardian_name="")),
        ("hands", replace(CHILD, guardian_phone="123")),
        ("child", Ground()),
        ("child", replace(CHILD, basis="statute", statute="relief")),
        ("nonsense", Ground()),
    ]
    for kind, ground in wrong:
        with pytest.raises(Invalid):
            opened(cast, person, kind=kind, ground=ground)
    assert not CareNeed.objects.exists()
    assert not Consent.objects.exists()


def test_guardrail_8_for_a_child_the_guardian_consents(cast, homes):
    made = opened(cast, homes.xiuying, kind="child", ground=replace(CHILD, under_14=False))
    assert (made.under_14, made.guardian_name, made.guardian_phone) == (True, "林建国", "+8613800002047")
    assert Consent.objects.get().given_by == "林建国"
    with pytest.raises(Invalid):
        care.renew_need(actor=cast.actor("secretary"), need_id=made.pk, ground=Ground())


@pytest.mark.parametrize(
    "change",
    [
        {"basis": ""},
        {"basis": "statute"},
        {"expires_on": None},
        {"under_14": True},
        {"state": "ended"},
        {"state": "ended", "ended_why": "done"},
    ],
)
def test_database_itself_refuses(need, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        CareNeed.objects.filter(pk=need.pk).update(**change)


def test_two_of_one_kind_are_one(cast, need, xiuying):
    with pytest.raises(Conflict):
        opened(cast, xiuying)
    assert opened(cast, xiuying, kind="papers").pk != need.pk


def test_worker_asks_and_the_secretary_confirms(cast, homes, browse):
    worker, secretary = browse("grid_worker"), browse("secretary")
    page = f"/grid/care/new/{homes.xiuying.pk}/"
    assert "不写病，不写诊断" in worker.get(page).content.decode()
    assert worker.post(page, {"kind": "hands", "need": WORDS}).status_code == 302
    made = CareNeed.objects.get()
    assert (made.state, made.assignee) == ("asked", cast.grid_worker)
    assert not Consent.objects.exists()
    assert Notice.objects.filter(recipient=cast.secretary, about_id=made.pk).exists()
    confirm = f"{made.get_absolute_url()}confirm/"
    assert WORDS in secretary.get(confirm).content.decode()
    given = {"kind": "hands", "need": WORDS, "basis": "consent", "assignee": str(cast.grid_worker.pk)}
    assert secretary.post(confirm, given | {"under_14": "on"}).status_code == 422
    for _again in range(2):
        assert secretary.post(confirm, given).status_code == 302
    made.refresh_from_db()
    assert made.state == "open"
    assert Consent.objects.count() == 1
    assert worker.get(confirm).status_code == 403


# ---------------------------------------------------------------- how it ends
def test_consent_taken_back_ends_it_at_once(cast, need, browse):
    browse("resident").post(f"/my/data/consents/{Consent.objects.get().pk}/withdraw/")
    need.refresh_from_db()
    assert (need.state, need.ended_why, need.need) == ("ended", "withdrawn", "")
    with pytest.raises(NotFound):
        read(cast, "grid_worker", need)
    assert not DueRow.objects.filter(subject_id=need.pk, done_at=None).exists()
    assert Notice.objects.filter(recipient=cast.grid_worker, about_id=need.pk).count() == 2  # given, taken back


def test_consent_taken_back_leaves_the_other_kind(cast, need, xiuying):
    other = opened(cast, xiuying, kind="papers")
    consents.withdraw(actor=cast.actor("resident"), subject_id=xiuying.pk, purpose="care.hands")
    other.refresh_from_db()
    assert other.state == "open"


def test_not_wanted_any_more_is_a_consent_taken_back(cast, need):
    for _again in range(2):
        ended = care.end_need(actor=cast.actor("secretary"), need_id=need.pk, why="unwanted")
    assert (ended.state, ended.need) == ("ended", "")
    assert Consent.objects.get().ended == "withdrawn"


def test_reminded_thirty_days_before_and_over_after_twelve_months(cast, need):
    day = timezone.make_aware(timezone.datetime.combine(need.expires_on, timezone.datetime.min.time()))
    with time_machine.travel(day - timedelta(days=31), tick=False):
        assert sweep().done == 0
    with time_machine.travel(day - timedelta(days=29), tick=False):
        assert [sweep().done, sweep().done] == [1, 0]
        assert [todo.kind for todo in care_to_see_to(cast.actor("grid_worker"), timezone.now())] == ["关爱"]
    soon = Notice.objects.filter(about_id=need.pk, subject__contains="三十天")
    assert {one.recipient.username for one in soon} == SEES
    with time_machine.travel(day + timedelta(days=1, hours=1), tick=False):
        with pytest.raises(NotFound):  # the clock decides, not the sweep
            read(cast, "grid_worker", need)
        sweep()
        before = AuditEntry.objects.count(), Notice.objects.count()
        assert sweep().done == 0
        assert care.expire(need.pk, timezone.now()) is False
        assert (AuditEntry.objects.count(), Notice.objects.count()) == before
    need.refresh_from_db()
    assert need.state == "expired"


def test_renewed_it_holds_twelve_months_more(cast, need):
    first = need.expires_on
    with time_machine.travel(timezone.now() + timedelta(days=340), tick=False):
        for _again in range(2):
            care.renew_need(actor=cast.actor("grid_worker"), need_id=need.pk, ground=Ground(ref="曲-099"))
    assert Consent.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=367), tick=False):
        sweep()
        need.refresh_from_db()
        assert (need.state, need.expires_on) == ("open", first + timedelta(days=340))
        assert read(cast, "grid_worker", need) == WORDS


def test_asked_and_never_confirmed_loses_its_words(cast, homes):
    made = asked(cast, homes.xiuying)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        sweep()
        assert care.lapse(made.pk, timezone.now()) is False
    made.refresh_from_db()
    assert (made.state, made.ended_why, made.need) == ("ended", "lapsed", "")


def test_guardrail_10_words_go_after_ninety_days_and_the_row_after_two_years(cast, need):
    care.end_need(actor=cast.actor("grid_worker"), need_id=need.pk, why="done")
    said = declaration("grids.CareNeed")
    for days, left in ((89, [WORDS]), (91, [""]), (729, [""]), (731, [])):
        now = timezone.now() + timedelta(days=days)
        for _again in range(2):
            for keep, names in retention.rules(said):
                retention._rule(said, keep, names, now, 10, 10)
        assert list(CareNeed.objects.values_list("need", flat=True)) == left, days


# ---------------------------------------------------------------- from a visit
def test_visit_becomes_a_need_and_keeps_no_word_of_it(cast, homes, browse):
    entry = VisitEntry(
        household_id=homes.lin.pk,
        outcome="met",
        visited_at=timezone.now() - timedelta(minutes=5),
        note=WORDS,
        follow_ups=({"code": "care_need", "text": ""},),
        resident_id=homes.xiuying.pk,
    )
    key = uuid7()
    for _again in range(2):
        logged = log_visit(actor=cast.actor("grid_worker"), visit_id=key, entry=entry)
    made = CareNeed.objects.get()
    assert (made.state, made.need, made.resident) == ("asked", WORDS, homes.xiuying)
    assert logged.visit.note == ""
    assert not VisitFollowUp.objects.exists()
    assert WORDS not in browse("clerk").get(logged.visit.get_absolute_url()).content.decode()


# ---------------------------------------------------------------- pages
def test_pages_renew_hand_over_and_end(cast, need, browse):
    client, url = browse("secretary"), need.get_absolute_url()
    for word, body in (
        ("hand", {"assignee": str(cast.secretary.pk)}),
        ("renew", {"basis": "consent"}),
        ("end", {"why": "done"}),
    ):
        assert client.get(f"{url}{word}/").status_code == 200, word
        assert client.post(f"{url}{word}/", {"once": ""}).status_code == 422, word
        assert client.post(f"{url}{word}/", body).status_code == 302, word
    assert "林秀英" in client.get("/grid/care/?show=done").content.decode()
    assert "林秀英" not in client.get("/grid/care/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_list_takes_the_same_queries(browse, cast, no_masthead, django_assert_num_queries, rows):
    for n in range(rows):
        person = open_door(cast.place.building, f"{500 + n}", (f"周晓{n}", None)).residents.get()
        asked(cast, person)
    client = browse("secretary")
    client.get("/grid/care/")
    with django_assert_num_queries(5):  # session, user, reach, count, rows
        client.get("/grid/care/")


def test_nobody_is_not_an_assignee(homes, cast):
    made = asked(cast, homes.xiuying, who="secretary")
    assert made.assignee is None
    assert not CareNeed.objects.visible_to(Actor().reach).exists()
