"""Guardrail 7: a care need ends with whoever it was for and comes back with them; no consent outlives its need."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from grids.registry import care, care_queries, duplicates, duties, life
from grids.registry.care import Ground
from grids.registry.models import Resident
from grids.registry.models_care import CareNeed
from portal.errors import Conflict, NotFound
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.privacy import consents, erasing, subjects
from portal.privacy.models import Consent
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db
assert duties
KEPT = (
    "state",
    "need",
    "kind",
    "assignee_id",
    "basis",
    "starts_on",
    "expires_on",
    "ended_at",
    "ended_why",
    "ended_with",
)


def opened(cast, person, kind="hands", ground=None):
    return care.write_down(
        actor=cast.actor("secretary"),
        resident_id=person.pk,
        need="每周二陪着去买菜",
        kind=kind,
        ground=ground or Ground(ref="曲-031"),
        assignee_id=cast.grid_worker.pk,
    )


def asked(cast, person, kind="papers"):
    return care.ask_need(actor=cast.actor("grid_worker"), resident_id=person.pk, need="帮着填低保的表", kind=kind)


def facts(need):
    return CareNeed.objects.values(*KEPT).get(pk=need.pk)


def ended(need):
    return CareNeed.objects.values_list("state", "ended_why").get(pk=need.pk)


def live(person, kind="hands"):
    return consents.is_given(subject_id=person.pk, purpose=f"care.{kind}")


def open_rows(need):
    return set(DueRow.objects.filter(subject_id=need.pk, done_at=None).values_list("kind", flat=True))


def dies(cast, person):
    return life.write_death(actor=cast.actor("clerk"), resident_id=person.pk, on=timezone.localdate())


def goes(cast, person, days=0):
    on = timezone.localdate() + timedelta(days=days)
    life.move_away(actor=cast.actor("clerk"), household_id=person.household_id, people=[person.pk], on=on)
    return person.life.get()


def back(cast, event):
    return life.undo(actor=cast.actor("clerk"), event_id=event.pk)


@pytest.fixture
def person(homes):
    return homes.xiuying


@pytest.fixture
def need(cast, person):
    return opened(cast, person)


# ---------------------------------------------------------------- they go, they die
@pytest.mark.parametrize(("leave", "why"), [(dies, "died"), (goes, "gone")])
def test_guardrail_7_a_need_ends_with_its_person_and_comes_back_as_it_was(cast, person, need, leave, why):
    waits = asked(cast, person)
    before, rows = (facts(need), facts(waits)), (open_rows(need), open_rows(waits))
    event = leave(cast, person)
    assert (ended(need), ended(waits)) == (("ended", why), ("ended", why))
    assert not live(person)
    assert Consent.objects.get().ended == "over"
    assert open_rows(need) == set()
    assert list(care_queries.now_within(cast.actor("secretary"))) == []
    with pytest.raises(NotFound):
        care.read_need(actor=cast.actor("grid_worker"), need_id=need.pk)
    for _again in range(2):
        back(cast, event)
    assert (facts(need), facts(waits)) == before
    assert (open_rows(need), open_rows(waits)) == rows
    assert live(person)
    assert Consent.objects.count() == 1


def test_whoever_looked_after_it_is_told_not_whose_it_was(cast, person, need):
    Notice.objects.all().delete()
    dies(cast, person)
    told = list(Notice.objects.all())
    assert {one.recipient for one in told} == {cast.grid_worker, cast.secretary}
    assert not any("林" in f"{one.subject}{one.body}" for one in told)


def test_a_day_to_come_ends_it_on_that_day(cast, person, need):
    goes(cast, person, days=3)
    assert ended(need) == ("open", "")
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        for _again in range(2):
            sweep()
    assert ended(need) == ("ended", "gone")


def test_registered_by_mistake_takes_its_needs_along(cast, homes):
    came = life.arrive(
        actor=cast.actor("clerk"), household_id=homes.lin.pk, name="林小满", on=timezone.localdate(), relation="child"
    )
    need = opened(cast, came)
    back(cast, came.life.get())
    assert ended(need) == ("ended", "gone")
    assert not live(came)


def test_what_ran_out_meanwhile_does_not_come_back(cast, person, need):
    waits = asked(cast, person)
    event = goes(cast, person)
    CareNeed.objects.filter(pk=need.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    CareNeed.objects.filter(pk=waits.pk).update(created_at=timezone.now() - timedelta(days=30))
    back(cast, event)
    assert ended(need) == ("ended", "gone")
    assert (ended(waits), facts(waits)["need"]) == (("ended", "lapsed"), "")


def test_words_nobody_agreed_to_go_after_thirty_days_all_the_same(cast, person):
    waits = asked(cast, person)
    goes(cast, person)
    assert facts(waits)["need"]
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert [sweep().done, sweep().done] == [1, 0]
    assert facts(waits)["need"] == ""


def test_another_door_takes_the_need_along_and_asks_for_another_helper(cast, person, homes, need):
    Notice.objects.all().delete()
    life.move(
        actor=cast.actor("clerk"),
        household_id=homes.lin.pk,
        people=[person.pk],
        to=homes.zhao.code,
        on=timezone.localdate(),
    )
    assert ended(need) == ("open", "")
    assert live(person)
    told = Notice.objects.get(about_id=need.pk)
    assert (told.recipient, "另交一位" in told.subject) == (cast.secretary, True)


# ---------------------------------------------------------------- erased
def test_erased_person_leaves_no_need_and_no_consent(cast, person, need):
    subject = subjects.by_ids(account_id=None, resident_id=person.pk)
    assert erasing.erase(subject)["grids.CareNeed"] == 1
    assert not CareNeed.objects.exists()
    assert not live(person)
    assert Consent.objects.get().ended == "withdrawn"
    assert erasing.erase(subject) == {}
    assert Notice.objects.filter(recipient=cast.grid_worker, subject__contains="不用再照看").exists()


# ---------------------------------------------------------------- done
def test_consent_ends_with_a_need_that_is_done(cast, person, need):
    other = opened(cast, person, kind="papers")
    for _again in range(2):
        care.end_need(actor=cast.actor("secretary"), need_id=need.pk, why="done")
    assert (live(person), live(person, "papers")) == (False, True)
    assert Consent.objects.get(purpose="care.hands").ended == "over"
    assert ended(other) == ("open", "")


def test_consent_stays_where_the_need_stood_on_a_law(cast, person):
    made = opened(cast, person, ground=Ground(basis="statute", statute="elders", ref="槐民发〔2026〕3号"))
    consents.give(actor=cast.actor("clerk"), subject_id=person.pk, purpose="care.hands")
    care.end_need(actor=cast.actor("secretary"), need_id=made.pk, why="done")
    assert live(person)


# ---------------------------------------------------------------- registered twice
@pytest.fixture
def twin(cast, homes):
    return open_door(cast.place.building, "302", ("林秀英", None)).residents.get()


def merge(cast, keep, gone):
    return duplicates.merge(actor=cast.actor("clerk"), keep_id=keep.pk, gone_id=gone.pk)


def take_apart(cast, made):
    return duplicates.take_apart(actor=cast.actor("clerk"), merge_id=made.pk)


def all_facts():
    needs = CareNeed.objects.order_by("pk").values("pk", "resident_id", *KEPT)
    agreed = Consent.objects.order_by("pk").values("pk", "subject_id", "ended_at", "ended")
    return list(needs), list(agreed)


def test_merged_a_need_and_its_consent_are_the_kept_rows(cast, person, twin):
    need = opened(cast, twin)
    before = all_facts()
    made = merge(cast, person, twin)
    need.refresh_from_db()
    assert (need.resident, need.state) == (person, "open")
    assert (live(person), live(twin)) == (True, False)
    take_apart(cast, made)
    assert all_facts() == before


@pytest.mark.parametrize("keep_first", [True, False])
def test_merged_two_of_a_kind_are_one_and_come_apart_as_they_were(cast, person, twin, keep_first):
    keep, gone = (person, twin) if keep_first else (twin, person)
    mine, theirs, waits = opened(cast, keep), opened(cast, gone), asked(cast, gone, "hands")
    before, rows = all_facts(), [open_rows(one) for one in (mine, theirs, waits)]
    made = merge(cast, keep, gone)
    assert [ended(one) for one in (mine, theirs, waits)] == [("open", ""), *[("ended", "merged")] * 2]
    assert set(CareNeed.objects.values_list("resident", flat=True)) == {keep.pk}
    assert Consent.objects.filter(ended_at=None).count() == 1
    take_apart(cast, made)
    assert all_facts() == before
    assert [open_rows(one) for one in (mine, theirs, waits)] == rows
    assert not Resident.everyone.exclude(left_on=None).exists()


def test_merged_what_is_looked_after_stands_before_what_waits(cast, person, twin):
    waits, need = asked(cast, person, "hands"), opened(cast, twin)
    merge(cast, person, twin)
    assert (ended(waits)[1], ended(need)[0]) == ("merged", "open")
    assert live(person)


def test_merged_and_renewed_is_not_taken_apart(cast, person, twin):
    need = opened(cast, twin)
    made = merge(cast, person, twin)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        care.renew_need(actor=cast.actor("secretary"), need_id=need.pk, ground=Ground())
        with pytest.raises(Conflict, match="TOUCHED"):
            take_apart(cast, made)
    assert ended(need) == ("open", "")


def test_merged_two_consents_for_one_purpose_leave_the_later(cast, person, twin):
    first, later = (
        consents.give(actor=cast.actor("clerk"), subject_id=one.pk, purpose="care.other") for one in (twin, person)
    )
    before = all_facts()
    made = merge(cast, person, twin)
    assert live(person, "other")
    assert [Consent.objects.get(pk=one.pk).ended for one in (first, later)] == ["replaced", ""]
    take_apart(cast, made)
    assert all_facts() == before
