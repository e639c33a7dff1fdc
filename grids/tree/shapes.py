"""Outlines as GeoJSON writes them: what may be kept, and how they lie on a sheet. Pure; nothing here reads a table."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

Ring = list[list[float]]
# A grid is a few streets; an outline of ten thousand corners is somebody's whole land register.
MOST_CORNERS = 2000
# GeoJSON is in degrees. Metres of a local survey would land in the sea.
WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0
# A hand's breadth, in degrees: two digitisations of one kerb never agree to the last digit.
SLACK = 0.0005
SMALLEST = 1e-10
CLOSED = 4
WIDTH = 1000.0


class BadShape(ValueError):
    """Why an outline cannot be kept, in words for whoever made the file."""


@dataclass(frozen=True)
class Box:
    west: float
    south: float
    east: float
    north: float

    def holds(self, other: "Box", slack: float = SLACK) -> bool:
        return (
            self.west - slack <= other.west
            and self.south - slack <= other.south
            and other.east <= self.east + slack
            and other.north <= self.north + slack
        )


def checked(geometry: Any, *, point: bool = False) -> dict[str, Any]:
    """The geometry as it may be kept: two numbers a corner, closed rings. Raises BadShape."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    given = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Point" and point:
        return {"type": "Point", "coordinates": _corner(given)}
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(_("要的是一块面（Polygon 或 MultiPolygon），不是 %(kind)s。") % {"kind": str(kind)[:24]})
    polygons = given if kind == "MultiPolygon" else [given]
    if not isinstance(polygons, list) or not polygons:
        raise BadShape(_("没有坐标。"))
    kept = [[_ring(ring) for ring in _list(polygon)] for polygon in polygons]
    if not all(kept):
        raise BadShape(_("没有坐标。"))
    if sum(len(ring) for polygon in kept for ring in polygon) > MOST_CORNERS:
        raise BadShape(_("拐点太多，一块最多 %(n)d 个。请先简化。") % {"n": MOST_CORNERS})
    return {"type": kind, "coordinates": kept if kind == "MultiPolygon" else kept[0]}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadShape(_("没有坐标。"))
    return value


def _ring(value: Any) -> Ring:
    ring = [_corner(corner) for corner in _list(value)]
    if len(ring) < CLOSED:
        raise BadShape(_("一圈至少要三个拐点。"))
    if ring[0] != ring[-1]:
        raise BadShape(_("这一圈没有合拢：最后一个点要和第一个点相同。"))
    if abs(_area(ring)) < SMALLEST:
        raise BadShape(_("这一圈没有围住地方。"))
    return ring


def _corner(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) < 2:
        raise BadShape(_("有一个点不是“经度, 纬度”。"))
    pair = value[:2]
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in pair):
        raise BadShape(_("有一个点不是“经度, 纬度”。"))
    lng, lat = (float(number) for number in pair)
    # The comparison is false for NaN too.
    if not (WEST <= lng <= EAST and SOUTH <= lat <= NORTH):
        raise BadShape(_("有一个点不在国内，可能经纬度写反了，或者用的不是经纬度。"))
    return [round(lng, 6), round(lat, 6)]


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def polygons_of(shape: dict[str, Any]) -> list[list[Ring]]:
    """Every polygon of a geometry; none for a point."""
    if shape["type"] == "MultiPolygon":
        return shape["coordinates"]
    return [shape["coordinates"]] if shape["type"] == "Polygon" else []


def _corners(shape: dict[str, Any]) -> Iterator[list[float]]:
    if shape["type"] == "Point":
        yield shape["coordinates"]
    for polygon in polygons_of(shape):
        yield from polygon[0]


def box_of(shapes: Iterable[dict[str, Any]]) -> Box | None:
    corners = [corner for shape in shapes for corner in _corners(shape)]
    if not corners:
        return None
    lngs, lats = [one[0] for one in corners], [one[1] for one in corners]
    return Box(min(lngs), min(lats), max(lngs), max(lats))


def joined(shapes: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Several outlines as one: what a grid is after it took in its neighbours."""
    polygons = [polygon for shape in shapes for polygon in polygons_of(shape)]
    return {"type": "MultiPolygon", "coordinates": polygons} if polygons else None


def middle_of(shape: dict[str, Any]) -> tuple[float, float]:
    """Longitude and latitude of the middle of its largest polygon, by area."""
    rings = [polygon[0] for polygon in polygons_of(shape)]
    if not rings:
        return shape["coordinates"][0], shape["coordinates"][1]
    ring = max(rings, key=lambda one: abs(_area(one)))
    area = _area(ring)
    # About its first corner: the products of whole degrees would eat the digits that matter.
    x0, y0 = ring[0]
    moved = [[x - x0, y - y0] for x, y in ring]
    cross = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(moved)]
    x = sum((a[0] + b[0]) * c for a, b, c in cross) / (6 * area)
    y = sum((a[1] + b[1]) * c for a, b, c in cross) / (6 * area)
    return x0 + x, y0 + y


def chord_at(ring: Ring, lat: float) -> tuple[float, float] | None:
    """From where to where a ring reaches at this height; of several stretches the widest. None beside it."""
    crossed = sorted(
        a[0] + (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]) for a, b in pairwise(ring) if (a[1] > lat) != (b[1] > lat)
    )
    stretches = list(zip(crossed[::2], crossed[1::2], strict=True))
    return max(stretches, key=lambda one: one[1] - one[0], default=None)


# ---------------------------------------------------------------- on a sheet
class Sheet:
    """A box of the ground laid flat, 1000 wide: near enough for a district, and the same on paper and screen."""

    def __init__(self, box: Box, margin: float = 12.0):
        self.box, self.margin = box, margin
        self.squeeze = math.cos(math.radians((box.south + box.north) / 2))
        width = max((box.east - box.west) * self.squeeze, 1e-6)
        self.scale = (WIDTH - 2 * margin) / width
        self.height = round(max((box.north - box.south) * self.scale, 60.0) + 2 * margin, 1)

    def at(self, corner: list[float]) -> tuple[float, float]:
        x = (corner[0] - self.box.west) * self.squeeze * self.scale + self.margin
        y = (self.box.north - corner[1]) * self.scale + self.margin
        return round(x, 1), round(y, 1)

    def path(self, shape: dict[str, Any]) -> str:
        """`d` of an SVG path."""
        rings = [ring for polygon in polygons_of(shape) for ring in polygon]
        return "".join("M" + "L".join(f"{x},{y}" for x, y in map(self.at, ring[:-1])) + "Z" for ring in rings)
