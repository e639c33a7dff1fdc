"""When a room is open on a date: its own rows before its centre's, a dated exception before the kind of day. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from centres.rooms.enums import Code
from centres.rooms.models import DayException, OpeningHour, Room
from portal.workdays.calendar import LoadedCalendar
from portal.workdays.enums import DayKind

Times = tuple[dt.time, dt.time]
QUARTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class DayHours:
    """The open spans of one date, joined and in order; without any, `code` says HOLIDAY or CLOSED and `name` why."""

    day: dt.date
    kind: DayKind
    spans: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
    code: Code | None = None
    name: str = ""

    def covers(self, start: dt.datetime, end: dt.datetime) -> bool:
        return any(opens <= start and end <= closes for opens, closes in self.spans)

    @property
    def opens(self) -> dt.datetime | None:
        return self.spans[0][0] if self.spans else None

    @property
    def closes(self) -> dt.datetime | None:
        return self.spans[-1][1] if self.spans else None


def midnight(day: dt.date) -> dt.datetime:
    """The local midnight a date begins with."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def on_day(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


def next_quarter(moment: dt.datetime) -> dt.datetime:
    """The next quarter of an hour, or this very one."""
    floor = this_quarter(moment)
    return floor if floor == moment else floor + QUARTER


def next_half_hour(moment: dt.datetime) -> dt.datetime:
    """The next full or half hour, or this very one."""
    quarter = next_quarter(moment)
    return quarter if timezone.localtime(quarter).minute % 30 == 0 else quarter + QUARTER


def this_quarter(moment: dt.datetime) -> dt.datetime:
    """The quarter of an hour that is running."""
    local = timezone.localtime(moment)
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)


@dataclass
class HoursBook:
    """The rows of some rooms and their centres, and the calendar they are read by. `on()` asks the database nothing."""

    calendars: dict[UUID, LoadedCalendar]  # by centre
    hours: dict[UUID, dict[str, list[Times]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    exceptions: dict[UUID, list[DayException]] = field(default_factory=lambda: defaultdict(list))
    _days: dict[tuple[UUID, dt.date], DayHours] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        calendars: dict[UUID, LoadedCalendar],
        hours: Iterable[OpeningHour],
        exceptions: Iterable[DayException],
    ) -> "HoursBook":
        book = cls(calendars)
        for row in hours:
            book.hours[_owner(row)][row.day_kind].append((row.opens, row.closes))
        for exception in exceptions:
            book.exceptions[_owner(exception)].append(exception)
        return book

    def on(self, room: Room, day: dt.date) -> DayHours:
        return self._kept(room.pk, room.centre_id, day)

    def door(self, centre_id: UUID, day: dt.date) -> DayHours:
        """The hours of the centre's own front door."""
        return self._kept(centre_id, centre_id, day)

    def _kept(self, owner: UUID, centre_id: UUID, day: dt.date) -> DayHours:
        if (owner, day) not in self._days:
            self._days[owner, day] = self._read(owner, centre_id, day)
        return self._days[owner, day]

    def _read(self, owner: UUID, centre_id: UUID, day: dt.date) -> DayHours:
        kind, name = self.calendars[centre_id].named(day)
        for whose in dict.fromkeys((owner, centre_id)):
            dated = [one for one in self.exceptions.get(whose, ()) if one.first_day <= day <= one.last_day]
            # A closure goes before other hours that were once given to the same day.
            if shut := next((one for one in dated if one.opens is None), None):
                return _answer(day, kind, [], Code.CLOSED, shut.reason)
            if dated:
                times = [(one.opens, one.closes) for one in dated if one.opens is not None and one.closes is not None]
                return _answer(day, kind, times, Code.CLOSED, dated[0].reason)
        own = self.hours.get(owner) or self.hours.get(centre_id) or {}
        code = Code.HOLIDAY if kind == DayKind.HOLIDAY else Code.CLOSED
        return _answer(day, kind, own.get(kind, []), code, name)


def _owner(row: OpeningHour | DayException) -> UUID:
    """Whose row it is: exactly one of the two is set, as the database sees to."""
    owner = row.room_id or row.centre_id
    assert owner is not None
    return owner


def _answer(day: dt.date, kind: DayKind, times: list[Times], code: Code, name: str) -> DayHours:
    if not times:
        return DayHours(day, kind, (), code, name)
    joined: list[tuple[dt.time, dt.time]] = []
    for opens, closes in sorted(times):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    spans = tuple((on_day(day, opens), on_day(day, closes)) for opens, closes in joined)
    return DayHours(day, kind, spans, None, name)
