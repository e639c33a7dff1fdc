"""What the tests of rooms share: a furnished centre, and moments of 2026 that are easy to name."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from centres.rooms import doorcodes, services
from centres.rooms.enums import RoomKind
from centres.rooms.models import Centre, OpeningHour, Part, Room, RoomPart
from centres.rooms.models_booking import Booking
from portal.workdays.enums import DayKind
from tests.cast import Cast

# A Friday. The Sunday after it is worked (国庆调休), 25–27 September is 中秋, 1–7 October 国庆, 10 October is worked.
NOW = timezone.make_aware(dt.datetime(2026, 9, 18, 14, 20))  # noqa: DTZ001 (made local here)
DAY = dt.time(8, 0), dt.time(21, 0)


def at(text: str) -> dt.datetime:
    """at("09-19 15:30") → that moment of 2026, local time."""
    return timezone.make_aware(dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M"))  # noqa: DTZ007 (made local here)


@dataclass
class House:
    """文昌花园's centre: 书画室 (plain), 排练厅 (wants a nod), 阅览室 (walk in), and a hall with its two halves."""

    centre: Centre
    studio: Room
    stage: Room
    reading: Room
    hall: Room
    east: Room
    west: Room


HALVES = ("大厅东半", "大厅西半")
# name in House → (name, what it takes where that is not itself, fields)
ROOMS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "studio": ("书画室", (), {"equipment": "毡台、笔墨"}),
    "stage": ("排练厅", (), {"capacity": 30, "needs_approval": True}),
    "reading": ("阅览室", (), {"capacity": 40, "kind": RoomKind.READING, "needs_booking": False}),
    "hall": ("大厅（整间）", HALVES, {"capacity": 80, "kind": RoomKind.HALL}),
    "east": ("大厅东半", HALVES[:1], {"capacity": 40, "kind": RoomKind.HALL}),
    "west": ("大厅西半", HALVES[1:], {"capacity": 40, "kind": RoomKind.HALL}),
}


def furnish(grid: Any, name: str = "文昌花园社区党群服务中心") -> House:
    """Open 8–21 on working days, 9–18 on days of rest, shut on holidays. In few statements: every test does it."""
    centre = Centre.objects.create(
        grid=grid, name=name, address="文昌路 8 号", phone="85550110", desk_hours="8:30–18:00"
    )
    OpeningHour.objects.bulk_create(
        [
            OpeningHour(centre=centre, day_kind=DayKind.WORKING, opens=DAY[0], closes=DAY[1]),
            OpeningHour(centre=centre, day_kind=DayKind.REST, opens=dt.time(9), closes=dt.time(18)),
        ]
    )
    takes = {key: parts or (room,) for key, (room, parts, _fields) in ROOMS.items()}
    parts = {part: Part(centre=centre, name=part) for some in takes.values() for part in some}
    Part.objects.bulk_create(parts.values())
    rooms = {
        key: Room(centre=centre, name=room, order=n, **({"kind": RoomKind.ARTS, "capacity": 12} | fields))
        for n, (key, (room, _parts, fields)) in enumerate(ROOMS.items())
    }
    Room.objects.bulk_create(rooms.values())
    RoomPart.objects.bulk_create(
        RoomPart(room=room, part=parts[part]) for key, room in rooms.items() for part in takes[key]
    )
    return House(centre, **rooms)


def book(cast: Cast, room: Room, start: str, end: str, who: str = "resident", **fields: Any) -> Booking:
    """book(cast, house.studio, "09-21 09:00", "09-21 10:00") at NOW, by the resident."""
    given = {"purpose": "练字", "now": NOW} | fields
    return services.book(actor=cast.actor(who), room=room.pk, starts_at=at(start), ends_at=at(end), **given)


def digits(room: Room, when: str | dt.datetime = NOW) -> str:
    """What stands at the door of a room at a moment."""
    return doorcodes.code_now(room.pk, at(when) if isinstance(when, str) else when)
