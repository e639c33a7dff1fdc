"""What the booking engine costs beside what must be written anyway, among rivals, and after years of history."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from statistics import median
from threading import Barrier, Thread
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction
from django.test import override_settings
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from centres.rooms import services
from centres.rooms.hours import on_day
from centres.rooms.models import Centre, OpeningHour, Part, Room, RoomPart
from centres.rooms.models_booking import Booking, BookingRecord, Occupancy
from centres.rooms.queries import diary_for
from centres.rooms.serializers import BookingSerializer, NewBookingSerializer
from portal.accounts.actors import Actor
from portal.accounts.policy import signed_in
from portal.api import ApiView
from portal.audit.models import AuditEntry
from portal.errors import Refusal
from portal.flow import due
from portal.rows import uuid7
from portal.workdays.enums import DayKind

RIVALS = 50
YEARS_OF = 100  # times as much history


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


class House:
    """One room that is open every day for the whole of it, and as many people as are needed."""

    def __init__(self, grid: Any) -> None:
        self.centre = Centre.objects.create(grid=grid, name="量一量", monthly_quota=30_000)
        OpeningHour.objects.bulk_create(
            OpeningHour(centre=self.centre, day_kind=kind, opens=dt.time(0), closes=dt.time(23, 45)) for kind in DayKind
        )
        self.room = self.furnish("量一量")
        people = [get_user_model()(username=f"bench-{n}", name=f"邻居{n}") for n in range(RIVALS)]
        self.people = [Actor.of(user) for user in get_user_model().objects.bulk_create(people)]
        self.room = Room.objects.with_centre().get(pk=self.room.pk)
        self._next = on_day(timezone.localdate() + dt.timedelta(days=1), dt.time(8))

    def furnish(self, name: str) -> Room:
        room = Room.objects.create(centre=self.centre, name=name, kind="meeting", horizon_days=366, min_minutes=15)
        RoomPart.objects.create(room=room, part=Part.objects.create(centre=self.centre, name=name))
        return room

    def slot(self) -> dict[str, Any]:
        """The next quarter of an hour that nobody has asked for yet."""
        start = self._next
        self._next += dt.timedelta(minutes=15)
        if timezone.localtime(self._next).hour >= 22:
            self._next = on_day(timezone.localtime(self._next).date() + dt.timedelta(days=1), dt.time(8))
        return {"starts_at": start, "ends_at": start + dt.timedelta(minutes=15)}


# ---------------------------------------------------------------- booking beside the bare INSERTs
class BareView(ApiView):
    """The rows a booking leaves, and nothing else: no question asked, nobody waited for. The same door as the API's."""

    policy = signed_in

    def post(self, request: Request) -> Response:
        given = NewBookingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked, now = given.validated_data, timezone.now()
        user, start, end = self.actor.user, asked["starts_at"], asked["ends_at"]
        with transaction.atomic():
            booking = Booking(
                ref=_bare_ref(),
                state="confirmed",
                version=1,
                room_id=asked["room"],
                user=user,
                booked_by=user,
                starts_at=start,
                ends_at=end,
                purpose=asked["purpose"],
                quota_month=timezone.localtime(start).date().replace(day=1),
            )
            booking.save(force_insert=True)
            done = {"event": "book", "from_state": "", "to_state": "confirmed", "actor_role": "resident"}
            BookingRecord(subject=booking, version=1, actor=user, at=now, **done).save(force_insert=True)
            AuditEntry.objects.create(
                actor_id=user.pk,
                actor_role="resident",
                channel="api",
                verb="booking.book",
                object_type="centres.booking",
                object_id=str(booking.pk),
                subject_id=user.pk,
            )
            part = RoomPart.objects.values_list("part_id", flat=True).get(room=asked["room"])
            Occupancy.objects.bulk_create(
                [Occupancy(part_id=part, period=DateTimeTZRange(start, end), used_until=end, booking=booking)]
            )
            kinds = ("booking.complete", "booking.no_show", "booking.remind")
            due.schedule_many([due.Due(f"bare:{booking.pk}:{kind}", kind, booking.pk, end) for kind in kinds])
        return Response(BookingSerializer(booking).data, status=201)


def _bare_ref() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO centres_refcounter (head, last) VALUES ('bare', 1) "
            "ON CONFLICT (head) DO UPDATE SET last = centres_refcounter.last + 1 RETURNING last"
        )
        return f"X{cursor.fetchone()[0]:09d}"


def against_bare(house: House, rounds: int) -> float:
    """Bookings a second ÷ bare inserts a second, each a POST with a token: at least 0.5."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=house.people[0].user)[0].key}")

    def of(path: str) -> float:
        slot = {name: moment.isoformat() for name, moment in house.slot().items()}
        body = {"room": str(house.room.pk), "purpose": "量", **slot}

        def post() -> None:
            answer = client.post(path, body, format="json")
            assert answer.status_code == 201, answer.content

        return seconds(post)

    with override_settings(ROOT_URLCONF="benchmarks.urls"):
        of("/api/v1/bookings/"), of("/bare/")
        took = [(of("/api/v1/bookings/"), of("/bare/")) for _round in range(rounds)]
    return median(bare for _book, bare in took) / median(book for book, _bare in took)


# ---------------------------------------------------------------- fifty rivals
def rivals(house: House, rounds: int) -> float:
    """How long until the last of fifty has their answer ÷ fifty times one who asks alone: at most 3."""

    def alone() -> float:
        slot = house.slot()
        return seconds(lambda: services.book(actor=house.people[0], room=house.room.pk, purpose="量", **slot))

    alone()
    one = median(alone() for _round in range(rounds))
    return median(_last_of_fifty(house) for _round in range(rounds)) / (one * RIVALS)


def _last_of_fifty(house: House) -> float:
    slot, ready = house.slot(), Barrier(RIVALS + 1)
    won: list[int] = []

    def ask(actor: Actor) -> None:
        connection.ensure_connection()
        ready.wait()
        try:
            services.book(actor=actor, room=house.room.pk, purpose="量", **slot)
            won.append(1)
        except Refusal:
            pass
        finally:
            connections.close_all()

    threads = [Thread(target=ask, args=(person,)) for person in house.people]
    for thread in threads:
        thread.start()
    ready.wait()
    took = seconds(lambda: [thread.join() for thread in threads])
    assert sum(won) == 1, won
    return took


# ---------------------------------------------------------------- a day, after years
def a_day_after_years(house: House, rounds: int) -> tuple[float, str]:
    """One day of twelve rooms, once with as many bookings behind it as a month leaves and once with a hundred times
    that; and how the database reads it then."""
    rooms = [house.furnish(f"房间{n}") for n in range(12)]
    rooms = list(Room.objects.with_centre().filter(pk__in=[room.pk for room in rooms]))
    today, now = timezone.localdate(), timezone.now()

    def read() -> object:
        diary = diary_for(None, house.centre, rooms, today, 1, now)
        return [diary.day(room, today) for room in rooms]

    _fill(house, rooms, days=range(1, 31), each=1)
    read()
    before = median(seconds(read) for _round in range(rounds))
    _fill(house, rooms, days=range(31, 3031), each=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    read()
    after = median(seconds(read) for _round in range(rounds))
    return after / before, _plan(rooms, today)


def _fill(house: House, rooms: list[Room], days: range, each: int) -> None:
    """One booking of two hours in every room on every one of these days, counted backwards from today."""
    user, today, rows, taken = house.people[0].user, timezone.localdate(), [], []
    parts = dict(RoomPart.objects.filter(room__in=rooms).values_list("room_id", "part_id"))
    for day in days:
        start = on_day(today - dt.timedelta(days=day), dt.time(10))
        end = start + dt.timedelta(hours=2)
        for room in rooms:
            pk = uuid7()
            rows.append(
                Booking(
                    pk=pk,
                    ref=f"Z{len(rows):06d}{day:05d}"[:16],
                    state="completed",
                    version=1,
                    room=room,
                    user=user,
                    booked_by=user,
                    starts_at=start,
                    ends_at=end,
                    purpose="旧",
                    quota_month=start.date().replace(day=1),
                )
            )
            period = DateTimeTZRange(start, end)
            taken.append(Occupancy(part_id=parts[room.pk], period=period, used_until=end, booking_id=pk))
    Booking.objects.bulk_create(rows, batch_size=2000)
    Occupancy.objects.bulk_create(taken, batch_size=2000)


def _plan(rooms: list[Room], day: dt.date) -> str:
    """The line of EXPLAIN that says how the day's occupancies are found."""
    period = DateTimeTZRange(on_day(day, dt.time(0)), on_day(day + dt.timedelta(days=1), dt.time(0)))
    found = Occupancy.objects.filter(part__room_parts__room__in=[room.pk for room in rooms], period__overlap=period)
    return next((line.strip() for line in found.explain().splitlines() if "occupancy_excludes" in line), "no index!")


def measure(grid: Any, rounds: int) -> Iterator[str]:
    house = House(grid)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield f"{'booking':38}{'ratio':>16}"
    yield f"{'bookings/s ÷ bare inserts/s (≥ 0.5)':38}{against_bare(house, rounds * 4):>13.2f}"
    yield f"{'last of 50 rivals ÷ 50 × one (≤ 3)':38}{rivals(house, max(3, rounds // 3)):>15.2f}"
    grown, plan = a_day_after_years(house, rounds)
    yield f"{'a day of 12 rooms: history × 100':38}{grown:>14.2f}   {plan}"
