"""Who may do what with a room and a booking. Pure predicates (actor, object); a failure denies."""

from typing import TYPE_CHECKING

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role

if TYPE_CHECKING:
    from centres.rooms.models import Centre, Room
    from centres.rooms.models_booking import Booking
    from centres.rooms.models_waitlist import WaitlistEntry


def runs_centre(actor: Actor, centre: "Centre") -> bool:
    """Whose house it is: the clerk and the secretary of the community."""
    return actor.reach.covers(centre.grid.path, *COMMUNITY)


def runs(actor: Actor, room: "Room") -> bool:
    return runs_centre(actor, room.centre)


def may_book_for_others(actor: Actor, room: "Room") -> bool:
    """The counter for whoever stands before it; a grid worker for the doors they look after, in any room."""
    return runs(actor, room) or actor.holds(Role.GRID_WORKER, *COMMUNITY)


def is_owner(actor: Actor, booking: "Booking") -> bool:
    return actor.id is not None and booking.user_id == actor.id


def made_for(actor: Actor, booking: "Booking") -> bool:
    """A grid worker who booked for a household that is still theirs."""
    return booking.booked_by_id == actor.id and _still_theirs(actor, booking)


def _still_theirs(actor: Actor, thing: "Booking | WaitlistEntry") -> bool:
    if actor.id is None or thing.resident is None:
        return False
    return actor.reach.covers(thing.resident.household.building.path, Role.GRID_WORKER)


def is_community(actor: Actor, booking: "Booking") -> bool:
    return runs(actor, booking.room)


def may_begin(actor: Actor, booking: "Booking") -> bool:
    """Whose it is was settled before (persons.booked_for); what is left is that nobody books without an account."""
    return actor.id is not None


def speaks_for(actor: Actor, booking: "Booking") -> bool:
    return is_owner(actor, booking) or made_for(actor, booking)


def may_decide(actor: Actor, booking: "Booking") -> bool:
    """The community; never on one's own wish."""
    return is_community(actor, booking) and not is_owner(actor, booking)


def may_touch(actor: Actor, booking: "Booking") -> bool:
    return speaks_for(actor, booking) or is_community(actor, booking)


def calls_off(actor: Actor, booking: "Booking") -> bool:
    """The house takes back what it gave: then a reason is owed."""
    return is_community(actor, booking) and not is_owner(actor, booking)


def is_in_line(actor: Actor, entry: "WaitlistEntry") -> bool:
    """Whoever waits, the counter of the house, and the grid worker who took it down for a door of theirs."""
    if actor.id is None:
        return False
    taken_down = entry.joined_by_id == actor.id and _still_theirs(actor, entry)
    return entry.user_id == actor.id or taken_down or runs(actor, entry.room)


def nobody(actor: Actor, thing: object) -> bool:
    """The system's own steps."""
    return False
