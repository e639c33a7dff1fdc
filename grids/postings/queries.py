"""Who holds what, now. This is where Reach comes from, and where residents find who looks after them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from grids.postings.handing import left_behind_by as left_behind_by
from grids.postings.models import Posting
from grids.tree.enums import Kind
from grids.tree.queries import sectors
from portal.accounts.enums import Role
from portal.accounts.reach import Scope

if TYPE_CHECKING:
    from grids.tree.models import Grid

STEP = 4
# From so many nodes on it is cheaper to read everybody of a role than to name the nodes.
MANY_NODES = 200


def live(at: datetime) -> QuerySet[Posting]:
    return Posting.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


def scopes_of(user_id: UUID, at: datetime) -> list[Scope]:
    """Live scopes of a user: one query."""
    rows = live(at).filter(user_id=user_id).values_list("role", "grid__path", "grid_id")
    return [Scope(role, path, grid_id) for role, path, grid_id in rows]


def holders(*, path: str, roles: tuple[str, ...], at: datetime, nearest: bool = False) -> list[Posting]:
    """Live postings in `roles` on the node at `path` or above it, nearest first: whom to tell about this place."""
    prefixes = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    found = list(
        live(at)
        .filter(grid__path__in=prefixes, role__in=roles)
        .select_related("user", "grid")
        .order_by("-grid__depth", "starts_at")
    )
    if nearest and found:
        depth = found[0].grid.depth
        return [posting for posting in found if posting.grid.depth == depth]
    return found


def holders_of_many(*, paths: Iterable[str], roles: tuple[str, ...], at: datetime) -> dict[str, list[Posting]]:
    """`holders` of several places: by path, nearest first. One query, however many."""
    prefixes = {path: [path[:end] for end in range(len(path), 0, -STEP)] for path in paths}
    wanted = {prefix for chain in prefixes.values() for prefix in chain}
    rows = live(at).filter(role__in=roles).select_related("user", "grid").order_by("starts_at")
    if len(wanted) < MANY_NODES:
        rows = rows.filter(grid__path__in=wanted)
    at_node: dict[str, list[Posting]] = {}
    for row in rows:
        at_node.setdefault(row.grid.path, []).append(row)
    return {path: [row for prefix in chain for row in at_node.get(prefix, ())] for path, chain in prefixes.items()}


def below(*, path: str, roles: tuple[str, ...], at: datetime) -> list[Posting]:
    """Live postings in `roles` at or below a path, in the order of the tree: whom one has there."""
    rows = live(at).filter(grid__path__startswith=path, role__in=roles)
    return list(rows.select_related("user", "grid", "stands_in_for__user").order_by("grid__path", "starts_at"))


def places_of(user_ids: set[UUID]) -> dict[UUID, str]:
    """The place each of these people works at, or last worked at. One query."""
    rows = Posting.objects.filter(user_id__in=user_ids).order_by("starts_at").values_list("user_id", "grid__name")
    return dict(rows)


@dataclass
class Card:
    """Somebody a resident may call: what stands on the sign in the stairwell. The telephone is the office's."""

    name: str
    title: Any
    phone: str
    place: str
    for_whom: str = ""

    @classmethod
    def of(cls, posting: Posting) -> "Card":
        away = posting.stands_in_for
        return cls(
            name=posting.user.name or posting.user.username,
            title=posting.title or posting.get_role_display(),
            phone=posting.phone or posting.grid.phone,
            place=posting.grid.name,
            for_whom=away.user.name if away else "",
        )


@dataclass
class GridCard:
    """A grid with those who look after it."""

    grid: "Grid"
    workers: list[Card] = field(default_factory=list)


def cards_of(grids: Iterable["Grid"], at: datetime, *, holders_only: bool = False) -> list[GridCard]:
    """Each of these grids with who is there now: one query, in the order given.

    Whoever is away is left out while somebody stands in. holders_only: those the work belongs to, for a sign that hangs
    longer than a holiday.
    """
    cards = {grid.pk: GridCard(grid) for grid in grids}
    found = live(at).filter(grid_id__in=cards, role=Role.GRID_WORKER)
    rows = list(found.select_related("user", "grid", "stands_in_for__user").order_by("starts_at"))
    away = {row.stands_in_for_id for row in rows}
    for posting in rows:
        if posting.stands_in_for_id is None if holders_only else posting.pk not in away:
            cards[posting.grid_id].workers.append(Card.of(posting))
    return list(cards.values())


def handlers_of(grid: "Grid", at: datetime) -> list[Card]:
    """Who handles a department's grid."""
    rows = live(at).filter(grid_id=grid.pk, role=Role.DEPARTMENT_HANDLER)
    return [Card.of(row) for row in rows.select_related("user", "grid", "stands_in_for__user").order_by("starts_at")]


def sector_cards(at: datetime) -> "list[GridCard]":
    """The departments' grids with who handles them: they hang beside the tree, in no community."""
    rows = live(at).filter(role=Role.DEPARTMENT_HANDLER, grid__kind=Kind.SECTOR, grid__is_active=True)
    cards: dict[UUID, GridCard] = {grid.pk: GridCard(grid) for grid in sectors("")}
    for posting in rows.select_related("user", "grid", "stands_in_for__user").order_by("starts_at"):
        cards[posting.grid_id].workers.append(Card.of(posting))
    return list(cards.values())


def workers_at(path: str, at: datetime) -> list[Card]:
    """Everybody whom somebody at this place may call: the grid's workers, stand-ins first; else the community's."""
    roles = (Role.GRID_WORKER, Role.DESK_CLERK, Role.SECRETARY)
    found = holders(path=path, roles=roles, at=at, nearest=True)
    found.sort(key=lambda posting: (posting.stands_in_for_id is None, posting.role != Role.DESK_CLERK))
    away = {posting.stands_in_for_id for posting in found}
    cards = [Card.of(posting) for posting in found if posting.pk not in away]
    return cards if found and found[0].role == Role.GRID_WORKER else cards[:1]


def worker_of(path: str, at: datetime) -> Card | None:
    """Whom somebody at this place calls: the grid's worker, else the community's counter or secretary."""
    roles = (Role.GRID_WORKER, Role.DESK_CLERK, Role.SECRETARY)
    found = holders(path=path, roles=roles, at=at, nearest=True)
    # A stand-in is there now; whom they stand in for is away.
    found.sort(key=lambda posting: (posting.stands_in_for_id is None, posting.role != Role.DESK_CLERK))
    return Card.of(found[0]) if found else None


def ended_for(user_id: UUID, path: str, role: str, before: datetime) -> bool:
    """True where this person held the role over this place once, and no longer does at `before`."""
    prefixes = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    held = Posting.objects.filter(user_id=user_id, role=role, grid__path__in=prefixes)
    return held.filter(ends_at__lte=before).exists()


def held_over(user_id: UUID, path: str, roles: tuple[str, ...], at: datetime) -> Posting | None:
    """The posting by which this person answered for this place at a moment, the nearest where there were several."""
    prefixes = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    held = live(at).filter(user_id=user_id, role__in=roles, grid__path__in=prefixes)
    return held.select_related("grid").order_by("-grid__depth").first()


def once_below(path: str, user_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these people who work at or below a path, or ever did."""
    rows = Posting.objects.filter(grid__path__startswith=path, user_id__in=list(user_ids))
    return set(rows.values_list("user_id", flat=True))
