"""The demo's outlines: an invented district of straight streets. Six streets' grounds, three communities in each, the
grids of a community in four rows, its buildings as boxes.
"""

from random import Random
from typing import Any

from grids.tree.enums import Kind, Level
from grids.tree.models import Grid
from grids.tree.models_map import Boundary
from portal.workbench.demo import Scene

# Lower left corner, in degrees; metres to a degree there.
WEST, SOUTH = 107.612, 35.702
PER_LNG, PER_LAT = 90_300.0, 111_000.0
# A community is a block of so many metres; three side by side are a street's, two by three streets the district.
WIDE, HIGH = 620.0, 760.0
ROWS = 4
Corner = tuple[float, float]


def load_outlines(scene: Scene) -> None:
    nodes = sorted({grid.path: grid for grid in scene.place.values()}.values(), key=lambda grid: grid.path)
    below: dict[str, list[Grid]] = {}
    for grid in nodes:
        if grid.kind != Kind.SECTOR:
            below.setdefault(grid.path[: -Grid.steplen], []).append(grid)
    rows: list[Boundary] = []
    district = below[""][0]
    streets = below[district.path]
    width, height = 6 * WIDE, 3 * HIGH
    rows.append(_row(district, _slab(0, 0, width, height)))
    for s, street in enumerate(streets):
        x, y = (s % 2) * 3 * WIDE, (2 - s // 2) * HIGH
        rows.append(_row(street, _slab(x, y, x + 3 * WIDE, y + HIGH)))
        for c, community in enumerate(below[street.path]):
            rows += _community(scene.rng(community.code), community, below, x + c * WIDE, y)
    Boundary.objects.bulk_create(rows, batch_size=500)


def _row(grid: Grid, corners: list[Corner]) -> Boundary:
    ring = [[round(WEST + x / PER_LNG, 6), round(SOUTH + y / PER_LAT, 6)] for x, y in [*corners, corners[0]]]
    shape: dict[str, Any] = {"type": "Polygon", "coordinates": [ring]}
    return Boundary(grid=grid, shape=shape)


def _slab(x0: float, y0: float, x1: float, y1: float) -> list[Corner]:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def _community(rng: Random, community: Grid, below: dict[str, list[Grid]], x0: float, y0: float) -> list[Boundary]:
    """Areas are the upper and the lower half; each half has two rows of grids between leaning lanes."""
    rows = [_row(community, _slab(x0, y0, x0 + WIDE, y0 + HIGH))]
    lanes = _lanes(rng, y0)
    for half, area in enumerate(below[community.path]):
        top, middle, bottom = (lanes[half * 2 + step] for step in range(3))
        rows.append(_row(area, _between(x0, x0 + WIDE, x0, top, bottom)))
        grids = below[area.path]
        upper = (len(grids) + 1) // 2
        for row, (above, under) in zip((grids[:upper], grids[upper:]), ((top, middle), (middle, bottom)), strict=True):
            walls = _walls(rng, x0, len(row))
            for at, grid in enumerate(row):
                corners = _between(walls[at], walls[at + 1], x0, above, under)
                rows.append(_row(grid, corners))
                rows += _buildings(below.get(grid.path, []), corners)
    return rows


def _lanes(rng: Random, y0: float) -> list[tuple[float, float]]:
    """Five lanes from top to bottom: height at the left and how it leans to the right. The outer two are straight."""
    lanes = []
    for at in range(ROWS + 1):
        lean = rng.uniform(-34, 34) if 0 < at < ROWS else 0.0
        lanes.append((y0 + HIGH * (1 - at / ROWS) - lean / 2, lean))
    return lanes


def _walls(rng: Random, x0: float, cells: int) -> list[float]:
    step = WIDE / max(cells, 1)
    inner = [x0 + step * at + rng.uniform(-0.13, 0.13) * step for at in range(1, cells)]
    return [x0, *inner, x0 + WIDE]


def _between(left: float, right: float, x0: float, above: tuple[float, float], under: tuple[float, float]):
    def on(lane: tuple[float, float], x: float) -> float:
        return lane[0] + lane[1] * (x - x0) / WIDE

    return [(left, on(under, left)), (right, on(under, right)), (right, on(above, right)), (left, on(above, left))]


def _buildings(buildings: list[Grid], corners: list[Corner]) -> list[Boundary]:
    """Boxes in rows of three, well inside the grid."""
    left, right = max(corners[0][0], corners[3][0]), min(corners[1][0], corners[2][0])
    low, high = max(corners[0][1], corners[1][1]), min(corners[2][1], corners[3][1])
    per_row = 3 if len(buildings) > 2 else max(len(buildings), 1)
    lines = -(-len(buildings) // per_row)
    rows = []
    for at, building in enumerate(b for b in buildings if b.level == Level.BUILDING):
        w, h = (right - left) / per_row, (high - low) * 0.62 / max(lines, 1)
        x, y = left + (at % per_row) * w, low + (high - low) * 0.08 + (lines - 1 - at // per_row) * h
        box = [(x + w * 0.16, y + h * 0.22), (x + w * 0.84, y + h * 0.22)]
        rows.append(_row(building, [*box, (x + w * 0.84, y + h * 0.78), (x + w * 0.16, y + h * 0.78)]))
    return rows
