"""How a session has its room: as the centre's own booking, through the engine that everybody books by."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from centres.rooms import services
from portal.accounts.actors import Actor


def look(*, actor: Actor, room: UUID, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> None:
    """Whether a room could be had, without writing. Raises the engine's Refused (its code and its sentence)."""
    # Lengths and horizons are the house's own affair, as they are when it books; what is left are hours and clashes.
    services.check(
        actor=actor, room=room, starts_at=starts_at, ends_at=ends_at, override_reason=str(_("本中心的活动")), now=now
    )


def take(
    *, actor: Actor, room: UUID, starts_at: dt.datetime, ends_at: dt.datetime, title: str, now: dt.datetime
) -> Any:
    """The booking that holds the room for a session. Raises Refused."""
    return services.book_programme(actor=actor, room=room, starts_at=starts_at, ends_at=ends_at, title=title, now=now)


def release(*, actor: Actor, booking_id: UUID, reason: str, now: dt.datetime) -> None:
    """The room is everybody's again."""
    services.cancel_programme(actor=actor, booking_id=booking_id, reason=reason, now=now)


def shift(*, actor: Actor, booking_id: UUID, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> None:
    """The same room at another time, in one act. Raises Refused; the old time is kept then."""
    services.move_programme(actor=actor, booking_id=booking_id, starts_at=starts_at, ends_at=ends_at, now=now)
