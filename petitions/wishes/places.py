"""Which place a new wish belongs to."""

from collections.abc import Callable
from typing import Any

from grids.registry.queries import resident_of
from grids.tree.queries import basic_grid_of, by_id, community_of
from portal.accounts.actors import Actor
from portal.accounts.enums import Role


def place_to_write_for(actor: Actor, resident: Any, here: Callable[[], Any]) -> Any:
    """The grid of the person it is written for; else the writer's own post; else where they live; else `here()`.

    Never a building: a wish needs to know who looks after it, not which door it came from.
    """
    if resident is not None:
        return basic_grid_of(resident.household.building) or community_of(resident.household.building)
    posted = actor.reach.grid_ids(Role.GRID_WORKER, Role.DESK_CLERK)
    if posted:
        return by_id(posted[0])
    own = resident_of(actor.user)
    return community_of(own.household.building) if own else here()


def named_place(actor: Actor, grid_id: Any) -> Any:
    """A place that was named: a grid within the writer's post as it is, any other one as the community it lies in."""
    grid = by_id(grid_id)
    if grid is not None and actor.reach.covers(grid.path, Role.GRID_WORKER, Role.DESK_CLERK):
        return basic_grid_of(grid) or grid
    return community_of(grid)
