"""The tree laid out anew: what a plan that fits writes, in the transaction of whoever calls it."""

from datetime import date, datetime
from uuid import UUID

from grids.tree.change_hooks import call_followers, holders
from grids.tree.change_plan import STEP, Fit, Part
from grids.tree.enums import ChangeKind, Level
from grids.tree.models import Grid
from grids.tree.models_change import GridChange, GridLineage
from grids.tree.models_map import Boundary
from grids.tree.moving import move_community
from grids.tree.planting import Seedling, plant
from grids.tree.shapes import joined
from portal.accounts.actors import Actor
from portal.audit.services import record


def reshape(actor: Actor, change: GridChange, found: Fit, now: datetime, day: date) -> list[Grid]:
    """Do it; answers the grids there are afterwards. Codes stay with their nodes, and nothing that points at one is
    written: visits, cases, postings and promises go on pointing at what they were about."""
    if found.plan.kind == ChangeKind.MOVE:
        after = [_move(actor, change, found, now)]
    else:
        after = _lay_out(actor, change, found, now, day)
    paths = list(Grid.objects.filter(pk__in={*change.grids, *(one.pk for one in after)}).values_list("path", flat=True))
    call_followers(actor=actor, paths=paths, now=now)
    return after


def _put(node: Grid, below: Grid) -> None:
    """Under another parent. Both are read again: every move rewrites paths and counts of children in SQL."""
    here, there = Grid.objects.get(pk=node.pk), Grid.objects.get(pk=below.pk)
    if here.path[:-STEP] != there.path:
        Grid.objects.move(here, there, pos="last-child")


def _move(actor: Actor, change: GridChange, found: Fit, now: datetime) -> Grid:
    grid = found.first
    if grid.level == Level.COMMUNITY:
        moved = move_community(actor=actor, community=grid, street=found.parent, reason=change.reason)
    else:
        _put(grid, found.parent)
        moved = Grid.objects.get(pk=grid.pk)
        record(actor=actor, verb="tree.move", target=moved, path=moved.path, fields=["path"], reason=change.reason)
    if found.plan.parts and found.plan.parts[0].worker:
        _post(actor, found.plan.parts[0].worker, moved, now)
    return moved


def _lay_out(actor: Actor, change: GridChange, found: Fit, now: datetime, day: date) -> list[Grid]:
    ending = {one.pk for one in found.ends}
    targets: list[Grid] = []
    for part in found.plan.parts:
        target = found.nodes[part.grid] if part.grid else _plant(actor, found, part)
        for building in Grid.objects.filter(pk__in=part.buildings).order_by("path"):
            _put(building, target)
        if part.worker:
            _post(actor, part.worker, target, now)
        targets.append(target)
    sources = [found.nodes[one] for one in found.plan.sources]
    GridLineage.objects.bulk_create(
        GridLineage(change=change, old=old, new=new, on=day) for old in sources for new in targets if old.pk != new.pk
    )
    for grid in found.ends:
        holders().leave(actor=actor, grid=grid, at=now, reason=change.reason)
        if found.plan.kind == ChangeKind.MERGE:
            # Below what took it in: whoever looks after that reaches what is written at this one.
            _put(grid, targets[0])
    Grid.objects.filter(pk__in=ending).update(is_active=False)
    _outline(found, targets)
    after = list(Grid.objects.filter(pk__in=[one.pk for one in targets]))
    for grid in Grid.objects.filter(pk__in=ending):
        record(actor=actor, verb="tree.end", target=grid, path=grid.path, fields=["is_active"], reason=change.reason)
    return after


def _plant(actor: Actor, found: Fit, part: Part) -> Grid:
    """A new grid beside the first, with the next code of their parent that was never used."""
    stem = found.parent.code if "-" in found.parent.code else f"{found.parent.code}-"
    taken = set(Grid.objects.filter(code__startswith=stem).values_list("code", flat=True))
    code = next(one for n in range(1, 10_000) if (one := f"{stem}{n:02d}") not in taken)
    fields = {"level": Level.BASIC_GRID, "kind": found.first.kind, "name": " ".join(part.name.split())[:60]}
    grown = plant([Seedling(code, found.parent.code, fields)])[code]
    record(actor=actor, verb="tree.open_grid", target=grown, path=grown.path)
    return grown


def _post(actor: Actor, user_id: UUID, grid: Grid, now: datetime) -> None:
    if user_id not in holders().on([grid.pk], now).get(grid.pk, set()):
        holders().post(actor=actor, user_id=user_id, grid=grid, at=now)


def _outline(found: Fit, targets: list[Grid]) -> None:
    """Until somebody draws it anew: merged grids are their outlines together, a part of a split its buildings'."""
    for target in targets:
        path = Grid.objects.get(pk=target.pk).path
        if found.plan.kind == ChangeKind.MERGE:
            rows = Boundary.objects.filter(grid__in={*found.plan.sources, target.pk})
        else:
            rows = Boundary.objects.filter(grid__path__startswith=path, grid__level=Level.BUILDING)
        shape = joined(rows.order_by("grid__path").values_list("shape", flat=True))
        if shape:
            Boundary.objects.update_or_create(grid=target, defaults={"shape": shape})
