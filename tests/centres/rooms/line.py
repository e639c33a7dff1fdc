"""Who waits for what: short words for the tests of the waitlist."""

from centres.rooms import waitlist
from centres.rooms.models import Room
from centres.rooms.models_booking import Occupancy
from centres.rooms.models_waitlist import WaitlistEntry
from tests.cast import Cast
from tests.centres.rooms.people import NOW, at


def wait(cast: Cast, room: Room, start: str, end: str, who: str = "neighbour", **given) -> WaitlistEntry:
    """wait(cast, house.studio, "09-21 09:00", "09-21 10:00"): the neighbour stands in line at NOW."""
    return waitlist.join(
        actor=cast.actor(who), room=room.pk, starts_at=at(start), ends_at=at(end), **({"now": NOW} | given)
    )


def state(entry: WaitlistEntry) -> str:
    return WaitlistEntry.objects.get(pk=entry.pk).state


def held(entry: WaitlistEntry) -> list:
    """What an offer keeps for somebody."""
    return [(one.period.lower, one.period.upper) for one in Occupancy.objects.filter(offer=entry)]
