"""How many cases: now, per grid, per week. Each number by the condition of the very rows it opens."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import TruncWeek
from django.utils import timezone

from petitions.cases.models import Case
from petitions.cases.queries import verifiable
from petitions.cases.querysets import CaseQuerySet
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from grids.tree.models import Grid


@dataclass(frozen=True)
class Tally:
    open: int
    late: int
    today: int
    verify: int


def tally(reach: Reach, now: datetime) -> Tally:
    """The headline numbers. One query."""
    found = (
        Case.objects.visible_to(reach)
        .open()
        .aggregate(
            open=Count("pk"),
            late=Count("pk", filter=CaseQuerySet.is_late(now)),
            today=Count("pk", filter=CaseQuerySet.is_due_today(now)),
            verify=Count("pk", filter=verifiable(reach)),
        )
    )
    return Tally(**found)


@dataclass
class Load:
    """What a grid has on its hands."""

    label: str
    grid: "Grid"
    late: int = 0
    today: int = 0
    rest: int = 0
    path: str = field(default="", repr=False)


def load_by_grid(reach: Reach, grids: Iterable["Grid"], now: datetime) -> list[Load]:
    """Open cases of each of these nodes, in the order given: nobody is ranked. One query, however many nodes.

    A node above the others stands for what lies on itself alone.
    """
    loads = [Load(node.label, node, path=node.path) for node in grids]
    step = max((len(load.path) for load in loads), default=0)
    by_path = {load.path: load for load in loads}
    counted = Case.objects.visible_to(reach).open().order_by().values_list("grid__path")
    late, today = CaseQuerySet.is_late(now), CaseQuerySet.is_due_today(now)
    for path, n, n_late, n_today in counted.annotate(
        n=Count("pk"), n_late=Count("pk", filter=late), n_today=Count("pk", filter=today)
    ):
        if load := by_path.get(path[:step]):
            load.late += n_late
            load.today += n_today
            load.rest += n - n_late - n_today
    return loads


def by_week(reach: Reach, now: datetime, weeks: int = 8) -> list[tuple[datetime, int, int]]:
    """(Monday, received, first closed) of the last weeks, the oldest first. One query."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=n) for n in range(weeks - 1, -1, -1)]
    received, closed = (_per_week(reach, column, starts[0]) for column in ("submitted_at", "first_closed_at"))
    found = {(column, week): n for column, week, n in received.union(closed, all=True)}
    return [
        (start, found.get(("submitted_at", start), 0), found.get(("first_closed_at", start), 0)) for start in starts
    ]


def _per_week(reach: Reach, column: str, since: datetime) -> QuerySet[Case, tuple[str, datetime, int]]:
    rows = Case.objects.visible_to(reach).filter(**{f"{column}__gte": since}).order_by()
    weeks = rows.annotate(column=Value(column), week=TruncWeek(column)).values_list("column", "week")
    return weeks.annotate(n=Count("pk"))
