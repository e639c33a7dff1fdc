"""The demo's outlines: an invented district. Its ground is cut in two again and again, down to the grids, along streets
that lean and bend; neighbours share every corner of the street between them. Houses are slabs that face south.
"""

from math import cos, hypot, pi, sin
from random import Random
from typing import Any

from grids.tree.enums import Kind, Level
from grids.tree.models import Grid
from grids.tree.models_map import Boundary
from grids.tree.shapes import chord_at
from portal.workbench.demo import Scene

Corner = tuple[float, float]
Ground = list[Corner]  # corners in metres, counter-clockwise, the first not repeated

# South-western corner, in degrees; metres to a degree there.
WEST, SOUTH = 107.612, 35.702
PER_LNG, PER_LAT = 90_300.0, 111_000.0
# A town has no corners: the district before its streets are bent.
DISTRICT: Ground = [(420, 0), (2900, 60), (3650, 700), (3560, 1750), (3050, 2320), (900, 2260), (120, 1800), (0, 560)]
# How the ground is bent: metres aside, length of a wave, its direction.
BENDS = ((26, 1500, 0.4), (17, 830, 2.1), (9, 470, 1.2))
STEP = 45.0  # a bent street gets a corner every so many metres
CELL = 100.0
# Of a grid's height, above its houses: there stands its number.
ABOVE = 0.36


def load_outlines(scene: Scene) -> None:
    nodes = sorted({grid.path: grid for grid in scene.place.values()}.values(), key=lambda grid: grid.path)
    below: dict[str, list[Grid]] = {}
    for grid in nodes:
        if grid.kind != Kind.SECTOR:
            below.setdefault(grid.path[: -Grid.steplen], []).append(grid)
    district = below[""][0]
    grounds: dict[str, Ground] = {district.path: DISTRICT}
    _share_out(scene, district, below, grounds)
    bent = _bent(grounds)
    rows = [_row(grid, bent[grid.path]) for grid in nodes if grid.path in bent]
    for grid in nodes:
        if grid.level == Level.BASIC_GRID and grid.path in bent:
            houses = below.get(grid.path, [])
            turn = scene.rng(grid.code[:12]).uniform(-0.22, 0.22)  # the houses of a community stand one way
            rows += map(_row, houses, _slabs(bent[grid.path], len(houses), turn))
    Boundary.objects.bulk_create(rows, batch_size=500)


def _row(grid: Grid, corners: Ground) -> Boundary:
    ring = [[round(WEST + x / PER_LNG, 6), round(SOUTH + y / PER_LAT, 6)] for x, y in [*corners, corners[0]]]
    shape: dict[str, Any] = {"type": "Polygon", "coordinates": [ring]}
    return Boundary(grid=grid, shape=shape)


# ---------------------------------------------------------------- who gets which ground
def _share_out(scene: Scene, parent: Grid, below: dict[str, list[Grid]], grounds: dict[str, Ground]) -> None:
    """The ground of a node among those below it, each by how many grids it has."""
    children = [grid for grid in below.get(parent.path, []) if grid.level != Level.BUILDING]
    if not children:
        return
    sizes = [_grids_in(child, below) for child in children]
    grounds |= dict(
        zip([c.path for c in children], _cut(scene.rng(parent.code), grounds[parent.path], sizes), strict=True)
    )
    for child in children:
        _share_out(scene, child, below, grounds)


def _grids_in(node: Grid, below: dict[str, list[Grid]]) -> int:
    if node.level == Level.BASIC_GRID:
        return 1
    return sum(_grids_in(child, below) for child in below.get(node.path, []))


def _cut(rng: Random, ground: Ground, sizes: list[int]) -> list[Ground]:
    """In two and in two again, the first half to the north or the west, until each has its own."""
    if len(sizes) == 1:
        return [ground]
    half = len(sizes) // 2
    share = sum(sizes[:half]) / sum(sizes)
    leans = [rng.uniform(-0.25, 0.25) for _ in range(4)]
    ways = [way for lean in leans for way in ((-cos(lean), -sin(lean)), (sin(lean), cos(lean)))]
    # The cut that leaves no sliver: nobody's grid is a wedge.
    first, second = max((_in_two(ground, way, share) for way in ways), key=lambda two: min(map(_fat, two)))
    return _cut(rng, first, sizes[:half]) + _cut(rng, second, sizes[half:])


def _in_two(ground: Ground, across: Corner, share: float) -> tuple[Ground, Ground]:
    """Along a line that leaves this share of the ground beyond it."""
    far = [x * across[0] + y * across[1] for x, y in ground]
    low, high = min(far), max(far)
    for _ in range(40):
        at = (low + high) / 2
        if _area(_halves(ground, across, at)[0]) > _area(ground) * share:
            low = at
        else:
            high = at
    return _halves(ground, across, high)


def _fat(ground: Ground) -> float:
    """1 for a circle, 0 for a line."""
    around = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(ground, [*ground[1:], ground[0]], strict=True))
    return 4 * pi * _area(ground) / around**2


def _halves(ground: Ground, across: Corner, at: float) -> tuple[Ground, Ground]:
    """What lies beyond the line, and what before it; both get the very same two new corners."""
    beyond: Ground = []
    before: Ground = []
    for one, two in zip(ground, [*ground[1:], ground[0]], strict=True):
        a = one[0] * across[0] + one[1] * across[1] - at
        b = two[0] * across[0] + two[1] * across[1] - at
        (beyond if a >= 0 else before).append(one)
        if (a >= 0) != (b >= 0):
            share = a / (a - b)
            new = (one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share)
            beyond.append(new)
            before.append(new)
    return beyond, before


def _area(ground: Ground) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ground, [*ground[1:], *ground[:1]], strict=True)) / 2


# ---------------------------------------------------------------- streets bend
def _bent(grounds: dict[str, Ground]) -> dict[str, Ground]:
    """Each ground with the corners of its neighbours on its own sides (else the bent sides would gape), and bent."""
    near: dict[tuple[int, int], set[Corner]] = {}
    for corner in {corner for ground in grounds.values() for corner in ground}:
        near.setdefault((int(corner[0] // CELL), int(corner[1] // CELL)), set()).add(corner)
    bent = {}
    for path, ground in grounds.items():
        corners: Ground = []
        for one, two in zip(ground, [*ground[1:], ground[0]], strict=True):
            stops = _on_the_way(one, two, near)
            for a, b in zip(stops, [*stops[1:], two], strict=True):
                corners += _steps(a, b)
        bent[path] = [_bend(corner) for corner in corners]
    return bent


def _on_the_way(one: Corner, two: Corner, near: dict[tuple[int, int], set[Corner]]) -> Ground:
    """`one` and every known corner between it and `two`, in that order."""
    dx, dy = two[0] - one[0], two[1] - one[1]
    length = hypot(dx, dy)
    found = [(0.0, one)]
    cells = [sorted((int(a // CELL), int(b // CELL))) for a, b in zip(one, two, strict=True)]
    for column in range(cells[0][0], cells[0][1] + 1):
        for line in range(cells[1][0], cells[1][1] + 1):
            for x, y in near.get((column, line), ()):
                along = ((x - one[0]) * dx + (y - one[1]) * dy) / length
                aside = ((x - one[0]) * dy - (y - one[1]) * dx) / length
                if abs(aside) < 0.01 and 0.01 < along < length - 0.01:
                    found.append((along, (x, y)))
    return [corner for _along, corner in sorted(found)]


def _steps(one: Corner, two: Corner) -> Ground:
    """From `one` up to before `two`. The same corners whichever way round, since the neighbour walks the other."""
    count = max(round(hypot(two[0] - one[0], two[1] - one[1]) / STEP), 1)
    a, b = sorted((one, two))
    shares = [at / count for at in range(1, count)]
    between = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for share in shares]
    return [one, *(between if a == one else reversed(between))]


def _bend(corner: Corner) -> Corner:
    x, y = corner
    for aside, wave, way in BENDS:
        by = aside * sin((corner[0] * cos(way) + corner[1] * sin(way)) * 2 * pi / wave + way)
        x, y = x - by * sin(way), y + by * cos(way)
    return x, y


# ---------------------------------------------------------------- houses
def _slabs(ground: Ground, count: int, turn: float) -> list[Ground]:
    """Rows of houses in the lower part of a grid, long sides to the south, all turned a little."""
    if not count:
        return []
    level = [_turned(corner, -turn) for corner in ground]
    ring = [[x, y] for x, y in [*level, level[0]]]
    low, high = min(y for _, y in level), max(y for _, y in level)
    top, bottom = high - (high - low) * ABOVE, low + (high - low) * 0.1
    widest = max(x for x, _ in level) - min(x for x, _ in level)
    lines = min(count, max(round((count * (top - bottom) / widest) ** 0.5), 1))
    step = (top - bottom) / lines
    slabs: list[Ground] = []
    for line in range(lines):
        own = count // lines + (line < count % lines)
        y0, y1 = top - step * (line + 0.78), top - step * (line + 0.22)
        ends = [chord for y in (y0, y1) if (chord := chord_at(ring, y))]
        left, right = max(a for a, _ in ends), min(b for _, b in ends)
        space = (right - left) / own
        for at in range(own):
            x0, x1 = left + space * (at + 0.14), left + space * (at + 0.86)
            slabs.append([_turned(corner, turn) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
    return slabs


def _turned(corner: Corner, by: float) -> Corner:
    return corner[0] * cos(by) - corner[1] * sin(by), corner[0] * sin(by) + corner[1] * cos(by)
