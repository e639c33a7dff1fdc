"""Everything known of some rooms over some days, read once; then any day of any of them without asking again."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from psycopg2.extras import DateTimeTZRange

from centres.rooms.hours import HoursBook, midnight
from centres.rooms.models import Centre, DayException, OpeningHour, Part, Room, RoomPart
from centres.rooms.models_booking import Occupancy
from centres.rooms.persons import Person
from centres.rooms.spans import Span, Taken, day_of, last_bookable_day, notice_of
from portal.workdays.queries import calendar_for


@dataclass
class Diary:
    """Rooms, their hours, what stands in them.

    `local` False: the horizon of people who do not live here. `keeps_house`: for whoever needs nobody's nod.
    """

    now: dt.datetime
    hours: HoursBook
    taken: dict[UUID, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    # The seats or stalls of rooms that let them one by one, in their order.
    places: dict[UUID, list[Part]] = field(default_factory=dict)
    local: bool = True
    keeps_house: bool = False
    person: Person | None = None

    def day(self, room: Room, day: dt.date) -> list[Span]:
        """The spans of one room on one date, from midnight to midnight."""
        earliest = self.now + notice_of(room, keeps_house=self.keeps_house)
        last_day = last_bookable_day(room, self.now, local=self.local)
        return self._day(room, day, self.taken[room.pk], earliest, last_day, len(self.places.get(room.pk, ())))

    def _day(
        self, room: Room, day: dt.date, taken: list[Taken], earliest: dt.datetime, last_day: dt.date, places: int
    ) -> list[Span]:
        hours = self.hours.on(room, day)
        return day_of(room, hours, taken, earliest=earliest, last_day=last_day, places=places)

    def each_place(self, room: Room, day: dt.date) -> list[tuple[Part, list[Span]]]:
        """Every seat or stall of a room with its own spans of that date."""
        earliest = self.now + notice_of(room, keeps_house=self.keeps_house)
        last_day = last_bookable_day(room, self.now, local=self.local)
        taken: dict[UUID | None, list[Taken]] = defaultdict(list)
        for one in self.taken[room.pk]:
            taken[one.part_id].append(one)
        return [
            (place, self._day(room, day, taken[place.pk], earliest, last_day, 1))
            for place in self.places.get(room.pk, ())
        ]

    def free(self, room: Room, day: dt.date) -> list[Span]:
        return [span for span in self.day(room, day) if span.bookable]

    def at(self, room: Room, moment: dt.datetime) -> Span:
        """What the room is at a moment, whatever notice it wants."""
        day = moment.date()
        spans = self._day(room, day, self.taken[room.pk], midnight(day), day, len(self.places.get(room.pk, ())))
        return next(span for span in spans if span.starts_at <= moment < span.ends_at)


def open_diary(
    rooms: Iterable[Room],
    first: dt.date,
    days: int,
    now: dt.datetime,
    *,
    local: bool = True,
    keeps_house: bool = False,
) -> Diary:
    """Read `days` dates from `first` on: three queries (one more for each further community, and one where a room lets
    its places one by one), however many rooms.

    The rooms must come with their centre and its grid (`with_centre()`).
    """
    rooms = list(rooms)
    last = first + dt.timedelta(days=days)
    diary = Diary(now, hours_book(rooms, first, last), local=local, keeps_house=keeps_house)
    for row in _occupied([room.pk for room in rooms], midnight(first), midnight(last)):
        diary.taken[row["room_id"]].append(Taken.by_row(row))
    if by_place := [room.pk for room in rooms if room.by_place]:
        diary.places = places_of(by_place)
    return diary


def places_of(room_ids: Iterable[UUID]) -> dict[UUID, list[Part]]:
    """The parts of these rooms, in their order. One query."""
    found: dict[UUID, list[Part]] = defaultdict(list)
    rows = RoomPart.objects.filter(room__in=room_ids).select_related("part").order_by("part__order", "part_id")
    for row in rows:
        found[row.room_id].append(row.part)
    return found


# Two lists laid one below the other, by hand: every booking asks this, and a queryset takes longer to compose than the
# database takes to answer.
HOURS = """
SELECT room_id, centre_id, opens, closes, day_kind, NULL::date AS first_day, NULL, '', '' AS id
  FROM centres_openinghour
 WHERE room_id = ANY(%(rooms)s::uuid[]) OR centre_id = ANY(%(centres)s::uuid[])
UNION ALL
SELECT room_id, centre_id, opens, closes, '', first_day, last_day, reason, id::text
  FROM centres_dayexception
 WHERE (room_id = ANY(%(rooms)s::uuid[]) OR centre_id = ANY(%(centres)s::uuid[]))
   AND first_day <= %(last)s AND last_day >= %(first)s
 ORDER BY first_day, id
"""


def hours_book(rooms: Iterable[Room], first: dt.date, last: dt.date, centres: Iterable[Centre] = ()) -> HoursBook:
    """The hours of these rooms and their centres between two dates: two queries for one community."""
    rooms = list(rooms)
    houses = {room.centre_id: room.centre for room in rooms} | {centre.pk: centre for centre in centres}
    calendars = {code: calendar_for(code) for code in {centre.grid.code for centre in houses.values()}}
    known: dict[str, Any] = {
        "rooms": [room.pk for room in rooms],
        "centres": list(houses),
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(HOURS, known)
        rows = cursor.fetchall()
    names = ("room_id", "centre_id", "opens", "closes")
    return HoursBook.of(
        {centre_id: calendars[centre.grid.code] for centre_id, centre in houses.items()},
        [OpeningHour(**dict(zip(names, row, strict=False)), day_kind=row[4]) for row in rows if row[4]],
        [
            DayException(**dict(zip(names, row, strict=False)), first_day=row[5], last_day=row[6], reason=row[7])
            for row in rows
            if not row[4]
        ],
    )


def _occupied(room_ids: list[UUID], start: dt.datetime, end: dt.datetime) -> Iterable[Any]:
    # Through the parts: a hall shows what stands in either half. The period is asked on each part's own index entry, so
    # that the cost follows these days and not the years behind them.
    rows = Occupancy.objects.filter(
        part__room_parts__room__in=room_ids, period__overlap=DateTimeTZRange(start, end)
    ).order_by("period")
    return rows.annotate(room_id=F("part__room_parts__room_id")).values(
        "room_id",
        "part_id",
        "period",
        "used_until",
        "booking_id",
        "booking__state",
        "booking__user_id",
        "booking__resident_id",
        "booking__purpose",
        "offer_id",
        "offer__user_id",
    )
