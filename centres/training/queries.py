"""Reading the base: its catalogue, orders, and what is on; the door through which other rooms read them."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from centres.training import words
from centres.training.capacity import Taken, taken
from centres.training.enums import HELD, LineKind
from centres.training.models import CourseCategory, CourseOffer, TrainingBase
from centres.training.models_order import OrderLine, TrainingOrder
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY

ONE_DAY = dt.timedelta(days=1)


# ---------------------------------------------------------------- the base and its catalogue
def base_for(community: Any) -> TrainingBase | None:
    """The base of a community; where it has none, the first there is: groups come from far away. One or two queries."""
    bases = TrainingBase.objects.select_related("centre__grid").filter(is_active=True)
    own = bases.filter(centre__grid=community).first() if community is not None else None
    return own or bases.first()


def base_by_id(base_id: UUID) -> TrainingBase | None:
    return TrainingBase.objects.select_related("centre__grid").filter(pk=base_id, is_active=True).first()


def bases_run_by(actor: Actor) -> QuerySet[TrainingBase]:
    """The bases of the houses this person keeps: `rules.runs_base` as a condition."""
    kept = TrainingBase.objects.filter(actor.reach.q("centre__grid__path", *COMMUNITY), is_active=True)
    return kept.select_related("centre__grid")


@dataclass
class Shelf:
    """A category with its courses."""

    category: CourseCategory
    courses: list[CourseOffer] = field(default_factory=list)


def catalogue(base: TrainingBase, text: str = "") -> list[Shelf]:
    """Every course that is offered, by category; with `text` those that speak of it. Two queries."""
    shelves = {one.pk: Shelf(one) for one in base.categories.all()}
    offers = CourseOffer.objects.active().filter(category__base=base)
    for course in offers.matching(text) if text else offers:
        shelves[course.category_id].courses.append(course)
    return [shelf for shelf in shelves.values() if shelf.courses]


def course_by_id(course_id: UUID) -> CourseOffer | None:
    return CourseOffer.objects.active().with_category().filter(pk=course_id).first()


def find_courses(base: TrainingBase, text: str, most: int = 5) -> list[CourseOffer]:
    return list(CourseOffer.objects.active().filter(category__base=base).matching(text)[:most])


# ---------------------------------------------------------------- orders
def of_person(user_id: UUID) -> QuerySet[TrainingOrder]:
    """Somebody's own, the newest first."""
    return TrainingOrder.objects.of(user_id).with_base().order_by("-id")


def to_answer(actor: Actor) -> QuerySet[TrainingOrder]:
    """What waits for the house's answer, who comes first first; one's own is for a colleague."""
    waiting = TrainingOrder.objects.within(actor).waiting().exclude(contact_id=actor.id)
    return waiting.with_base().order_by("first_day", "id")


def of_house(actor: Actor) -> QuerySet[TrainingOrder]:
    """All orders of the house, the latest to come first."""
    return TrainingOrder.objects.within(actor).with_base().order_by("-first_day", "-id")


def waiting_for_house(actor: Actor) -> QuerySet[TrainingOrder]:
    """What it is to answer; and confirmed orders that lost a room and have no other yet. Who comes first first."""
    lost = OrderLine.objects.held().exclude(lost="").values("order")
    waits = Q(pk__in=to_answer(actor).values("pk")) | Q(state__in=HELD, pk__in=lost)
    return TrainingOrder.objects.within(actor).filter(waits).with_base().order_by("first_day", "id")


def lines_of(order: TrainingOrder) -> list[OrderLine]:
    return list(order.lines.with_what())


# ---------------------------------------------------------------- what is on
@dataclass
class Sitting:
    meal: str
    label: str
    taken: int
    most: int


@dataclass
class DayLoad:
    """One day of the base: beds, sittings, and what happens in which room."""

    date: dt.date
    label: str
    beds: int
    most_beds: int
    sittings: list[Sitting]
    rows: list[words.Shown]

    @property
    def is_empty(self) -> bool:
        return not (self.beds or self.rows or any(one.taken for one in self.sittings))


def loads(base: TrainingBase, first: dt.date, days: int) -> list[DayLoad]:
    """What is on, day by day. Two queries, however many days and orders."""
    last = first + (days - 1) * ONE_DAY
    counts = taken(base, first, last)
    lines = OrderLine.objects.held().on(first, last).filter(order__base=base, room__isnull=False)
    rows: dict[dt.date, list[words.Shown]] = {}
    for number, line in enumerate(lines.with_what().select_related("order").order_by("starts_at", "id")):
        rows.setdefault(line.day, []).append(words.show(line, number))
    dates = [first + n * ONE_DAY for n in range(days)]
    return [_load(base, counts, date, rows.get(date, [])) for date in dates]


def _load(base: TrainingBase, counts: Taken, date: dt.date, rows: list[words.Shown]) -> DayLoad:
    sittings = [Sitting(meal, str(meal.label), counts.seats(date, meal), base.seats_per_meal) for meal in words.MEALS]
    return DayLoad(date, words.day(date), counts.beds(date), base.beds, sittings, rows)


@dataclass
class SheetRow:
    """What one group has on a day, for the kitchen and the front desk."""

    order: TrainingOrder
    meals: dict[str, int] = field(default_factory=dict)
    beds: int = 0
    beds_before: int = 0
    rooms: list[words.Shown] = field(default_factory=list)

    @property
    def sittings(self) -> list[int]:
        return [self.meals.get(meal, 0) for meal in words.MEALS]

    @property
    def arrives(self) -> bool:
        return self.beds > self.beds_before

    @property
    def leaves(self) -> bool:
        return self.beds < self.beds_before


def sheet(base: TrainingBase, day: dt.date) -> list[SheetRow]:
    """One line for each group that is here on a day: meals, beds tonight and last night, rooms. One query."""
    lines = OrderLine.objects.held().on(day - ONE_DAY, day).filter(order__base=base)
    rows: dict[UUID, SheetRow] = {}
    for line in lines.with_what().select_related("order").order_by("order__ref", "starts_at", "id"):
        if line.day < day and line.kind != LineKind.LODGING:
            continue
        row = rows.setdefault(line.order_id, SheetRow(line.order))
        if line.kind == LineKind.MEAL:
            row.meals[line.meal] = line.quantity
        elif line.kind == LineKind.LODGING and line.day == day:
            row.beds = line.quantity
        elif line.kind == LineKind.LODGING:
            row.beds_before = line.quantity
        else:
            row.rooms.append(words.show(line, 0))
    return list(rows.values())


def left_on(base: TrainingBase, first: dt.date, last: dt.date) -> Taken:
    """How much of each day is taken; `left()` says what remains. One query."""
    return taken(base, first, last)
