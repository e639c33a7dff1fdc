"""How much of its open time each room was in use, and how much of the floor is for people. Rooms, never people."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from centres.rooms.diary import hours_book
from centres.rooms.enums import BookingState, RoomKind
from centres.rooms.hours import DayHours, HoursBook, midnight
from centres.rooms.models import Centre, Room, RoomPart
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.querysets import OVERSEERS
from portal.accounts.actors import Actor

ONE_DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
LONGEST = 366  # days
USED = (BookingState.CHECKED_IN, BookingState.COMPLETED)


@dataclass
class Line:
    """One room: open and taken time, how often it was used, how often nobody came.

    Where seats are let one by one, both times are added up over the seats (`places`, else 1).
    """

    room: Room
    places: int
    open: dt.timedelta
    taken: dt.timedelta = dt.timedelta()
    uses: int = 0
    no_shows: int = 0

    @property
    def open_hours(self) -> int | float:
        return _hours(self.open)

    @property
    def taken_hours(self) -> int | float:
        return _hours(self.taken)

    @property
    def share(self) -> int | None:
        """Percent of the open time; None for a room that was not open at all."""
        return round(100 * self.taken / self.open) if self.open else None


@dataclass(frozen=True)
class Space:
    """Square metres for people of all that were measured; the rooms of each, and those nobody has measured."""

    people: list[Room]
    office: list[Room]
    unknown: list[Room]
    # The whole hall is its halves: measured with them.
    within: list[Room]

    @cached_property
    def for_people(self) -> Decimal:
        return sum((room.area or Decimal() for room in self.people), Decimal())

    @cached_property
    def all(self) -> Decimal:
        return self.for_people + sum((room.area or Decimal() for room in self.office), Decimal())

    @property
    def share(self) -> int | None:
        return round(100 * self.for_people / self.all) if self.all else None


@dataclass
class Report:
    centre: Centre
    first: dt.date
    last: dt.date
    lines: list[Line]
    space: Space
    book: HoursBook = field(repr=False)

    @property
    def open(self) -> dt.timedelta:
        return sum((line.open for line in self.lines), dt.timedelta())

    @property
    def taken(self) -> dt.timedelta:
        return sum((line.taken for line in self.lines), dt.timedelta())

    @property
    def total(self) -> Line:
        """The rooms that are booked, together. Its room is none of them."""
        uses, missed = sum(line.uses for line in self.lines), sum(line.no_shows for line in self.lines)
        return Line(Room(name=""), 1, self.open, self.taken, uses, missed)


def _hours(span: dt.timedelta) -> int | float:
    """1.25; 8 rather than 8.0."""
    hours = round(span / HOUR, 2)
    return int(hours) if hours == int(hours) else hours


# ---------------------------------------------------------------- what is within reach
def centres_within(actor: Actor) -> list[Centre]:
    """The houses this person looks after, in their order."""
    rows = Centre.objects.filter(actor.reach.q("grid__path", *OVERSEERS), is_active=True)
    return list(rows.select_related("grid"))


# ---------------------------------------------------------------- the report
def report_of(centre: Centre, first: dt.date, last: dt.date) -> Report:
    """A centre between two dates, both counted: six queries, however many rooms, bookings and days."""
    links = Prefetch("room_parts", RoomPart.objects.order_by("part_id"))
    rooms = list(Room.objects.active().with_centre().filter(centre=centre).prefetch_related(links))
    book = hours_book(rooms, first, last)
    booked = [room for room in rooms if room.needs_booking]
    lines = [_line(book, room, first, last) for room in booked]
    taken = taken_time([room.pk for room in booked], first, last)
    counts = {row["room"]: row for row in _counts([room.pk for room in booked], first, last)}
    for line in lines:
        line.taken = taken.get(line.room.pk, dt.timedelta())
        row = counts.get(line.room.pk, {})
        line.uses, line.no_shows = row.get("uses", 0), row.get("no_shows", 0)
    return Report(centre, first, last, lines, space_of(rooms), book)


def _line(book: HoursBook, room: Room, first: dt.date, last: dt.date) -> Line:
    hours = open_days(book, room, first, last)
    span = sum((closes - opens for day in hours for opens, closes in day.spans), dt.timedelta())
    places = len(room.room_parts.all()) if room.by_place else 1
    return Line(room, places, span * places)


def open_days(book: HoursBook, room: Room, first: dt.date, last: dt.date) -> list[DayHours]:
    """The dates a room was open, by the hours that hold now."""
    days = (book.on(room, first + n * ONE_DAY) for n in range((last - first).days + 1))
    return [day for day in days if day.spans]


# What stands on the floor, whoever booked it: a hall is in use while somebody is in one of its halves. Overlapping
# pieces of one floor are counted once, by the database; where seats are let one by one, each seat counts for itself.
TAKEN = """
SELECT room_id, sum(upper(span) - lower(span)) FROM (
    SELECT rp.room_id, unnest(range_agg(tstzrange(lower(o.period), o.used_until))) AS span
    FROM {occupancy} o
    JOIN {room_part} rp ON rp.part_id = o.part_id
    JOIN {room} r ON r.id = rp.room_id
    JOIN {booking} b ON b.id = o.booking_id
    WHERE rp.room_id = ANY(%s::uuid[]) AND b.state <> %s AND o.period && tstzrange(%s, %s)
    GROUP BY rp.room_id, CASE WHEN r.by_place THEN o.part_id END
) AS spans GROUP BY room_id
"""


def taken_sql(room_ids: list[UUID], first: dt.date, last: dt.date) -> tuple[str, list[Any]]:
    tables = {"occupancy": Occupancy, "room_part": RoomPart, "room": Room, "booking": Booking}
    sql = TAKEN.format(**{name: model._meta.db_table for name, model in tables.items()})
    ids = [str(room_id) for room_id in room_ids]
    return sql, [ids, BookingState.PENDING, midnight(first), midnight(last + ONE_DAY)]


def taken_time(room_ids: list[UUID], first: dt.date, last: dt.date) -> dict[UUID, dt.timedelta]:
    """How long each room was in use or is booked, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(*taken_sql(room_ids, first, last))
        return dict(cursor.fetchall())


def _counts(room_ids: list[UUID], first: dt.date, last: dt.date) -> QuerySet[Any, dict[str, Any]]:
    rows = Booking.objects.filter(room__in=room_ids).between(midnight(first), midnight(last + ONE_DAY))
    return (
        rows.order_by()
        .values("room")
        .annotate(
            uses=Count("pk", filter=Q(state__in=USED)), no_shows=Count("pk", filter=Q(state=BookingState.NO_SHOW))
        )
    )


# ---------------------------------------------------------------- the rows behind a number
def rows_behind(actor: Actor, room: Room, first: dt.date, last: dt.date, what: str) -> QuerySet[Booking]:
    """The bookings a number was counted from: "taken", "uses" or "no_shows". The first of them first."""
    start, end = midnight(first), midnight(last + ONE_DAY)
    rows = Booking.objects.within(actor).with_room().order_by("starts_at", "id")
    if what == "taken":
        parts = RoomPart.objects.filter(room=room).values("part")
        standing = Occupancy.objects.filter(part__in=parts, period__overlap=(start, end), booking__isnull=False)
        return rows.filter(pk__in=standing.values("booking")).exclude(state=BookingState.PENDING)
    states = USED if what == "uses" else (BookingState.NO_SHOW,)
    return rows.filter(room=room, state__in=states).between(start, end)


# ---------------------------------------------------------------- space
def space_of(rooms: list[Room]) -> Space:
    """Whose square metres are whose. The rooms come with their `room_parts`."""
    holders: dict[UUID, set[UUID]] = {}
    for room in rooms:
        for link in room.room_parts.all():
            holders.setdefault(link.part_id, set()).add(room.pk)
    sizes = {room.pk: len(room.room_parts.all()) for room in rooms}
    found: dict[str, list[Room]] = {"people": [], "office": [], "unknown": [], "within": []}
    for room in rooms:
        parts = [link.part_id for link in room.room_parts.all()]
        # Every piece of it is a smaller room of its own.
        composed = len(parts) > 1 and all(
            any(sizes[other] < sizes[room.pk] for other in holders[part] - {room.pk}) for part in parts
        )
        if composed:
            found["within"].append(room)
        elif room.area is None:
            found["unknown"].append(room)
        else:
            found["office" if room.kind == RoomKind.SERVICE else "people"].append(room)
    return Space(**found)


def this_month(now: dt.datetime) -> tuple[dt.date, dt.date]:
    """From the first of the month until today."""
    today = timezone.localtime(now).date()
    return today.replace(day=1), today
