"""The one place where the base meets the booking engine: each course and meeting is a booking of the centre's own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import services as rooms
from centres.rooms.enums import LIVE
from centres.training import words
from centres.training.capacity import Trouble
from centres.training.enums import LineKind
from centres.training.models import TrainingBase
from centres.training.models_order import OrderLine
from centres.training.rules import runs_base
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Refusal


def take(actor: Actor, lines: Iterable[OrderLine], now: datetime) -> list[Trouble]:
    """Book the rooms of lines that have none yet; the lines that cannot be had, each with why and what else there is.

    In the order of the rooms, so that two orders that want each other's do not lock each other out. The caller's
    transaction must not be kept where anything is returned.
    """
    troubles = []
    wanted = [line for line in lines if line.takes_room and line.booking_id is None]
    for line in sorted(wanted, key=lambda one: (str(one.room_id), one.starts_at or now)):
        try:
            line.booking = _book(actor, line, now)
        except Refusal as refused:
            troubles.append(Trouble(line, refused.code, _reason(refused), _others(line, refused)))
            continue
        line.lost = ""
        line.save(update_fields=["booking", "lost"])
    return troubles


def give_back(actor: Actor, base: TrainingBase, lines: Iterable[OrderLine], reason: str, now: datetime) -> None:
    """Let go of the rooms of these lines; a use that is over stays as it was."""
    # The organisation has no say over the centre's own bookings; that it gave up its order is in the order's record.
    doer = actor if runs_base(actor, base) else SYSTEM
    for line in lines:
        booking = line.booking
        if booking is None or booking.ends_at <= now or booking.state not in LIVE:
            continue
        # First the line lets go, so that what is called off here is not reported back as lost.
        line.booking = None
        line.save(update_fields=["booking"])
        rooms.cancel_programme(actor=doer, booking_id=booking.pk, reason=reason or _("培训取消了"), now=now)


def _book(actor: Actor, line: OrderLine, now: datetime):
    assert line.room_id and line.starts_at and line.ends_at  # noqa: PT018 (a line that takes a room has them)
    return rooms.book_programme(
        actor=actor,
        room=line.room_id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        title=title_of(line),
        now=now,
    )


def title_of(line: OrderLine) -> str:
    """What the day of the room says. Everybody reads it, so it does not say whose group it is."""
    if line.kind == LineKind.COURSE:
        return _("培训：%(title)s") % {"title": words.title_of(line)}
    return _("培训：开会")


def _reason(refused: Refusal) -> str:
    return f"{refused.message}{getattr(refused, 'why', '')}"


def _others(line: OrderLine, refused: Refusal) -> tuple[dict[str, str], ...]:
    """Other rooms and times that lie within the order's days, long enough for the line."""
    found = []
    for slot in refused.extra.get("alternatives", ()):
        if "starts_at" not in slot:
            continue
        start = datetime.fromisoformat(slot["starts_at"])
        end = datetime.fromisoformat(slot["ends_at"])
        inside = line.order.first_day <= timezone.localtime(start).date() <= line.order.last_day
        if inside and end - start >= timedelta(minutes=line.minutes):
            found.append({"label": slot["label"], "room": slot["room"], "starts_at": slot["starts_at"]})
    return tuple(found)
