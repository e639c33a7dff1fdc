"""Many dates at once, with the holidays and make-up days of 2026."""

import datetime as dt

import pytest

from centres.activities import planning
from centres.activities.enums import Mode
from centres.activities.models import Session
from centres.activities.planning import Plan
from centres.rooms.models_booking import Booking
from portal.errors import Conflict, NotFound
from tests.centres.activities.people import an_activity
from tests.centres.activities.test_enrolling import refusal
from tests.centres.rooms.people import NOW, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
AFTER_SCHOOL = {"start": dt.time(16, 30), "end": dt.time(18), "working_days": True}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def a_plan(first: str, last: str, **fields) -> Plan:
    given = {"start": dt.time(9), "end": dt.time(10), "weekdays": frozenset({0})} | fields
    return Plan(first=day(first), last=day(last), **given)


@pytest.fixture
def activity(cast, house):
    return an_activity(cast, house)


def preview(cast, activity, plan, who="clerk"):
    return planning.preview(actor=cast.actor(who), activity_id=activity.pk, plan=plan, now=NOW)


def carry_out(cast, activity, plan, mode=Mode.ALL):
    return planning.carry_out(actor=cast.actor("clerk"), activity_id=activity.pk, plan=plan, mode=mode, now=NOW)


def test_working_days_are_those_of_the_calendar(cast, house, activity):
    """Sunday 20 September and Saturday 10 October are worked; 25–27 September and 1–7 October are holidays."""
    plan = a_plan("09-19", "10-10", **AFTER_SCHOOL, room=house.studio.pk)
    rows = preview(cast, activity, plan)
    worked = ["09-20", "09-21", "09-22", "09-23", "09-24", "09-28", "09-29", "09-30", "10-08", "10-09", "10-10"]
    assert [f"{row.date:%m-%d}" for row in rows] == worked
    assert all(row.works for row in rows)
    made, left = carry_out(cast, activity, plan)
    assert (len(made), left) == (11, [])
    assert Booking.objects.filter(state="confirmed").count() == 11


def test_weekdays_say_why_a_holiday_does_not_work(cast, house, activity):
    plan = a_plan("09-18", "10-09", weekdays=frozenset({4}), room=house.studio.pk)
    said = {f"{row.date:%m-%d}": row.code for row in preview(cast, activity, plan)}
    assert said == {"09-18": "PAST", "09-25": "HOLIDAY", "10-02": "HOLIDAY", "10-09": ""}
    outside = {row.date: row.code for row in preview(cast, activity, a_plan("09-24", "10-03", weekdays=frozenset({4})))}
    assert outside == {day("09-25"): "HOLIDAY", day("10-02"): "HOLIDAY"}


def test_a_preview_writes_nothing(cast, house, activity):
    preview(cast, activity, a_plan("09-19", "10-10", **AFTER_SCHOOL, room=house.studio.pk))
    assert (Session.objects.count(), Booking.objects.count()) == (0, 0)


def test_all_or_nothing_and_skip(cast, house, activity):
    book(cast, house.studio, "09-28 09:00", "09-28 10:00", "resident")
    plan = a_plan("09-21", "10-12", room=house.studio.pk)
    with pytest.raises(Conflict) as refused:
        carry_out(cast, activity, plan)
    assert refused.value.code == "PLAN_CLASH"
    assert [line[:5] for line in refused.value.extra["errors"]["dates"]] == ["09-28", "10-05"]
    assert (Session.objects.count(), Booking.objects.count()) == (0, 1)
    made, left = carry_out(cast, activity, plan, Mode.SKIP)
    assert [f"{one.starts_at:%m-%d}" for one in made] == ["09-21", "10-12"]
    assert [(f"{row.date:%m-%d}", row.code) for row in left] == [("09-28", "CONFLICT"), ("10-05", "HOLIDAY")]


def test_planning_twice_makes_nothing_twice(cast, activity):
    plan = a_plan("09-21", "09-28")
    carry_out(cast, activity, plan)
    assert [row.code for row in preview(cast, activity, plan)] == ["TWICE", "TWICE"]
    with refusal("NONE_WORK"):
        carry_out(cast, activity, plan, Mode.SKIP)
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"first": dt.date(2026, 10, 1), "last": dt.date(2026, 9, 30)}, "REVERSED"),
        ({"start": dt.time(10), "end": dt.time(9)}, "REVERSED"),
        ({"first": dt.date(2026, 9, 1), "last": dt.date(2026, 9, 17)}, "PAST"),
        ({"first": dt.date(1, 1, 1), "last": dt.date(1, 1, 2)}, "PAST"),
        ({"last": dt.date(9999, 12, 31)}, "TOO_FAR"),
        ({"last": dt.date(2054, 1, 1)}, "TOO_FAR"),
        ({"last": dt.date(2027, 9, 1), "weekdays": frozenset(range(7))}, "TOO_MANY"),
        ({"weekdays": frozenset()}, "NO_DATES"),
    ],
)
def test_plans_that_cannot_be_are_refused_at_once(cast, activity, fields, code):
    given = {"first": day("09-21"), "last": day("09-28"), "start": dt.time(9), "end": dt.time(10)}
    plan = Plan(**(given | {"weekdays": frozenset({0})} | fields))
    with refusal(code):
        carry_out(cast, activity, plan, Mode.SKIP)
    assert Session.objects.count() == 0


def test_120_dates_are_the_most(cast, activity):
    every = {"weekdays": frozenset(range(7)), "working_days": False}
    most = a_plan("09-19", "09-19", **every)
    last = day("09-19") + dt.timedelta(days=119)
    assert len(preview(cast, activity, Plan(**(vars(most) | {"last": last})))) == 120
    with refusal("TOO_MANY"):
        preview(cast, activity, Plan(**(vars(most) | {"last": last + dt.timedelta(days=1)})))


def test_planning_is_for_the_house(cast, activity):
    for who in ("resident", "secretary_b", "grid_worker"):
        with pytest.raises(NotFound):
            preview(cast, activity, a_plan("09-21", "09-28"), who)
