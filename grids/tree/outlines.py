"""Bringing outlines in from a GeoJSON file: one feature for each node, told by its code."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree.enums import Level
from grids.tree.importing import may_import_tree
from grids.tree.models import Grid
from grids.tree.models_map import Boundary
from grids.tree.shapes import BadShape, box_of, checked
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, Invalid

LARGEST = 20 * 1024 * 1024
CODES = ("code", "代码", "网格代码", "编码")


@dataclass
class OutlineReport:
    """What a file would change, or has changed. `bad`: number of the feature in the file, and why it is left out."""

    features: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    saved: bool = False


class _Undo(Exception):
    """Ends a dry run by rolling back what it wrote."""


def import_outlines(*, actor: Actor, source: Path | IO[bytes], save: bool = False) -> OutlineReport:
    """Read outlines, check each, keep the good ones with `save`; the same again changes nothing.

    A child must lie within its parent's outline (its box), whether that one is in the file or was kept before.
    Raises Forbidden unless district or system administration asks, Invalid where the file cannot be read.
    """
    if not may_import_tree(actor):
        raise Forbidden(_("网格边界由区里或系统管理员导入。"))
    features = _features(source)
    report = OutlineReport()

    def work() -> OutlineReport:
        nonlocal report
        report = OutlineReport(features=len(features), saved=save)
        _keep(actor, _placed(features, report), report)
        if not save:
            raise _Undo
        return report

    with suppress(_Undo):
        in_one_transaction(work)
    report.bad.sort()
    return report


def _features(source: Path | IO[bytes]) -> list[Any]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            raw = file.read(LARGEST + 1)
    else:
        raw = source.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Invalid(_("文件超过 20 兆。请按街道分开导入。"), code="TOO_LARGE")
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(_("这不是 GeoJSON 文件。"), code="NOT_GEOJSON") from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not features:
        raise Invalid(_("这个文件里没有 features。"), code="NOT_GEOJSON")
    return features


def _placed(features: list[Any], report: OutlineReport) -> dict[str, tuple[int, Grid, dict[str, Any]]]:
    """By path: number of the feature, its node, its outline. What cannot be told or kept goes to the report."""
    codes = [_code(feature) for feature in features]
    known = {grid.code: grid for grid in Grid.objects.filter(code__in=set(codes))}
    placed: dict[str, tuple[int, Grid, dict[str, Any]]] = {}
    for number, (feature, code) in enumerate(zip(features, codes, strict=True), start=1):
        grid = known.get(code)
        if grid is None:
            report.bad.append((number, _("没有代码是“%(code)s”的网格。") % {"code": code}))
        elif grid.path in placed:
            report.bad.append((number, _("“%(code)s”在文件里写了两次。") % {"code": code}))
        else:
            try:
                shape = checked(feature.get("geometry"), point=grid.level == Level.BUILDING)
            except BadShape as error:
                report.bad.append((number, str(error)))
            else:
                placed[grid.path] = (number, grid, shape)
    return placed


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    return next((str(properties[name]).strip()[:24] for name in CODES if properties.get(name)), "")


def _keep(actor: Actor, placed: dict[str, tuple[int, Grid, dict[str, Any]]], report: OutlineReport) -> None:
    above = {path[: -Grid.steplen] for path in placed}
    # Locked: two imports of one district must not weigh children against each other's half.
    kept = {
        row.grid.path: row
        for row in Boundary.objects.select_for_update(of=("self",))
        .select_related("grid")
        .filter(grid__path__in={*placed, *above})
        .order_by("pk")
    }
    now = timezone.now()
    for path in sorted(placed):  # parents first: a refused parent does not judge its children
        number, grid, shape = placed[path]
        outer = kept.get(path[: -Grid.steplen])
        own, around = box_of([shape]), box_of([outer.shape]) if outer else None
        if own and around and not around.holds(own):
            report.bad.append((number, _("“%(name)s”伸到了上一级的边界外面。") % {"name": grid.name}))
            continue
        old = kept.get(path)
        if old is not None and old.shape == shape:
            report.unchanged += 1
            continue
        row = Boundary(grid=grid, shape=shape, changed_at=now)
        row.save(force_insert=old is None, force_update=old is not None)
        kept[path] = row
        record(actor=actor, verb="tree.outline", target=row, path=path, fields=["shape"])
        if old is None:
            report.added += 1
        else:
            report.changed += 1
