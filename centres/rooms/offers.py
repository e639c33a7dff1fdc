"""What has come free goes to whoever is first in line: held for them alone, for twelve hours, then for the next.

An offer stands in the room as an occupancy, so that the same constraint which keeps two bookings apart keeps everybody
else out of what is being offered. Whoever calls `refill` holds the locks of locks.hold_around: no other process then
joins, leaves or takes any of it meanwhile.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from centres.rooms import limits, notices, persons
from centres.rooms.enums import WaitEvent, WaitState
from centres.rooms.limits import Ask
from centres.rooms.models import RoomPart
from centres.rooms.models_booking import Occupancy
from centres.rooms.models_waitlist import WaitlistEntry, WaitlistRecord
from centres.rooms.transitions import WAITLIST
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict
from portal.flow import due
from portal.flow.engine import Flow, Step

LASTS = dt.timedelta(hours=12)
LAPSE = "waitlist.lapse"

line: Flow[WaitlistEntry] = Flow(
    room="waitlist",
    model=WaitlistEntry,
    record=WaitlistRecord,
    table=WAITLIST,
    path_of=lambda entry: entry.room.centre.grid.path,
    subject_of=lambda entry: entry.resident_id or entry.user_id,
    private=("part_ids",),
)


def person_of(entry: WaitlistEntry) -> persons.Person:
    """Whose turn it is, and whose quota it will count in."""
    return persons.of_resident(entry.resident) if entry.resident is not None else persons.Person(entry.user)


def ask_of(entry: WaitlistEntry, now: dt.datetime) -> Ask:
    """What somebody in line wants, as the rules would be asked if they took it now; without its parts."""
    return Ask(
        room=entry.room,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        now=now,
        person=person_of(entry),
        people=entry.people,
        offer=entry if entry.state == WaitState.OFFERED else None,
    )


# ---------------------------------------------------------------- what has come free
def refill(freed: Iterable[Occupancy], now: dt.datetime) -> int:
    """Offer what these occupancies took, now that they are gone, to those who wait for it; returns how many offers.

    In the order they came. Whoever could not take it at this moment (their times used up, put off, the house shut) is
    passed over and keeps their place.
    """
    gone = list(freed)
    if not gone:
        return 0
    start, end = min(one.period.lower for one in gone), max(one.period.upper for one in gone)
    parts = RoomPart.objects.filter(room=OuterRef("room"), part__in={one.part_id for one in gone})
    waiting = WaitlistEntry.objects.waiting().filter(Exists(parts), starts_at__gt=now, starts_at__lt=end)
    # An entry's buffer may reach into what came free where its use does not.
    waiting = waiting.filter(ends_at__gt=start - dt.timedelta(hours=4)).with_all().order_by("created_at", "pk")
    return sum(_offer(entry, now) for entry in waiting)


def _offer(entry: WaitlistEntry, now: dt.datetime) -> bool:
    ask = ask_of(entry, now)
    parts = RoomPart.objects.filter(room=entry.room_id).order_by("part__order", "part_id")
    ask.part_ids = list(parts.values_list("part_id", flat=True))
    # The cheapest question first: most who wait do so for another hour of the day.
    if not ask.takes or limits.judge(ask).code is not None:
        return False
    until = min(now + LASTS, entry.starts_at - ask.notice)
    line.fire(entry.pk, event=WaitEvent.OFFER, actor=SYSTEM, now=now, until=until, part_ids=ask.takes)
    return True


# ---------------------------------------------------------------- what each event does
@line.on(WaitEvent.OFFER)
def _hold_until(step: Step[WaitlistEntry]) -> None:
    step.subject.offered_at, step.subject.offer_until = step.now, step.data["until"]


@line.on(WaitEvent.ACCEPT)
def _in_time(step: Step[WaitlistEntry]) -> None:
    # The sweep may be late; what the message promised ("给您留到 20:20") is not.
    until = step.subject.offer_until
    if until is not None and step.now >= until:
        raise Conflict(notices.offer_is_over(step.subject, step.now), code="LAPSED")


@line.after
def _stand_or_go(step: Step[Any]) -> None:
    entry = step.subject
    if step.row.event == WaitEvent.OFFER:
        ask = ask_of(entry, step.now)
        Occupancy.objects.bulk_create(
            Occupancy(part_id=part, period=ask.period, used_until=entry.ends_at, offer=entry)
            for part in step.data["part_ids"]
        )
    elif step.from_state == WaitState.OFFERED:
        gone = list(entry.occupancies.all())
        entry.occupancies.all().delete()
        # What was accepted is booked in the same breath; what the house shuts is offered to nobody.
        if step.row.event != WaitEvent.ACCEPT and not step.data.get("closing"):
            refill(gone, step.now)


@line.after
def _keep_due_rows(step: Step[Any]) -> None:
    entry, event = step.subject, step.row.event
    key = f"waitlist:{entry.pk}"
    if event == WaitEvent.JOIN:
        # Nobody waits for what has begun.
        due.schedule(key=f"{key}:begun", kind=LAPSE, subject_id=entry.pk, due_at=entry.starts_at)
    elif event == WaitEvent.OFFER:
        due.schedule(key=f"{key}:offer", kind=LAPSE, subject_id=entry.pk, due_at=entry.offer_until)
    else:
        due.cancel(subject_id=entry.pk, kinds=(LAPSE,))


line.after(notices.tell_in_line)
