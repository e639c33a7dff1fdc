"""Writes of the tree."""

import re

from grids.tree.change_hooks import Touched, holders_supplied_by, on_grids_changed, on_grids_counted, sizes_supplied_by
from grids.tree.change_plan import Part, Plan
from grids.tree.changing import perform, plan_change, preview, undo_change
from grids.tree.enums import Level
from grids.tree.importing import TreeReport, import_tree
from grids.tree.models import Grid
from grids.tree.moving import move_community, on_community_moved
from grids.tree.outlines import OutlineReport, import_outlines
from grids.tree.planting import Seedling, plant
from portal.accounts.actors import Actor
from portal.audit.services import record

__all__ = [
    "OutlineReport",
    "Part",
    "Plan",
    "Touched",
    "TreeReport",
    "holders_supplied_by",
    "imagine_building",
    "import_outlines",
    "import_tree",
    "lock",
    "move_community",
    "on_community_moved",
    "on_grids_changed",
    "on_grids_counted",
    "open_building",
    "perform",
    "plan_change",
    "preview",
    "sizes_supplied_by",
    "undo_change",
]


def lock(grid: Grid) -> None:
    """Hold a node until the end of the caller's transaction: whoever writes below it in bulk waits here."""
    Grid.objects.select_for_update().order_by("path").filter(pk=grid.pk).first()


def open_building(*, actor: Actor, grid: Grid, name: str) -> Grid:
    """Add a building to a basic grid, in the caller's transaction. Its code is the grid's with the next free number."""
    said = " ".join(name.split())[:60]
    number = re.search(r"\d+", said)
    wanted = f"{grid.code}-{int(number.group()):02d}" if number and len(number.group()) < 4 else ""
    # Wherever they lie now: a building that went to another grid took its code with it.
    taken = set(Grid.objects.filter(code__startswith=f"{grid.code}-").values_list("code", flat=True))
    if not wanted or wanted in taken:
        wanted = next(code for n in range(1, 10_000) if (code := f"{grid.code}-{n:02d}") not in taken)
    building = plant([Seedling(wanted, grid.code, {"level": Level.BUILDING, "name": said})])[wanted]
    record(actor=actor, verb="tree.open_building", target=building, path=building.path)
    return building


def imagine_building(grid: Grid, name: str, number: int) -> Grid:
    """The building that `open_building` would add, for a rehearsal: written nowhere, and in no branch of the tree."""
    path = f"{grid.path}~{number}"
    return Grid(level=Level.BUILDING, name=" ".join(name.split())[:60], code=path, path=path)
