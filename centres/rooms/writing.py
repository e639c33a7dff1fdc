"""What every way of booking shares: reading a wish, putting it to the rules, writing the row, offering others.

One booking, a series, an offer taken, a class of the house: all of them come through here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import alternatives, persons, rules
from centres.rooms.enums import Code, Event
from centres.rooms.lifecycle import flow
from centres.rooms.limits import Ask, Verdict
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, BookingSeries
from centres.rooms.refusals import Refused
from portal.accounts.actors import Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

T = TypeVar("T")


def read(purpose: str, override_reason: str = "") -> tuple[str, str]:
    """Both in one line each. Raises Invalid where a word is missing or too many."""
    # NUL: the database would answer it with an error.
    purpose, override_reason = (" ".join(text.replace("\0", " ").split()) for text in (purpose, override_reason))
    errors = {}
    if not 1 <= len(purpose) <= 60:
        errors["purpose"] = [_("写一句做什么用，六十个字以内。")]
    if len(override_reason) > 200:
        errors["override_reason"] = [_("原因短一点，两百个字以内。")]
    if errors:
        raise Invalid(errors=errors)
    return purpose, override_reason


def bookable_room(room_id: UUID) -> Room:
    """A room in use that wants to be booked. Raises NotFound, Refusal WALK_IN."""
    room = Room.objects.active().with_centre().filter(pk=room_id).first()
    if room is None:
        raise NotFound()
    if not room.needs_booking:
        raise Refusal(_("%(room)s不用约，开着就推门进。") % {"room": room.name}, code="WALK_IN")
    return room


def wish(
    actor: Actor,
    room: Room,
    starts_at: datetime,
    ends_at: datetime,
    *,
    on_behalf_of: UUID | None = None,
    people: int | None = None,
    walk_in: bool = False,
    now: datetime | None = None,
    why: str = "",
) -> Ask:
    """Whose it would be and whether they may ask at all; the rules come later. Raises NotFound, Forbidden, Invalid."""
    person = persons.booked_for(actor, room, on_behalf_of)
    if (why or walk_in) and not rules.runs(actor, room):
        raise Forbidden(_("破例要由这个中心的工作人员来办。"))
    if people is not None and not 1 <= people <= (room.capacity or 10_000):
        said = _("%(room)s坐得下 %(n)s 人。") % {"room": room.name, "n": room.capacity}
        raise Invalid(errors={"people": [said if room.capacity else _("人数填得不对。")]})
    return Ask(
        room=room,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now or timezone.now(),
        person=person,
        people=people,
        keeps_house=rules.runs(actor, room),
        walk_in=walk_in,
    )


def narrowed(part_ids: list[UUID], part: UUID | None, room: Room) -> list[UUID]:
    """The one seat or stall that was asked for, or whatever the room has. Raises NotFound."""
    if part is None:
        return part_ids
    if not room.by_place or part not in part_ids:
        raise NotFound()
    return [part]


def write(
    *,
    actor: Actor,
    ask: Ask,
    purpose: str,
    verdict: Verdict | None = None,
    override_reason: str = "",
    series: BookingSeries | None = None,
) -> Booking:
    """Write what the rules have let through, under the locks that were held while they were asked."""
    overridden = verdict.overridden if verdict else ()
    person = ask.person
    booking = Booking(
        ref=_next_ref(ask.now),
        room=ask.room,
        part_id=ask.takes[0] if ask.room.by_place else None,
        series=series,
        user=person.user if person else None,
        resident=person.resident if person else None,
        booked_by=actor.user,
        starts_at=ask.starts_at,
        ends_at=ask.ends_at,
        buffer_minutes=ask.room.buffer_minutes,
        purpose=purpose,
        people=ask.people,
        is_programme=ask.programme,
        quota_month=ask.month,
        counts=ask.counts,
        override_reason=override_reason,
        overridden=overridden[0] if overridden else "",
    )
    return flow.begin(
        booking,
        event=Event.BOOK,
        actor=actor,
        now=ask.now,
        reason=override_reason,
        needs_nod=ask.needs_nod,
        part_ids=ask.takes,
        on_behalf=person is not None and person.user != actor.user,
        overridden=[str(code) for code in overridden],
    )


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


def offering_others(work: Callable[[], T]) -> T:
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
