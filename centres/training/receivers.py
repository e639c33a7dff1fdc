"""What happens in the rooms that the base has to know."""

from datetime import datetime
from typing import Any

from centres.rooms.services import on_called_off
from centres.training import steps
from portal.accounts.actors import Actor


@on_called_off
def room_called_off(booking: Any, actor: Actor, now: datetime, reason: str) -> None:
    """A room that was promised to a group is gone (the house shuts it): in the same transaction both sides are told."""
    steps.room_lost(booking_id=booking.pk, reason=reason, now=now)
