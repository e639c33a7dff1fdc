"""Many nodes at once. treebeard inserts one node with three statements; a district has a thousand."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max

from grids.tree.models import Grid


@dataclass(frozen=True)
class Seedling:
    """A node to be: its code, the code of its parent (empty for a root) and its other fields."""

    code: str
    parent: str
    fields: dict[str, Any] = field(default_factory=dict)


def plant(seedlings: list[Seedling]) -> dict[str, Grid]:
    """Insert nodes, parents before their children in the list; returns them by code. Call inside a transaction.

    Raises KeyError for a parent that is neither in the table nor earlier in the list. The roots are locked, because two
    plantings under one parent would both take the next free step of its path.
    """
    list(Grid.objects.filter(depth=1).select_for_update().values_list("pk"))
    outside = {seedling.parent for seedling in seedlings} - {seedling.code for seedling in seedlings} - {""}
    known: dict[str, Grid] = {grid.code: grid for grid in Grid.objects.filter(code__in=outside)}
    steps = _last_steps([grid.path for grid in known.values()])
    steps[""] = _last_root()
    new: list[Grid] = []
    for seedling in seedlings:
        parent = known[seedling.parent] if seedling.parent else None
        base = parent.path if parent else ""
        steps[base] = steps.get(base, 0) + 1
        depth = parent.depth + 1 if parent else 1
        grid = Grid(
            code=seedling.code,
            path=Grid._get_path(base, depth, steps[base]),
            depth=depth,
            numchild=0,
            **seedling.fields,
        )
        if parent:
            parent.numchild += 1
        known[seedling.code] = grid
        new.append(grid)
    Grid.objects.bulk_create(new, batch_size=1000)
    for code in outside:
        grown = sum(1 for seedling in seedlings if seedling.parent == code)
        Grid.objects.filter(code=code).update(numchild=F("numchild") + grown)
    return {grid.code: grid for grid in new}


def _last_steps(paths: list[str]) -> dict[str, int]:
    """For each parent path the step of its last child, 0 without children."""
    steps = dict.fromkeys(paths, 0)
    for path in paths:
        depth = len(path) // Grid.steplen + 1
        last = Grid.objects.filter(path__startswith=path, depth=depth).aggregate(last=Max("path"))["last"]
        steps[path] = Grid._str2int(last[-Grid.steplen :]) if last else 0
    return steps


def _last_root() -> int:
    last = Grid.objects.filter(depth=1).aggregate(last=Max("path"))["last"]
    return Grid._str2int(last) if last else 0
