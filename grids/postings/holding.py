"""Who looks after a grid, for changes of the tree: the tree is below this room and asks by what is registered."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from grids.postings.models import Posting
from grids.postings.queries import below, live
from grids.postings.services import appoint, end
from grids.tree.queries import by_paths
from portal.accounts.actors import Actor
from portal.accounts.enums import Role

if TYPE_CHECKING:
    from grids.tree.models import Grid

# Whose account may be given a grid: those who work in the community already.
CANDIDATES = (Role.GRID_WORKER, Role.DESK_CLERK)


class Holding:
    def on(self, grid_ids: Iterable[UUID], at: datetime) -> dict[UUID, set[UUID]]:
        rows = live(at).filter(grid_id__in=set(grid_ids), role=Role.GRID_WORKER, user__is_active=True)
        found: dict[UUID, set[UUID]] = {}
        for grid_id, user_id in rows.values_list("grid_id", "user_id"):
            found.setdefault(grid_id, set()).add(user_id)
        return found

    def to_come(self, grid_ids: Iterable[UUID], at: datetime) -> bool:
        return Posting.objects.filter(grid_id__in=set(grid_ids), starts_at__gt=at).exists()

    def people(self, path: str, at: datetime) -> list[tuple[UUID, str]]:
        rows = [one for one in below(path=path, roles=CANDIDATES, at=at) if one.user.is_active]
        # Every community has its 第 1 网格: without its name nobody knows which is meant.
        communities = by_paths(list({one.grid.community_path for one in rows}))
        found: dict[UUID, str] = {}
        for one in rows:
            community = communities.get(one.grid.community_path)
            inside = community is not None and community.pk != one.grid_id
            where = f"{community.name} {one.grid.name}" if inside and community else one.grid.name
            found.setdefault(one.user_id, f"{one.user} · {where}")
        return list(found.items())

    def post(self, *, actor: Actor, user_id: UUID, grid: "Grid", at: datetime) -> None:
        appoint(actor=actor, user_id=user_id, grid_id=grid.pk, role=Role.GRID_WORKER, starts_at=at)

    def leave(self, *, actor: Actor, grid: "Grid", at: datetime, reason: str) -> None:
        for posting_id in list(live(at).filter(grid_id=grid.pk).values_list("pk", flat=True)):
            end(actor=actor, posting_id=posting_id, at=at, reason=reason)
