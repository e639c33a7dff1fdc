"""The rules of a booking, in the order of domain.md. Each asks as little as it needs, once the ones before held."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from centres.rooms.diary import hours_book
from centres.rooms.enums import OVERRIDABLE, Code
from centres.rooms.hours import DayHours, this_quarter
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, Occupancy, Suspension
from centres.rooms.persons import Person
from centres.rooms.spans import last_bookable_day, notice_of

# Nobody's calendar reaches further, whatever reason they have; and arithmetic on the year 9999 would not come back.
FURTHEST = dt.timedelta(days=366)


@dataclass
class Ask:
    """One wish for a room, put to the rules. `person` None: the centre's own.

    keeps_house: whoever asks could give the nod themself. walk_in: they stand at the counter; the running quarter
    counts as now. moving: the booking that would give up its present time.
    """

    room: Room
    starts_at: dt.datetime
    ends_at: dt.datetime
    now: dt.datetime
    person: Person | None = None
    part_ids: list[UUID] = field(default_factory=list)
    people: int | None = None
    keeps_house: bool = False
    walk_in: bool = False
    moving: Booking | None = None

    @property
    def minutes(self) -> float:
        return (self.ends_at - self.starts_at).total_seconds() / 60

    @property
    def buffer(self) -> dt.timedelta:
        minutes = self.moving.buffer_minutes if self.moving else self.room.buffer_minutes
        return dt.timedelta(minutes=minutes)

    @property
    def period(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.starts_at, self.ends_at + self.buffer)

    @property
    def day(self) -> dt.date:
        return timezone.localtime(self.starts_at).date()

    @property
    def month(self) -> dt.date:
        """First day of the month whose quota this counts in."""
        return self.day.replace(day=1)

    @property
    def is_local(self) -> bool:
        """Lives in the room's community; the centre's own things do."""
        if self.person is None:
            return True
        home = self.person.home_path
        return home is not None and home.startswith(self.room.centre.grid.path)

    @cached_property
    def last_day(self) -> dt.date:
        return last_bookable_day(self.room, self.now, local=self.is_local)

    @property
    def notice(self) -> dt.timedelta:
        return notice_of(self.room, keeps_house=self.keeps_house)

    @property
    def needs_nod(self) -> bool:
        """It would wait for the community."""
        return self.room.needs_approval and not self.keeps_house

    @cached_property
    def hours(self) -> DayHours:
        return hours_book([self.room], self.day, self.day).on(self.room, self.day)

    @cached_property
    def used(self) -> int:
        if self.person is None:
            return 0
        found = Booking.objects.filter(self.person.owns, counts=True, quota_month=self.month)
        return found.exclude(pk=self.moving.pk).count() if self.moving else found.count()

    @property
    def allowed(self) -> int:
        return self.room.centre.monthly_quota

    @cached_property
    def suspended(self) -> Suspension | None:
        if self.person is None:
            return None
        theirs = Suspension.objects.filter(self.person.owns)
        return theirs.filter(until__gt=self.now, lifted_at=None).order_by("-until").first()

    @cached_property
    def clashes(self) -> list[tuple[dt.datetime, dt.datetime]]:
        """(start, end of use) of whatever stands in the way, on any part."""
        found = Occupancy.objects.filter(part__in=self.part_ids, period__overlap=self.period)
        if self.moving:
            found = found.exclude(booking=self.moving)
        return [(period.lower, until) for period, until in found.values_list("period", "used_until")]

    @property
    def meets_a_use(self) -> bool:
        """A use stands in the very time that is wanted; else only somebody's buffer is in the way, or one's own."""
        return any(start < self.ends_at and self.starts_at < until for start, until in self.clashes)


Details = dict[str, Any]
# None: the rule holds. Else what the sentence needs to know; `hard` where no reason helps.
Check = Callable[[Ask], Details | None]


def _too_short(ask: Ask) -> Details | None:
    if ask.minutes <= 0:
        return {"hard": True}
    return {} if ask.minutes < ask.room.min_minutes else None


def _too_long(ask: Ask) -> Details | None:
    if ask.minutes > 24 * 60:
        return {"hard": True}
    return {} if ask.minutes > ask.room.max_minutes else None


def _too_soon(ask: Ask) -> Details | None:
    if ask.starts_at < (this_quarter(ask.now) if ask.walk_in else ask.now):
        return {"hard": True}
    if ask.walk_in:
        return None
    return {} if ask.starts_at < ask.now + ask.notice else None


def _too_far(ask: Ask) -> Details | None:
    if ask.starts_at > ask.now + FURTHEST:
        return {"hard": True}
    return {} if ask.day > ask.last_day else None


def _off_grid(ask: Ask) -> Details | None:
    moments = (timezone.localtime(ask.starts_at), timezone.localtime(ask.ends_at))
    return {} if any(moment.minute % 15 or moment.second or moment.microsecond for moment in moments) else None


def _holiday(ask: Ask) -> Details | None:
    return {} if ask.hours.code == Code.HOLIDAY else None


def _closed(ask: Ask) -> Details | None:
    return {} if ask.hours.code == Code.CLOSED else None


def _outside_hours(ask: Ask) -> Details | None:
    return None if ask.hours.covers(ask.starts_at, ask.ends_at) else {}


def _quota(ask: Ask) -> Details | None:
    if ask.person is None or ask.used < ask.allowed:
        return None
    return {"used": ask.used, "allowed": ask.allowed}


def _suspended(ask: Ask) -> Details | None:
    return {"until": ask.suspended.until} if ask.suspended else None


def _buffer(ask: Ask) -> Details | None:
    return {} if ask.clashes and not ask.meets_a_use else None


def _conflict(ask: Ask) -> Details | None:
    return {} if ask.clashes else None


CHECKS: tuple[tuple[Code, Check], ...] = (
    (Code.TOO_SHORT, _too_short),
    (Code.TOO_LONG, _too_long),
    (Code.TOO_SOON, _too_soon),
    (Code.TOO_FAR, _too_far),
    (Code.OFF_GRID, _off_grid),
    (Code.HOLIDAY, _holiday),
    (Code.CLOSED, _closed),
    (Code.OUTSIDE_HOURS, _outside_hours),
    (Code.QUOTA, _quota),
    (Code.SUSPENDED, _suspended),
    (Code.BUFFER, _buffer),
    (Code.CONFLICT, _conflict),
)


@dataclass(frozen=True)
class Verdict:
    """The first rule that says no, or None; and those that were set aside with a reason."""

    code: Code | None = None
    details: Details = field(default_factory=dict)
    overridden: tuple[Code, ...] = ()


def judge(ask: Ask, *, overriding: bool = False) -> Verdict:
    """Put a wish to every rule in order. overriding: the staff of the place gave a reason."""
    aside: list[Code] = []
    for code, check in CHECKS:
        details = check(ask)
        if details is None:
            continue
        if overriding and code in OVERRIDABLE and not details.get("hard"):
            aside.append(code)
            continue
        return Verdict(code, details, tuple(aside))
    return Verdict(overridden=tuple(aside))
