"""What the counter's list of bookings shows of each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from centres.rooms import queries, rules, words
from centres.rooms.enums import BookingState
from centres.rooms.models_booking import Booking
from centres.rooms.spans import ANSWER_BEFORE
from portal.accounts.actors import Actor

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
