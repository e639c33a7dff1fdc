"""Guardrail 10: every declared term, a day before its end and a day after, and the night run twice."""

import os
from datetime import datetime, time, timedelta

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from centres.sharing.models_loan import Loan, LoanRecord
from grids.registry import forgetting, life, queries
from grids.registry.models import Resident
from grids.registry.models_life import DifferentPeople, LifeEvent
from grids.visits.models_door import DoorSign
from portal.once.models import FormUse
from portal.privacy import blanking, exporting, housekeeping, retention
from portal.privacy.declarations import DELETE, NIGHT, WITH_ACCOUNT, WITH_IT, declaration, personal
from portal.privacy.models import Export, RetentionRun
from tests.grids.conftest import open_door
from tests.petitions.cases.conftest import Desk
from tests.portal.privacy.any_row import any_row, move_to
from volunteers.service.models import Volunteer

pytestmark = pytest.mark.django_db
OF = {"user": lambda cast: cast.resident}
ENDED = {"ended_at": lambda cast: timezone.now()}
LONG_AGO = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
# Every term that nights bring about by itself: table, counted from, days → what such a row needs to be one.
TERMS = {
    ("portal.PhoneCode", "sent_at", 7): {},
    ("portal.AuditNote", "entry__at", 730): {},
    ("portal.Notice", "created_at", 183): {"recipient": lambda cast: cast.resident},
    ("portal.OnceKey", "at", 30): {},
    ("sessions.Session", "expire_date", 0): {},
    ("axes.AccessAttempt", "attempt_time", 183): {},
    ("axes.AccessFailureLog", "attempt_time", 183): {},
    ("axes.AccessLog", "attempt_time", 183): {},
    ("portal.Consent", "ended_at", 1096): {"ended": "over", **ENDED},
    ("grids.Correction", "decided_at", 365): {"state": "accepted", "decided_at": LONG_AGO},
    ("grids.RosterChange", "created_at", 90): {},
    ("grids.CareNeed", "ended_at", 90): {"state": "ended", "ended_why": "done", **ENDED},
    ("grids.CareNeed", "ended_at", 730): {"state": "ended", "ended_why": "done", **ENDED},
    ("grids.ResidentMerge", "created_at", 90): {"undone_at": LONG_AGO},
    ("grids.AnchorHousehold", "ends_on", 731): {
        "agreed_on": LONG_AGO.date(),
        "starts_on": LONG_AGO.date(),
        "ends_on": LONG_AGO.date() + timedelta(9),
    },
    ("grids.Visit", "visited_at", 730): {},
    ("grids.Promise", "kept_at", 730): {},
    ("grids.Objection", "decided_at", 730): {},
    ("grids.Errand", "done_at", 730): {},
    ("grids.WorkNote", "day", 366): {},
    ("centres.Booking", "ends_at", 730): {"starts_at": LONG_AGO, **OF},
    ("centres.BookingSeries", "created_at", 730): {},
    ("centres.WaitlistEntry", "ends_at", 730): {"starts_at": LONG_AGO, **OF},
    ("centres.Suspension", "until", 365): OF,
    ("centres.TrainingOrder", "last_day", 730): {"first_day": LONG_AGO.date()},
    ("centres.LoanWait", "ended_at", 365): {"outcome": "left", **ENDED, **OF},
    ("centres.Loan", "ended_at", 365): {"state": "returned", **OF},
    ("centres.Donation", "drive__last_day", 365): {
        "giver_name": "林秀英",
        "drive": lambda cast: any_row(cast, "centres.DonationDrive", first_day=LONG_AGO.date()),
    },
    ("petitions.Case", "closed_at", 1096): {},
    ("petitions.Case", "closed_at", 365): {},
    ("petitions.Remark", "case__closed_at", 1096): {},
    ("petitions.InternalNote", "case__closed_at", 1096): {},
    ("petitions.Rating", "case__closed_at", 1096): {"satisfaction": "satisfied", "round": 2},
    ("petitions.FollowUpCall", "case__closed_at", 1096): {},
    ("petitions.Wish", "closed_at", 730): {"wisher": lambda cast: cast.resident},
    ("petitions.WishClaim", "ended_at", 730): {
        "volunteer": lambda cast: Volunteer.objects.first() or any_row(cast, "volunteers.Volunteer"),
        "outcome": "done",
        **ENDED,
    },
}
# Terms that a room's own night job brings about, and the test that shows it (here, unless a file is named).
JOBS = {
    "grids.Resident": "test_who_left_half_a_year_ago_has_no_name",
    "grids.DoorSign": "test_what_a_door_said_goes_with_those_who_said_it",
    "portal.FormUse": "test_sums_of_forms_go_after_two_years",
    "exports": "test_file_that_nobody_stands_for_goes",
    "centres.Enrolment": "tests/centres/activities/test_pickup.py",
    "petitions.Case": "tests/petitions/cases/test_forgetting.py",
}
# Which job sees to a declared NIGHT.
BY_JOB = {
    "grids.Resident": "grids.Resident",
    "grids.LifeEvent": "grids.Resident",
    "grids.DifferentPeople": "grids.Resident",
    "grids.DoorSign": "grids.DoorSign",
    "centres.Enrolment": "centres.Enrolment",
    "centres.Attendance": "centres.Enrolment",
    "centres.PickupPerson": "centres.Enrolment",
}
# Ends that no night brings about: something somebody does, or the row's own due date. Looked at, one by one.
NOT_BY_NIGHT = {
    "portal.Attachment": "a photo nobody used: portal/attachments/duties.py",
    "portal.AuditEntry": "the owner's role alone may: manage.py end_trail",
    "portal.LongWork": "seven days: portal/longwork/duties.py",
    "portal.Erasure": "ids only, needed after a restore",
    "socialaccount.SocialAccount": "gone when it is unlinked",
    "socialaccount.SocialToken": "gone when it is unlinked",
    "grids.Posting": "whose the place was, public while it lasts",
    "grids.Organisation": "replaced by the next contact",
    "centres.CalendarFeed": "replaced by the next address",
    "centres.Certificate": "its masked name is what is checked",
    "volunteers.Volunteer": "leaving is an erasure",
    "volunteers.TeamMembership": "leaving is an erasure",
    "petitions.Case": "its title and how it was to be answered: nobody's name",
    "petitions.Wish": "contact goes when the wish closes: petitions/wishes",
    "petitions.WishClaim": "when it was claimed: nobody's name",
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(cast):
    return open_door(cast.place.building, "301", ("林秀英", "+8613800002046"))


def rules():
    return {
        (said.label, keep.after, keep.days): (said, keep, names)
        for said in personal()
        for keep, names in retention.rules(said)
    }


def test_guardrail_10_every_declared_term_is_a_row_of_this_table():
    assert set(TERMS) == set(rules())
    assert set(JOBS) == set(housekeeping._jobs)
    held = [(said.label, one.keep) for said in personal() for one in said.fields.values()]
    assert set(BY_JOB) == {label for label, keep in held if keep.does == NIGHT}
    spoken = {label for label, keep in held if not keep.does and keep not in (WITH_IT, WITH_ACCOUNT)}
    assert set(NOT_BY_NIGHT) == spoken
    missing = [name for name in JOBS.values() if name.startswith("test_") and name not in globals()]
    assert missing == []


def says(said, names, row):
    """What the columns of a rule say, as far as they say anything."""
    empty = blanking.changes(said, names)
    return {name: getattr(row, name) for name in empty if getattr(row, name) not in ("", None, empty[name])}


def only_this(monkeypatch, label, rule):
    """Other terms count from the same moments."""
    monkeypatch.setattr(retention, "personal", lambda: [declaration(label)])
    monkeypatch.setattr(retention, "rules", lambda said: [rule])


@pytest.mark.parametrize(("label", "after", "days"), sorted(TERMS))
def test_guardrail_10_nothing_before_its_term_and_nothing_after_it(cast, monkeypatch, label, after, days):
    said, keep, names = rules()[label, after, days]
    only_this(monkeypatch, label, (keep, names))
    # In the middle of a day: a term by days ends at midnight.
    now = timezone.make_aware(datetime.combine(timezone.localdate(), time(12)))
    inside, outside = (any_row(cast, label, **TERMS[label, after, days]) for _row in range(2))
    move_to(inside, after, now - timedelta(days=days) + DAY)
    move_to(outside, after, now - timedelta(days=days) - DAY)
    rows = said.model._base_manager
    kept = says(said, names, rows.get(pk=inside.pk))
    assert keep.does == DELETE or says(said, names, rows.get(pk=outside.pk)), "the row says nothing to begin with"
    first, second = retention.run(now), retention.run(now)
    assert (first.counts, second.counts) == ({label: 1}, {})
    assert says(said, names, rows.get(pk=inside.pk)) == kept
    if keep.does == DELETE:
        assert not rows.filter(pk=outside.pk).exists()
    else:
        assert says(said, names, rows.get(pk=outside.pk)) == {}


def test_loan_takes_its_records_along(cast):
    loan = any_row(cast, "centres.Loan", state="returned", ended_at=timezone.now() - timedelta(days=400), **OF)
    LoanRecord.objects.create(subject=loan, version=1, event="return", to_state="returned", actor_role="desk_clerk")
    retention.run()
    assert (Loan.objects.count(), LoanRecord.objects.count()) == (0, 0)


# ---------------------------------------------------------------- who moved away or died
def gone(cast, name, days, leaving="moved", **more):
    """Somebody who left so many days ago, and was written down as gone that day."""
    at = timezone.now() - timedelta(days=days)
    person = open_door(cast.place.building, f"4{Resident.everyone.count():02d}", (name, None)).residents.get()
    Resident.everyone.filter(pk=person.pk).update(
        phone="+8613800004444", phone_tail="4444", relation="head", left_on=at.date(), leaving=leaving, **more
    )
    LifeEvent.objects.create(
        resident=person,
        kind={"moved": "away", "died": "died"}[leaving],
        from_household=person.household,
        on=at.date(),
        created_at=at,
        done_at=at,
        relation_before="head",
        account=cast.neighbour,
    )
    return person


def fresh(person):
    return Resident.everyone.get(pk=person.pk)


@pytest.mark.parametrize("leaving", ["moved", "died"])
def test_who_left_half_a_year_ago_has_no_name(cast, leaving):
    old, new = gone(cast, "赵国平", 185, leaving), gone(cast, "孙晓雯", 182, leaving)
    DifferentPeople.objects.create(
        first=min(old, new, key=lambda one: one.pk), second=max(old, new, key=lambda one: one.pk)
    )
    first, second = retention.run(), retention.run()
    assert (first.counts, second.counts) == ({"grids.Resident": 1}, {})
    one = fresh(old)
    assert (one.phone, one.phone_tail, one.relation, one.user, one.keys) == (None, "", "", None, one.keys)
    assert "赵" not in one.name
    assert not {"赵", "国", "平"} & set("".join([one.sort_key, one.initials, *one.keys]))
    assert fresh(new).name == "孙晓雯"
    event = LifeEvent.objects.get(resident=old)
    assert (event.relation_before, event.account, event.kind, event.on) == ("", None, event.kind, one.left_on)
    assert LifeEvent.objects.get(resident=new).relation_before == "head"
    assert not DifferentPeople.objects.exists()


def test_history_keeps_its_figures(cast):
    old = gone(cast, "赵国平", 200)
    before = list(LifeEvent.objects.values("kind", "on", "from_household")), Resident.everyone.count()
    retention.run()
    assert (list(LifeEvent.objects.values("kind", "on", "from_household")), Resident.everyone.count()) == before
    assert old not in queries.gone_from(old.household)


def test_while_a_case_is_open_the_name_stays(cast):
    old = gone(cast, "赵国平", 200, user=cast.neighbour, linked_by=cast.clerk, linked_at=timezone.now())
    case = Desk(cast).at("in_progress", timezone.now(), who="neighbour")
    retention.run()
    assert fresh(old).name == "赵国平"
    case.__class__.objects.filter(pk=case.pk).update(
        state="closed", closed_at=timezone.now(), first_closed_at=timezone.now()
    )
    assert retention.run().counts == {"grids.Resident": 1}


def test_what_can_still_be_put_back_is_not_forgotten(cast, home):
    """Written down yesterday, of somebody who went long ago."""
    person = home.residents.get()
    on = timezone.localdate() - timedelta(days=300)
    life.move_away(actor=cast.actor("clerk"), household_id=home.pk, people=[person.pk], on=on)
    assert retention.run().counts == {}
    life.undo(actor=cast.actor("clerk"), event_id=person.life.get().pk)
    assert fresh(person).name == "林秀英"
    assert fresh(person).left_on is None


def test_killed_in_between_the_next_night_goes_on(cast, monkeypatch):
    people = [gone(cast, name, 200) for name in ("赵国平", "孙晓雯", "何静")]
    done, unname = [], forgetting.erasing.unname

    def dies_at_the_second(ids):
        if done:
            raise KeyboardInterrupt
        done.append(unname(ids))
        return 1

    monkeypatch.setattr(forgetting.erasing, "unname", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        retention.run()
    left = [one for one in people if fresh(one).sort_key != "~"]
    assert len(left) == 2
    # Whoever was not finished is whole: what belongs to them goes with the name, or not at all.
    assert {one.relation_before for one in LifeEvent.objects.filter(resident__in=left)} == {"head"}
    monkeypatch.setattr(forgetting.erasing, "unname", unname)
    assert retention.run().counts == {"grids.Resident": 2}
    assert RetentionRun.objects.filter(ended_at__isnull=True).count() == 1


def test_so_many_a_night(cast):
    for name in ("赵国平", "孙晓雯", "何静"):
        gone(cast, name, 200)
    assert [forgetting.forget_those_gone(timezone.now(), most=2) for _night in range(3)] == [2, 1, 0]


# ---------------------------------------------------------------- what a door said
def test_what_a_door_said_goes_with_those_who_said_it(cast):
    now = timezone.now()
    left, just, never = gone(cast, "赵国平", 200), gone(cast, "孙晓雯", 100), open_door(cast.place.building, "501")
    Resident.everyone.filter(pk__in=[left.pk, just.pk]).update(created_at=now - timedelta(days=900))
    open_door(cast.place.building, "502", ("何静", None))
    later = Resident.objects.create(household=left.household, name="周敏", sort_key="zhou min", initials="zm")
    homes = (left.household, just.household, never)
    for home in homes:
        DoorSign.objects.create(household=home, likes=["evening"], set_at=now - timedelta(days=300))
    first, second = retention.run(), retention.run()
    assert (first.counts["grids.DoorSign"], "grids.DoorSign" in second.counts) == (1, False)
    assert set(DoorSign.objects.values_list("household", flat=True)) == {just.household_id, never.pk}
    mine = DoorSign.objects.create(household=later.household, likes=["evening"])
    retention.run()
    assert DoorSign.objects.filter(pk=mine.pk).exists()


# ---------------------------------------------------------------- nobody's
def test_sums_of_forms_go_after_two_years():
    today = timezone.localdate()
    for days in (730, 733):
        FormUse.objects.create(form="wish-new", day=today - timedelta(days=days), shard=0, asked=1)
    first, second = retention.run(), retention.run()
    assert (first.counts, second.counts) == ({"portal.FormUse": 1}, {})
    assert FormUse.objects.get().day == today - timedelta(days=730)


def test_file_that_nobody_stands_for_goes(cast):
    """Guardrail 15."""
    exporting.folder().mkdir(parents=True)
    now = timezone.now()
    facts = {"kind": "tests.people", "path": "x", "place": "x", "reason": "x", "asked_by": cast.clerk, "answer": "x"}
    facts |= {"decided_by": cast.secretary, "decided_at": now, "state": "ready", "ready_at": now}
    for name, left in (("kept", DAY), ("over", -DAY)):
        Export.objects.create(number=name, file=f"{name}.xlsx", expires_at=now + left, **facts)
    for name in ("kept.xlsx", "over.xlsx", ".lost.xlsx.half", "young.xlsx"):
        path = exporting.folder() / name
        path.write_bytes(b"x")
        if name != "young.xlsx":
            os.utime(path, (now.timestamp() - 90_000,) * 2)
    first, second = retention.run(), retention.run()
    assert (first.counts, second.counts) == ({"exports": 2}, {})
    assert {one.name for one in exporting.folder().iterdir()} == {"kept.xlsx", "young.xlsx"}


def test_two_nights_at_once_are_one(cast):
    """Another worker holds the lock: this one leaves, and leaves no row behind."""
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        other.cursor().execute("SELECT pg_advisory_lock(hashtext('jiamenkou.retention'))")
        retention.run()
    finally:
        other.close()
    assert not RetentionRun.objects.exists()


def test_nights_are_read_in_words(browse, cast):
    run = RetentionRun.objects.create(started_at=timezone.now(), ended_at=timezone.now(), finished=True)
    page = browse("secretary").get("/desk/nights/").content.decode()
    assert "没有到期的" in page
    labels = {label for label, _after, _days in TERMS} | set(JOBS)
    RetentionRun.objects.filter(pk=run.pk).update(counts=dict.fromkeys(labels, 1))
    names = {housekeeping.name_of(label) for label in labels}
    assert [one for one in names if one.isascii()] == []
    page = browse("secretary").get("/desk/nights/").content.decode()
    assert all(f"{name} 1" in page for name in names)
    assert housekeeping.name_of("grids.GoneSince") == "grids.GoneSince"
