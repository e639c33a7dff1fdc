"""The working clock by examples: the worked ones of the domain, the edges, and what it refuses."""

import datetime as dt
import time

import pytest

from portal.workdays.calendar import LoadedCalendar
from portal.workdays.clock import (
    DEFAULT_HOURS,
    SHANGHAI,
    Clock,
    Deadline,
    Hours,
    add_natural_time,
    add_working_time,
)
from portal.workdays.enums import DayKind

CLOCK = Clock(LoadedCalendar())
WH = dt.timedelta(hours=1)


class Closed:
    """A calendar whose every day is off."""

    def kind(self, day: dt.date, /) -> DayKind:
        return DayKind.HOLIDAY

    def name(self, day: dt.date, /) -> str:
        return "休整"

    def official(self, year: int, /) -> bool:
        return True


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("filed", "hours", "due"),
    [
        # The worked examples of the domain: over 国庆节, and into a Sunday that is worked.
        ("2026-09-30 17:30", 8, "2026-10-08 17:30"),
        ("2026-09-18 17:30", 8, "2026-09-20 17:30"),
        # At the end of a span, not at the start of the next one.
        ("2026-09-21 08:30", 8, "2026-09-21 18:00"),
        ("2026-09-21 08:30", 3.5, "2026-09-21 12:00"),
        ("2026-09-21 13:30", 4.5, "2026-09-21 18:00"),
        # Before hours, at lunch, after hours, on a rest day: the clock waits.
        ("2026-09-21 06:00", 2, "2026-09-21 10:30"),
        ("2026-09-21 12:40", 2, "2026-09-21 15:30"),
        ("2026-09-21 18:00", 2, "2026-09-22 10:30"),
        ("2026-09-19 10:00", 2, "2026-09-20 10:30"),
        # Over lunch, over the night, over weeks; 80 WH are ten working days, 中秋 and 国庆节 between them.
        ("2026-09-21 11:30", 1, "2026-09-21 14:00"),
        ("2026-09-21 17:59", 0.25, "2026-09-22 08:44"),
        ("2026-09-21 08:30", 80, "2026-10-10 18:00"),
    ],
)
def test_working_time_ends_when_the_domain_says(filed, hours, due):
    assert CLOCK.add_working_time(at(filed), hours * WH) == Deadline(at(due), provisional=False)


def test_deadline_is_in_utc():
    due = CLOCK.add_working_time(at("2026-09-21 08:30"), WH).at
    assert (due.tzinfo, due.hour) == (dt.UTC, 1)


def test_start_in_any_zone_is_the_same_moment():
    assert CLOCK.add_working_time(at("2026-09-21 07:00").astimezone(dt.UTC), WH).at == at("2026-09-21 09:30")


def test_deadline_in_an_unpublished_year_is_provisional():
    assert CLOCK.add_working_time(at("2027-03-01 09:00"), WH) == Deadline(at("2027-03-01 10:00"), provisional=True)


def test_deadline_on_the_last_published_day_stands():
    assert CLOCK.add_working_time(at("2026-12-31 08:30"), 8 * WH) == Deadline(at("2026-12-31 18:00"), provisional=False)


def test_deadline_that_crosses_into_an_unpublished_year_is_provisional():
    # 元旦 2027 is a Friday, and a weekend follows: nothing else is known yet.
    assert CLOCK.add_working_time(at("2026-12-31 17:00"), 2 * WH) == Deadline(at("2027-01-04 09:30"), provisional=True)


def test_natural_time_runs_through_nights_and_holidays():
    assert add_natural_time(at("2026-09-30 17:30"), dt.timedelta(hours=24)) == Deadline(at("2026-10-01 17:30"))


def test_natural_time_is_never_provisional():
    assert not add_natural_time(at("2026-12-31 17:30"), dt.timedelta(days=30)).provisional


@pytest.mark.parametrize("amount", [dt.timedelta(0), -WH, 10_000 * WH, dt.timedelta.max])
def test_amounts_out_of_reason_are_refused(amount):
    with pytest.raises(ValueError, match="amount of time"):
        CLOCK.add_working_time(at("2026-09-21 09:00"), amount)
    if amount != 10_000 * WH:
        with pytest.raises(ValueError, match="amount of time"):
            add_natural_time(at("2026-09-21 09:00"), amount)


def test_naive_datetimes_are_refused():
    naive = at("2026-09-21 09:00").replace(tzinfo=None)
    for ask in (CLOCK.is_working, CLOCK.next_working_moment):
        with pytest.raises(ValueError, match="time zone"):
            ask(naive)
    for ask in (CLOCK.add_working_time, CLOCK.add_natural_time):
        with pytest.raises(ValueError, match="time zone"):
            ask(naive, WH)
    with pytest.raises(ValueError, match="time zone"):
        CLOCK.working_time_between(naive, at("2026-09-21 10:00"))


def test_the_end_of_the_calendar_is_a_clear_refusal():
    last = dt.datetime(9999, 12, 31, 9, tzinfo=SHANGHAI)
    with pytest.raises(ValueError, match="calendar"):
        CLOCK.add_working_time(last, 100 * WH)
    with pytest.raises(ValueError, match="calendar"):
        add_natural_time(last, dt.timedelta(days=1))
    with pytest.raises(ValueError, match="calendar"):
        CLOCK.is_working(dt.datetime.max.replace(tzinfo=dt.UTC))


def test_the_last_day_of_the_calendar_can_be_worked():
    last = dt.datetime(9999, 12, 31, tzinfo=SHANGHAI)  # a Friday
    assert CLOCK.add_working_time(last, 8 * WH).at == last + dt.timedelta(hours=18)
    assert CLOCK.working_time_between(last, last + dt.timedelta(hours=10)) == 1.5 * WH


def test_a_calendar_with_no_working_day_is_refused_and_not_searched_for_ever():
    started = time.perf_counter()
    with pytest.raises(ValueError, match=r"no .* of working time"):
        add_working_time(at("2026-09-21 09:00"), WH, calendar=Closed(), hours=DEFAULT_HOURS)
    with pytest.raises(ValueError, match="no working time"):
        Clock(Closed()).next_working_moment(at("2026-09-21 09:00"))
    assert time.perf_counter() - started < 1


def test_long_amounts_are_quick():
    CLOCK.add_working_time(at("2026-01-05 09:00"), 5_000 * WH)  # the lunar reckoning of the years is kept
    started = time.perf_counter()
    for _time in range(20):
        CLOCK.add_working_time(at("2026-01-05 09:00"), 5_000 * WH)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-09-21 09:00", "2026-09-21 11:00", 2),
        ("2026-09-21 11:00", "2026-09-21 14:00", 1.5),
        ("2026-09-21 18:00", "2026-09-22 08:30", 0),
        ("2026-09-30 17:30", "2026-10-08 17:30", 8),
        ("2026-09-21 00:00", "2026-09-28 00:00", 32),  # 中秋 takes the Friday
        ("2026-10-08 17:30", "2026-09-30 17:30", -8),
        ("2026-09-21 09:00", "2026-09-21 09:00", 0),
    ],
)
def test_working_time_between_counts_open_hours_only(start, end, hours):
    assert CLOCK.working_time_between(at(start), at(end)) == hours * WH


def test_working_time_over_more_than_a_century_is_refused():
    with pytest.raises(ValueError, match="hundred years"):
        CLOCK.working_time_between(at("1900-01-01 00:00"), at("2026-01-01 00:00"))


@pytest.mark.parametrize(
    ("moment", "runs", "again"),
    [
        ("2026-09-21 08:29:59", False, "2026-09-21 08:30"),
        ("2026-09-21 08:30", True, "2026-09-21 08:30"),
        ("2026-09-21 12:00", False, "2026-09-21 13:30"),
        ("2026-09-21 17:59:59", True, "2026-09-21 17:59:59"),
        ("2026-09-21 18:00", False, "2026-09-22 08:30"),
        ("2026-09-30 18:00", False, "2026-10-08 08:30"),
        ("2026-09-20 10:00", True, "2026-09-20 10:00"),  # a Sunday that is worked
    ],
)
def test_clock_runs_inside_the_spans_only(moment, runs, again):
    assert CLOCK.is_working(at(moment)) is runs
    assert CLOCK.next_working_moment(at(moment)) == at(again)


def test_hours_without_a_lunch_break_count_through():
    clock = Clock(LoadedCalendar(), Hours(((dt.time(9), dt.time(17)),)))
    assert clock.add_working_time(at("2026-09-21 11:30"), 2 * WH).at == at("2026-09-21 13:30")


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ((dt.time(9), dt.time(9)),),
        ((dt.time(12), dt.time(9)),),
        ((dt.time(9), dt.time(13)), (dt.time(12), dt.time(18))),
        ((dt.time(13), dt.time(18)), (dt.time(9), dt.time(12))),
        ((dt.time(9, tzinfo=dt.UTC), dt.time(12, tzinfo=dt.UTC)),),
    ],
)
def test_hours_that_make_no_day_are_refused(spans):
    with pytest.raises(ValueError, match="hours"):
        Hours(spans)
