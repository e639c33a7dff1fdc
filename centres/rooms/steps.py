"""The system's own steps with a booking, when their time has come. Each looks again under the lock before it acts."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from centres.rooms import locks, notices, offers, persons
from centres.rooms.enums import STANDS_IN_LINE, BookingState, Event, WaitEvent, WaitState
from centres.rooms.lifecycle import flow
from centres.rooms.models_booking import Booking, Suspension
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.spans import ANSWER_BEFORE
from portal.accounts.actors import SYSTEM
from portal.audit.services import record

# The third within the window puts self-booking off for a while.
ABSENCES, WINDOW, PUT_OFF = 3, timedelta(days=90), timedelta(days=30)


@transaction.atomic
def expire(*, booking_id: UUID, now: datetime) -> bool:
    """Nobody nodded in time. False where there is nothing to expire (any more)."""
    waiting = Booking.objects.pending().filter(pk=booking_id, starts_at__lte=now + ANSWER_BEFORE)
    booking = waiting.with_room().first()
    if booking is None:
        return False
    locks.hold_around([booking.room])
    flow.fire(booking_id, event=Event.EXPIRE, actor=SYSTEM, now=now)
    return True


def complete(*, booking_id: UUID, now: datetime) -> bool:
    """The time is over. False where it is not, or where there is nothing to complete."""
    running = Booking.objects.filter(
        pk=booking_id, state__in=(BookingState.CONFIRMED, BookingState.CHECKED_IN), ends_at__lte=now
    )
    if not running.exists():
        return False
    flow.fire(booking_id, event=Event.COMPLETE, actor=SYSTEM, now=now)
    return True


def remind(*, booking_id: UUID, now: datetime) -> bool:
    """Tell whose it is, once for each time it was moved to. False where it does not stand, or has begun."""
    booking = Booking.objects.with_room().with_people().filter(pk=booking_id, starts_at__gt=now).first()
    if booking is None or booking.state != BookingState.CONFIRMED or booking.is_centres_own:
        return False
    notices.remind(booking, now)
    return True


@transaction.atomic
def lapse(*, entry_id: UUID, now: datetime) -> bool:
    """The time to answer is over, or what was waited for has begun: the next in line may have it.

    False where there is nothing to lapse (any more).
    """
    entry = WaitlistEntry.objects.with_all().filter(pk=entry_id, state__in=STANDS_IN_LINE).first()
    if entry is None:
        return False
    locks.hold_around([entry.room])
    entry.refresh_from_db(fields=["state", "offer_until"])
    over = entry.state == WaitState.OFFERED and entry.offer_until is not None and entry.offer_until <= now
    begun = entry.state in STANDS_IN_LINE and entry.starts_at <= now
    if not (over or begun):
        return False
    offers.line.fire(entry_id, event=WaitEvent.LAPSE, actor=SYSTEM, now=now)
    return True


@transaction.atomic
def no_show(*, booking_id: UUID, now: datetime) -> bool:
    """Nobody came: the rest of the time is free again, and the third such time puts self-booking off.

    False where there is nothing to say, and where the sweep comes only after the end: a portal that was down cannot
    know who stood at the door.
    """
    missing = Booking.objects.filter(pk=booking_id, state=BookingState.CONFIRMED, ends_at__gt=now)
    booking = missing.with_room().with_people().select_related("resident__household__building").first()
    person = persons.of_booking(booking) if booking else None
    if booking is None or person is None:
        return False
    # Two absences of one person, counted by two sweeps at once, would each miss the other.
    locks.hold_person(person)
    locks.hold_around([booking.room])
    flow.fire(booking_id, event=Event.NO_SHOW, actor=SYSTEM, now=now)
    _put_off(booking, person, now)
    return True


def _put_off(booking: Booking, person: persons.Person, now: datetime) -> None:
    last = Suspension.objects.filter(person.owns).order_by("-created_at").first()
    since = now - WINDOW
    # What a suspension has answered for, lifted or served, is not held against anybody again.
    since = max(since, last.created_at) if last else since
    absences = Booking.objects.filter(person.owns, state=BookingState.NO_SHOW, starts_at__gt=since)
    if absences.count() < ABSENCES:
        return
    suspension = Suspension.objects.create(
        user=person.user,
        resident=person.resident,
        centre=booking.room.centre,
        until=now + PUT_OFF,
        reason=_("90 天里三次约了没来"),
        created_at=now,
    )
    record(
        actor=SYSTEM,
        verb="booking.suspend",
        target=suspension,
        path=booking.room.centre.grid.path,
        subject_id=booking.resident_id or booking.user_id,
    )
    notices.put_off(booking, suspension.until, now)
