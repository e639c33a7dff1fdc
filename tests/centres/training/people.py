"""What the tests of the training base share: a base in 文昌花园's centre, a course, a group from outside.

It is Friday 18 September 2026, 14:20; the group comes on Tuesday the 22nd and leaves on Thursday the 24th.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from centres.training import services
from centres.training.enums import LineKind, Meal
from centres.training.lines import Group, LineWish
from centres.training.models import CourseCategory, CourseOffer, TrainingBase
from centres.training.models_order import TrainingOrder
from tests.cast import Cast
from tests.centres.rooms.people import NOW, House, furnish

TUESDAY, WEDNESDAY, THURSDAY = (dt.date(2026, 9, day) for day in (22, 23, 24))
NINE = dt.time(9)
GROUP = Group("临泽县沙河镇党委", "13900000001", 12, TUESDAY, THURSDAY, "有两位吃清真。")


@dataclass
class Training:
    """The base with its house: 60 beds, 100 seats a meal; one course of an hour and a half at 60 元 a head."""

    base: TrainingBase
    house: House
    course: CourseOffer


def found(grid: Any, **fields: Any) -> Training:
    return open_base(furnish(grid), **fields)


def open_base(house: House, **fields: Any) -> Training:
    given = {"beds": 60, "seats_per_meal": 100, "bed_fen": 12000, "lunch_fen": 3000, "room_hour_fen": 20000} | fields
    base = TrainingBase.objects.create(centre=house.centre, name="文昌花园培训基地", **given)
    category = CourseCategory.objects.create(base=base, name="绿色社区")
    course = CourseOffer.objects.create(
        category=category, title="垃圾分类这样推", minutes=90, price_fen=6000, min_group=5, max_group=40
    )
    return Training(base, house, course)


def class_(
    training: Training, day: dt.date = TUESDAY, start: dt.time = NINE, room: str = "studio", **more: Any
) -> LineWish:
    place = getattr(training.house, room)
    return LineWish(
        LineKind.COURSE, day, more.pop("quantity", 12), course=training.course.pk, room=place.pk, start=start, **more
    )


def meeting(training: Training, day: dt.date = WEDNESDAY, start: dt.time = NINE, minutes: int = 120) -> LineWish:
    return LineWish(LineKind.ROOM, day, 12, room=training.house.east.pk, start=start, minutes=minutes)


def lunch(day: dt.date = TUESDAY, quantity: int = 12, meal: str = Meal.LUNCH) -> LineWish:
    return LineWish(LineKind.MEAL, day, quantity, meal=meal)


def night(day: dt.date = TUESDAY, quantity: int = 12) -> LineWish:
    return LineWish(LineKind.LODGING, day, quantity)


def wishes(training: Training) -> list[LineWish]:
    """A course, a lunch, a night."""
    return [class_(training), lunch(), night()]


def submit(
    cast: Cast, training: Training, lines: list[LineWish] | None = None, who: str = "org_contact", **group: Any
) -> TrainingOrder:
    return services.submit_order(
        actor=cast.actor(who),
        base_id=training.base.pk,
        group=replace(GROUP, **group),
        lines=wishes(training) if lines is None else lines,
        now=NOW,
    )


def confirm(cast: Cast, order: TrainingOrder, who: str = "clerk", now: dt.datetime = NOW) -> TrainingOrder:
    return services.confirm(actor=cast.actor(who), order_id=order.pk, now=now)


def bring_to(cast: Cast, training: Training, state: str, order: TrainingOrder | None = None) -> TrainingOrder:
    """An order in that state, by the ordinary way there."""
    order = order or submit(cast, training)
    if state == "declined":
        return services.decline(actor=cast.actor("clerk"), order_id=order.pk, reason="餐厅检修", now=NOW)
    if state == "cancelled":
        return services.cancel(actor=cast.actor("org_contact"), order_id=order.pk, now=NOW)
    if state in ("confirmed", "finished"):
        order = confirm(cast, order)
    if state == "finished":
        from centres.training import steps

        assert steps.finish(order_id=order.pk, now=NOW + dt.timedelta(days=10))
        order.refresh_from_db()
    return order
