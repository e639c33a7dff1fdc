"""台账: what a superior wants counted every month, built from the work itself. Nobody fills one in.

A room adds its own in its `ledgers.py` (the storey imports it at start-up). Every line is a set of rows, so that a
number always opens exactly what was counted; rows are narrowed to the reader's reach by the room that has them. They
count work (visits, cases), never residents by what they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from portal.accounts.reach import Reach


@dataclass(frozen=True)
class Span:
    """Half-open: [since, until), below a node ("" for all that is within reach)."""

    since: datetime
    until: datetime
    path: str = ""


@dataclass(frozen=True)
class Shown:
    """A counted row, ready to print."""

    title: Any
    url: str = ""
    at: datetime | None = None
    note: Any = ""


@dataclass(frozen=True)
class Line:
    """One line of a ledger. `rows` is ordered, the newest first."""

    key: str
    label: Any
    rows: Callable[[Reach, Span], QuerySet[Any]]


@dataclass(frozen=True)
class Ledger:
    """lines: asked each time, because categories are data. unit: 次, 件, 场. overlap: said where one row may stand in
    several lines, so that nobody adds them up."""

    code: str
    title: Any
    unit: Any
    lines: Callable[[], Sequence[Line]]
    show: Callable[[Any], Shown]
    order: int = 100
    overlap: Any = ""


_ledgers: dict[str, Ledger] = {}


def add_ledger(ledger: Ledger) -> Ledger:
    """Register a room's ledger. ValueError: the code is taken."""
    if ledger.code in _ledgers:
        raise ValueError(ledger.code)
    _ledgers[ledger.code] = ledger
    return ledger


def ledgers() -> list[Ledger]:
    return sorted(_ledgers.values(), key=lambda one: one.order)


def ledger_by_code(code: str) -> Ledger | None:
    return _ledgers.get(code)
