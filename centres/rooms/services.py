"""Every write of a booking. Each is one transaction: lock the person, then the parts, check everything, write."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import alternatives, limits, locks, persons, rules
from centres.rooms.enums import BookingState, Code, Event
from centres.rooms.lifecycle import flow, is_time
from centres.rooms.limits import Ask
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, CalendarFeed
from centres.rooms.refusals import Refused, refused
from centres.rooms.words import REFUND_BEFORE
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

__all__ = ["Refused", "book", "cancel", "check", "check_in", "move", "visible_booking"]

T = TypeVar("T")


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
    now: datetime | None = None,
) -> Booking:
    """Book a room. Confirmed, or pending where the room wants the community's nod and the actor cannot give it.

    on_behalf_of: a person of the register within reach, or an account; it counts to them. Without it staff of the place
    book for the centre itself. override_reason: staff of the place set a rule aside and say why. walk_in: they stand
    at the counter; the running quarter counts as now.

    Raises Refused with a code of domain.md and the three nearest alternatives (409 CONFLICT BUFFER QUOTA, else 422),
    Invalid for words or numbers that cannot be, NotFound for a room or a person that is not there, Forbidden.
    """
    purpose, override_reason = _read(purpose, override_reason)

    def work() -> Booking:
        ask, person = _ask(
            actor, room, starts_at, ends_at, on_behalf_of, people=people, walk_in=walk_in, now=now, why=override_reason
        )
        ask.part_ids = locks.hold(person, ask.room)
        verdict = limits.judge(ask, overriding=bool(override_reason))
        if verdict.code is not None:
            raise refused(ask, verdict)
        booking = Booking(
            ref=_next_ref(ask.now),
            room=ask.room,
            user=person.user if person else None,
            resident=person.resident if person else None,
            booked_by=actor.user,
            starts_at=starts_at,
            ends_at=ends_at,
            buffer_minutes=ask.room.buffer_minutes,
            purpose=purpose,
            people=people,
            quota_month=ask.month,
            counts=person is not None,
            override_reason=override_reason,
            overridden=verdict.overridden[0] if verdict.overridden else "",
        )
        flow.begin(
            booking,
            event=Event.BOOK,
            actor=actor,
            now=ask.now,
            reason=override_reason,
            needs_nod=ask.needs_nod,
            part_ids=ask.part_ids,
            on_behalf=person is not None and person.user != actor.user,
            overridden=[str(code) for code in verdict.overridden],
        )
        if walk_in and person is not None and booking.state == BookingState.CONFIRMED and is_time(booking, ask.now):
            # They stand at the counter: nobody waits a quarter of an hour to see whether they come.
            return flow.fire(booking.pk, event=Event.CHECK_IN, actor=actor, now=ask.now)
        return booking

    return _offering_others(work)


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
    now: datetime | None = None,
) -> Ask:
    """Put a wish to the rules without locking or writing: what is asked before 就约这个. Raises as book()."""
    _read(purpose, override_reason)

    def work() -> Ask:
        ask, _person = _ask(
            actor, room, starts_at, ends_at, on_behalf_of, people=people, walk_in=walk_in, now=now, why=override_reason
        )
        ask.part_ids = list(ask.room.room_parts.values_list("part_id", flat=True))
        verdict = limits.judge(ask, overriding=bool(override_reason))
        if verdict.code is not None:
            raise refused(ask, verdict)
        return ask

    return _offering_others(work)


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
    override_reason = _read("-", override_reason)[1]

    def work() -> Booking:
        booking = visible_booking(actor, booking_id)
        if not rules.may_touch(actor, booking):
            raise Forbidden()
        person = persons.of_booking(booking)
        ask = _ask_of(actor, booking.room, starts_at, ends_at, person, people=booking.people, now=now)
        ask.moving, ask.part_ids = booking, locks.hold(person, booking.room)
        overriding = bool(override_reason) and rules.runs(actor, booking.room)
        if booking.state == BookingState.PENDING:
            # Whoever moves it, it goes on waiting, and there must be time left to answer.
            ask.keeps_house = False
        if override_reason and not overriding:
            raise Forbidden()
        verdict = limits.judge(ask, overriding=overriding)
        if verdict.code is not None:
            raise refused(ask, verdict)
        _stay_in_the_month(booking, ask)
        return flow.fire(
            booking_id,
            event=Event.MOVE,
            actor=actor,
            version=version,
            now=ask.now,
            reason=override_reason,
            starts_at=starts_at,
            ends_at=ends_at,
            was=booking.starts_at,
            needs_nod=ask.needs_nod and booking.state == BookingState.CONFIRMED,
        )

    return _offering_others(work)


def _stay_in_the_month(booking: Booking, ask: Ask) -> None:
    """Too late for the quota to come back by cancelling; it must not come back by moving either."""
    if booking.starts_at <= ask.now:
        raise Refusal(_("已经开始了，改不了时间。用完了可以再约。"), code="OVER")
    late = booking.starts_at - ask.now < REFUND_BEFORE
    if late and booking.counts and ask.month != booking.quota_month:
        raise Refusal(_("离开始不到 24 小时，只能改到这个月的别的时间。"), code="LATE_MOVE")


def _read(purpose: str, override_reason: str) -> tuple[str, str]:
    purpose, override_reason = " ".join(purpose.split()), " ".join(override_reason.split())
    errors = {}
    if not 1 <= len(purpose) <= 60:
        errors["purpose"] = [_("写一句做什么用，六十个字以内。")]
    if len(override_reason) > 200:
        errors["override_reason"] = [_("原因短一点，两百个字以内。")]
    if errors:
        raise Invalid(errors=errors)
    return purpose, override_reason


def _ask(
    actor: Actor,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    on_behalf_of: UUID | None,
    *,
    people: int | None,
    walk_in: bool,
    now: datetime | None,
    why: str,
) -> tuple[Ask, persons.Person | None]:
    room = Room.objects.active().with_centre().filter(pk=room_id).first()
    if room is None:
        raise NotFound()
    if not room.needs_booking:
        raise Refusal(_("%(room)s不用约，开着就推门进。") % {"room": room.name}, code="WALK_IN")
    person = persons.booked_for(actor, room, on_behalf_of)
    if (why or walk_in) and not rules.runs(actor, room):
        raise Forbidden(_("破例要由这个中心的工作人员来办。"))
    if people is not None and not 1 <= people <= (room.capacity or 10_000):
        said = _("%(room)s坐得下 %(n)s 人。") % {"room": room.name, "n": room.capacity}
        raise Invalid(errors={"people": [said if room.capacity else _("人数填得不对。")]})
    ask = _ask_of(actor, room, starts_at, ends_at, person, people=people, now=now)
    ask.walk_in = walk_in
    return ask, person


def _ask_of(
    actor: Actor,
    room: Room,
    starts_at: datetime,
    ends_at: datetime,
    person: persons.Person | None,
    *,
    people: int | None,
    now: datetime | None,
) -> Ask:
    return Ask(
        room=room,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now or timezone.now(),
        person=person,
        people=people,
        keeps_house=rules.runs(actor, room),
    )


def _offering_others(work: Callable[[], T]) -> T:
    """Run it; a refusal gets its alternatives once the locks are gone, so that nobody waits meanwhile."""
    try:
        return in_one_transaction(work)
    except Refused as error:
        slots = alternatives.nearest(error.ask, error.code)
        error.extra["alternatives"] = [slot.shown(error.ask.now) for slot in slots]
        raise
    except Conflict as error:
        # The constraint spoke twice: whoever was quicker is not in sight yet, but they are there.
        if error.code == Code.CONFLICT:
            raise Conflict(_("刚好有人约了，请再看一眼还有哪些空着。"), alternatives=[]) from error
        raise


def _next_ref(now: datetime) -> str:
    """B, month, day, a running number of that day: B0918006. Taken last, because all bookings of a day queue for it."""
    head = f"B{timezone.localtime(now):%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO centres_refcounter (head, last) VALUES (%s, 1) "
            "ON CONFLICT (head) DO UPDATE SET last = centres_refcounter.last + 1 RETURNING last",
            [head],
        )
        return f"{head}{cursor.fetchone()[0]:03d}"


# ---------------------------------------------------------------- what happens to one
def approve(*, actor: Actor, booking_id: UUID, version: int | None = None, now: datetime | None = None) -> Booking:
    """Nod. Raises as Flow.fire does: Forbidden, Stale, IllegalTransition (too late as well); NotFound."""
    return _fire(actor, booking_id, Event.APPROVE, version=version, now=now)


def decline(
    *, actor: Actor, booking_id: UUID, reason: str, version: int | None = None, now: datetime | None = None
) -> Booking:
    """Say no, and why: the person reads it. The room and the quota are free again."""
    return _fire(actor, booking_id, Event.DECLINE, version=version, reason=reason, now=now)


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


def check_in(*, actor: Actor, booking_id: UUID, version: int | None = None, now: datetime | None = None) -> Booking:
    """They have come: from 15 minutes before the start until the end. Raises Refusal TOO_EARLY, OVER."""
    return _fire(actor, booking_id, Event.CHECK_IN, version=version, now=now)


def _fire(actor: Actor, booking_id: UUID, event: str, **given: Any) -> Booking:
    def work() -> Booking:
        visible_booking(actor, booking_id)
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
