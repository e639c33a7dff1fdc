"""Every write of a booking. Each is one transaction: lock the person, then the parts, check everything, write."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import arrivals, limits, locks, persons, rules
from centres.rooms.enums import BookingState, Event
from centres.rooms.lifecycle import flow, is_time, on_called_off
from centres.rooms.limits import Ask
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, CalendarFeed
from centres.rooms.refusals import Refused, refused
from centres.rooms.words import REFUND_BEFORE
from centres.rooms.writing import bookable_room, narrowed, offering_others, read, wish, write
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, IllegalTransition, NotFound, Refusal

__all__ = [
    "Refused",
    "book",
    "book_programme",
    "cancel",
    "cancel_programme",
    "check",
    "check_in",
    "hold_rooms",
    "move",
    "move_programme",
    "on_called_off",
    "visible_booking",
]


# ---------------------------------------------------------------- booking
def book(
    *,
    actor: Actor,
    room: UUID,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    on_behalf_of: UUID | None = None,
    override_reason: str = "",
    people: int | None = None,
    walk_in: bool = False,
    part: UUID | None = None,
    now: datetime | None = None,
) -> Booking:
    """Book a room. Confirmed, or pending where the room wants the community's nod and the actor cannot give it.

    on_behalf_of: a person of the register within reach, or an account; it counts to them. Without it staff of the place
    book for the centre itself. override_reason: staff of the place set a rule aside and say why. walk_in: they stand
    at the counter; the running quarter counts as now. part: the seat or stall they want, where a room lets them one by
    one; else the first free one.

    Raises Refused with a code of domain.md and the three nearest alternatives (409 CONFLICT BUFFER QUOTA, else 422),
    Invalid for words or numbers that cannot be, NotFound for a room, a seat or a person that is not there, Forbidden.
    """
    purpose, override_reason = read(purpose, override_reason)

    def work() -> Booking:
        ask = wish(
            actor,
            bookable_room(room),
            starts_at,
            ends_at,
            on_behalf_of=on_behalf_of,
            people=people,
            walk_in=walk_in,
            now=now,
            why=override_reason,
        )
        ask.part_ids = narrowed(locks.hold(ask.person, ask.room), part, ask.room)
        verdict = limits.judge(ask, overriding=bool(override_reason))
        if verdict.code is not None:
            raise refused(ask, verdict)
        booking = write(actor=actor, ask=ask, purpose=purpose, verdict=verdict, override_reason=override_reason)
        if walk_in and ask.person is not None and booking.state == BookingState.CONFIRMED and is_time(booking, ask.now):
            # They stand at the counter: nobody waits a quarter of an hour to see whether they come.
            return flow.fire(booking.pk, event=Event.CHECK_IN, actor=actor, now=ask.now)
        return booking

    return offering_others(work)


def check(
    *,
    actor: Actor,
    room: UUID,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str = "-",
    on_behalf_of: UUID | None = None,
    override_reason: str = "",
    people: int | None = None,
    walk_in: bool = False,
    part: UUID | None = None,
    now: datetime | None = None,
) -> Ask:
    """Put a wish to the rules without locking or writing: what is asked before 就约这个. Raises as book()."""
    read(purpose, override_reason)

    def work() -> Ask:
        ask = wish(
            actor,
            bookable_room(room),
            starts_at,
            ends_at,
            on_behalf_of=on_behalf_of,
            people=people,
            walk_in=walk_in,
            now=now,
            why=override_reason,
        )
        ask.part_ids = narrowed(locks.parts_of(ask.room), part, ask.room)
        verdict = limits.judge(ask, overriding=bool(override_reason))
        if verdict.code is not None:
            raise refused(ask, verdict)
        return ask

    return offering_others(work)


def move(
    *,
    actor: Actor,
    booking_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    override_reason: str = "",
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """Take another time in the same room, in one act: the old one is given up only when the new one is had.

    Raises as book(), and as Flow.fire; Refusal LATE_MOVE for leaving the month less than 24 hours before the start.
    """
    override_reason = read("-", override_reason)[1]

    def work() -> Booking:
        booking = visible_booking(actor, booking_id)
        if not rules.may_touch(actor, booking):
            raise Forbidden()
        if booking.is_programme:
            said = _("这是中心的活动，时间请在活动那一页改，来的人才都知道。")
            raise Conflict(said, code="PROGRAMME")
        part_ids = locks.hold(persons.of_booking(booking), booking.room, giving_back=True)
        # Read again under the locks: a nod given meanwhile was for another time than this.
        booking = locks.hold_booking(booking)
        ask = _moved(booking, actor, starts_at, ends_at, now)
        ask.part_ids = part_ids
        if booking.part_id in ask.part_ids:
            # They keep their seat where it is free then.
            ask.part_ids = sorted(ask.part_ids, key=lambda part: part != booking.part_id)
        overriding = bool(override_reason) and rules.runs(actor, booking.room)
        if override_reason and not overriding:
            raise Forbidden()
        verdict = limits.judge(ask, overriding=overriding)
        if verdict.code is not None:
            raise refused(ask, verdict)
        _stay_in_the_month(booking, ask)
        return _fire_move(booking, ask, actor, version=version, reason=override_reason)

    return offering_others(work)


def _moved(booking: Booking, actor: Actor, starts_at: datetime, ends_at: datetime, now: datetime | None) -> Ask:
    return Ask(
        room=booking.room,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now or timezone.now(),
        person=persons.of_booking(booking),
        people=booking.people,
        # Whoever moves what waits for a nod, it goes on waiting, and there must be time left to answer.
        keeps_house=rules.runs(actor, booking.room) and booking.state != BookingState.PENDING,
        moving=booking,
    )


def _fire_move(booking: Booking, ask: Ask, actor: Actor, *, version: int | None, reason: str) -> Booking:
    return flow.fire(
        booking.pk,
        event=Event.MOVE,
        actor=actor,
        version=version,
        now=ask.now,
        reason=reason,
        starts_at=ask.starts_at,
        ends_at=ask.ends_at,
        was=booking.starts_at,
        needs_nod=ask.needs_nod and booking.state == BookingState.CONFIRMED,
        part_ids=ask.takes,
    )


def _stay_in_the_month(booking: Booking, ask: Ask) -> None:
    """Too late for the quota to come back by cancelling; it must not come back by moving either."""
    if booking.starts_at <= ask.now:
        raise Refusal(_("已经开始了，改不了时间。用完了可以再约。"), code="OVER")
    late = booking.starts_at - ask.now < REFUND_BEFORE
    if late and booking.counts and ask.month != booking.quota_month:
        raise Refusal(_("离开始不到 24 小时，只能改到这个月的别的时间。"), code="LATE_MOVE")


# ---------------------------------------------------------------- the house's own classes
def hold_rooms(room_ids: Iterable[UUID | None]) -> None:
    """Lock rooms until the transaction ends, before rows of one's own are locked.

    For rooms of the storey that put something on: a closure holds the rooms when it tells them so, and whoever held
    their own rows and then asked for the rooms would stand in its way.
    """
    locks.hold_around(Room.objects.filter(pk__in=[pk for pk in room_ids if pk is not None]))


def book_programme(
    *, actor: Actor, room: UUID, starts_at: datetime, ends_at: datetime, title: str, now: datetime | None = None
) -> Booking:
    """Take a room for something the house itself puts on: hours and what stands there bind it, length and notice do
    not.

    For rooms of the storey that hold the booking. Raises as book(); Forbidden for whoever does not run the house.
    """
    title, _none = read(title)

    def work() -> Booking:
        ask = wish(actor, bookable_room(room), starts_at, ends_at, now=now)
        if ask.person is not None or not ask.keeps_house:
            raise Forbidden()
        ask.programme = True
        ask.part_ids = locks.hold(None, ask.room)
        verdict = limits.judge(ask)
        if verdict.code is not None:
            raise refused(ask, verdict)
        return write(actor=actor, ask=ask, purpose=title)

    return offering_others(work)


def move_programme(
    *, actor: Actor, booking_id: UUID, starts_at: datetime, ends_at: datetime, now: datetime | None = None
) -> Booking:
    """Another time for what the house puts on. Raises as book_programme()."""

    def work() -> Booking:
        booking = visible_booking(actor, booking_id)
        if not booking.is_programme or not rules.runs(actor, booking.room):
            raise Forbidden()
        ask = _moved(booking, actor, starts_at, ends_at, now)
        ask.programme, ask.part_ids = True, locks.hold(None, booking.room, giving_back=True)
        verdict = limits.judge(ask)
        if verdict.code is not None:
            raise refused(ask, verdict)
        return _fire_move(booking, ask, actor, version=None, reason="")

    return offering_others(work)


def cancel_programme(*, actor: Actor, booking_id: UUID, reason: str, now: datetime | None = None) -> Booking:
    """Give the room back. Whoever listens by `on_called_off` hears of it, the caller too."""
    return cancel(actor=actor, booking_id=booking_id, reason=reason, now=now)


# ---------------------------------------------------------------- what happens to one
def approve(*, actor: Actor, booking_id: UUID, version: int | None = None, now: datetime | None = None) -> Booking:
    """Nod. Raises as Flow.fire does: Forbidden, Stale, IllegalTransition (too late as well); NotFound."""
    return _fire(actor, booking_id, Event.APPROVE, version=version, now=now)


def decline(
    *, actor: Actor, booking_id: UUID, reason: str, version: int | None = None, now: datetime | None = None
) -> Booking:
    """Say no, and why: the person reads it. The room and the quota are free again."""
    return _fire(actor, booking_id, Event.DECLINE, version=version, reason=reason, now=now, giving_back=True)


def cancel(
    *,
    actor: Actor,
    booking_id: UUID,
    reason: str = "",
    at_request: bool = False,
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """Give a time back. 24 hours or more before, or while it was only asked for, the quota comes back too.

    Staff who call somebody's booking off owe a reason; it is then the house's doing and the quota comes back at any
    time, unless it was `at_request` of the person themself.
    """

    def work() -> Booking:
        booking = visible_booking(actor, booking_id)
        by_centre = rules.calls_off(actor, booking) and not at_request
        locks.hold_around([booking.room])
        return flow.fire(
            booking_id,
            event=Event.CANCEL,
            actor=actor,
            version=version,
            reason=reason or (_("他自己不来了") if at_request else ""),
            now=now,
            by_centre=by_centre,
        )

    return in_one_transaction(work)


def check_in(
    *,
    actor: Actor,
    booking_id: UUID,
    code: str = "",
    seen_at: datetime | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Booking:
    """They have come: from 15 minutes before the start until the end.

    code: the digits at the door, which everybody shows but the staff of the place. seen_at: when they were brought,
    where that was before now. Raises Refusal DOOR_CODE, TOO_EARLY, OVER, TooMany; IllegalTransition the second time.
    """
    booking = visible_booking(actor, booking_id)
    if booking.state == BookingState.CHECKED_IN and rules.may_touch(actor, booking):
        raise IllegalTransition(_("已经签过到了，不用再签。"), state=booking.state)
    arrivals.show_code(actor, booking, code, seen_at=seen_at or now)
    return _fire(actor, booking_id, Event.CHECK_IN, version=version, now=now)


def _fire(actor: Actor, booking_id: UUID, event: str, *, giving_back: bool = False, **given: Any) -> Booking:
    def work() -> Booking:
        booking = visible_booking(actor, booking_id)
        if giving_back:
            locks.hold_around([booking.room])
        return flow.fire(booking_id, event=event, actor=actor, **given)

    return in_one_transaction(work)


def visible_booking(actor: Actor, booking_id: UUID) -> Booking:
    """The booking, where this person may see it. Raises NotFound."""
    rows = Booking.objects.visible_to(actor).with_room().with_people()
    booking = rows.select_related("resident__household__building").filter(pk=booking_id).first()
    if booking is None:
        raise NotFound()
    return booking


# ---------------------------------------------------------------- the calendar's address
@transaction.atomic
def new_feed(*, actor: Actor) -> CalendarFeed:
    """A fresh calendar address; the one before leads nowhere from now on."""
    if actor.user is None:
        raise Forbidden()
    feed, is_new = CalendarFeed.objects.select_for_update().get_or_create(user=actor.user)
    if not is_new:
        feed.number, feed.made_at = feed.number + 1, timezone.now()
        feed.save(update_fields=["number", "made_at"])
    record(actor=actor, verb="booking.feed", target=feed, subject_id=actor.id)
    return feed
