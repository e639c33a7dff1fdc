"""Charts as plain SVG: every bar is a link, each has its table, nothing needs a script, everything prints.

`bars()` lays pieces in rows (who has how much), for `<c-bars :chart="chart" />`; `columns()` sets pairs side by side
(weeks), for `<c-columns :chart="chart" />`. Series take a css class of work.css: c-a, c-b, c-late, c-w, c-rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.tables import Cell, Column, Table

UNIT, GAP = 34, 3
GRID, WEEK = gettext_lazy("网格"), gettext_lazy("周一")
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True)
class Series:
    label: Any
    css: str


@dataclass(frozen=True)
class Group:
    """One row or one cluster: what it is, where it leads, one value per series (whole numbers, not negative)."""

    label: Any
    url: str
    values: Sequence[int]
    said: Any = ""  # what a screen reader says; made from the numbers when empty
    urls: Sequence[str] = ()  # per value, for the table


@dataclass(frozen=True)
class Box:
    css: str
    x: int
    width: int
    y: int = 0
    height: int = 20


@dataclass(frozen=True)
class BarRow:
    label: Any
    url: str
    said: Any
    boxes: list[Box]
    total: int


@dataclass(frozen=True)
class Bars:
    rows: list[BarRow]
    width: int
    table: Table


def _said(group: Group, series: Sequence[Series]) -> Any:
    if group.said:
        return group.said
    parts = [_("%(what)s %(n)s 件") % {"what": one.label, "n": n} for one, n in zip(series, group.values, strict=True)]
    return format_lazy("{}{}{}", group.label, _("："), _("，").join(parts))


def _table(caption: Any, head: Any, groups: Sequence[Group], series: Sequence[Series]) -> Table:
    rows = []
    for group in groups:
        urls = group.urls or [group.url] * len(series)
        rows.append([Cell(group.label), *(Cell(n, url=url) for n, url in zip(group.values, urls, strict=True))])
    columns = [Column(head), *(Column(one.label, num=True) for one in series)]
    return Table(caption, columns, rows, fold=False)


def bars(caption: Any, groups: Sequence[Group], series: Sequence[Series], head: Any = GRID) -> Bars:
    """Rows in the order given: nobody is ranked. Up to 12 in a row each piece is one box, beyond that each series."""
    most = max((sum(group.values) for group in groups), default=0)
    single = most > 12
    rows = []
    for group in groups:
        boxes: list[Box] = []
        x = 0
        for one, n in zip(series, group.values, strict=True):
            for _piece in range(1 if single and n else n):
                width = n if single else UNIT
                boxes.append(Box(one.css, x, width))
                x += width + (0 if single else GAP)
        rows.append(BarRow(group.label, group.url, _said(group, series), boxes, sum(group.values)))
    full = most if single else most * (UNIT + GAP) - GAP
    return Bars(rows, max(full, 1), _table(caption, head, groups, series))


@dataclass(frozen=True)
class Tick:
    y: str
    text_y: int
    label: int
    css: str


@dataclass(frozen=True)
class Cluster:
    label: Any
    url: str
    said: Any
    x: int
    width: int
    middle: int
    bars: list[Box]
    alt: bool


@dataclass(frozen=True)
class Columns:
    label: Any
    ticks: list[Tick]
    groups: list[Cluster]
    table: Table


def columns(caption: Any, groups: Sequence[Group], series: Sequence[Series], head: Any = WEEK) -> Columns:
    """Clusters from left to right on one scale from zero; at most twelve read well.

    Every second label gives way on a phone.
    """
    most = max((max(group.values, default=0) for group in groups), default=0)
    step = next(one for one in STEPS if one * 3 >= most or one == STEPS[-1])
    top = max(step, -(-most // step) * step)
    scale = 150 / top
    ticks = [
        Tick(f"{180.5 - round(n * scale):g}", 185 - round(n * scale), n, "c-grid" if n else "c-base")
        for n in range(0, top + 1, step)
    ]
    pitch = 440 // max(len(groups), 1)
    width = max(4, min(15, (pitch - 10) // max(len(series), 1) - 3))
    clusters = []
    for number, group in enumerate(groups):
        left = 36 + number * pitch
        start = left + (pitch - len(series) * (width + 3) + 3) // 2
        drawn = []
        for place, (one, n) in enumerate(zip(series, group.values, strict=True)):
            height = round(n * scale)
            drawn.append(Box(one.css, start + place * (width + 3), width, 180 - height, height))
        # Counted from the last one, so that the newest always keeps its date.
        alt = (len(groups) - number) % 2 == 0
        clusters.append(
            Cluster(group.label, group.url, _said(group, series), left, pitch - 3, left + pitch // 2, drawn, alt)
        )
    return Columns(caption, ticks, clusters, _table(caption, head, groups, series))
