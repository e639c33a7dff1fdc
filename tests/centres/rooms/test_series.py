"""The same hours on several dates: seen first, then all or those that can be had; each date by its own rules."""

import datetime as dt

import pytest

from centres.rooms import limits, services
from centres.rooms.models import DayException
from centres.rooms.models_booking import Booking, BookingSeries, Occupancy, Suspension
from centres.rooms.series import MOST, SeriesRefused, book_series
from portal.audit.models import AuditEntry
from portal.errors import Forbidden, Invalid
from tests.centres.rooms.people import NOW, at, book

NINE, TEN = dt.time(9), dt.time(10)


def on(*days: str) -> list[dt.date]:
    return [at(f"{day} 00:00").date() for day in days]


def ask(cast, room, *days: str, who="clerk", mode="preview", start=NINE, end=TEN, **given):
    given = {"purpose": "书法班", "now": NOW} | given
    return book_series(
        actor=cast.actor(who), room=room.pk, dates=on(*days), start_time=start, end_time=end, mode=mode, **given
    )


def codes(lines) -> list[str | None]:
    return [line.code and str(line.code) for line in lines]


def test_preview_writes_nothing_and_says_for_each_date_what_would_be(cast, house):
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    # 20 September and 10 October are worked, 25–27 September is 中秋, 1–7 October 国庆; the horizon ends on 18 October.
    lines = ask(cast, house.studio, "09-17", "09-20", "09-22", "09-25", "10-01", "10-10", "10-20")
    assert codes(lines) == ["TOO_SOON", None, "CONFLICT", "HOLIDAY", "HOLIDAY", None, "TOO_FAR"]
    assert all(line.message for line in lines if line.code)
    assert not BookingSeries.objects.exists()
    assert Booking.objects.count() == 1


def test_skip_books_what_can_be_had_in_one_series(cast, house):
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    lines = ask(cast, house.studio, "09-21", "09-22", "09-23", mode="skip")
    assert codes(lines) == [None, "CONFLICT", None]
    series = BookingSeries.objects.get()
    assert list(series.bookings.order_by("starts_at")) == [lines[0].booking, lines[2].booking]
    assert all(one.is_centres_own for one in series.bookings.all())


def test_all_or_nothing(cast, house):
    book(cast, house.studio, "09-22 09:00", "09-22 10:00")
    before = AuditEntry.objects.count()
    with pytest.raises(SeriesRefused) as refused:
        ask(cast, house.studio, "09-21", "09-22", "09-23", mode="all")
    assert [line["code"] for line in refused.value.extra["dates"]] == [None, "CONFLICT", None]
    assert (Booking.objects.count(), Occupancy.objects.count(), BookingSeries.objects.count()) == (1, 1, 0)
    assert AuditEntry.objects.count() == before
    assert codes(ask(cast, house.studio, "09-21", "09-23", mode="all")) == [None, None]


def test_third_of_a_month_is_over_the_quota_and_the_next_month_begins_anew(cast, house):
    book(cast, house.hall, "09-30 09:00", "09-30 10:00")
    lines = ask(cast, house.studio, "09-21", "09-22", "10-08", "10-09", "10-10", who="resident", mode="skip")
    assert codes(lines) == [None, "QUOTA", None, None, "QUOTA"]
    assert Booking.objects.filter(user=cast.resident, counts=True).count() == 4


def test_suspended_is_said_of_every_date(cast, house):
    Suspension.objects.create(user=cast.resident, until=at("10-01 00:00"), reason="三次没来")
    assert codes(ask(cast, house.studio, "09-21", "09-22", who="resident")) == ["SUSPENDED", "SUSPENDED"]


def test_buffer_of_the_evening_before_is_in_the_way_of_nothing_else(cast, house):
    house.studio.buffer_minutes = 30
    house.studio.save()
    book(cast, house.studio, "09-21 08:00", "09-21 09:00")
    assert codes(ask(cast, house.studio, "09-21", "09-22")) == ["BUFFER", None]


def test_staff_set_a_rule_aside_with_a_reason_on_each(cast, house):
    lines = ask(cast, house.studio, "10-20", "10-21", mode="all", override_reason="全年的班")
    assert [line.booking.overridden for line in lines] == ["TOO_FAR", "TOO_FAR"]
    with pytest.raises(Forbidden):
        ask(cast, house.studio, "10-20", who="resident", override_reason="全年的班")


def test_one_of_them_is_cancelled_alone(cast, house):
    lines = ask(cast, house.studio, "09-21", "09-22", "09-23", mode="all")
    services.cancel(actor=cast.actor("clerk"), booking_id=lines[1].booking.pk, now=NOW)
    states = list(BookingSeries.objects.get().bookings.order_by("starts_at").values_list("state", flat=True))
    assert states == ["confirmed", "cancelled", "confirmed"]


def test_next_year_that_nobody_has_published_goes_by_the_law(cast, house):
    """2027 is reckoned: 1 January and 春节 (5–9 February, 除夕 included) are off, no weekend is worked."""
    house.studio.horizon_days = 366
    house.studio.save()
    moment = at("12-20 09:00")
    days = [dt.date(2027, 1, 1), dt.date(2027, 1, 4), dt.date(2027, 2, 5), dt.date(2027, 2, 6), dt.date(2027, 2, 9)]
    lines = book_series(
        actor=cast.actor("clerk"), room=house.studio.pk, dates=days, start_time=NINE, end_time=TEN, purpose="书法班",
        mode="preview", now=moment,
    )  # fmt: skip
    assert codes(lines) == ["HOLIDAY", None, "HOLIDAY", "HOLIDAY", None]


@pytest.mark.parametrize(
    ("dates", "mode", "field"),
    [
        ([], "all", "dates"),
        ([dt.date(2026, 9, 21)] * 2, "all", "dates"),
        ([dt.date(2026, 9, 21) + dt.timedelta(days=n) for n in range(10_000)], "all", "dates"),
        ([dt.date(2026, 9, 21) + dt.timedelta(days=n) for n in range(MOST + 1)], "skip", "dates"),
        ([dt.date(9999, 12, 31)], "all", "dates"),
        ([dt.date(1, 1, 1)], "all", "dates"),
        ([dt.date(2026, 9, 21)], "some", "mode"),
    ],
)
def test_lists_that_cannot_be_are_refused_whole(cast, house, dates, mode, field):
    with pytest.raises(Invalid) as refused:
        book_series(
            actor=cast.actor("clerk"), room=house.studio.pk, dates=dates, start_time=NINE, end_time=TEN, purpose="班",
            mode=mode, now=NOW,
        )  # fmt: skip
    assert list(refused.value.extra["errors"]) == [field]
    assert not BookingSeries.objects.exists()


def test_reversed_and_empty_hours_are_too_short_on_every_date(cast, house):
    assert codes(ask(cast, house.studio, "09-21", start=TEN, end=NINE)) == ["TOO_SHORT"]
    assert codes(ask(cast, house.studio, "09-21", start=NINE, end=NINE)) == ["TOO_SHORT"]


def test_series_reads_once_however_many_dates(cast, house, calendar_known, django_assert_num_queries):
    def reads(number: int) -> None:
        days = [dt.date(2026, 9, 21) + dt.timedelta(days=n) for n in range(number)]
        book_series(
            actor=cast.actor("clerk"), room=house.studio.pk, dates=days, start_time=NINE, end_time=TEN, purpose="班",
            mode="preview", override_reason="全年的班", now=NOW,
        )  # fmt: skip

    with django_assert_num_queries(8):
        reads(2)
    with django_assert_num_queries(8):
        reads(MOST)


def test_series_asks_the_same_rules_as_one(cast, house):
    """What is known beforehand and what is asked one by one must not drift apart."""
    book(cast, house.studio, "09-22 09:30", "09-22 10:30", "neighbour")
    DayException.objects.create(room=house.studio, first_day=on("09-23")[0], last_day=on("09-23")[0], reason="粉刷")
    days = ("09-17", "09-20", "09-21", "09-22", "09-23", "09-25", "10-20")
    lines = ask(cast, house.studio, *days)
    one_by_one = []
    for day in days:
        alone = limits.Ask(
            house.studio, at(f"{day} 09:00"), at(f"{day} 10:00"), NOW, part_ids=parts(house.studio), keeps_house=True
        )
        code = limits.judge(alone).code
        one_by_one.append(code and str(code))
    assert codes(lines) == one_by_one


def parts(room):
    return list(room.room_parts.values_list("part_id", flat=True))
