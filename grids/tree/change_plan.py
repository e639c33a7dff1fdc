"""A plan to lay grids out anew, read beside the tree as it is now: what fits and what does not."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from grids.tree.change_hooks import holders
from grids.tree.enums import ChangeKind, Kind, Level
from grids.tree.importing import PARENTS
from grids.tree.models import Grid
from portal.errors import Conflict, Invalid

STEP = Grid.steplen


@dataclass
class Part:
    """One grid as it will be: one there is, or a new one of this name; who is given it; its buildings."""

    grid: UUID | None = None
    name: str = ""
    worker: UUID | None = None
    buildings: list[UUID] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        return {
            "grid": str(self.grid) if self.grid else None,
            "name": self.name,
            "worker": str(self.worker) if self.worker else None,
            "buildings": [str(one) for one in self.buildings],
        }


@dataclass
class Plan:
    """A change as it is asked for. sources: split or moved: that one; merged: all of them. to: the new parent."""

    kind: str
    sources: list[UUID]
    parts: list[Part] = field(default_factory=list)
    to: UUID | None = None

    def data(self) -> dict[str, Any]:
        """As it is kept in the row."""
        return {
            "sources": [str(one) for one in self.sources],
            "parts": [part.data() for part in self.parts],
            "to": str(self.to) if self.to else None,
        }

    @classmethod
    def read(cls, kind: str, data: dict[str, Any]) -> "Plan":
        parts = [
            Part(_id(one["grid"]), one["name"], _id(one["worker"]), [UUID(b) for b in one["buildings"]])
            for one in data["parts"]
        ]
        return cls(kind, [UUID(one) for one in data["sources"]], parts, _id(data["to"]))

    def concerned(self) -> list[UUID]:
        named = [*self.sources, *(part.grid for part in self.parts if part.grid)]
        return list(dict.fromkeys(named))


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


@dataclass
class Fit:
    """A plan that fits: its nodes by id, those that end, where new ones are planted or the moved one goes."""

    plan: Plan
    nodes: dict[UUID, Grid]
    parent: Grid
    ends: list[Grid] = field(default_factory=list)

    @property
    def first(self) -> Grid:
        return self.nodes[self.plan.sources[0]]

    def paths(self) -> list[str]:
        return [self.nodes[one].path for one in self.plan.sources]


def fit(plan: Plan, at: datetime) -> Fit:
    """The plan beside the tree at this moment. Raises Conflict or Invalid with what does not fit, in plain words."""
    wanted = {*plan.concerned(), *([plan.to] if plan.to else [])}
    nodes = {grid.pk: grid for grid in Grid.objects.active().filter(pk__in=wanted)}
    if not plan.sources or wanted - nodes.keys():
        raise Conflict(_("方案里有一个网格已经不在用了，请按现在的样子重新安排。"), code="GONE")
    return _fit_move(plan, nodes, at) if plan.kind == ChangeKind.MOVE else _fit_parts(plan, nodes, at)


# ---------------------------------------------------------------- split and merge
def _fit_parts(plan: Plan, nodes: dict[UUID, Grid], at: datetime) -> Fit:
    _same_kind_of_grid([nodes[one] for one in plan.concerned()])
    first = nodes[plan.sources[0]]
    if plan.kind == ChangeKind.MERGE:
        _fit_merge(plan)
        buildings = _buildings_of([nodes[one] for one in plan.sources])
        plan.parts[0].buildings = [one.pk for one in buildings]
    else:
        _fit_split(plan, first)
    for part in plan.parts:
        if part.grid is None and not part.name.strip():
            raise Invalid(_("新网格要有名称。"), code="NO_NAME")
    parent = Grid.objects.get(path=first.path[:-STEP])
    found = Fit(plan, nodes, parent)
    kept = {part.grid for part in plan.parts}
    found.ends = [nodes[one] for one in plan.sources if one not in kept]
    if found.ends and holders().to_come([one.pk for one in found.ends], at):
        raise Conflict(_("要停用的网格上，有人的任职还没开始。请先把那个任职改好。"), code="POSTING_TO_COME")
    _held(found, at)
    return found


def _same_kind_of_grid(grids: list[Grid]) -> None:
    if any(one.level != Level.BASIC_GRID or one.kind == Kind.SECTOR for one in grids):
        raise Invalid(_("能拆能并的是基础网格和专属网格。"), code="NOT_A_GRID")
    if len({(one.community_path, one.kind) for one in grids}) > 1:
        raise Invalid(_("只能在同一个社区里、同一类网格之间拆并。要换社区，用划转。"), code="OTHER_COMMUNITY")


def _fit_merge(plan: Plan) -> None:
    if len(plan.parts) != 1 or len(set(plan.concerned())) < 2 or len(set(plan.sources)) < len(plan.sources):
        raise Invalid(_("合并要选两个以上的网格，并成一个。"), code="ONE_GRID")


def _fit_split(plan: Plan, grid: Grid) -> None:
    targets = [part.grid for part in plan.parts if part.grid]
    if len(plan.sources) != 1 or len(plan.parts) < 2 or len(set(targets)) < len(targets):
        raise Invalid(_("拆分要分成两份以上，每一份去不同的网格。"), code="ONE_PART")
    if not all(part.buildings for part in plan.parts):
        raise Invalid(_("每一份至少要有一栋楼。"), code="EMPTY_PART")
    given = [one for part in plan.parts for one in part.buildings]
    there = {one.pk: one for one in _buildings_of([grid])}
    if twice := {one for one in given if given.count(one) > 1}:
        names = _("、").join(there[one].name for one in there if one in twice)
        raise Invalid(_("%(names)s分到了两份里，一栋楼只能有一个去处。") % {"names": names}, code="TWICE")
    if left := [one.name for one in there.values() if one.pk not in given]:
        raise Conflict(
            _("%(names)s还没有去处，每栋楼都要分到一份里。") % {"names": _("、").join(left)}, code="LEFT_OUT"
        )
    if set(given) - there.keys():
        raise Conflict(_("方案里有的楼已经不在这个网格里了，请按现在的样子重新安排。"), code="GONE")


def _buildings_of(grids: list[Grid]) -> list[Grid]:
    """Buildings that hang in these grids, those out of use as well: they must not stay below a grid that ends."""
    return [one for grid in grids for one in Grid.objects.filter(path__startswith=grid.path, level=Level.BUILDING)]


# ---------------------------------------------------------------- move
def _fit_move(plan: Plan, nodes: dict[UUID, Grid], at: datetime) -> Fit:
    if len(plan.sources) != 1 or plan.to is None:
        raise Invalid(_("请选要划转的网格，和划到哪里。"), code="NOWHERE")
    here, there = nodes[plan.sources[0]], nodes[plan.to]
    levels = PARENTS[Kind(here.kind)].get(here.level, set())
    fits = here.level in (Level.COMMUNITY, Level.COMMUNITY_GRID, Level.BASIC_GRID) and here.kind != Kind.SECTOR
    if not fits or there.level not in levels or there.kind != Kind.TERRITORIAL:
        raise Invalid(_("社区划到街道，社区网格划到社区，基础网格划到社区网格。"), code="WRONG_LEVEL")
    if here.path[:-STEP] == there.path:
        raise Conflict(_("它已经在那里了，不用再划。"), code="THERE_ALREADY")
    if here.path[:STEP] != there.path[:STEP]:
        raise Conflict(_("只能在本区里划转。"), code="OTHER_DISTRICT")
    found = Fit(plan, nodes, there)
    _held(found, at)
    return found


# ---------------------------------------------------------------- nobody is left without a holder
def _held(found: Fit, at: datetime) -> None:
    """Raises Conflict NO_HOLDER where a grid would have no worker: none of its own, none on the area it is in then."""
    after = _after(found)
    on = holders().on({node for _name, nodes, _worker in after for node in nodes}, at)
    bare = [name for name, nodes, worker in after if not worker and not any(on.get(node) for node in nodes)]
    if bare:
        names = _("、").join(bare[:5])
        raise Conflict(_("%(names)s到那天没有网格员。先定好谁来接，再调整。") % {"names": names}, code="NO_HOLDER")
    candidates = {user for user, _said in holders().people(found.parent.path[: 2 * STEP], at)}
    if {part.worker for part in found.plan.parts if part.worker} - candidates:
        raise Conflict(_("定下来接网格的人，到那天已经不在岗了。请另选一位。"), code="WORKER_GONE")


def _after(found: Fit) -> list[tuple[str, list[UUID], UUID | None]]:
    """Each grid as it will be: its name, the nodes whose workers look after it, who is newly given it."""
    plan, area = found.plan, [found.parent.pk] if found.parent.level == Level.COMMUNITY_GRID else []
    if plan.kind != ChangeKind.MOVE:
        return [
            (found.nodes[part.grid].name, [part.grid, *_area_of(found.nodes[part.grid])], part.worker)
            if part.grid
            else (part.name, area, part.worker)
            for part in plan.parts
        ]
    worker = plan.parts[0].worker if plan.parts else None
    if found.first.level == Level.BASIC_GRID:
        return [(found.first.name, [found.first.pk, *area], worker)]
    below = list(Grid.objects.active().under(found.first.path).at(Level.BASIC_GRID, Level.COMMUNITY_GRID))
    areas = {one.path: one.pk for one in below if one.level == Level.COMMUNITY_GRID}
    basic = [one for one in below if one.level == Level.BASIC_GRID]
    return [
        (one.name, [one.pk, *(pk for path, pk in areas.items() if one.path.startswith(path))], None) for one in basic
    ]


def _area_of(grid: Grid) -> list[UUID]:
    above = Grid.objects.filter(path=grid.path[:-STEP], level=Level.COMMUNITY_GRID)
    return list(above.values_list("pk", flat=True))
