"""What each event does to a booking while the engine holds its lock: what it takes up, whose quota, what falls due."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import DateTimeTZRange

from centres.rooms import notices, offers
from centres.rooms.enums import BookingState, Event
from centres.rooms.hours import next_half_hour, on_day
from centres.rooms.models_booking import Booking, BookingRecord, Occupancy
from centres.rooms.spans import ANSWER_BEFORE
from centres.rooms.transitions import TABLE
from centres.rooms.words import REFUND_BEFORE
from portal.accounts.actors import Actor
from portal.errors import IllegalTransition, Refusal
from portal.flow import due
from portal.flow.engine import Flow, Step

EXPIRE, REMIND, NO_SHOW, COMPLETE = "booking.expire", "booking.remind", "booking.no_show", "booking.complete"
REMIND_AT = dt.time(18, 0)  # the evening before
CHECK_IN_FROM = dt.timedelta(minutes=15)
# Whoever has not come by then is not waited for.
WAIT_FOR = dt.timedelta(minutes=15)

flow: Flow[Booking] = Flow(
    room="booking",
    model=Booking,
    record=BookingRecord,
    table=TABLE,
    path_of=lambda booking: booking.room.centre.grid.path,
    subject_of=lambda booking: booking.resident_id or booking.user_id,
    private=("part_ids",),
)


# ---------------------------------------------------------------- effects: before it is saved
@flow.on(Event.APPROVE)
def _in_time(step: Step[Booking]) -> None:
    # The sweep may be late; what the page promised ("最迟 17:00 告诉您") is not.
    if step.now >= step.subject.starts_at - ANSWER_BEFORE:
        raise IllegalTransition(_("过了说好的时间，这次已经放开了。"))


@flow.on(Event.CANCEL)
def _give_back(step: Step[Booking]) -> None:
    """24 hours before: the time is given back and so is the quota. By the house itself: whenever."""
    booking = step.subject
    if step.now >= booking.ends_at:
        raise Refusal(_("这次已经用完了，不用取消。"), code="OVER")
    early = booking.starts_at - step.now >= REFUND_BEFORE
    if early or step.data.get("by_centre") or booking.state == BookingState.PENDING:
        booking.counts = False


@flow.on(Event.DECLINE, Event.EXPIRE)
def _never_was(step: Step[Booking]) -> None:
    step.subject.counts = False


def is_time(booking: Booking, now: dt.datetime) -> bool:
    """Whether one may check in already."""
    return now >= booking.starts_at - CHECK_IN_FROM


@flow.on(Event.CHECK_IN)
def _arrive(step: Step[Booking]) -> None:
    booking = step.subject
    if not is_time(booking, step.now):
        raise Refusal(_("还没到时候，开始前 15 分钟起可以签到。"), code="TOO_EARLY")
    if step.now >= booking.ends_at:
        raise Refusal(_("这次已经结束了。"), code="OVER")
    booking.checked_in_at = step.now


@flow.on(Event.MOVE)
def _take_other_time(step: Step[Booking]) -> None:
    booking = step.subject
    booking.starts_at, booking.ends_at = step.data["starts_at"], step.data["ends_at"]
    booking.quota_month = timezone.localtime(booking.starts_at).date().replace(day=1)
    if booking.part_id is not None:
        booking.part_id = step.data["part_ids"][0]


# ---------------------------------------------------------------- after it is saved and recorded
def _occupy(booking: Booking, part_ids: list[Any]) -> None:
    period = DateTimeTZRange(booking.starts_at, booking.free_again_at)
    Occupancy.objects.bulk_create(
        Occupancy(part_id=part_id, period=period, used_until=booking.ends_at, booking=booking) for part_id in part_ids
    )


@flow.after
def _stand_or_go(step: Step[Any]) -> None:
    """Whatever of a room comes free goes to whoever is first in line, before anybody else sees it."""
    booking, event = step.subject, step.row.event
    if event == Event.BOOK:
        _occupy(booking, step.data["part_ids"])
        return
    gone: list[Occupancy] = []
    if event in (Event.MOVE, Event.CANCEL, Event.DECLINE, Event.EXPIRE):
        gone = list(booking.occupancies.all())
        booking.occupancies.all().delete()
    if event == Event.MOVE:
        _occupy(booking, step.data["part_ids"])
    elif event == Event.NO_SHOW:
        gone = _let_go_of_the_rest(booking)
    # What the house itself shuts is offered to nobody.
    if not step.data.get("closing"):
        offers.refill(gone, step.now)


def _let_go_of_the_rest(booking: Booking) -> list[Occupancy]:
    """From the next half hour on; without a use there is nothing to tidy up after either."""
    free_from = next_half_hour(booking.starts_at + WAIT_FOR)
    longer = booking.occupancies.filter(period__endswith__gt=free_from)
    gone = list(longer)
    for one in gone:
        one.period = DateTimeTZRange(free_from, one.period.upper)
    longer.update(period=DateTimeTZRange(booking.starts_at, free_from), used_until=min(booking.ends_at, free_from))
    return gone


CalledOff = Callable[[Booking, Actor, dt.datetime, str], None]
_listeners: list[CalledOff] = []


def on_called_off(listener: CalledOff) -> CalledOff:
    """Register who must hear, in the same transaction, that something of the house's own was called off: a class whose
    room is shut. Called with the booking, who did it, when, and the reason."""
    _listeners.append(listener)
    return listener


@flow.after
def _tell_the_house(step: Step[Any]) -> None:
    if step.row.event == Event.CANCEL and step.subject.is_centres_own:
        for listener in _listeners:
            listener(step.subject, step.actor, step.now, step.reason)


@flow.after
def _keep_due_rows(step: Step[Any]) -> None:
    booking = step.subject
    if step.row.event != Event.BOOK:
        due.cancel(subject_id=booking.pk, kinds=(EXPIRE, REMIND, NO_SHOW, COMPLETE))
    due.schedule_many(due_rows(booking, step.now))


def due_rows(booking: Booking, now: dt.datetime) -> list[due.Due]:
    """What falls due for a booking as it stands. Keys carry the time: a moved one is reminded of its new day."""
    key, start = f"booking:{booking.pk}", f"{booking.starts_at:%Y%m%dT%H%M}"
    if booking.state == BookingState.PENDING:
        return [due.Due(f"{key}:expire:{start}", EXPIRE, booking.pk, booking.starts_at - ANSWER_BEFORE)]
    if booking.state not in (BookingState.CONFIRMED, BookingState.CHECKED_IN):
        return []
    rows = [due.Due(f"{key}:complete:{booking.ends_at:%Y%m%dT%H%M}", COMPLETE, booking.pk, booking.ends_at)]
    if booking.state == BookingState.CONFIRMED and not booking.is_centres_own:
        rows.append(due.Due(f"{key}:no_show:{start}", NO_SHOW, booking.pk, booking.starts_at + WAIT_FOR))
        if (remind_at := remind_time(booking)) > now:
            rows.append(due.Due(f"{key}:remind:{start}", REMIND, booking.pk, remind_at))
    return rows


def remind_time(booking: Booking) -> dt.datetime:
    """18:00 of the day before."""
    day = timezone.localtime(booking.starts_at).date() - dt.timedelta(days=1)
    return on_day(day, REMIND_AT)


flow.after(notices.tell)
