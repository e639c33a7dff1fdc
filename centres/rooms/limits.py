"""The rules of a booking, in the order of domain.md. Each asks as little as it needs, once the ones before held."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from centres.rooms import facts
from centres.rooms.diary import hours_book
from centres.rooms.enums import OVERRIDABLE, PACE, Code
from centres.rooms.facts import Facts, Stands
from centres.rooms.hours import DayHours, HoursBook, this_quarter
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, Suspension
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.persons import Person
from centres.rooms.spans import last_bookable_day, notice_of

# Nobody's calendar reaches further, whatever reason they have; and arithmetic on the year 9999 would not come back.
FURTHEST = dt.timedelta(days=366)


@dataclass
class Known:
    """What the asks of one person for one room over some dates have in common, read once; what is had is added."""

    hours: HoursBook
    facts: Facts

    def add(self, ask: "Ask") -> None:
        """This one is had: the next ones of the same series find it there."""
        if ask.counts:
            self.facts.used[ask.month] += 1
        free_at = ask.ends_at + ask.buffer
        self.facts.standing += [Stands(part, ask.starts_at, ask.ends_at, free_at) for part in ask.takes]


@dataclass
class Ask:
    """One wish for a room, put to the rules. `person` None: the centre's own.

    part_ids: what it may take: all of them, or in a room let by the place any one. keeps_house: whoever asks could give
    the nod themself. walk_in: they stand at the counter; the running quarter counts as now. moving: the booking that
    would give up its present time. offer: what was being offered to them. programme: a class of the house, which runs
    as long and is planned as far ahead as the house likes. known: what was read for a whole series.
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
    offer: WaitlistEntry | None = None
    programme: bool = False
    known: Known | None = None

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
    def counts(self) -> bool:
        """It uses up one of somebody's times."""
        return self.person is not None and self.room.uses_quota

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
        book = self.known.hours if self.known else hours_book([self.room], self.day, self.day)
        return book.on(self.room, self.day)

    @cached_property
    def facts(self) -> Facts:
        """Read when the first rule needs them, under the locks; those of a series once for all of it."""
        if self.known:
            return self.known.facts
        return facts.read(
            person=self.person,
            part_ids=self.part_ids,
            period=self.period,
            months=(self.month, self.month),
            now=self.now,
            moving=self.moving,
            offer=self.offer,
        )

    @property
    def used(self) -> int:
        return self.facts.used[self.month]

    @property
    def allowed(self) -> int:
        return self.room.centre.monthly_quota

    @cached_property
    def suspended(self) -> Suspension | None:
        return Suspension.objects.get(pk=self.facts.put_off[1]) if self.facts.put_off else None

    @cached_property
    def in_the_way(self) -> list[Stands]:
        """Whatever stands on any of the parts in the wanted time, the buffer after it included."""
        end = self.ends_at + self.buffer
        return [one for one in self.facts.standing if one.starts_at < end and self.starts_at < one.free_at]

    @cached_property
    def takes(self) -> list[UUID]:
        """The parts it gets: every part of the room, or the first free place. Empty where there is none."""
        busy = {one.part_id for one in self.in_the_way}
        if self.room.by_place:
            return [part for part in self.part_ids if part not in busy][:1]
        return [] if busy else self.part_ids

    @property
    def meets_a_use(self) -> bool:
        """A use stands in the very time that is wanted; else only somebody's buffer is in the way, or one's own."""
        return any(one.starts_at < self.ends_at and self.starts_at < one.used_until for one in self.in_the_way)


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
    if not ask.counts or ask.used < ask.allowed:
        return None
    return {"used": ask.used, "allowed": ask.allowed}


def _suspended(ask: Ask) -> Details | None:
    return {"until": ask.facts.put_off[0]} if ask.facts.put_off else None


def _buffer(ask: Ask) -> Details | None:
    return {} if not ask.takes and not ask.meets_a_use else None


def _conflict(ask: Ask) -> Details | None:
    return {} if not ask.takes else None


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
        if details is None or (ask.programme and code in PACE and not details.get("hard")):
            continue
        if overriding and code in OVERRIDABLE and not details.get("hard"):
            aside.append(code)
            continue
        return Verdict(code, details, tuple(aside))
    return Verdict(overridden=tuple(aside))
