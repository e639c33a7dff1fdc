"""A month of a place, counted; and the rows behind one number."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from grids.tree.queries import by_code
from portal.accounts.reach import Reach
from portal.errors import NotFound
from portal.workbench.ledgers import Ledger, Line, Span, ledgers

if TYPE_CHECKING:
    from grids.tree.models import Grid


@dataclass(frozen=True)
class Month:
    """A calendar month here."""

    year: int
    month: int

    @classmethod
    def of(cls, text: str, today: date) -> "Month":
        """2026-09; anything else, and months to come, are this month."""
        try:
            found = (
                cls(int(text[:4]), int(text[5:7]))
                if len(text) == 7 and text[4] == "-"
                else cls(today.year, today.month)
            )
            first = found.first
        except ValueError:
            return cls(today.year, today.month)
        return found if date(2000, 1, 1) <= first <= today else cls(today.year, today.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def before(self) -> "Month":
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def span(self, path: str) -> Span:
        return Span(_midnight(self.first), _midnight(self.next.first), path)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Counted:
    line: Line
    count: int


@dataclass(frozen=True)
class Sheet:
    """One ledger of the month, line by line."""

    ledger: Ledger
    lines: list[Counted]


def sheets_of(reach: Reach, span: Span) -> list[Sheet]:
    """Every ledger of the span: a query for each line."""
    return [
        Sheet(ledger, [Counted(line, line.rows(reach, span).order_by().count()) for line in ledger.lines()])
        for ledger in ledgers()
    ]


def rows_behind(ledger: Ledger, key: str, reach: Reach, span: Span) -> tuple[Line, QuerySet[Any]]:
    """The very rows of one line. Raises NotFound where there is no such line."""
    line = next((one for one in ledger.lines() if one.key == key), None)
    if line is None:
        raise NotFound()
    return line, line.rows(reach, span)


def place_within(reach: Reach, code: str) -> "Grid | None":
    """The node that is asked for, None for all within reach. Raises NotFound beyond reach."""
    if not code:
        return None
    found = by_code(code[:40])
    if found is None or not reach.covers(found.path):
        raise NotFound()
    return found
