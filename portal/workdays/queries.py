"""The door to the working calendar: what a community's days and hours are. Deadlines are computed on what comes out.

Everything is kept in memory under a version that the database changes with every write: a warm call is one query, a
cold one five, however many communities and days are asked about. Ask once per community, not once per row.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from portal.workdays import statutory
from portal.workdays.calendar import LoadedCalendar, Named
from portal.workdays.clock import DEFAULT_HOURS, Clock, Hours
from portal.workdays.enums import DayKind
from portal.workdays.models import CalendarDay, CalendarYear, DayOverride, WorkingHours

CODE_LENGTH = 12


@dataclass(frozen=True)
class DayInfo:
    """A date as the home page says it. `lunar` is 农历八月初八; `official` False: the year is not published yet."""

    date: dt.date
    kind: DayKind
    name: str
    lunar: str
    official: bool


def clock_for(scope_code: str | None = None, *, hold: bool = False) -> Clock:
    """The working clock of a community: `clock_for(code).add_working_time(start, timedelta(hours=8))`.

    scope_code: a 12-digit community code, or a longer code below it; None: what holds everywhere.
    hold: for services that store a deadline. Keeps the calendar from being replaced until the transaction ends, so that
    the recomputation of open deadlines sees the stored one or is waited for. Raises RuntimeError outside a transaction.
    """
    return _shelf(hold).clock(scope_code[:CODE_LENGTH] if scope_code else None)


def calendar_for(scope_code: str | None = None) -> LoadedCalendar:
    """The calendar of a community (see clock_for): kind(date), name(date), official(year)."""
    return _shelf().clock(scope_code[:CODE_LENGTH] if scope_code else None).calendar  # type: ignore[return-value]


def hours_for(scope_code: str | None = None) -> Hours:
    """The working hours of a community, else those set for everybody, else 08:30–12:00 and 13:30–18:00."""
    return clock_for(scope_code).hours


def day_info(date: dt.date, scope_code: str | None = None) -> DayInfo:
    """Kind, name and lunar words of a date, in a community."""
    calendar = calendar_for(scope_code)
    kind, name = calendar.named(date)
    return DayInfo(date, kind, name, statutory.lunar_words(date), calendar.official(date.year))


@dataclass
class _Shelf:
    """Every calendar of one version."""

    version: UUID | None
    years: frozenset[int]
    days: dict[dt.date, Named]
    overrides: dict[str | None, dict[dt.date, Named]]
    hours: dict[str | None, Hours]
    clocks: dict[str | None, Clock] = field(default_factory=dict)

    def clock(self, scope_code: str | None) -> Clock:
        if scope_code not in self.overrides and scope_code not in self.hours:
            scope_code = None  # a community with nothing of its own shares everybody's
        if scope_code not in self.clocks:
            overrides = self.overrides.get(None, {}) | self.overrides.get(scope_code, {})
            hours = self.hours.get(scope_code) or self.hours.get(None) or DEFAULT_HOURS
            self.clocks[scope_code] = Clock(LoadedCalendar(overrides, self.days, self.years), hours)
        return self.clocks[scope_code]


_kept: _Shelf | None = None


def _shelf(hold: bool = False) -> _Shelf:
    global _kept
    # The version first, the rows after: rows may then be newer than their label, and are read again, but never older.
    version = _held_version() if hold else _version()
    kept = _kept
    if kept is None or kept.version != version:
        _kept = kept = _load(version)
    return kept


def _version() -> UUID | None:
    # By hand, like the one below: every page and every write asks it, and composing it costs more than the answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM portal_calendarversion WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else None


def _held_version() -> UUID:
    if not connection.in_atomic_block:
        raise RuntimeError("clock_for(hold=True) needs a transaction to hold the calendar in")
    with connection.cursor() as cursor:
        # FOR SHARE: writers of deadlines do not wait for each other, only for a year being published.
        ask = "SELECT version FROM portal_calendarversion WHERE id = 1 FOR SHARE"
        cursor.execute(ask)
        row = cursor.fetchone()
        if row is None:  # nothing was ever written; there must be a row to hold
            cursor.execute(
                "INSERT INTO portal_calendarversion (id, version) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING"
            )
            cursor.execute(ask)
            row = cursor.fetchone()
    return UUID(str(row[0]))


def _load(version: UUID | None) -> _Shelf:
    years = frozenset(CalendarYear.objects.filter(official=True).values_list("year", flat=True))
    # By year: where two notices speak of one date, the later has the last word.
    rows = CalendarDay.objects.filter(year__official=True).order_by("year_id").values_list("date", "kind", "name")
    days = {date: (DayKind(kind), name) for date, kind, name in rows}
    overrides: dict[str | None, dict[dt.date, Named]] = defaultdict(dict)
    for code, date, kind, name in DayOverride.objects.values_list("scope_code", "date", "kind", "name"):
        overrides[code][date] = (DayKind(kind), name)
    hours = {row.scope_code: row.as_hours() for row in WorkingHours.objects.all()}
    return _Shelf(version, years, days, dict(overrides), hours)
