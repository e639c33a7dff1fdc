"""What the counter's list of bookings shows of each, and which rooms can be had on the spot."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from centres.rooms import queries, rules, words
from centres.rooms.diary import open_diary
from centres.rooms.enums import BookingState, SpanState
from centres.rooms.models import Centre, Room
from centres.rooms.models_booking import Booking
from centres.rooms.spans import ANSWER_BEFORE
from portal.accounts.actors import Actor
from portal.ui.words import clock

TAGS = {
    BookingState.PENDING: "wait",
    BookingState.CONFIRMED: "",
    BookingState.CHECKED_IN: "done",
    BookingState.COMPLETED: "done",
}


@dataclass(frozen=True)
class DeskRow:
    booking: Booking
    who: str
    phone: str
    tag: str
    state: str
    answer_by: dt.datetime | None
    may_nod: bool
    may_check_in: bool
    lit: bool
    other_centre: str
    length: str


def rows_of(actor: Actor, bookings: Iterable[Booking], now: dt.datetime) -> list[DeskRow]:
    """No query: the bookings come with their room, centre, grid and people."""
    return [_row(actor, booking, now) for booking in bookings]


def _row(actor: Actor, booking: Booking, now: dt.datetime) -> DeskRow:
    state = BookingState(booking.state)
    pending = state == BookingState.PENDING
    answer_by = booking.starts_at - ANSWER_BEFORE if pending else None
    runs = rules.is_community(actor, booking)
    soon = booking.starts_at - dt.timedelta(minutes=15) <= now < booking.ends_at
    return DeskRow(
        booking,
        queries.name_of(booking),
        queries.phone_of(booking),
        TAGS.get(state, ""),
        str(state.label),
        answer_by,
        may_nod=answer_by is not None and now < answer_by and rules.may_decide(actor, booking),
        may_check_in=state == BookingState.CONFIRMED and runs and soon and not booking.is_centres_own,
        lit=booking.starts_at <= now < booking.ends_at,
        other_centre="" if runs else booking.room.centre.name,
        length=words.length(int((booking.ends_at - booking.starts_at).total_seconds()) // 60),
    )


def free_now(centre: Centre, now: dt.datetime) -> list[dict[str, Any]]:
    """Rooms that stand free this quarter of an hour, and until when: for whoever stands at the counter."""
    rooms: list[Room] = [room for room in queries.rooms_of(centre) if room.needs_booking]
    diary = open_diary(rooms, now.date(), 1, now)
    found = []
    for room in rooms:
        span = diary.at(room, now)
        if span.state == SpanState.FREE and span.ends_at - now >= dt.timedelta(minutes=room.min_minutes):
            found.append({"room": room, "until": clock(span.ends_at), "facts": words.facts(room)})
    return found
