"""Bringing the whole tree in from a table: 代码, 上级代码, 层级, 名称, and what else is known of a node."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from os import PathLike
from typing import IO, Any

from django.utils.translation import gettext as _

from grids.tree.enums import ORDER, Kind, Level
from grids.tree.models import Grid
from grids.tree.models_change import GridLineage
from grids.tree.planting import Seedling, plant
from portal.accounts.actors import Actor
from portal.accounts.enums import DISTRICT, Role
from portal.audit.services import record, record_many
from portal.db import in_one_transaction
from portal.errors import Forbidden
from portal.tabular import TableError, read_table

Source = str | PathLike[str] | IO[bytes]

ALIASES = {
    **dict.fromkeys(("编码", "网格代码", "网格编码", "区划代码", "code"), "代码"),
    **dict.fromkeys(("上级", "上级编码", "上级网格", "父级代码", "parent"), "上级代码"),
    **dict.fromkeys(("级别", "level"), "层级"),
    **dict.fromkeys(("网格名称", "name"), "名称"),
    **dict.fromkeys(("网格类型", "kind"), "类型"),
    **dict.fromkeys(("联系电话", "phone"), "电话"),
}
LEVELS = {str(level.label): level for level in Level} | {level.value: level for level in Level}
KINDS = {str(kind.label): kind for kind in Kind} | {kind.value: kind for kind in Kind} | {"": Kind.TERRITORIAL}
DIGITS = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}
# What hangs beside the tree hangs where it serves: a dedicated grid in a community, a sector grid at the district.
PARENTS: dict[Kind, dict[str, set[str]]] = {
    Kind.TERRITORIAL: {level: {above} for above, level in pairwise(ORDER)},
    Kind.DEDICATED: {Level.BASIC_GRID: {Level.COMMUNITY, Level.COMMUNITY_GRID}, Level.BUILDING: {Level.BASIC_GRID}},
    Kind.SECTOR: {Level.BASIC_GRID: {Level.DISTRICT, Level.STREET}},
}
HOUSEHOLDS, PEOPLE = 300, 1000
TEXTS = {"名称": "name", "简称": "short_name", "品牌": "theme", "电话": "phone", "地址": "address"}


@dataclass
class TreeReport:
    """What a table would change in the tree, or has changed. A bad line is left out, and so is what hangs on it."""

    lines: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    saved: bool = False


@dataclass(frozen=True)
class Row:
    line: int
    code: str
    parent: str
    level: Level
    kind: Kind
    fields: dict[str, str]


class _Bad(ValueError):
    pass


class _Undo(Exception):
    """Ends a dry run by rolling back what it wrote."""


def may_import_tree(actor: Actor) -> bool:
    return actor.is_system or actor.holds(*DISTRICT, Role.SYSADMIN)


def import_tree(*, actor: Actor, source: Source, save: bool = False, name: str = "") -> TreeReport:
    """Read a table of the tree, check it as a whole, write the good lines with `save`; the same again changes nothing.

    Raises TableError (422) where the file cannot be read, Forbidden unless district or system administration asks.
    """
    if not may_import_tree(actor):
        raise Forbidden(_("网格树由区里或系统管理员导入。"))
    report = TreeReport()

    def work() -> TreeReport:
        nonlocal report
        report = TreeReport(saved=save)
        rows = _checked(_read(source, report), report)
        _write(actor, rows, report, name)
        if not save:
            raise _Undo
        return report

    with suppress(_Undo):
        in_one_transaction(work)
    report.bad.sort()
    return report


def _read(source: Source, report: TreeReport) -> list[Row]:
    untrusted: list[TableError] = []
    rows = []
    for line, cells in read_table(source, need=("代码", "层级", "名称"), aliases=ALIASES, problems=untrusted):
        report.lines += 1
        try:
            rows.append(_row(line, cells, report))
        except _Bad as error:
            report.bad.append((line, str(error)))
    report.lines += len(untrusted)
    report.bad += [(error.line or 0, error.what) for error in untrusted]
    return rows


def _row(line: int, cells: dict[str, str], report: TreeReport) -> Row:
    code, name = cells["代码"].replace(" ", ""), cells["名称"]
    if not name:
        raise _Bad(_("没有写名称。"))
    level, kind = LEVELS.get(cells["层级"]), KINDS.get(cells.get("类型", ""))
    if level is None:
        raise _Bad(_("没有“%(level)s”这一层。六层是：%(all)s。") % {"level": cells["层级"], "all": _all_levels()})
    if kind is None:
        raise _Bad(_("没有“%(kind)s”这一类。") % {"kind": cells["类型"]})
    digits = DIGITS.get(level)
    if digits and not re.fullmatch(rf"\d{{{digits}}}", code):
        raise _Bad(_("%(level)s的代码是 %(n)d 位数字。") % {"level": level.label, "n": digits})
    if not re.fullmatch(r"[0-9A-Za-z-]{6,24}", code):
        raise _Bad(_("代码“%(code)s”不对：六到二十四位，只用数字、字母和短横线。") % {"code": code[:30]})
    parent = cells.get("上级代码", "").replace(" ", "") or (code[: digits - 3] if digits and digits > 6 else "")
    if level == Level.DISTRICT and parent:
        raise _Bad(_("区上面不写上级。"))
    if level != Level.DISTRICT and not parent:
        raise _Bad(_("没有写上级代码。"))
    fields = {to: cells.get(column, "") for column, to in TEXTS.items() if column in cells}
    for column, to in TEXTS.items():
        longest = Grid._meta.get_field(to).max_length
        if len(fields.get(to, "")) > longest:
            raise _Bad(_("%(column)s太长，最多 %(n)d 个字。") % {"column": column, "n": longest})
    _weigh(line, cells, level, report)
    return Row(line, code, parent, level, kind, fields)


def _all_levels() -> str:
    return "、".join(str(level.label) for level in Level)


def _weigh(line: int, cells: dict[str, str], level: Level, report: TreeReport) -> None:
    """A basic grid is about 300 households or 1,000 people; a larger one is taken, and said so."""
    if level != Level.BASIC_GRID:
        return
    for column, most in (("户数", HOUSEHOLDS), ("人数", PEOPLE)):
        count = cells.get(column, "")
        if count.isdecimal() and int(count) > most:
            report.notes.append(
                (
                    line,
                    _("%(name)s有 %(n)s %(unit)s，超过一个基础网格的 %(most)d %(unit)s。")
                    % {"name": cells["名称"], "n": count, "unit": column[0], "most": most},
                )
            )


def _checked(rows: list[Row], report: TreeReport) -> list[Row]:
    """Those that stand once all of them are known, parents before children."""
    known = {grid.code: (Level(grid.level), Kind(grid.kind)) for grid in Grid.objects.only("code", "level", "kind")}
    first: dict[str, Row] = {}
    good = []
    for row in sorted(rows, key=lambda row: (ORDER.index(row.level), row.line)):
        try:
            if row.code in first:
                raise _Bad(_("代码 %(code)s 和第 %(line)d 行重复。") % {"code": row.code, "line": first[row.code].line})
            if row.parent:
                _fits(row, known)
        except _Bad as error:
            report.bad.append((row.line, str(error)))
            continue
        first[row.code] = row
        known.setdefault(row.code, (row.level, row.kind))
        good.append(row)
    return good


def _fits(row: Row, known: dict[str, tuple[Level, Kind]]) -> None:
    if row.parent not in known:
        raise _Bad(_("找不到上级 %(parent)s，它不在表里，或它那一行有错。") % {"parent": row.parent})
    above, _kind = known[row.parent]
    if above not in PARENTS[row.kind].get(row.level, ()):
        raise _Bad(
            _("%(kind)s的%(level)s不能挂在%(above)s下面。")
            % {"kind": row.kind.label, "level": row.level.label, "above": above.label}
        )
    if row.level in DIGITS and not row.code.startswith(row.parent):
        raise _Bad(_("代码 %(code)s 应当以上级代码 %(parent)s 开头。") % {"code": row.code, "parent": row.parent})


def _refuse_ended(rows: list[Row], standing: dict[str, Grid], report: TreeReport) -> list[Row]:
    """A table older than a change of the grids: what ended stays as it ended, and nothing is hung below it."""
    ended = {code for code, grid in standing.items() if not grid.is_active}
    good, left_out = [], set()
    for row in rows:
        if row.code in ended:
            report.bad.append((row.line, _("%(code)s 已经停用了%(now)s。") % _became(standing[row.code])))
        elif row.parent in ended and row.code not in standing:
            report.bad.append((row.line, _("上级 %(code)s 已经停用了%(now)s。") % _became(standing[row.parent])))
            left_out.add(row.code)
        elif row.parent in left_out:
            report.bad.append((row.line, _("上级 %(code)s 那一行没有要。") % {"code": row.parent}))
            left_out.add(row.code)
        else:
            good.append(row)
    return good


def _became(grid: Grid) -> dict[str, str]:
    rows = GridLineage.objects.filter(old=grid).order_by("-on", "-id").values_list("change_id", "new__name")
    last = sorted(name for change, name in rows if change == rows[0][0])
    return {"code": grid.code, "now": _("，现在是%(names)s") % {"names": _("、").join(last)} if last else ""}


def _write(actor: Actor, rows: list[Row], report: TreeReport, name: str) -> None:
    standing = {grid.code: grid for grid in Grid.objects.select_for_update().order_by("path")}
    codes_by_path = {grid.path: grid.code for grid in standing.values()}
    seedlings: list[Seedling] = []
    changed: list[Grid] = []
    for row in _refuse_ended(rows, standing, report):
        grid = standing.get(row.code)
        if grid is None:
            fields: dict[str, Any] = {"level": row.level, "kind": row.kind, **row.fields}
            seedlings.append(Seedling(row.code, row.parent, fields))
        elif (grid.level, grid.kind) != (row.level, row.kind) or codes_by_path.get(
            grid.path[: -Grid.steplen], ""
        ) != row.parent:
            report.bad.append((row.line, _("%(code)s 已经在别的地方了，挪动网格要单独办。") % {"code": row.code}))
        elif any(getattr(grid, to) != value for to, value in row.fields.items()):
            for to, value in row.fields.items():
                setattr(grid, to, value)
            changed.append(grid)
        else:
            report.unchanged += 1
    grown = plant(seedlings)
    Grid.objects.bulk_update(changed, list(TEXTS.values()), batch_size=500)
    report.added, report.changed = len(grown), len(changed)
    record_many(actor=actor, verb="tree.add", targets=grown.values())
    record_many(actor=actor, verb="tree.change", targets=changed)
    touched = [*grown.values(), *changed]
    if touched:
        said = _("%(name)s：新增 %(added)d，改动 %(changed)d") % {
            "name": name or _("网格表"),
            "added": report.added,
            "changed": report.changed,
        }
        record(actor=actor, verb="tree.import", target=touched[0], reason=said)
