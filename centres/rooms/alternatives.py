"""The three nearest: another time in the room that day, the room on another day, another room at that time."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import words
from centres.rooms.diary import Diary, open_diary
from centres.rooms.enums import Code
from centres.rooms.hours import next_quarter, on_day
from centres.rooms.limits import FURTHEST, Ask
from centres.rooms.models import Room

MOST = 3
DAYS = 14  # both ways: past the longest holiday, with three days left to choose from


@dataclass(frozen=True)
class Slot:
    """A time that is free, or a room one may simply walk into (then without a time)."""

    room: Room
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None

    def shown(self, now: dt.datetime) -> dict[str, Any]:
        """As the API gives it, and as a button shows it."""
        if self.starts_at is None or self.ends_at is None:
            label = _("%(room)s，不用约，推门就进") % {"room": self.room.name}
            return {"room": str(self.room.pk), "room_name": self.room.name, "label": label, "url": self.url}
        return {
            "room": str(self.room.pk),
            "room_name": self.room.name,
            "starts_at": timezone.localtime(self.starts_at).isoformat(),
            "ends_at": timezone.localtime(self.ends_at).isoformat(),
            "label": f"{self.room.name} {words.slot(self.starts_at, self.ends_at, now)}",
            "url": self.url,
        }

    @property
    def url(self) -> str:
        if self.starts_at is None or self.ends_at is None:
            return self.room.get_absolute_url()
        return book_url(self.room, self.starts_at, self.ends_at)


def book_url(room: Room, start: dt.datetime, end: dt.datetime | None = None) -> str:
    """Where this room is booked at this time."""
    local = timezone.localtime(start)
    asked = {"date": f"{local:%Y-%m-%d}", "start": f"{local:%H:%M}"}
    if end is not None:
        asked["minutes"] = str(int((end - start).total_seconds()) // 60)
    return f"{reverse('room-book', args=[room.pk])}?{urlencode(asked)}"


def nearest(ask: Ask, code: str) -> list[Slot]:
    """At most three, the most fitting first. Five queries, however many rooms the centre has and however full."""
    rooms = list(Room.objects.active().with_centre().filter(centre=ask.room.centre_id))
    first = None if code == Code.SUSPENDED else _first_day(ask, code)
    if first is None:
        return _walk_in(ask, rooms)
    wanted, length = _wanted(ask, first)
    suiting = [room for room in rooms if room.needs_booking and room.pk != ask.room.pk and _suits(room, ask)]
    suiting.sort(key=lambda room: abs((room.capacity or 0) - (ask.people or ask.room.capacity or 0)))
    # What is left of this month is of no use to somebody who has had their share of it.
    today = timezone.localtime(ask.now).date()
    back = 0 if code == Code.QUOTA else min(DAYS, (first - today).days)
    diary = open_diary(
        [ask.room, *suiting],
        first - dt.timedelta(days=back),
        back + DAYS,
        ask.now,
        local=ask.is_local,
        keeps_house=ask.keeps_house,
    )
    found: dict[tuple[UUID, dt.datetime], Slot] = {}
    for slot in _candidates(diary, ask.room, suiting, wanted, length, _near(first, back)):
        assert slot.starts_at is not None
        found.setdefault((slot.room.pk, slot.starts_at), slot)
        if len(found) == MOST:
            break
    return list(found.values()) or _walk_in(ask, rooms)


def _first_day(ask: Ask, code: str) -> dt.date | None:
    """The day to look at first; None where no time within the horizon would help."""
    today = timezone.localtime(ask.now).date()
    if code == Code.QUOTA:
        next_month = (ask.month + dt.timedelta(days=32)).replace(day=1)
        return next_month if next_month <= ask.last_day else None
    if ask.starts_at > ask.now + FURTHEST:
        return ask.last_day
    return max(today, min(ask.day, ask.last_day))


def _wanted(ask: Ask, first: dt.date) -> tuple[dt.datetime, dt.timedelta]:
    """The start that was wanted, on that day and on the quarter; and a length the room allows."""
    near = abs(ask.starts_at - ask.now) <= FURTHEST
    time = next_quarter(ask.starts_at if near else ask.now).time()
    minutes = max(0, min(ask.minutes, 24 * 60))
    quarters = -(-int(minutes) // 15)
    allowed = max(ask.room.min_minutes, min(quarters * 15, ask.room.max_minutes))
    return on_day(first, time), dt.timedelta(minutes=allowed)


def _suits(room: Room, ask: Ask) -> bool:
    enough = room.capacity is None or room.capacity >= (ask.people or 0)
    return enough and (ask.room.guardian_required or not room.guardian_required)


def _near(first: dt.date, back: int) -> list[dt.date]:
    """The other days, the nearest first; of two that are as near the later one."""
    steps = [n for distance in range(1, DAYS) for n in (distance, -distance) if n >= -back]
    return [first + dt.timedelta(days=n) for n in steps]


def _candidates(
    diary: Diary, room: Room, others: list[Room], wanted: dt.datetime, length: dt.timedelta, days: list[dt.date]
) -> Iterator[Slot]:
    """First one of each kind, then whatever else is near."""
    same_day = _in_room(diary, room, wanted, length)
    other_days = (slot for day in days for slot in _in_room(diary, room, on_day(day, wanted.time()), length)[:1])
    elsewhere = [slot for other in others for slot in _in_room(diary, other, wanted, length)[:1]]
    at_that_time = [slot for slot in elsewhere if slot.starts_at == wanted]
    yield from same_day[:1]
    yield from itertools.islice(other_days, 1)
    yield from at_that_time[:1]
    yield from at_that_time[1:]
    yield from same_day[1:]
    yield from elsewhere
    yield from other_days


def _in_room(diary: Diary, room: Room, wanted: dt.datetime, length: dt.timedelta) -> list[Slot]:
    """One slot in each free span of that day, the nearest to what was wanted first."""
    length = max(length, dt.timedelta(minutes=room.min_minutes))
    if length > dt.timedelta(minutes=room.max_minutes):
        return []
    starts = [
        max(span.starts_at, min(wanted, span.ends_at - length))
        for span in diary.free(room, wanted.date())
        if span.ends_at - span.starts_at >= length
    ]
    starts.sort(key=lambda start: abs(start - wanted))
    return [Slot(room, start, start + length) for start in starts]


def _walk_in(ask: Ask, rooms: list[Room]) -> list[Slot]:
    """Where no booking helps: the rooms one walks into, first those of the same kind."""
    open_to_all = [room for room in rooms if not room.needs_booking]
    open_to_all.sort(key=lambda room: (room.kind != ask.room.kind, room.order))
    return [Slot(room) for room in open_to_all[:MOST]]
