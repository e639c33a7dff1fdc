"""Who looks after which grid, for those who arrange it."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from grids.postings import rules
from grids.postings.enums import LEVELS_OF
from grids.postings.models import Posting
from grids.postings.queries import below
from grids.tree import queries as tree
from grids.tree.enums import Kind, Level
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.models import User
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from grids.tree.models import Grid


@dataclass
class Work:
    """A posting as it is spoken of: begun or not, until when, for whom, and who is there instead."""

    posting: Posting
    begun: bool
    for_whom: str = ""
    instead: str = ""

    @property
    def name(self) -> str:
        return self.posting.user.name or self.posting.user.username

    @property
    def last_day(self) -> date | None:
        """The day before the midnight it ends at."""
        ends = self.posting.ends_at
        return timezone.localtime(ends - timedelta(microseconds=1)).date() if ends else None


@dataclass
class Staffed:
    """A grid with those who look after it now and those who will."""

    grid: "Grid"
    works: list[Work] = field(default_factory=list)

    @property
    def vacant(self) -> bool:
        return not any(work.begun for work in self.works)

    @property
    def here(self) -> list[Work]:
        return [work for work in self.works if work.begun]


def _not_over(at: datetime) -> QuerySet[Posting]:
    rows = Posting.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=Role.GRID_WORKER)
    return rows.select_related("user", "grid", "stands_in_for__user").order_by("starts_at", "pk")


def staffed(grids: "list[Grid]", at: datetime) -> list[Staffed]:
    """Each of these grids with its workers, those of the 片区 above it included: one query."""
    above = {path for grid in grids for path in _chain(grid)}
    at_node: dict[str, list[Posting]] = {}
    for row in _not_over(at).filter(grid__path__in=above):
        at_node.setdefault(row.grid.path, []).append(row)
    return [
        Staffed(grid, _works([row for path in _chain(grid) for row in at_node.get(path, ())], at)) for grid in grids
    ]


def _chain(grid: "Grid") -> list[str]:
    """Where a worker may be posted who looks after this grid: on itself, or on what lies above it in the community."""
    return tree.prefixes(grid.path)[tree.COMMUNITY_DEPTH :][::-1]


def _works(rows: list[Posting], at: datetime) -> list[Work]:
    works = [Work(row, row.starts_at <= at) for row in rows]
    stands_in = {one.posting.stands_in_for_id: one.name for one in works if one.begun}
    for one in works:
        away = one.posting.stands_in_for
        one.for_whom = (away.user.name or away.user.username) if away else ""
        one.instead = stands_in.get(one.posting.pk, "")
    return works


def staff_within(reach: Reach, at: datetime) -> list[Staffed]:
    """Every grid that this reader arranges, those without anybody first. Two queries."""
    found = staffed(tree.under(reach.paths(*rules.KEEPERS), Level.BASIC_GRID), at)
    return sorted(found, key=lambda one: not one.vacant)


def grid_within(reach: Reach, grid_id: UUID) -> "Grid | None":
    """A grid that this reader arranges, or None: out of reach is not there."""
    grid = tree.by_id(grid_id)
    fits = (
        grid is not None and grid.is_active and grid.level in LEVELS_OF[Role.GRID_WORKER] and grid.kind != Kind.SECTOR
    )
    return grid if fits and reach.covers(grid.path, *rules.KEEPERS) else None  # type: ignore[union-attr]


def posting_within(reach: Reach, posting_id: UUID, at: datetime) -> Posting | None:
    """A grid worker's posting that is not over, or None: out of reach is not there."""
    return _not_over(at).filter(reach.q("grid__path", *rules.KEEPERS), pk=posting_id).first()


def colleagues(posting: Posting, at: datetime, asks: UUID | None) -> list[tuple[str, str]]:
    """Those of the community who may stand in: account and what to call them, once each. One query.

    asks: nobody gives work to themselves.
    """
    rows = below(path=posting.grid.community_path, roles=(Role.GRID_WORKER, *COMMUNITY), at=at)
    out = {asks, *(row.user_id for row in rows if row.grid_id == posting.grid_id)}
    found: dict[str, str] = {}
    for row in rows:
        if row.user_id not in out:
            name, title = row.user.name or row.user.username, row.title or row.get_role_display()
            found.setdefault(str(row.user_id), f"{name} · {row.grid.label} · {title}")
    return list(found.items())


def account_of(name: str, phone: str) -> User | None:
    """The account with this telephone, if that is also its name: a slip in one digit must not open doors to a
    stranger, and a number alone must not tell whose it is."""
    user = User.objects.filter(phone=phone, phone_verified=True, is_active=True).first()
    return user if user is not None and _plain(user.name) == _plain(name) != "" else None


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
