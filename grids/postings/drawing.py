"""The map as a drawing: outlines laid on a sheet, each with its name and where it leads. It prints as it is."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from grids.tree import queries as tree
from grids.tree.enums import Kind, Level
from grids.tree.queries import Sheet, box_of, chord_at, middle_of, polygons_of

if TYPE_CHECKING:
    from grids.tree.models import Grid

# How far below the upper edge of a grid its number stands, of its height.
UP = 0.24


@dataclass
class Plot:
    """One outline on the sheet: its path (or a point), where its mark stands, what it says and where it leads."""

    grid: "Grid"
    shape: dict[str, Any]
    d: str
    x: float
    y: float
    mark: str
    css: str = ""
    url: str = ""
    # Where the mark stands on the ground, for the map that one can move.
    lng: float = 0.0
    lat: float = 0.0


@dataclass
class Drawing:
    """height: the sheet is 1000 wide. ground: outlines over the plots that lead nowhere (streets of a district)."""

    height: float = 0.0
    plots: list[Plot] = field(default_factory=list)
    buildings: list[Plot] = field(default_factory=list)
    ground: list[Plot] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.plots)


def mark_of(grid: "Grid") -> str:
    """What fits into a small outline: the number people call it by, else the first two characters."""
    number = re.search(r"\d+", grid.short_name or grid.name)
    return number.group() if number else (grid.short_name or grid.name)[:2]


def district_map() -> Drawing:
    """The whole district: its communities, numbered in the order of the list beside the map."""
    found = tree.outlines("", Level.DISTRICT, Level.STREET, Level.COMMUNITY)
    communities = [(grid, shape) for grid, shape in found if grid.level == Level.COMMUNITY]
    box = box_of(shape for _grid, shape in found)
    if box is None or not communities:
        return Drawing()
    sheet = Sheet(box)
    drawing = Drawing(height=sheet.height)
    for grid, shape in found:
        if grid.level == Level.STREET:
            drawing.ground.append(_plot(sheet, grid, shape, grid.name))
    for number, (grid, shape) in enumerate(communities, start=1):
        plot = _plot(sheet, grid, shape, str(number))
        plot.url = reverse("grids-map-community", args=[grid.code])
        drawing.plots.append(plot)
    return drawing


def community_map(community: "Grid", *, only: str = "", lit: str = "") -> Drawing:
    """A community's grids and buildings. only: the path of the one grid to draw. lit: of one's own."""
    found = tree.outlines(community.path, Level.BASIC_GRID, Level.BUILDING)
    if only:
        found = [(grid, shape) for grid, shape in found if grid.path.startswith(only)]
    box = box_of(shape for _grid, shape in found)
    if box is None:
        return Drawing()
    sheet = Sheet(box)
    drawing = Drawing(height=sheet.height)
    for grid, shape in found:
        plot = _plot(sheet, grid, shape, mark_of(grid))
        if grid.level == Level.BUILDING:
            drawing.buildings.append(plot)
        else:
            plot.url = reverse("grids-community", args=[grid.code])
            _lift(plot, sheet)
            plot.css = "m-own" if grid.path == lit else "m-dedicated" if grid.kind == Kind.DEDICATED else ""
            drawing.plots.append(plot)
    return drawing


def _plot(sheet: Sheet, grid: "Grid", shape: dict[str, Any], mark: str) -> Plot:
    lng, lat = middle_of(shape)
    x, y = sheet.at([lng, lat])
    return Plot(grid, shape, sheet.path(shape), x, y, mark, lng=lng, lat=lat)


def _lift(plot: Plot, sheet: Sheet) -> None:
    """Up to the edge, where the grid is widest: in the middle stand the houses."""
    rings = [polygon[0] for polygon in polygons_of(plot.shape)]
    if not rings:
        return
    ring = max(rings, key=len)
    box = box_of([{"type": "Polygon", "coordinates": [ring]}])
    lat = box.north - UP * (box.north - box.south) if box else plot.lat
    if across := chord_at(ring, lat):
        plot.lng, plot.lat = (across[0] + across[1]) / 2, lat
        plot.x, plot.y = sheet.at([plot.lng, plot.lat])
