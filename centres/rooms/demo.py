"""The demo's houses: a centre in each community, the rooms the stories name, a week of bookings in the large one."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from centres.rooms import appeals, closures, services, steps, waitlist
from centres.rooms.enums import RoomKind
from centres.rooms.hours import on_day
from centres.rooms.lifecycle import WAIT_FOR
from centres.rooms.models import Centre, OpeningHour, Part, Room, RoomPart
from centres.rooms.models_booking import Booking
from centres.rooms.refusals import Refused
from portal.accounts.actors import Actor
from portal.workbench.demo import Scene
from portal.workdays.enums import DayKind

LARGE = "文昌花园社区"
DESK = "8:30–18:00"
# 大门常开: the day the door is shut is the holiday, and then the open rooms still are.
HOURS = {
    DayKind.WORKING: (dt.time(8), dt.time(21)),
    DayKind.REST: (dt.time(9), dt.time(18)),
}
FAIR = (dt.time(9), dt.time(12))
OPEN_HOURS = {kind: (dt.time(8), dt.time(21)) for kind in DayKind}


@dataclass(frozen=True)
class R:
    """A room to furnish. parts: names of what it takes, itself unless said otherwise. every_day, hours: its own."""

    name: str
    kind: str
    capacity: int | None
    equipment: str = ""
    floor: str = ""
    parts: tuple[str, ...] = ()
    every_day: bool = False
    hours: dict[str, tuple[dt.time, dt.time]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


def _open(name: str, kind: str, capacity: int | None, equipment: str = "", floor: str = "一楼") -> R:
    """One walks in."""
    return R(name, kind, capacity, equipment, floor, every_day=True, fields={"needs_booking": False, "step_free": True})


def _places(what: str, n: int) -> tuple[str, ...]:
    """1 号座 … 24 号座"""
    return tuple(f"{number} 号{what}" for number in range(1, n + 1))


CHILD: dict[str, Any] = {"guardian_required": True, "step_free": True, "max_minutes": 120}
HALVES = ("大厅东半", "大厅西半")
SEATS, STALLS = _places("座", 24), _places("摊", 16)
# The fair stands in the hall: whoever has a stall has a piece of its floor.
EAST, WEST = (HALVES[0], *STALLS[:8]), (HALVES[1], *STALLS[8:])
BY_PLACE: dict[str, Any] = {"by_place": True, "uses_quota": False, "step_free": True}
TIDY = {"house_rule": "用完请擦桌子、关灯、关窗。"}

# 文昌花园: what its pages show, in the order of the corridor.
WENCHANG = (
    R(
        "五邻议事厅", RoomKind.MEETING, 20, "投影、圆桌", "二楼东",
        fields={"buffer_minutes": 15, "step_free": True, **TIDY},
    ),
    R("书画室", RoomKind.ARTS, 12, "毡台、笔墨", "二楼西", fields=TIDY),
    R("二楼教室", RoomKind.TRAINING, 24, "黑板、投影", "二楼中", fields=TIDY),
    R(
        "排练厅", RoomKind.ARTS, 30, "音响、把杆", "三楼",
        fields={"needs_approval": True, "access_note": "有电梯，轮椅请从东门进", "step_free": True},
    ),
    R("亲子活动室", RoomKind.CHILDREN, 10, "软垫、绘本", "一楼北", fields=CHILD),
    R("睦邻会馆", RoomKind.HOME, 16, "茶台、小厨房", "一楼西", fields={"buffer_minutes": 30, "step_free": True}),
    R(
        "大厅（整间）", RoomKind.HALL, 80, "舞台、音响", "一楼", parts=(*EAST, *WEST),
        fields={"needs_approval": True, "step_free": True, "max_minutes": 240, "others_horizon_days": 7},
    ),
    R("大厅东半", RoomKind.HALL, 40, "舞台", "一楼", parts=EAST, fields={"step_free": True}),
    R("大厅西半", RoomKind.HALL, 40, "", "一楼", parts=WEST, fields={"step_free": True}),
    R(
        "静心自习室", RoomKind.STUDY, 24, "台灯、插座", "三楼西", parts=SEATS,
        fields={"place_word": "座位", "max_minutes": 240, "house_rule": "手机请静音，走时带走水杯。", **BY_PLACE},
    ),
    R(
        "公益集市", RoomKind.MARKET, 16, "桌子、遮阳伞", "一楼大厅", parts=STALLS, hours={DayKind.REST: FAIR},
        fields={"place_word": "摊位", "min_minutes": 60, **BY_PLACE},
    ),
    _open("阅览室", RoomKind.READING, 40, "报纸、放大镜"),
    _open("棋牌室", RoomKind.ELDERS, 24, "象棋、茶水"),
    _open("阳光客厅", RoomKind.ELDERS, 30, "沙发、热水"),
    _open("城市书房", RoomKind.READING, 60, "一万册书", "东门外"),
    R("便民服务厅", RoomKind.SERVICE, 12, "办事窗口", "一楼", fields={"needs_booking": False, "step_free": True}),
)  # fmt: skip

# The rooms the other stories name; a community that no story names has the three that every house has.
NAMED: dict[str, tuple[R, ...]] = {
    "花园社区": (
        R("五邻议事厅", RoomKind.MEETING, 20, "投影、圆桌", "二楼", fields=TIDY),
        R("综治工作室", RoomKind.MEETING, 8, "安静、有隔音", "二楼", fields={"needs_approval": True}),
        R("党员教育室", RoomKind.TRAINING, 40, "投影", "三楼"),
        R("未成年人活动室", RoomKind.CHILDREN, 15, "积木、乒乓球", "一楼", fields=CHILD),
        R("退役军人之家", RoomKind.HOME, 12, "茶座", "二楼"),
        R("观影室", RoomKind.ARTS, 36, "银幕", "三楼"),
        _open("阅览室", RoomKind.READING, 30),
        _open("棋牌室", RoomKind.ELDERS, 20),
    ),
    "育才路社区": (
        R("雅心翰墨轩", RoomKind.ARTS, 14, "毡台、笔墨", "二楼", fields=TIDY),
        R("静心自习室", RoomKind.STUDY, 24, "台灯、插座", "二楼"),
        R("润心乐园", RoomKind.CHILDREN, 12, "软垫、玩具", "一楼", fields=CHILD),
        _open("沁心书吧", RoomKind.READING, 40, "新书、茶水"),
    ),
    "东大街社区": (
        R("影吧", RoomKind.ARTS, 30, "银幕、音响", "二楼"),
        R("四点半教室", RoomKind.CHILDREN, 20, "课桌", "二楼", fields=CHILD),
        R("康养室", RoomKind.ELDERS, 10, "理疗椅", "一楼", fields={"step_free": True}),
        _open("书吧", RoomKind.READING, 24),
        _open("阳光客厅", RoomKind.ELDERS, 20, "热水、沙发"),
    ),
    "合水东路社区": (
        R("跃动吧", RoomKind.SPORT, 20, "瑜伽垫、镜子", "二楼", fields={"buffer_minutes": 15}),
        _open("悦读吧", RoomKind.READING, 30),
        _open("歇脚吧", RoomKind.ELDERS, 16, "热水、充电"),
    ),
    "沙河街社区": (
        R("红色议事厅", RoomKind.MEETING, 24, "长凳、黑板", "一楼", fields={"step_free": True}),
        R("排练室", RoomKind.ARTS, 20, "音响", "二楼"),
        _open("先锋驿站", RoomKind.HOME, 20, "热水、充电"),
    ),
    "南山社区": (
        R("议事厅", RoomKind.MEETING, 20, "投影", "二楼"),
        R("乒乓球室", RoomKind.SPORT, 8, "两张球台", "一楼", fields={"max_minutes": 90}),
        _open("阅览室", RoomKind.READING, 24),
    ),
}
EVERYWHERE = (
    R("议事厅", RoomKind.MEETING, 20, "投影、圆桌", "二楼"),
    R("书画室", RoomKind.ARTS, 12, "毡台", "二楼"),
    _open("阅览室", RoomKind.READING, 24),
)

# The week of 文昌花园: (weekday or None for every day, room, from, to, what). These are the centre's own; classes that
# one enrols for are put on in centres/activities.
CLASSES = (
    (None, "亲子活动室", "16:00", "18:00", "亲子课"),
    (None, "排练厅", "14:00", "17:30", "合唱队"),
    (0, "五邻议事厅", "09:00", "10:30", "院院会"),
    (1, "五邻议事厅", "18:30", "19:30", "五邻议事会"),
    (3, "五邻议事厅", "15:00", "16:30", "业委会接待"),
    (6, "睦邻会馆", "10:00", "12:00", "长寿面"),
    (1, "睦邻会馆", "14:00", "16:00", "老邻居茶会"),
)
BEFORE, AHEAD = 7, 14
# Who else has something: (sign-in, days ahead, room, from, to, what). The first waits for a nod.
OWN = (
    ("resident", 3, "排练厅", "18:30", "20:00", "楼里的时装队排练"),
    ("neighbour", 2, "书画室", "09:00", "10:30", "和孙子练毛笔字"),
    ("volunteer", 1, "二楼教室", "10:00", "11:30", "教老人用手机"),
    ("org", 4, "睦邻会馆", "14:30", "16:00", "义工碰头会"),
)
# Days ago, in three months, so that the quota of each still holds.
MISSED = (75, 45, 20)
EXCUSE = "三次都是带队去孤寡老人家里，结束晚了，没顾上取消。以后一定提前说，能不能先恢复？"
# Seats that are taken in 静心自习室 today and tomorrow, stalls at the next fair: (place, from, to, what). Given out at
# the counter, so that nobody of the demo is put off for not coming.
READERS = (
    (2, "09:00", "13:00", "自习"),
    (3, "13:30", "17:00", "自习"),
    (7, "09:00", "12:00", "自习"),
    (8, "15:00", "18:00", "自习"),
    (11, "10:00", "14:00", "自习"),
    (12, "14:00", "17:30", "自习"),
    (18, "14:30", "18:30", "自习"),
    (19, "14:30", "18:30", "自习"),
    (23, "17:00", "20:30", "自习"),
)
SELLERS = (
    (1, "09:00", "12:00", "旧书换绿植"),
    (2, "09:00", "12:00", "免费磨刀"),
    (5, "09:00", "11:00", "修小家电"),
    (9, "10:00", "12:00", "自家腌菜"),
    (10, "09:00", "12:00", "缝补裤脚"),
)
# What somebody else has, and who waits for it.
WANTED = ("书画室", "neighbour", ("resident", "volunteer"))


def load(scene: Scene) -> None:
    number = 0
    for place in scene.place.values():
        if place.level == "community":
            _furnish(place, WENCHANG if place.name == LARGE else NAMED.get(place.name, EVERYWHERE), number)
            number += 1
    _book(scene)
    _put_off(scene)


def _furnish(place: Any, wanted: tuple[R, ...], order: int) -> None:
    centre = Centre.objects.create(
        grid=place,
        name=f"{place.name}党群服务中心",
        address=place.address,
        phone=place.phone.replace(" ", ""),
        desk_hours=DESK,
        welcome="一楼有热水，有座位，不买东西也能坐" if place.name == LARGE else "进门有座位，有热水",
        order=order,
    )
    hours = [OpeningHour(centre=centre, day_kind=kind, opens=a, closes=b) for kind, (a, b) in HOURS.items()]
    parts: dict[str, Part] = {}
    for position, one in enumerate(wanted):
        room = Room.objects.create(
            centre=centre,
            name=one.name,
            kind=one.kind,
            capacity=one.capacity,
            equipment=one.equipment,
            floor=one.floor,
            area=_measured(one),
            order=position,
            **one.fields,
        )
        names = one.parts or (one.name,)
        fresh = {name: Part(centre=centre, name=name, order=_order(name)) for name in names if name not in parts}
        parts |= {part.name: part for part in Part.objects.bulk_create(fresh.values())}
        RoomPart.objects.bulk_create(RoomPart(room=room, part=parts[name]) for name in names)
        hours += [OpeningHour(room=room, day_kind=kind, opens=a, closes=b) for kind, (a, b) in one.hours.items()]
        if one.every_day:
            hours += [OpeningHour(room=room, day_kind=kind, opens=a, closes=b) for kind, (a, b) in OPEN_HOURS.items()]
    OpeningHour.objects.bulk_create(hours)


def _order(name: str) -> int:
    """7 号座 stands seventh; what has no number stands first."""
    number = name.partition(" ")[0]
    return int(number) if number.isdigit() else 0


def _measured(one: R) -> Decimal | None:
    """Two and a half square metres for each chair. The whole hall is its halves, the fair stands in it: neither is
    measured twice."""
    twice = set(HALVES) <= set(one.parts) or one.parts == STALLS
    return None if one.capacity is None or twice else Decimal(one.capacity) * Decimal("2.5")


def _book(scene: Scene) -> None:
    """A week gone by and two to come, booked by the secretary; and what the people of the demo have themselves."""
    rooms = {room.name: room for room in Room.objects.filter(centre__grid=scene.place[LARGE]).with_centre()}
    today = timezone.localtime(scene.now).date()
    # Booked before the first of them began; the rules of notice and reminder then fall as they would have.
    earlier = on_day(today - dt.timedelta(days=BEFORE + 1), dt.time(10))
    keeper = scene.actor("secretary")
    for n in range(-BEFORE, AHEAD):
        day = today + dt.timedelta(days=n)
        for weekday, name, start, end, what in CLASSES:
            if weekday is None or weekday == day.weekday():
                _try(keeper, rooms[name], day, start, end, what, earlier)
    for who, ahead, name, start, end, what in OWN:
        # A day the house is shut, or a class that is there already: the next day does as well.
        for later in range(ahead, ahead + 7):
            if _try(scene.actor(who), rooms[name], today + dt.timedelta(days=later), start, end, what, scene.now):
                break
    _seat(keeper, rooms["静心自习室"], [today, today + dt.timedelta(days=1)], READERS, earlier)
    _seat(keeper, rooms["公益集市"], [today + dt.timedelta(days=n) for n in range(7)], SELLERS, earlier)
    _wait(scene, rooms)
    _announce(keeper, rooms["五邻议事厅"], today, scene.now)


def _seat(keeper: Actor, room: Room, days: list[dt.date], taken: tuple[Any, ...], now: dt.datetime) -> None:
    places = {part.order: part.pk for part in room.parts.all()}
    for day in days:
        for number, start, end, what in taken:
            _try(keeper, room, day, start, end, what, now, part=places[number])


def _wait(scene: Scene, rooms: dict[str, Room]) -> None:
    """Two who would like what a neighbour has."""
    name, who, waiting = WANTED
    had = Booking.objects.filter(room=rooms[name], user=scene.actor(who).user).order_by("starts_at").first()
    if had is None:
        return
    for one in waiting:
        waitlist.join(
            actor=scene.actor(one),
            room=had.room_id,
            starts_at=had.starts_at,
            ends_at=had.ends_at,
            purpose="写福字",
            now=scene.now,
        )


def _announce(keeper: Actor, room: Room, today: dt.date, now: dt.datetime) -> None:
    """Wednesday of next week one room is shut."""
    day = today + dt.timedelta(days=9 - today.weekday())
    closure = closures.Closure(room.centre, day, day, "投影检修", room=room)
    cost = closures.preview(actor=keeper, closure=closure, now=now)
    closures.close(actor=keeper, closure=closure, expected=cost.ids, now=now)


def _put_off(scene: Scene) -> None:
    """Somebody did not come three times, the last three weeks ago, and says why; the house has not answered yet."""
    room = Room.objects.get(centre__grid=scene.place[LARGE], name="二楼教室")
    today = timezone.localtime(scene.now).date()
    for ago in MISSED:
        # A holiday stands in the way: the next day does as well.
        for later in range(10):
            morning = on_day(today - dt.timedelta(days=ago - later), dt.time(8))
            if _try(scene.actor("org"), room, morning.date(), "18:00", "19:30", "义工碰头会", morning):
                break
        missed = Booking.objects.get(room=room, user=scene.users["org"], starts_at__date=morning.date())
        steps.no_show(booking_id=missed.pk, now=missed.starts_at + WAIT_FOR)
    for one in appeals.running_of(scene.users["org"].pk, scene.now):
        appeals.appeal(actor=scene.actor("org"), suspension_id=one.pk, words=EXCUSE, now=scene.now)


def _try(
    actor: Actor,
    room: Room,
    day: dt.date,
    start: str,
    end: str,
    what: str,
    now: dt.datetime,
    part: UUID | None = None,
) -> bool:
    starts_at, ends_at = (on_day(day, dt.time.fromisoformat(clock)) for clock in (start, end))
    try:
        services.book(actor=actor, room=room.pk, starts_at=starts_at, ends_at=ends_at, purpose=what, part=part, now=now)
    except Refused:
        return False
    return True
