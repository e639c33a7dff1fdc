"""The Booking section of domain.md, sentence by sentence, each with days on which it matters.

2026: Friday 25 to Sunday 27 September is 中秋 off, and Sunday 20 September is worked for it; 1–7 October is 国庆, and
Saturday 10 October is worked for it. 2027 nobody has published: 中秋 (15 September) and 国庆 (1–3 October) are off by
the law, no weekend is worked, until somebody imports the notice.
"""

import datetime as dt

import pytest
from django.utils import timezone

from centres.rooms import closures, limits, services, waitlist
from centres.rooms.closures import Closure
from centres.rooms.models_booking import Booking, Occupancy, Suspension
from centres.rooms.refusals import Refused
from centres.rooms.series import SeriesRefused, book_series
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict
from portal.flow import due
from portal.notifications.models import Notice
from portal.workdays.enums import DayKind
from portal.workdays.importing import YearDraft
from portal.workdays.services import publish_year
from tests.centres.rooms.people import NOW, House, at, book


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime(year, month, day, hour, minute))  # noqa: DTZ001 (made local here)


def code(cast, room, start: dt.datetime, end: dt.datetime | None = None, who="resident", now=NOW) -> str | None:
    """Which rule says no; None where all hold."""
    try:
        services.check(
            actor=cast.actor(who), room=room.pk, starts_at=start, ends_at=end or start + dt.timedelta(hours=1), now=now
        )
    except Refused as refused:
        return refused.code
    return None


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def used(cast, month: dt.date) -> int:
    return Booking.objects.filter(user=cast.resident, counts=True, quota_month=month).count()


SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)


# 1 ---------------------------------------------------------------- the grid, the buffer, what it takes
def test_1_quarter_of_an_hour_and_a_buffer_frozen_when_it_was_booked(cast, house: House):
    assert code(cast, house.studio, local(2026, 10, 8, 9, 5)) == "OFF_GRID"
    house.studio.buffer_minutes = 30
    house.studio.save()
    book(cast, house.studio, "10-08 09:00", "10-08 10:00")
    house.studio.buffer_minutes = 0
    house.studio.save()
    assert Occupancy.objects.get().period.upper == at("10-08 10:30")
    assert code(cast, house.studio, at("10-08 10:15"), who="neighbour") == "BUFFER"
    assert code(cast, house.studio, at("10-08 10:30"), who="neighbour") is None


def test_1_hall_and_its_halves_exclude_each_other(cast, house: House):
    book(cast, house.east, "10-08 09:00", "10-08 10:00")
    assert code(cast, house.hall, at("10-08 09:00"), who="neighbour") == "CONFLICT"
    assert code(cast, house.west, at("10-08 09:00"), who="neighbour") is None


# 2 ---------------------------------------------------------------- the order of the checks
def test_2_the_first_rule_that_says_no_is_the_one_that_is_told(cast, house: House):
    said = "TOO_SHORT TOO_LONG TOO_SOON TOO_FAR OFF_GRID HOLIDAY CLOSED OUTSIDE_HOURS QUOTA SUSPENDED BUFFER CONFLICT"
    assert [str(one) for one, _check in limits.CHECKS] == said.split()
    for hour in ("09", "11"):
        book(cast, house.studio, f"09-21 {hour}:00", f"09-21 {hour}:30")
    Suspension.objects.create(user=cast.resident, until=at("12-01 00:00"), reason="三次没来")
    # On a holiday, at an hour that is never open, off the quarter, with nothing left of the month, put off besides.
    assert code(cast, house.studio, at("09-25 06:10")) == "OFF_GRID"
    assert code(cast, house.studio, at("09-25 06:15")) == "HOLIDAY"
    assert code(cast, house.studio, at("09-21 06:15")) == "OUTSIDE_HOURS"
    assert code(cast, house.studio, at("09-21 09:00")) == "QUOTA"
    assert code(cast, house.studio, at("10-08 09:00")) == "SUSPENDED"


# 3 ---------------------------------------------------------------- hours by the kind of day
@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (local(2026, 9, 20, 19), None),  # a Sunday that is worked for 中秋: the hours of a working day
        (local(2026, 9, 19, 19), "OUTSIDE_HOURS"),  # a Saturday that is not
        (local(2026, 9, 25, 10), "HOLIDAY"),
        (local(2026, 9, 27, 10), "HOLIDAY"),
        (local(2026, 9, 28, 19), None),
        (local(2026, 10, 1, 10), "HOLIDAY"),
        (local(2026, 10, 7, 10), "HOLIDAY"),
        (local(2026, 10, 8, 19), None),
        (local(2026, 10, 10, 19), None),  # a Saturday that is worked for 国庆
        (local(2026, 10, 11, 19), "OUTSIDE_HOURS"),
    ],
)
def test_3_hours_go_by_the_calendar_of_2026(cast, house: House, start, expected):
    assert code(cast, house.studio, start) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (local(2027, 9, 15, 10), "HOLIDAY"),  # 中秋 by the moon, a Wednesday
        (local(2027, 9, 16, 19), None),
        (local(2027, 10, 1, 10), "HOLIDAY"),
        (local(2027, 10, 3, 10), "HOLIDAY"),
        (local(2027, 10, 4, 19), None),  # by the law a Monday like any other
        (local(2027, 10, 9, 19), "OUTSIDE_HOURS"),  # a Saturday like any other
    ],
)
def test_3_a_year_that_nobody_has_published_goes_by_the_law(cast, house: House, start, expected):
    assert code(cast, house.studio, start, now=local(2027, 9, 14, 9)) == expected


def test_3_importing_the_year_opens_and_shuts_its_days(cast, house: House):
    moment, monday, saturday = local(2027, 9, 14, 9), local(2027, 10, 4, 10), local(2027, 10, 9, 19)
    days = {
        dt.date(2027, 9, 15): (DayKind.HOLIDAY, "中秋节"),
        **{dt.date(2027, 10, day): (DayKind.HOLIDAY, "国庆节") for day in range(1, 8)},
        dt.date(2027, 10, 9): (DayKind.WORKING, "国庆节调休"),
    }
    days |= {date: day for date, day in statutory().items() if date not in days}
    publish_year(actor=SYSTEM, draft=YearDraft(2027, "通知", days))
    assert code(cast, house.studio, monday, now=moment) == "HOLIDAY"
    assert code(cast, house.studio, saturday, now=moment) is None


def statutory():
    from portal.workdays.statutory import statutory_days

    return {date: (DayKind.HOLIDAY, name) for date, name in statutory_days(2027).items()}


# 4 ---------------------------------------------------------------- pending
def test_4_pending_holds_and_counts_and_expires_two_hours_before(cast, house: House):
    booking = book(cast, house.stage, "10-08 09:00", "10-08 10:00")
    assert (state(booking), used(cast, OCTOBER)) == ("pending", 1)
    assert code(cast, house.stage, at("10-08 09:00"), who="neighbour", now=at("10-07 09:00")) == "CONFLICT"
    due.sweep(at("10-08 06:59"))
    assert state(booking) == "pending"
    due.sweep(at("10-08 07:00"))
    assert (state(booking), used(cast, OCTOBER), Occupancy.objects.count()) == ("expired", 0, 0)


# 5 ---------------------------------------------------------------- the quota
def test_5_two_a_month_counted_in_the_month_of_the_start(cast, house: House):
    book(cast, house.studio, "09-30 19:00", "09-30 20:00")
    book(cast, house.hall, "09-29 19:00", "09-29 20:00")
    assert code(cast, house.stage, at("09-28 19:00")) == "QUOTA"
    book(cast, house.studio, "10-08 19:00", "10-08 20:00")
    assert (used(cast, SEPTEMBER), used(cast, OCTOBER)) == (2, 1)


@pytest.mark.parametrize(("when", "left"), [("10-07 09:00", 0), ("10-07 09:01", 1)])
def test_5_twenty_four_hours_before_it_is_given_back_holiday_or_not(cast, house: House, when, left):
    booking = book(cast, house.studio, "10-08 09:00", "10-08 10:00")
    services.cancel(actor=cast.actor("resident"), booking_id=booking.pk, now=at(when))
    assert used(cast, OCTOBER) == left


def test_5_desk_and_grid_worker_book_for_a_resident_and_it_counts_to_them(cast, house: House, settle):
    resident = settle("resident", "building")
    for who, day in (("clerk", "10-08"), ("grid_worker", "10-09")):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", who, on_behalf_of=resident.pk)
    assert used(cast, OCTOBER) == 2
    assert code(cast, house.studio, at("10-10 09:00")) == "QUOTA"
    kept = book(
        cast, house.studio, "10-10 09:00", "10-10 10:00", "clerk", on_behalf_of=resident.pk, override_reason="家里办事"
    )
    assert (kept.overridden, kept.override_reason) == ("QUOTA", "家里办事")
    assert not book(cast, house.studio, "10-10 11:00", "10-10 12:00", "clerk").counts


# 6 ---------------------------------------------------------------- series and moving
def test_6_series_over_the_holidays_is_seen_first_then_all_or_what_can_be_had(cast, house: House):
    days = [dt.date(2026, 9, 24) + dt.timedelta(days=7 * n) for n in range(3)]  # Thursdays; the second is 国庆
    given = {
        "actor": cast.actor("clerk"), "room": house.studio.pk, "dates": days, "start_time": dt.time(19),
        "end_time": dt.time(20), "purpose": "书法班", "now": NOW,
    }  # fmt: skip
    assert [line.code for line in book_series(mode="preview", **given)] == [None, "HOLIDAY", None]
    assert not Booking.objects.exists()
    with pytest.raises(SeriesRefused):
        book_series(mode="all", **given)
    assert not Booking.objects.exists()
    assert sum(1 for line in book_series(mode="skip", **given) if line.booking) == 2


def test_6_moving_is_one_act(cast, house: House):
    booking = book(cast, house.studio, "09-24 09:00", "09-24 10:00")
    book(cast, house.studio, "10-08 09:00", "10-08 10:00", "neighbour")
    given = {"actor": cast.actor("resident"), "booking_id": booking.pk, "now": NOW}
    with pytest.raises(Refused, match="CONFLICT"):
        services.move(starts_at=at("10-08 09:00"), ends_at=at("10-08 10:00"), **given)
    assert Occupancy.objects.get(booking=booking).period.lower == at("09-24 09:00")
    services.move(starts_at=at("10-08 10:00"), ends_at=at("10-08 11:00"), **given)
    assert (used(cast, SEPTEMBER), used(cast, OCTOBER)) == (0, 1)
    assert Occupancy.objects.filter(booking=booking).count() == 1


# 7 ---------------------------------------------------------------- the waitlist
def test_7_twelve_hours_for_one_person_at_a_time_then_for_the_next(cast, house: House):
    booking = book(cast, house.studio, "10-08 09:00", "10-08 10:00")
    given = {"room": house.studio.pk, "starts_at": at("10-08 09:00"), "ends_at": at("10-08 10:00"), "now": NOW}
    first, second = (waitlist.join(actor=cast.actor(who), **given) for who in ("neighbour", "volunteer"))
    services.cancel(actor=cast.actor("resident"), booking_id=booking.pk, now=at("10-01 20:00"))
    assert code(cast, house.studio, at("10-08 09:00"), who="outsider", now=at("10-02 07:00")) == "CONFLICT"
    due.sweep(at("10-02 08:00"))  # natural hours: a holiday is a day like any other to whoever waits
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state, second.offer_until) == ("lapsed", "offered", at("10-02 20:00"))
    with pytest.raises(Conflict, match="LAPSED"):
        waitlist.accept(actor=cast.actor("neighbour"), entry_id=first.pk, now=at("10-02 08:01"))
    assert (
        waitlist.accept(actor=cast.actor("volunteer"), entry_id=second.pk, now=at("10-02 19:59")).user == cast.volunteer
    )


# 8 ---------------------------------------------------------------- closing
def test_8_closing_lists_first_then_cancels_each_with_one_notice_and_the_quota_back(cast, house: House):
    booking = book(cast, house.studio, "10-10 09:00", "10-10 10:00")
    closure = Closure(house.centre, dt.date(2026, 10, 10), dt.date(2026, 10, 11), "消防检查")
    cost = closures.preview(actor=cast.actor("secretary"), closure=closure, now=NOW)
    assert ([booking], "confirmed") == (cost.bookings, state(booking))
    closures.close(actor=cast.actor("secretary"), closure=closure, expected=cost.ids, now=at("10-09 18:00"))
    assert (state(booking), used(cast, OCTOBER)) == ("cancelled", 0)
    assert Notice.objects.filter(about_id=booking.pk, channel="inapp").count() == 1
    assert code(cast, house.studio, at("10-10 19:00"), who="neighbour") == "CLOSED"


# 9 ---------------------------------------------------------------- nobody came
def test_9_no_show_frees_the_rest_and_the_third_puts_it_off_for_thirty_days(cast, house: House):
    for day in ("09-20", "10-08"):  # the Sunday that is worked, and the first day after 国庆
        book(cast, house.studio, f"{day} 09:00", f"{day} 12:00", now=at(f"{day} 08:00"))
        due.sweep(at(f"{day} 09:15"))
        assert Occupancy.objects.order_by("-period").first().period.upper == at(f"{day} 09:30")
    kept = book(cast, house.hall, "11-02 09:00", "11-02 10:00", now=at("10-09 08:00"))
    book(cast, house.studio, "10-10 09:00", "10-10 12:00", now=at("10-09 08:00"))
    due.sweep(at("10-10 09:15"))
    assert Suspension.objects.get().until == at("11-09 09:15")
    assert state(kept) == "confirmed"
    assert code(cast, house.stage, at("11-03 09:00"), now=at("10-10 10:00")) == "SUSPENDED"
    given = {"on_behalf_of": cast.resident.pk, "override_reason": "住院刚回来", "now": at("10-10 10:00")}
    assert book(cast, house.stage, "11-03 09:00", "11-03 10:00", "clerk", **given)


# 10 --------------------------------------------------------------- refusals and classes
def test_10_refusal_says_why_and_offers_the_three_nearest(cast, house: House):
    book(cast, house.studio, "10-08 09:00", "10-08 10:00", "neighbour")
    with pytest.raises(Refused) as refused:
        book(cast, house.studio, "10-08 09:00", "10-08 10:00")
    offered = refused.value.extra["alternatives"]
    assert "有人" in refused.value.message
    assert len(offered) == 3
    # 国庆 lies right before: no alternative does.
    assert not any("2026-10-01" <= one["starts_at"][:10] <= "2026-10-07" for one in offered)


def test_10_classes_go_through_the_same_engine(cast, house: House):
    actor, slot = cast.actor("clerk"), {"starts_at": at("10-08 09:00"), "ends_at": at("10-08 17:00")}
    services.book_programme(actor=actor, room=house.hall.pk, title="暑托班", now=NOW, **slot)
    assert code(cast, house.east, at("10-08 16:00")) == "CONFLICT"
    book(cast, house.studio, "10-08 09:00", "10-08 10:00")
    with pytest.raises(Refused, match="CONFLICT"):
        services.book_programme(actor=actor, room=house.studio.pk, title="书法班", now=NOW, **slot)
    with pytest.raises(Refused, match="HOLIDAY"):
        services.book_programme(
            actor=actor,
            room=house.stage.pk,
            starts_at=at("10-01 09:00"),
            ends_at=at("10-01 10:00"),
            title="联欢",
            now=NOW,
        )


def test_10_a_class_is_moved_where_it_is_planned(cast, house: House):
    """Moved as a room's booking, the class would stand at the old time in everybody's diary."""
    given = {"starts_at": at("10-08 09:00"), "ends_at": at("10-08 10:00"), "now": NOW}
    booking = services.book_programme(actor=cast.actor("clerk"), room=house.studio.pk, title="书法班", **given)
    later = {"starts_at": at("10-08 11:00"), "ends_at": at("10-08 12:00"), "now": NOW}
    with pytest.raises(Conflict, match="PROGRAMME"):
        services.move(actor=cast.actor("clerk"), booking_id=booking.pk, **later)
    moved = services.move_programme(actor=cast.actor("clerk"), booking_id=booking.pk, **later)
    assert Occupancy.objects.get().period.lower == moved.starts_at == at("10-08 11:00")
