"""Where a place stands in the tree. One query each; a node that is not there is None."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from grids.tree.enums import ChangeKind, ChangeState, Kind, Level
from grids.tree.models import Grid
from grids.tree.models_change import GridChange, GridLineage
from grids.tree.models_map import Boundary
from grids.tree.shapes import Sheet as Sheet
from grids.tree.shapes import box_of as box_of
from grids.tree.shapes import chord_at as chord_at
from grids.tree.shapes import middle_of as middle_of
from grids.tree.shapes import polygons_of as polygons_of
from portal.accounts.reach import Reach

STEP = Grid.steplen
COMMUNITY_DEPTH = 3
COOKIE = "community"


def prefixes(path: str) -> list[str]:
    """The paths from the root down to this node, its own included."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def chain(grid: Grid) -> list[Grid]:
    """区 → 街道 → … → the node itself, in this order."""
    return list(Grid.objects.filter(path__in=prefixes(grid.path)).order_by("path"))


def community_of(grid: Grid | None) -> Grid | None:
    """The community a node lies in (the node itself, if it is one); None above that level and for sector grids."""
    if grid is None or grid.depth < COMMUNITY_DEPTH:
        return None
    if grid.level == Level.COMMUNITY:
        return grid
    return Grid.objects.filter(path=grid.community_path, level=Level.COMMUNITY).first()


def basic_grid_of(grid: Grid) -> Grid | None:
    """The basic (or dedicated) grid a building lies in; the node itself if it is one."""
    return Grid.objects.filter(path__in=prefixes(grid.path), level=Level.BASIC_GRID).order_by("-path").first()


def by_code(code: str) -> Grid | None:
    return Grid.objects.filter(code=code).first()


def by_id(grid_id: UUID | str | None) -> Grid | None:
    return Grid.objects.filter(pk=grid_id).first() if grid_id else None


def by_paths(paths: list[str]) -> dict[str, Grid]:
    return {grid.path: grid for grid in Grid.objects.filter(path__in=paths)}


def communities() -> list[Grid]:
    """All communities in use, in the order of the tree."""
    return list(Grid.objects.active().at(Level.COMMUNITY).order_by("path"))


def visible(reach: Reach, *levels: str) -> list[Grid]:
    """Nodes within reach, in the order of the tree."""
    found = Grid.objects.active().visible_to(reach)
    return list((found.at(*levels) if levels else found).order_by("path"))


def buildings_under(path: str) -> list[Grid]:
    return list(Grid.objects.active().at(Level.BUILDING).under(path).order_by("path"))


def grids_under(path: str) -> list[Grid]:
    """Basic and dedicated grids at or below a path."""
    return list(Grid.objects.active().at(Level.BASIC_GRID).under(path).order_by("path"))


def sectors(path: str) -> list[Grid]:
    """The departments' sector grids in use below a node (the district)."""
    return list(Grid.objects.active().filter(kind=Kind.SECTOR).under(path).order_by("path"))


def current_community(request: HttpRequest) -> Grid | None:
    """The community a visitor's pages speak of: the one they chose, where they work, where they live, the centre's own.

    In this order: the cookie `community` (a code), the community of a posting, the resident's own, the setting
    DEFAULT_COMMUNITY, the first of the tree. None only while the tree is empty. Read once per request.
    """
    if not hasattr(request, "_community"):
        request._community = _find_community(request)  # type: ignore[attr-defined]
    return request._community  # type: ignore[attr-defined]


def _find_community(request: HttpRequest) -> Grid | None:
    chosen = request.COOKIES.get(COOKIE, "")
    if len(chosen) == 12 and chosen.isdigit() and (found := _community("code = %s", chosen)):
        return found
    actor = getattr(request, "actor", None)
    if actor is not None and actor.id is not None:
        at_work = [scope.path[: COMMUNITY_DEPTH * STEP] for scope in actor.reach.scopes]
        if at_work and (found := _community("path = ANY(%s)", at_work)):
            return found
        home = Grid.objects.filter(households__residents__user_id=actor.id).values_list("path", flat=True).first()
        if home and (found := _community("path = %s", home[: COMMUNITY_DEPTH * STEP])):
            return found
    if settings.DEFAULT_COMMUNITY and (found := _community("code = %s", settings.DEFAULT_COMMUNITY)):
        return found
    return _community()


def _community(where: str = "", value: Any = None) -> Grid | None:
    """The first community in use, in the order of the tree, of which this is so.

    By hand: every page asks it, and composing it costs three times the answer. With all its columns, for callers read
    any of them.
    """
    columns = ", ".join(f'"{field.column}"' for field in Grid._meta.concrete_fields)
    is_so, values = (f"AND {where}", [value]) if where else ("", [])
    here = f"is_active AND level = '{Level.COMMUNITY.value}' {is_so}"
    return next(
        iter(Grid.objects.raw(f"SELECT {columns} FROM grids_grid WHERE {here} ORDER BY path LIMIT 1", values)), None
    )


def find_buildings(path: str, text: str) -> list[Grid]:
    """Buildings below a path that a neighbour may mean by 5号楼, 5-1-301, 南苑 5; in the order of the tree."""
    said = "".join(unicodedata.normalize("NFKC", text).split())
    number = re.match(r"\d+", said)
    found = []
    for building in buildings_under(path) if said else []:
        name = "".join(building.name.split())
        own = re.match(r"\d+", name)
        same = bool(number and own and int(number.group()) == int(own.group()))
        if same or said == name or (not number and said in name):
            found.append(building)
    return found


def roots() -> list[Grid]:
    """The district (or districts) of the tree."""
    return list(Grid.objects.active().at(Level.DISTRICT).order_by("path"))


def streets() -> list[Grid]:
    return list(Grid.objects.active().at(Level.STREET).order_by("path"))


def under(paths: Iterable[str], *levels: str) -> list[Grid]:
    """Nodes in use at or below any of these paths, of these levels, in the order of the tree; no departments."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(path__startswith=path)
    found = Grid.objects.active().filter(within).exclude(kind=Kind.SECTOR)
    return list((found.at(*levels) if levels else found).order_by("path"))


def outlines(path: str, *levels: str) -> list[tuple[Grid, dict[str, Any]]]:
    """Nodes in use at or below a path that have an outline, with it, in the order of the tree; no departments."""
    rows = Boundary.objects.select_related("grid").filter(grid__path__startswith=path, grid__is_active=True)
    rows = rows.exclude(grid__kind=Kind.SECTOR).order_by("grid__path")
    return [(row.grid, row.shape) for row in (rows.filter(grid__level__in=levels) if levels else rows)]


_ENDINGS = ("社区", "街道")


def find_place(text: str, here: Grid | None) -> tuple[Grid | None, str]:
    """文昌花园 5 号楼 → that community and what is left to say (5号楼); without its name, the community one is in.

    The longest name wins: 新花园 must not be taken for 花园. A district or street said before it is passed over.
    """
    said = "".join(unicodedata.normalize("NFKC", text).split())
    best: tuple[int, Grid, str] | None = None
    for one in communities() if said else []:
        name = "".join(one.name.split())
        for form in (name, *(name.removesuffix(end) for end in _ENDINGS if name.endswith(end))):
            at = said.find(form)
            if len(form) > 1 and at >= 0 and (best is None or len(form) > best[0]):
                best = (len(form), one, said[at + len(form) :])
    if best is None:
        return here, text
    return best[1], re.sub(r"^(社区|小区|居委会|[,，、])+", "", best[2])


def third_level(paths: Iterable[str]) -> list[str]:
    """The paths of the third level (communities) at or above each of these, or below it; no query for the former."""
    size = COMMUNITY_DEPTH * STEP
    found = {path[:size] for path in paths if len(path) >= size}
    short = [path for path in paths if len(path) < size]
    if short:
        within = Q(pk__in=[])
        for path in short:
            within |= Q(path__startswith=path)
        found |= set(Grid.objects.filter(within, depth__lte=COMMUNITY_DEPTH).values_list("path", flat=True))
    return sorted(found)


def went_to(grid: Grid) -> list[tuple[Grid, date]]:
    """What became of a grid: those that took it over, and since when. The last change, if there were several."""
    rows = list(GridLineage.objects.filter(old=grid).select_related("new").order_by("-on", "-id"))
    last = [row for row in rows if row.change_id == rows[0].change_id]
    return [(row.new, row.on) for row in sorted(last, key=lambda row: row.new.path)]


def ended_under(path: str) -> list[Grid]:
    """Basic and dedicated grids at or below a path that are out of use."""
    return list(Grid.objects.filter(is_active=False).at(Level.BASIC_GRID).under(path).order_by("path"))


def heirs_under(path: str) -> dict[UUID, set[UUID]]:
    """What all or part of the grids below a path came to, change by change: id → ids."""
    found: dict[UUID, set[UUID]] = {}
    for old, new in GridLineage.objects.filter(old__path__startswith=path).values_list("old_id", "new_id"):
        found.setdefault(old, set()).add(new)
    return found


def departed(community: Grid) -> list[tuple[Grid, str]]:
    """Grids and buildings in use that once lay in a community and lie in another now, each with the name of that one:
    those planted here (codes stay with their nodes), and those that a change brought here first."""
    moves = GridChange.objects.filter(kind=ChangeKind.MOVE, state=ChangeState.DONE, plan__to__isnull=False)
    here = set(Grid.objects.under(community.path).values_list("pk", flat=True))
    brought = [grid for grid, to in moves.values_list("grid__path", "plan__to") if to and UUID(to) in here]
    once = Q(code__startswith=f"{community.code}-")
    for path in brought:
        once |= Q(path__startswith=path)
    nodes = Grid.objects.active().at(Level.BASIC_GRID, Level.BUILDING).filter(once)
    left = list(nodes.exclude(path__startswith=community.path).order_by("path"))
    names = {one.path: one.name for one in Grid.objects.filter(path__in={one.community_path for one in left})}
    return [(one, names.get(one.community_path, "")) for one in left]


def changes(reach: Reach, *roles: str, code: str = "") -> QuerySet[GridChange]:
    """Changes of grids within reach, the latest day first; of one code, the history of that grid."""
    found = GridChange.objects.visible_to(reach, *roles).select_related("asked_by", "grid")
    if code:
        here = by_code(code)
        found = found.filter(grids__contains=[here.pk]) if here else found.none()
    return found.order_by("-on", "-created_at")


def change_for(reach: Reach, change_id: UUID, *roles: str) -> GridChange | None:
    return changes(reach, *roles).filter(pk=change_id).first()
