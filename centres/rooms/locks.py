"""Who waits for whom when a room is booked: the person first, then the parts in the order of their ids.

Always this order, so that two who want each other's rooms queue instead of locking each other out. The exclusion
constraint stands behind it; the race's negative control replaces `hold` to show what both are there for.
"""

from uuid import UUID

from centres.rooms.models import Part, Room
from centres.rooms.persons import Person


def hold(person: Person | None, room: Room) -> list[UUID]:
    """Lock whose quota is counted, then what would be taken; returns the ids of the room's parts."""
    if person is not None:
        hold_person(person)
    # NO KEY: rows that point at a part (occupancies of a cancellation going through) need not wait.
    parts = Part.objects.filter(room_parts__room=room).order_by("pk")
    return list(parts.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def hold_person(person: Person) -> None:
    """Lock the account before the register: whoever shares one meets here."""
    for row in (person.user, person.resident):
        if row is not None:
            # By its _meta: request.user is a lazy stand-in whose type is not the model.
            row._meta.model._base_manager.select_for_update(no_key=True).only("pk").get(pk=row.pk)
