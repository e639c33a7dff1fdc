"""The tables of a booking and of whoever waits for one: from → event → to, who, with which reason. Data, no ifs."""

from typing import Any

from centres.rooms import rules
from centres.rooms.enums import BookingState, Event, WaitEvent, WaitState
from portal.flow.table import UNCHANGED, Table, Transition, states

PENDING, CONFIRMED, CHECKED_IN = BookingState.PENDING, BookingState.CONFIRMED, BookingState.CHECKED_IN


def needs_nod(booking: Any, data: dict[str, Any]) -> bool:
    """A room that asks for a nod, booked or moved by somebody who cannot give it."""
    return bool(data.get("needs_nod"))


def is_centres_own(booking: Any, data: dict[str, Any]) -> bool:
    return booking.is_centres_own


TABLE = Table(
    [
        Transition(event=Event.BOOK, target=PENDING, who=rules.may_begin, when=needs_nod),
        Transition(event=Event.BOOK, target=CONFIRMED, who=rules.may_begin),
        Transition(event=Event.APPROVE, source=states(PENDING), target=CONFIRMED, who=rules.may_decide),
        Transition(
            event=Event.DECLINE,
            source=states(PENDING),
            target=BookingState.DECLINED,
            who=rules.may_decide,
            reason=True,
        ),
        Transition(event=Event.EXPIRE, source=states(PENDING), target=BookingState.EXPIRED, who=rules.nobody),
        # One's own needs no excuse, and neither does the house's own; taking somebody's away does.
        Transition(
            event=Event.CANCEL,
            source=states(PENDING, CONFIRMED),
            target=BookingState.CANCELLED,
            who=rules.speaks_for,
        ),
        Transition(
            event=Event.CANCEL,
            source=states(PENDING, CONFIRMED),
            target=BookingState.CANCELLED,
            who=rules.is_community,
            when=is_centres_own,
        ),
        Transition(
            event=Event.CANCEL,
            source=states(PENDING, CONFIRMED),
            target=BookingState.CANCELLED,
            who=rules.calls_off,
            reason=True,
        ),
        Transition(
            event=Event.MOVE, source=states(PENDING, CONFIRMED), target=PENDING, who=rules.may_touch, when=needs_nod
        ),
        Transition(event=Event.MOVE, source=states(PENDING), target=UNCHANGED, who=rules.may_touch),
        Transition(event=Event.MOVE, source=states(CONFIRMED), target=UNCHANGED, who=rules.may_touch),
        Transition(event=Event.CHECK_IN, source=states(CONFIRMED), target=CHECKED_IN, who=rules.may_touch),
        Transition(event=Event.NO_SHOW, source=states(CONFIRMED), target=BookingState.NO_SHOW, who=rules.nobody),
        Transition(
            event=Event.COMPLETE,
            source=states(CONFIRMED, CHECKED_IN),
            target=BookingState.COMPLETED,
            who=rules.nobody,
        ),
    ]
)

WAITLIST = Table(
    [
        Transition(event=WaitEvent.JOIN, target=WaitState.WAITING, who=rules.may_begin),
        Transition(event=WaitEvent.OFFER, source=states(WaitState.WAITING), target=WaitState.OFFERED, who=rules.nobody),
        Transition(
            event=WaitEvent.ACCEPT, source=states(WaitState.OFFERED), target=WaitState.ACCEPTED, who=rules.is_in_line
        ),
        Transition(
            event=WaitEvent.LAPSE,
            source=states(WaitState.WAITING, WaitState.OFFERED),
            target=WaitState.LAPSED,
            who=rules.nobody,
        ),
        Transition(
            event=WaitEvent.WITHDRAW,
            source=states(WaitState.WAITING, WaitState.OFFERED),
            target=WaitState.WITHDRAWN,
            who=rules.is_in_line,
        ),
    ]
)
