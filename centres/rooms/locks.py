"""Who waits for whom: the person first, then the parts in the order of their ids, then bookings and places in line.

Always this order, so that two who want each other's rooms queue instead of locking each other out. The exclusion
constraint stands behind it; the race's negative control replaces `hold` to show what both are there for.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from centres.rooms.models import Part, Room, RoomPart
from centres.rooms.models_booking import Booking
from centres.rooms.persons import Person

# By hand, as the facts are: composed, each lock takes three times as long, while others wait for it.
# NO KEY: rows that point at a part (occupancies of a cancellation going through) need not wait.
PARTS = """
SELECT "order", id FROM centres_part
 WHERE id IN (SELECT part_id FROM centres_roompart WHERE room_id = %s)
 ORDER BY id FOR NO KEY UPDATE
"""


def hold(person: Person | None, room: Room, *, giving_back: bool = False) -> list[UUID]:
    """Lock whose quota is counted, then what would be taken; returns the ids of the room's parts, in their order.

    giving_back: a time is given up in the same act, and somebody may wait for it (hold_around).
    """
    if person is not None:
        hold_person(person)
    if giving_back:
        hold_around([room])
        return parts_of(room)
    with connection.cursor() as cursor:
        cursor.execute(PARTS, [room.pk])
        return [pk for _order, pk in sorted(cursor.fetchall())]


def parts_of(room: Room) -> list[UUID]:
    """The ids of a room's parts in their order, without waiting for anybody."""
    return list(room.room_parts.order_by("part__order", "part_id").values_list("part_id", flat=True))


def hold_person(person: Person) -> None:
    """Lock the account before the register: whoever shares one meets here."""
    with connection.cursor() as cursor:
        for row in (person.user, person.resident):
            if row is not None:
                # By its _meta: request.user is a lazy stand-in whose type is not the model.
                table = connection.ops.quote_name(row._meta.db_table)
                cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR NO KEY UPDATE", [row.pk])


def hold_booking(booking: Booking) -> Booking:
    """Lock a booking, after its person and its parts, and set what may have changed since it was read."""
    rows = Booking.objects.select_for_update(of=("self",), no_key=True)
    booking.refresh_from_db(
        fields=["state", "version", "starts_at", "ends_at", "counts", "quota_month", "part"], from_queryset=rows
    )
    return booking


def hold_around(rooms: Iterable[Room]) -> None:
    """Lock all that anybody who waits for a piece of these rooms could be given: their parts, and those of every room
    that shares one with them.

    For what gives time back. The half of a hall that comes free may be what the whole hall was waited for; were the
    other half locked only then, two who give back halves would lock each other out.
    """
    own = RoomPart.objects.filter(room__in=[room.pk for room in rooms]).values("part")
    beside = RoomPart.objects.filter(part__in=own).values("room")
    parts = RoomPart.objects.filter(room__in=beside).values("part")
    list(Part.objects.filter(pk__in=parts).order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
