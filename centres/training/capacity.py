"""Beds per night and seats per sitting: what is taken, what is left, and the lock that keeps both true."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from centres.training import words
from centres.training.enums import LineKind
from centres.training.models import TrainingBase
from centres.training.models_order import OrderLine

# A night has no sitting.
NIGHT = ""


def hold(base_id: UUID) -> TrainingBase:
    """Lock the base: whoever promises beds or seats of it queues here, and adds up what the one before has written."""
    return TrainingBase.objects.select_for_update(of=("self",), no_key=True).get(pk=base_id)


@dataclass
class Taken:
    """What stands: (day, meal) → how many; the night's meal is empty."""

    base: TrainingBase
    counts: dict[tuple[dt.date, str], int] = field(default_factory=dict)

    def beds(self, day: dt.date) -> int:
        return self.counts.get((day, NIGHT), 0)

    def seats(self, day: dt.date, meal: str) -> int:
        return self.counts.get((day, str(meal)), 0)

    def most(self, meal: str) -> int:
        return self.base.seats_per_meal if meal else self.base.beds

    def left(self, day: dt.date, meal: str = NIGHT) -> int:
        return max(0, self.most(meal) - self.counts.get((day, str(meal)), 0))


def taken(base: TrainingBase, first: dt.date, last: dt.date, *, but: UUID | None = None) -> Taken:
    """What the orders that stand have of each day. One query. but: an order that is left out."""
    found = OrderLine.objects.held().on(first, last).filter(order__base=base, room=None)
    found = found.exclude(order=but) if but else found
    sums = found.order_by().values_list("day", "meal").annotate(many=Sum("quantity"))
    return Taken(base, {(day, meal): many for day, meal, many in sums})


@dataclass(frozen=True)
class Trouble:
    """A line that cannot be had, and why. `alternatives`: {label, room, starts_at} of the booking engine."""

    line: OrderLine
    code: str
    message: str
    alternatives: tuple[dict[str, str], ...] = ()

    @property
    def said(self) -> str:
        return words.spoken(self.line)


def shortages(base: TrainingBase, lines: Iterable[OrderLine], order_id: UUID) -> list[Trouble]:
    """The lines for which there is not enough left, the order's own not counted. The base is locked."""
    wanted = [line for line in lines if not line.takes_room]
    if not wanted:
        return []
    days = [line.day for line in wanted]
    others = taken(base, min(days), max(days), but=order_id)
    return [_short(line, others) for line in wanted if line.quantity > others.left(line.day, line.meal)]


def _short(line: OrderLine, others: Taken) -> Trouble:
    left = others.left(line.day, line.meal)
    said = {"day": words.day(line.day), "left": left, "n": line.quantity, "what": words.title_of(line)}
    if line.kind == LineKind.LODGING:
        return Trouble(line, "BEDS", _("%(day)s晚上只剩 %(left)s 张床，要的是 %(n)s 张。") % said)
    return Trouble(line, "SEATS", _("%(day)s%(what)s只剩 %(left)s 个座，要的是 %(n)s 个。") % said)
