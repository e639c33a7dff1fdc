"""Who has come: the digits of the door, how often somebody may try them, which booking they are for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import doorcodes, rules
from centres.rooms.enums import BookingState
from centres.rooms.hours import midnight
from centres.rooms.lifecycle import CHECK_IN_FROM
from centres.rooms.models import Room, RoomPart
from centres.rooms.models_booking import Booking
from portal.accounts.actors import Actor
from portal.errors import Refusal, TooMany
from portal.throttle.services import hit

TRIES, WITHIN = 10, timedelta(minutes=15)


# ---------------------------------------------------------------- the digits
def show_code(actor: Actor, booking: Booking, code: str, *, seen_at: datetime | None = None) -> None:
    """Whoever is not of the house shows the digits that stand at the door. `seen_at`: when they brought them.

    Raises Refusal DOOR_CODE (422) without them or with wrong ones, TooMany. Each try is written down at once: call it
    outside the transaction that a refusal takes back.
    """
    if rules.is_community(actor, booking) or not rules.may_touch(actor, booking):
        return  # the table says what the latter may not
    code = digits(code)
    if not code:
        raise Refusal(_("到了门口再签到：把门口屏上的六位数填进来。"), code="DOOR_CODE")
    try_code(actor, [booking.room_id, *neighbours(booking.room_id)], code, seen_at=seen_at)


def try_code(actor: Actor, rooms: list[UUID], code: str, *, seen_at: datetime | None = None) -> None:
    """One try at the digits of any of these doors. Raises Refusal DOOR_CODE, TooMany."""
    assert actor.id is not None
    _count_a_try(actor.id)
    moment = seen_at or timezone.now()
    if not any(doorcodes.accepts(room_id, code, moment) for room_id in rooms):
        raise Refusal(_("这六位数不对，或者已经换了。再看一眼门口的屏，半分钟一换。"), code="DOOR_CODE")


def digits(text: str) -> str:
    """What was typed, as six digits: full-width ones and blanks are what telephones make of them."""
    return "".join(str(int(sign)) for sign in text[:40] if sign.isdecimal())


def neighbours(room_id: UUID) -> list[UUID]:
    """Rooms that take some of the same floor: whoever has the whole hall stands at the door of a half."""
    parts = RoomPart.objects.filter(room=room_id).values("part")
    found = RoomPart.objects.filter(part__in=parts).exclude(room=room_id)
    return list(found.order_by("room_id").values_list("room_id", flat=True).distinct())


def _count_a_try(user_id: UUID) -> None:
    """Counted before it is judged."""
    try:
        hit("door", str(user_id), limit=TRIES, window=WITHIN)
    except TooMany as full:
        raise TooMany(_("试了太多次，歇一刻钟再来。人已经到了，就到窗口说一声，替您签上。")) from full


# ---------------------------------------------------------------- the booking they are for
@dataclass(frozen=True)
class Found:
    """What somebody has in a room today. `ready`: they may check in now. `coming`: too early. `other`: elsewhere."""

    ready: Booking | None = None
    inside: Booking | None = None
    waiting: Booking | None = None
    coming: Booking | None = None
    missed: Booking | None = None
    other: Booking | None = None


def find(actor: Actor, room: Room, now: datetime) -> Found:
    """One's own bookings of today, sorted by what they mean at this door. Two queries."""
    day = midnight(timezone.localtime(now).date())
    mine = Booking.objects.of(actor.id).with_room().between(day, day + timedelta(days=1)).filter(ends_at__gt=now)
    here = {room.pk, *neighbours(room.pk)}
    rows = list(mine.order_by("starts_at", "id"))

    def first(state: str, *, here_only: bool = True, begun: bool | None = None) -> Booking | None:
        for one in rows:
            is_time = now >= one.starts_at - CHECK_IN_FROM
            if one.state == state and (one.room_id in here) is here_only and begun in (None, is_time):
                return one
        return None

    return Found(
        ready=first(BookingState.CONFIRMED, begun=True),
        inside=first(BookingState.CHECKED_IN),
        waiting=first(BookingState.PENDING),
        coming=first(BookingState.CONFIRMED, begun=False),
        missed=first(BookingState.NO_SHOW),
        other=first(BookingState.CONFIRMED, here_only=False, begun=True),
    )
