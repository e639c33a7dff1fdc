"""What the rooms tell us: a booking of the house's own was called off. What we do at night."""

from datetime import datetime

from centres.activities import pickup, services
from centres.rooms.services import on_called_off
from portal.privacy.housekeeping import at_night

on_called_off(services.room_called_off)


@at_night("centres.Enrolment")
def children_are_forgotten(now: datetime) -> int:
    """Guardrail 8, for activities that nobody is fetched from: a child's name goes 30 days after the term."""
    return pickup.forget_over(now=now)
