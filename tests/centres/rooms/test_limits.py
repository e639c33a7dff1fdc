"""Each rule with its code, its sentence and its side of the line, around 国庆 and 中秋 of 2026."""

import datetime as dt

import pytest
from django.utils import timezone

from centres.rooms import limits
from centres.rooms.enums import Code
from centres.rooms.models import DayException, OpeningHour
from centres.rooms.models_booking import Booking, Suspension
from centres.rooms.refusals import Refused
from centres.rooms.services import check, move
from portal.workdays.enums import DayKind
from tests.centres.rooms.people import NOW, at, book


def refusal(cast, room, start, end, who="resident", **given):
    """The refusal of a wish, or None where it is granted; starts and ends as text or moments."""
    moments = [at(one) if isinstance(one, str) else one for one in (start, end)]
    try:
        check(actor=cast.actor(who), room=room.pk, starts_at=moments[0], ends_at=moments[1], **({"now": NOW} | given))
    except Refused as refused:
        return refused
    return None


def code(*args, **given):
    refused = refusal(*args, **given)
    return refused and refused.code


def test_checks_stand_in_the_order_of_the_domain():
    said = "TOO_SHORT TOO_LONG TOO_SOON TOO_FAR OFF_GRID HOLIDAY CLOSED OUTSIDE_HOURS QUOTA SUSPENDED BUFFER CONFLICT"
    assert [str(code) for code, _check in limits.CHECKS] == said.split()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("09-21 09:00", "09-21 09:15", "TOO_SHORT"),
        ("09-21 09:00", "09-21 09:30", None),
        ("09-21 09:00", "09-21 09:00", "TOO_SHORT"),
        ("09-21 10:00", "09-21 09:00", "TOO_SHORT"),
        ("09-21 09:00", "09-21 12:15", "TOO_LONG"),
        ("09-21 09:00", "09-21 12:00", None),
        ("09-18 14:15", "09-18 15:15", "TOO_SOON"),
        ("09-18 14:30", "09-18 15:30", None),
        ("2026", "", "TOO_SOON"),
        ("10-18 09:00", "10-18 10:00", None),
        ("10-19 09:00", "10-19 10:00", "TOO_FAR"),
        ("09-21 09:10", "09-21 10:10", "OFF_GRID"),
        ("09-21 09:00", "09-21 09:50", "OFF_GRID"),
        ("09-25 10:00", "09-25 11:00", "HOLIDAY"),  # 中秋
        ("10-01 10:00", "10-01 11:00", "HOLIDAY"),  # 国庆
        ("10-07 10:00", "10-07 11:00", "HOLIDAY"),
        ("10-08 10:00", "10-08 11:00", None),
        ("09-20 19:00", "09-20 20:00", None),  # a Sunday that is worked keeps a working day's hours
        ("09-19 19:00", "09-19 20:00", "OUTSIDE_HOURS"),  # a Saturday that is not
        ("10-10 19:00", "10-10 20:00", None),  # a worked Saturday
        ("09-21 07:30", "09-21 08:30", "OUTSIDE_HOURS"),
        ("09-21 20:30", "09-21 21:30", "OUTSIDE_HOURS"),
        ("09-21 20:00", "09-21 21:00", None),
        ("09-21 23:30", "09-22 00:30", "OUTSIDE_HOURS"),
    ],
)
def test_calendar_rules(cast, house, start, end, expected):
    if start == "2026":
        past = timezone.make_aware(dt.datetime(2020, 1, 1, 9))  # noqa: DTZ001 (made local here)
        assert code(cast, house.studio, past, past + dt.timedelta(hours=1)) == expected
    else:
        assert code(cast, house.studio, start, end) == expected


def test_seconds_are_off_the_grid(cast, house):
    start = at("09-21 09:00") + dt.timedelta(seconds=1)
    assert code(cast, house.studio, start, start + dt.timedelta(hours=1)) == "OFF_GRID"


@pytest.mark.parametrize("year", [1, 9998, 9999])
def test_the_ends_of_time_are_refused_not_an_error(cast, house, year):
    start = dt.datetime(year, 6, 1, 10, tzinfo=dt.UTC)
    refused = refusal(cast, house.studio, start, start + dt.timedelta(hours=1))
    assert refused.code == ("TOO_SOON" if year == 1 else "TOO_FAR")
    assert len(refused.extra["alternatives"]) == 3


def test_notice_of_the_room(cast, house):
    house.studio.notice_minutes = 120
    house.studio.save()
    assert code(cast, house.studio, "09-18 16:15", "09-18 17:15") == "TOO_SOON"
    assert code(cast, house.studio, "09-18 16:30", "09-18 17:30") is None


def test_room_that_wants_a_nod_leaves_time_for_it(cast, house):
    assert code(cast, house.stage, "09-18 16:15", "09-18 17:15") == "TOO_SOON"
    assert code(cast, house.stage, "09-18 16:30", "09-18 17:30") is None
    assert code(cast, house.stage, "09-18 14:30", "09-18 15:30", who="clerk") is None


def test_locals_first(cast, house, settle):
    house.studio.others_horizon_days = 3
    house.studio.save()
    settle("resident", "building")
    assert code(cast, house.studio, "09-22 09:00", "09-22 10:00") is None
    assert code(cast, house.studio, "09-21 09:00", "09-21 10:00", who="neighbour") is None
    refused = refusal(cast, house.studio, "09-22 09:00", "09-22 10:00", who="neighbour")
    assert refused.code == "TOO_FAR"
    assert "本社区" in str(refused.message)


def test_closed_day_of_the_room_says_why(cast, house):
    day = dt.date(2026, 9, 21)
    DayException.objects.create(room=house.studio, first_day=day, last_day=day, reason="刷墙")
    refused = refusal(cast, house.studio, "09-21 09:00", "09-21 10:00")
    assert refused.code == "CLOSED"
    assert "刷墙" in str(refused.message)
    assert code(cast, house.hall, "09-21 09:00", "09-21 10:00") is None


def test_centre_closed_closes_its_rooms_unless_one_has_its_own_hours_that_day(cast, house):
    day = dt.date(2026, 9, 21)
    DayException.objects.create(centre=house.centre, first_day=day, last_day=day, reason="停电")
    DayException.objects.create(
        room=house.hall, first_day=day, last_day=day, opens=dt.time(9), closes=dt.time(12), reason="义诊照开"
    )
    assert code(cast, house.studio, "09-21 09:00", "09-21 10:00") == "CLOSED"
    assert code(cast, house.hall, "09-21 09:00", "09-21 10:00") is None


def test_exception_opens_a_holiday(cast, house):
    DayException.objects.create(
        centre=house.centre,
        first_day=dt.date(2026, 10, 1),
        last_day=dt.date(2026, 10, 3),
        opens=dt.time(10),
        closes=dt.time(16),
        reason="国庆照开",
    )
    assert code(cast, house.studio, "10-01 10:00", "10-01 11:00") is None
    assert code(cast, house.studio, "10-01 16:00", "10-01 17:00") == "OUTSIDE_HOURS"
    assert code(cast, house.studio, "10-04 10:00", "10-04 11:00") == "HOLIDAY"


def test_room_with_hours_of_its_own_keeps_only_those(cast, house):
    OpeningHour.objects.create(room=house.studio, day_kind=DayKind.WORKING, opens=dt.time(14), closes=dt.time(17))
    assert code(cast, house.studio, "09-21 09:00", "09-21 10:00") == "OUTSIDE_HOURS"
    assert code(cast, house.studio, "09-19 10:00", "09-19 11:00") == "CLOSED"


def test_lunch_break_cannot_be_booked_through(cast, house):
    for opens, closes in ((8, 12), (14, 18)):
        OpeningHour.objects.create(
            room=house.studio, day_kind=DayKind.WORKING, opens=dt.time(opens), closes=dt.time(closes)
        )
    refused = refusal(cast, house.studio, "09-21 11:00", "09-21 13:00")
    assert refused.code == "OUTSIDE_HOURS"
    assert "8:00–12:00、14:00–18:00" in str(refused.message)


def test_quota_shows_used_and_allowed(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.hall, "09-22 09:00", "09-22 10:00")
    refused = refusal(cast, house.studio, "09-23 09:00", "09-23 10:00")
    assert (refused.code, refused.status) == ("QUOTA", 409)
    assert (refused.extra["used"], refused.extra["allowed"]) == (2, 2)
    assert code(cast, house.studio, "10-08 09:00", "10-08 10:00") is None  # the month of the start counts
    assert code(cast, house.studio, "09-23 09:00", "09-23 10:00", who="neighbour") is None


def test_month_of_the_start_is_a_local_one(cast, house):
    """1 October 00:30 in Shanghai is still September in UTC."""
    ask = limits.Ask(room=house.studio, starts_at=at("10-01 00:30"), ends_at=at("10-01 01:30"), now=NOW)
    assert ask.month == dt.date(2026, 10, 1)


def test_suspended_may_not_book_until_it_is_over(cast, house):
    Suspension.objects.create(user=cast.resident, until=at("09-30 00:00"), reason="三次约了没来")
    refused = refusal(cast, house.studio, "09-21 09:00", "09-21 10:00")
    assert (refused.code, refused.status) == ("SUSPENDED", 422)
    assert code(cast, house.studio, "09-30 09:00", "09-30 10:00", now=at("09-30 00:00")) is None


def test_lifted_suspension_is_none(cast, house):
    Suspension.objects.create(user=cast.resident, until=at("09-30 00:00"), reason="误会", lifted_at=NOW)
    assert code(cast, house.studio, "09-21 09:00", "09-21 10:00") is None


def test_buffer_of_the_one_before_and_of_oneself(cast, house):
    house.studio.buffer_minutes = 30
    house.studio.save()
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "neighbour")
    refused = refusal(cast, house.studio, "09-21 11:15", "09-21 12:00")
    assert (refused.code, refused.status) == ("BUFFER", 409)
    assert code(cast, house.studio, "09-21 11:30", "09-21 12:00") is None
    assert code(cast, house.studio, "09-21 09:00", "09-21 09:45") == "BUFFER"
    assert code(cast, house.studio, "09-21 09:00", "09-21 09:30") is None


def test_buffer_is_frozen_when_booked(cast, house):
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "neighbour")
    house.studio.buffer_minutes = 60
    house.studio.save()
    assert code(cast, house.studio, "09-21 11:00", "09-21 12:00") is None


def test_taken_time_is_a_conflict(cast, house):
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "neighbour")
    refused = refusal(cast, house.studio, "09-21 10:30", "09-21 11:30")
    assert (refused.code, refused.status) == ("CONFLICT", 409)
    assert code(cast, house.studio, "09-21 11:00", "09-21 12:00") is None  # half-open


def test_hall_and_its_halves_exclude_each_other(cast, house):
    book(cast, house.east, "09-21 10:00", "09-21 11:00", "neighbour")
    assert code(cast, house.hall, "09-21 10:30", "09-21 11:30") == "CONFLICT"
    assert code(cast, house.west, "09-21 10:30", "09-21 11:30") is None


BROKEN = [
    # (what is wrong beside a taken room, which code is told)
    ({"start": "09-21 10:00", "end": "09-21 10:15"}, Code.TOO_SHORT),
    ({"start": "09-21 10:00", "end": "09-21 15:00"}, Code.TOO_LONG),
    ({"start": "09-18 14:00", "end": "09-18 14:50"}, Code.TOO_SOON),
    ({"start": "12-24 10:10", "end": "12-24 11:00"}, Code.TOO_FAR),
    ({"start": "10-01 10:10", "end": "10-01 11:00"}, Code.OFF_GRID),
    ({"start": "10-01 02:00", "end": "10-01 03:00"}, Code.HOLIDAY),
    ({"start": "09-21 06:00", "end": "09-21 07:00"}, Code.OUTSIDE_HOURS),
]


@pytest.mark.parametrize(("wish", "expected"), BROKEN)
def test_the_earlier_rule_speaks_first(cast, house, wish, expected):
    """Quota used up, suspended, and the room taken: still the first rule that fails is the one that is told."""
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00")
    Suspension.objects.create(user=cast.resident, until=at("12-30 00:00"), reason="三次约了没来")
    assert code(cast, house.studio, wish["start"], wish["end"]) == expected


def test_quota_goes_before_suspension_and_suspension_before_conflict(cast, house):
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "neighbour")
    Suspension.objects.create(user=cast.resident, until=at("12-30 00:00"), reason="三次约了没来")
    assert code(cast, house.studio, "09-21 10:00", "09-21 11:00") == "SUSPENDED"
    Booking.objects.update(user=cast.resident)
    house.centre.monthly_quota = 1
    house.centre.save()
    assert code(cast, house.studio, "09-21 10:00", "09-21 11:00") == "QUOTA"


def test_staff_set_a_rule_aside_with_a_reason_but_not_a_shut_door(cast, house):
    why = {"who": "clerk", "override_reason": "全楼停水，开个会"}
    assert code(cast, house.studio, "09-21 09:00", "09-21 15:00", **why) is None
    assert code(cast, house.studio, "09-21 09:00", "09-21 09:15", **why) is None
    assert code(cast, house.studio, "12-24 09:00", "12-24 10:00", **why) is None
    assert code(cast, house.studio, "10-01 09:00", "10-01 10:00", **why) == "HOLIDAY"
    assert code(cast, house.studio, "09-21 06:00", "09-21 07:00", **why) == "OUTSIDE_HOURS"
    assert code(cast, house.studio, "09-18 09:00", "09-18 10:00", **why) == "TOO_SOON"
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "neighbour")
    assert code(cast, house.studio, "09-21 10:00", "09-21 11:00", **why) == "CONFLICT"


# ---------------------------------------------------------------- the way on
def test_nod_that_could_not_be_given_in_time_is_not_offered(cast, house):
    refused = refusal(cast, house.stage, "09-18 14:30", "09-18 15:30")
    offered = [one["starts_at"] for one in refused.extra["alternatives"] if one["room"] == str(house.stage.pk)]
    assert offered == ["2026-09-18T16:30:00+08:00", "2026-09-19T14:30:00+08:00"]


def test_holiday_offers_the_days_around_it(cast, house):
    refused = refusal(cast, house.studio, "10-01 10:00", "10-01 11:00")
    days = [one["starts_at"][:10] for one in refused.extra["alternatives"]]
    assert days == ["2026-09-30", "2026-09-29", "2026-09-28"]


def test_offers_suit_the_party_and_the_length(cast, house):
    book(cast, house.hall, "09-21 09:00", "09-21 11:00", "neighbour")
    refused = refusal(cast, house.hall, "09-21 09:00", "09-21 11:00", people=50)
    assert {one["room_name"] for one in refused.extra["alternatives"]} == {"大厅（整间）"}
    lengths = {
        dt.datetime.fromisoformat(one["ends_at"]) - dt.datetime.fromisoformat(one["starts_at"])
        for one in refused.extra["alternatives"]
    }
    assert lengths == {dt.timedelta(hours=2)}


def test_pending_moved_by_staff_still_leaves_time_for_the_nod(cast, house):
    booking = book(cast, house.stage, "09-21 10:00", "09-21 11:00")
    wish = {"starts_at": at("09-18 15:00"), "ends_at": at("09-18 16:00"), "now": NOW}
    with pytest.raises(Refused, match="TOO_SOON"):
        move(actor=cast.actor("clerk"), booking_id=booking.pk, **wish)
