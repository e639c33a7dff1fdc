"""The working clock: pure arithmetic on a calendar and on the hours of a day. No database, no settings.

Datetimes in and out are aware; what comes out is UTC. Days and hours are those of Asia/Shanghai. Spans are half-open.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from portal.workdays.enums import DayKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)
# Nothing the portal promises takes longer; a figure beyond is a unit mistaken (minutes for hours).
MAX_WORKING = dt.timedelta(hours=5_000)
MAX_NATURAL = dt.timedelta(days=3_660)
# How far to look for working time: a calendar whose every day is closed must not be searched to the end of the world.
MAX_DAYS = 3_660
MAX_BETWEEN_DAYS = 36_600


class Calendar(Protocol):
    def kind(self, day: dt.date, /) -> DayKind:
        """What the day is."""

    def name(self, day: dt.date, /) -> str:
        """What the day is called: 国庆节, 国庆节调休, or nothing."""

    def official(self, year: int, /) -> bool:
        """Whether the year's arrangement has been published, so that what is computed in it stands."""


@dataclass(frozen=True)
class Hours:
    """Spans of a working day, in order; none runs past midnight.

    Raises ValueError for no span, an empty one, or spans that overlap.
    """

    spans: tuple[tuple[dt.time, dt.time], ...] = (
        (dt.time(8, 30), dt.time(12, 0)),
        (dt.time(13, 30), dt.time(18, 0)),
    )

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(edge.tzinfo for edge in edges):
            raise ValueError("working hours need at least one span of plain times")
        if any(begin >= end for begin, end in self.spans) or edges != sorted(edges):
            raise ValueError("spans of working hours must be in order, not empty, and not overlap")

    @property
    def per_day(self) -> dt.timedelta:
        return sum((_since_midnight(end) - _since_midnight(begin) for begin, end in self.spans), dt.timedelta())

    def on(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The spans of `day` as moments in UTC."""
        for begin, end in self.spans:
            yield (
                dt.datetime.combine(day, begin, SHANGHAI).astimezone(dt.UTC),
                dt.datetime.combine(day, end, SHANGHAI).astimezone(dt.UTC),
            )


DEFAULT_HOURS = Hours()


@dataclass(frozen=True)
class Deadline:
    """`at`: the moment, UTC. `provisional` (暂定): a year on the way to it has not been published yet."""

    at: dt.datetime
    provisional: bool = False


def add_working_time(start: dt.datetime, amount: dt.timedelta, *, calendar: Calendar, hours: Hours) -> Deadline:
    """The moment when `amount` of working time has passed since `start`.

    It falls at the end of a span, not at the start of the next: 8 WH from Monday 08:30 is Monday 18:00.
    Raises ValueError for a naive start, an amount that is not positive or beyond MAX_WORKING, and where the calendar
    has not that much working time within ten years or before the year 9999 ends.
    """
    _aware(start)
    _within(amount, MAX_WORKING)
    first, left, per_day, provisional = _local_date(start), amount, hours.per_day, False
    for day in _days_from(start, MAX_DAYS):
        provisional = provisional or not calendar.official(day.year)
        if calendar.kind(day) != DayKind.WORKING:
            continue
        if day != first and left > per_day:  # a whole day: no need to look at its spans
            left -= per_day
            continue
        for begin, end in hours.on(day):
            begin = max(begin, start)
            if begin >= end:
                continue
            if left <= end - begin:
                return Deadline((begin + left).astimezone(dt.UTC), provisional)
            left -= end - begin
    raise ValueError(f"no {amount} of working time within {MAX_DAYS} days of {start}")


def add_natural_time(start: dt.datetime, amount: dt.timedelta) -> Deadline:
    """The moment `amount` after `start`, by the clock on the wall. Never provisional.

    Raises ValueError for a naive start, an amount that is not positive or beyond ten years, and past the year 9999.
    """
    _aware(start)
    _within(amount, MAX_NATURAL)
    try:
        return Deadline(start.astimezone(dt.UTC) + amount)
    except OverflowError:
        raise ValueError(f"{amount} after {start} is past the end of the calendar") from None


def working_time_between(a: dt.datetime, b: dt.datetime, *, calendar: Calendar, hours: Hours) -> dt.timedelta:
    """Working time from `a` to `b`; negative where `b` comes first (how late something is).

    Raises ValueError for naive datetimes and for more than a hundred years.
    """
    _aware(a)
    _aware(b)
    if b < a:
        return -working_time_between(b, a, calendar=calendar, hours=hours)
    first, last = _local_date(a), _local_date(b)
    if (last - first).days > MAX_BETWEEN_DAYS:
        raise ValueError(f"{a} and {b} are more than a hundred years apart")
    total, per_day = dt.timedelta(), hours.per_day
    for day in _days_from(a, (last - first).days):
        if calendar.kind(day) != DayKind.WORKING:
            continue
        if first < day < last:
            total += per_day
            continue
        for begin, end in hours.on(day):
            total += max(min(end, b) - max(begin, a), dt.timedelta())
    return total


def is_working(now: dt.datetime, *, calendar: Calendar, hours: Hours) -> bool:
    """Whether the clock runs at `now`. At 12:00 sharp it does not, at 13:30 sharp it does."""
    _aware(now)
    day = _local_date(now)
    return calendar.kind(day) == DayKind.WORKING and any(begin <= now < end for begin, end in hours.on(day))


def next_working_moment(now: dt.datetime, *, calendar: Calendar, hours: Hours) -> dt.datetime:
    """`now` where the clock runs, else the moment it starts again. UTC. Raises ValueError as add_working_time does."""
    _aware(now)
    for day in _days_from(now, MAX_DAYS):
        if calendar.kind(day) == DayKind.WORKING:
            for begin, end in hours.on(day):
                if now < end:
                    return max(begin, now).astimezone(dt.UTC)
    raise ValueError(f"no working time within {MAX_DAYS} days of {now}")


@dataclass(frozen=True)
class Clock:
    """A calendar and hours that belong together: what one community's deadlines run on."""

    calendar: Calendar
    hours: Hours = DEFAULT_HOURS

    def add_working_time(self, start: dt.datetime, amount: dt.timedelta) -> Deadline:
        return add_working_time(start, amount, calendar=self.calendar, hours=self.hours)

    def add_natural_time(self, start: dt.datetime, amount: dt.timedelta) -> Deadline:
        return add_natural_time(start, amount)

    def working_time_between(self, a: dt.datetime, b: dt.datetime) -> dt.timedelta:
        return working_time_between(a, b, calendar=self.calendar, hours=self.hours)

    def is_working(self, now: dt.datetime) -> bool:
        return is_working(now, calendar=self.calendar, hours=self.hours)

    def next_working_moment(self, now: dt.datetime) -> dt.datetime:
        return next_working_moment(now, calendar=self.calendar, hours=self.hours)


def _days_from(start: dt.datetime, count: int) -> Iterator[dt.date]:
    """The date of `start` in Shanghai and the `count` dates after it. Raises ValueError at the end of year 9999."""
    day = _local_date(start)
    yield day
    for _index in range(count):
        if day == dt.date.max:
            raise ValueError(f"the calendar ends before enough days have passed since {start}")
        day += ONE_DAY
        yield day


def _local_date(moment: dt.datetime) -> dt.date:
    try:
        return moment.astimezone(SHANGHAI).date()
    except OverflowError:
        raise ValueError(f"{moment} lies outside the calendar") from None


def _since_midnight(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond)


def _aware(moment: dt.datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} carries no time zone")


def _within(amount: dt.timedelta, limit: dt.timedelta) -> None:
    if not dt.timedelta() < amount <= limit:
        raise ValueError(f"an amount of time must be above zero and at most {limit}, not {amount}")
