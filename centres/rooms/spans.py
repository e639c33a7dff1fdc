"""A day of a room as spans without holes: who stands where, what is free. Pure; ninety-six quarters of an hour."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from centres.rooms.enums import BookingState, Code, SpanState
from centres.rooms.hours import QUARTER, DayHours, midnight, next_quarter
from centres.rooms.models import Room

QUARTERS = 96
# A wish that nobody has answered by then goes back into the room's free time.
ANSWER_BEFORE = dt.timedelta(hours=2)


@dataclass(frozen=True)
class Taken:
    """What stands on one of a room's parts. `title` is what the public may read: of the centre's own things only."""

    starts_at: dt.datetime
    used_until: dt.datetime
    free_at: dt.datetime  # after the buffer
    held: bool
    title: str
    booking_id: UUID | None
    user_id: UUID | None
    part_id: UUID | None = None

    @classmethod
    def by_row(cls, row: dict[str, Any]) -> "Taken":
        """From one row of diary._occupied: a booking, or an offer, which is held for the one it was made to."""
        period, offered = row["period"], row["offer_id"] is not None
        own = not offered and row["booking__user_id"] is None and row["booking__resident_id"] is None
        return cls(
            period.lower,
            row["used_until"],
            period.upper,
            offered or row["booking__state"] == BookingState.PENDING,
            str(row["booking__purpose"]) if own else "",
            row["booking_id"],
            row["offer__user_id"] if offered else row["booking__user_id"],
            row["part_id"],
        )


@dataclass(frozen=True)
class Span:
    """`code` says why it cannot be had; on a free one TOO_SHORT says that it is less than the room's shortest."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    state: SpanState
    code: str = ""
    title: str = ""
    booking_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def quarters(self) -> int:
        return self.minutes // 15

    @property
    def bookable(self) -> bool:
        return self.state == SpanState.FREE and not self.code


Slot = tuple[SpanState, str, str, UUID | None, UUID | None]


def day_of(
    room: Room,
    hours: DayHours,
    taken: Iterable[Taken],
    *,
    earliest: dt.datetime,
    last_day: dt.date,
    places: int = 1,
) -> list[Span]:
    """Every span of a date from midnight to midnight.

    earliest: nobody may begin before it (now and the room's notice). last_day: the end of the horizon. places: how many
    parts the room lets one by one; it is free while one of them is.
    """
    start = midnight(hours.day)
    slots = _open_slots(hours, start, earliest, last_day)
    buffer = room.buffer_minutes // 15
    # One place alone says what stands on it, and whose it is to whoever has it.
    if room.by_place and places != 1:
        slots = _where_any_is_free(slots, start, taken, buffer, places)
    else:
        for one in taken:
            _lay(slots, start, one)
        _keep_buffer_free(slots, buffer)
    return _joined(slots, start, room.min_minutes)


def _where_any_is_free(
    slots: list[Slot], start: dt.datetime, taken: Iterable[Taken], buffer: int, places: int
) -> list[Slot]:
    by_part: dict[UUID | None, list[Taken]] = {}
    for one in taken:
        by_part.setdefault(one.part_id, []).append(one)
    if len(by_part) < places:
        return slots  # one place has nothing on it the whole day
    each = []
    for some in by_part.values():
        own = list(slots)
        for one in some:
            _lay(own, start, one)
        _keep_buffer_free(own, buffer)
        each.append(own)
    # Full is said without whose: of twenty seats each may be somebody else's.
    full: Slot = (SpanState.BOOKED, Code.CONFLICT, "", None, None)
    gap: Slot = (SpanState.BUFFER, Code.BUFFER, "", None, None)
    joined = []
    for before, *now in zip(slots, *each, strict=True):
        states = {slot[0] for slot in now}
        if before[0] == SpanState.FREE and SpanState.FREE not in states:
            joined.append(gap if states == {SpanState.BUFFER} else full)
        else:
            joined.append(before)
    return joined


def _index(start: dt.datetime, moment: dt.datetime) -> int:
    return max(0, min(QUARTERS, int((moment - start) / QUARTER)))


def _open_slots(hours: DayHours, start: dt.datetime, earliest: dt.datetime, last_day: dt.date) -> list[Slot]:
    shut: Slot = (SpanState.CLOSED, hours.code or Code.OUTSIDE_HOURS, "", None, None)
    slots = [shut] * QUARTERS
    free: Slot = (SpanState.FREE, "", "", None, None)
    if hours.day > last_day:
        free = (SpanState.CLOSED, Code.TOO_FAR, "", None, None)
    soon: Slot = (SpanState.CLOSED, Code.TOO_SOON, "", None, None)
    first = _index(start, next_quarter(earliest))
    for opens, closes in hours.spans:
        for at in range(_index(start, opens), _index(start, closes)):
            slots[at] = soon if at < first else free
    return slots


def _lay(slots: list[Slot], start: dt.datetime, one: Taken) -> None:
    used = (SpanState.HELD if one.held else SpanState.BOOKED, Code.CONFLICT, one.title, one.booking_id, one.user_id)
    for at in range(_index(start, one.starts_at), _index(start, one.used_until)):
        slots[at] = used
    for at in range(_index(start, one.used_until), _index(start, one.free_at)):
        # Where a buffer and somebody else's use meet (an older, longer buffer), the use is what is seen.
        if slots[at][0] not in (SpanState.HELD, SpanState.BOOKED):
            slots[at] = (SpanState.BUFFER, Code.BUFFER, "", None, None)


def _keep_buffer_free(slots: list[Slot], buffer: int) -> None:
    """Whoever books must leave the buffer before the next one comes: these quarters are free to nobody."""
    if not buffer:
        return
    for at in range(1, QUARTERS):
        if slots[at][0] in (SpanState.HELD, SpanState.BOOKED) and slots[at - 1][3:] != slots[at][3:]:
            for before in range(max(0, at - buffer), at):
                if slots[before][0] == SpanState.FREE:
                    slots[before] = (SpanState.BUFFER, Code.BUFFER, "", None, None)


def _joined(slots: list[Slot], start: dt.datetime, least: int) -> list[Span]:
    spans: list[Span] = []
    begin = 0
    for at in range(1, QUARTERS + 1):
        if at < QUARTERS and slots[at] == slots[begin]:
            continue
        state, code, title, booking_id, user_id = slots[begin]
        if state == SpanState.FREE and (at - begin) * 15 < least:
            code = Code.TOO_SHORT
        spans.append(Span(start + begin * QUARTER, start + at * QUARTER, state, str(code), title, booking_id, user_id))
        begin = at
    return spans


def notice_of(room: Room, *, keeps_house: bool = False) -> dt.timedelta:
    """How long before its start a booking is made; where it waits for a nod, long enough for somebody to give it."""
    notice = dt.timedelta(minutes=room.notice_minutes)
    return max(notice, ANSWER_BEFORE) if room.needs_approval and not keeps_house else notice


def last_bookable_day(room: Room, now: dt.datetime, *, local: bool = True) -> dt.date:
    """The end of the horizon: that of people who live here, or of the others."""
    days = room.horizon_days
    if not local and room.others_horizon_days is not None:
        days = min(days, room.others_horizon_days)
    return timezone.localtime(now).date() + dt.timedelta(days=days)
