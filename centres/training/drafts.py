"""What somebody has put together so far and not sent: kept in their session, so that the steps need no JavaScript."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from centres.training.enums import LineKind
from centres.training.lines import Group, LineWish

SHELF = "training"
NEW = "new"
# Orders one has begun to change and left: the oldest goes.
MOST = 4


@dataclass
class Draft:
    """A new order (`name` "new"), or the change of one (`name` its id) as it was at `version`."""

    base: UUID
    group: Group
    lines: list[LineWish] = field(default_factory=list)
    name: str = NEW
    version: int | None = None

    def put(self, wish: LineWish) -> None:
        """Add a line; another number for the same sitting or night takes its place."""
        if wish.kind in (LineKind.MEAL, LineKind.LODGING):
            self.lines = [
                one for one in self.lines if (one.kind, one.day, one.meal) != (wish.kind, wish.day, wish.meal)
            ]
        self.lines.append(wish)

    def take_out(self, number: int) -> None:
        if 0 <= number < len(self.lines):
            del self.lines[number]

    def regroup(self, group: Group) -> None:
        """Another group: what was for everybody stays for everybody, what falls outside the days goes."""
        before, after = self.group.people, group.people
        kept = []
        for line in self.lines:
            last = group.last_day - dt.timedelta(days=1) if line.kind == LineKind.LODGING else group.last_day
            if group.first_day <= line.day <= last:
                many = after if line.quantity == before else min(line.quantity, after)
                kept.append(replace(line, quantity=many))
        self.group, self.lines = group, kept


def find(request: HttpRequest, name: str = NEW) -> Draft | None:
    """The draft of that name; None where there is none, or where nobody can read it any more."""
    kept = request.session.get(SHELF, {}).get(name)
    try:
        return _read(kept, name) if kept else None
    except (KeyError, TypeError, ValueError):
        return None


def keep(request: HttpRequest, draft: Draft) -> None:
    shelf = {name: kept for name, kept in request.session.get(SHELF, {}).items() if name != draft.name}
    for old in list(shelf)[: max(0, len(shelf) - MOST + 1)]:
        del shelf[old]
    shelf[draft.name] = _written(draft)
    request.session[SHELF] = shelf


def forget(request: HttpRequest, name: str = NEW) -> None:
    shelf = request.session.get(SHELF, {})
    if name in shelf:
        del shelf[name]
        request.session[SHELF] = shelf


def _written(draft: Draft) -> dict[str, Any]:
    group = draft.group
    return {
        "base": str(draft.base),
        "version": draft.version,
        "group": [
            *(group.organisation, group.contact_phone, group.people),
            *(group.first_day.isoformat(), group.last_day.isoformat(), group.wish),
        ],
        "lines": [
            [
                *(line.kind, line.day.isoformat(), line.quantity, line.course and str(line.course)),
                *(line.room and str(line.room), line.start and line.start.isoformat(), line.minutes, line.meal),
            ]
            for line in draft.lines
        ],
    }


def _read(kept: dict[str, Any], name: str) -> Draft:
    organisation, phone, people, first, last, wish = kept["group"]
    group = Group(organisation, phone, people, dt.date.fromisoformat(first), dt.date.fromisoformat(last), wish)
    lines = [
        LineWish(
            kind,
            dt.date.fromisoformat(day),
            quantity,
            UUID(course) if course else None,
            UUID(room) if room else None,
            dt.time.fromisoformat(start) if start else None,
            minutes,
            meal,
        )
        for kind, day, quantity, course, room, start, minutes, meal in kept["lines"]
    ]
    return Draft(UUID(kept["base"]), group, lines, name, kept["version"])
