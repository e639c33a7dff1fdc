"""Bringing a roster in: line by line from the file, five hundred lines at a time into the register, in one transaction.

Nothing but where a line was seen and whose it was is held for the whole file: a community of any size comes in with the
memory of five hundred of its lines. What one batch asks and writes does not grow with the batch: see roster_batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from os import PathLike
from typing import IO, TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from grids.registry import roster, roster_ref
from grids.registry.roster import BadLine, Line
from grids.registry.roster_batch import Batch, RosterReport
from grids.registry.roster_places import Found, Place
from grids.registry.rules import may_import
from grids.tree.services import imagine_building, lock, open_building
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden
from portal.longwork.registry import Progress
from portal.tabular import TableError, read_table

if TYPE_CHECKING:
    from grids.registry.models_roster import RosterImport
    from grids.tree.models import Grid

__all__ = ["RosterReport", "import_roster"]

Source = str | PathLike[str] | IO[bytes]
BATCH = 500
T = TypeVar("T")


def _quietly(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass
class Reading:
    """A file, and how it is to be read."""

    source: Source
    sheet: str = ""
    columns: dict[str, str] | None = None
    progress: Progress = _quietly
    lines: int = 0
    total: int = 0

    def rows(self, problems: list[TableError]) -> Iterator[tuple[int, dict[str, str]]]:
        names = roster.ALIASES
        if self.columns is not None:
            # What was not chosen is nobody's column, whatever its heading says.
            names = dict.fromkeys((*roster.ALIASES, *roster.COLUMNS), "") | self.columns
        for number, row in read_table(
            self.source,
            need=roster.NEED,
            aliases=names,
            problems=problems,
            sheet=self.sheet,
            fill_down=True,
            size=self._is,
        ):
            self.lines += 1
            if self.lines % 100 == 0:
                self.progress(self.lines, max(self.lines, self.total))
            yield number, row

    def _is(self, total: int) -> None:
        self.total = total
        self.progress(0, total)


def import_roster(
    *,
    actor: Actor,
    community: "Grid",
    source: Source,
    save: bool = False,
    create_buildings: bool = False,
    overwrite_phones: bool = False,
    name: str = "",
    sheet: str = "",
    columns: dict[str, str] | None = None,
    keep: "RosterImport | None" = None,
    progress: Progress = _quietly,
) -> RosterReport:
    """Read a roster (户, 楼栋, 网格, 姓名, 电话, 关系, 登记编号) of one community.

    columns: heading → ours, where somebody said which is which. keep: the row under which what was written is undone.

    Without `save` nothing is written and nobody waits; the report says what would be. With it the good lines are
    written in one transaction, all or none, and the same file again changes nothing.

    Raises TableError (422) where the file as a whole cannot be read, Forbidden where the actor has no say there.
    """
    # A rehearsal from the command line has no operator; it shows nothing that the server's keeper could not read.
    if not may_import(actor, community.path) and (save or not actor.is_system):
        raise Forbidden(_("住户名册由本社区的书记或窗口导入。"))

    def work() -> RosterReport:
        reading = Reading(source, sheet, columns, progress)
        if not save:
            return _Import(actor, community, reading, overwrite_phones, create_buildings).run()
        # Two imports of one community at once would each find the other's doors missing.
        lock(community)
        report = _Import(actor, community, reading, overwrite_phones, create_buildings, save=True, keep=keep).run()
        _record(actor, community, report, name)
        return report

    return in_one_transaction(work) if save else work()


def _record(actor: Actor, community: "Grid", report: RosterReport, name: str) -> None:
    said = _("%(name)s：%(h)d 户，%(r)d 人，%(p)d 个电话，%(b)d 行没有要") % {
        "name": name or _("名册"),
        "h": report.households,
        "r": report.residents,
        "p": report.phones,
        "b": len(report.bad),
    }
    if report.changes:
        record(actor=actor, verb="registry.import", target=community, path=community.path, reason=said)


@dataclass
class _Import:
    """One file on its way into the register, or beside it (a rehearsal)."""

    actor: Actor
    community: "Grid"
    reading: Reading
    overwrite: bool
    create: bool
    save: bool = False
    keep: "RosterImport | None" = None
    report: RosterReport = field(default_factory=RosterReport)
    # Door and name → where it was said, and with which telephone.
    seen: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    # Cells that name a grid as it was before it was laid out anew: told once.
    told: set[tuple[str, str]] = field(default_factory=set)

    def run(self) -> RosterReport:
        self.report.saved = self.save
        self.place = Place.of(self.community)
        batch = Batch(self.actor, self.community, self.report, self.overwrite, self.save, self.keep)
        untrusted: list[TableError] = []
        for lines in _by(BATCH, self._lines(untrusted)):
            batch.take(lines)
        for renames in _by(BATCH, iter(batch.renames)):
            batch.rename(renames)
        batch.count_gone()
        report = self.report
        report.lines = self.reading.lines + len(untrusted)
        report.bad += [(error.line or 0, error.what) for error in untrusted]
        report.bad.sort()
        report.lines_said.sort(key=lambda said: (said[0] == 0, said[0]))
        self.reading.progress(self.reading.total, self.reading.total)
        return report

    def _lines(self, untrusted: list[TableError]) -> Iterator[Line]:
        """The lines that can be read; the others go into the report with their number and the reason."""
        for number, row in self.reading.rows(untrusted):
            try:
                line = self._line(number, row)
                key = "\0".join((*line.door_key, line.name))
                before = self.seen.get(key)
                if before is not None:
                    raise BadLine(_said_twice(before, line))
            except BadLine as error:
                self.report.bad.append((number, str(error)))
                continue
            self.seen[key] = number, line.phone
            yield line

    def _line(self, number: int, row: dict[str, str]) -> Line:
        # The building last: none is opened for a line that will be left out.
        name, phone = roster.read_name(row.get("姓名", "")), roster.read_phone(row.get("电话", ""))
        ref = roster_ref.read(row.get("登记编号", ""), self.community.pk)
        if not name and phone:
            raise BadLine(_("写了“空户”，又有电话。"))
        if not name and ref:
            raise BadLine(_("写了“空户”，又有登记编号。这一户的人搬走了，请在户的页面上记。"))
        text = row.get("楼栋", "")
        if not roster.plain(text):
            raise BadLine(_("没有写楼栋。"))
        found = self.place.find(row.get("网格", ""), text)
        unit, door = roster.read_door(
            row.get("户", ""), row.get("单元", ""), found.building.name if found.building else text
        )
        relation = roster.read_relation(row.get("关系", ""))
        building = found.building or self._open(text, found)
        if found.gone:
            said = _("%(building)s是新开的，和划走的那栋同名。") % {"building": building.name}
            self.report.notes.append((number, said))
        if found.outdated:
            self._tell(number, row["网格"], building)
        return Line(number, building, unit, door, name, phone, relation, ref)

    def _tell(self, number: int, grid: str, building: "Grid") -> None:
        if (grid, building.path) not in self.told:
            self.told.add((grid, building.path))
            said = {"grid": grid, "building": building.name, "now": self.place.home[building.path].name}
            self.report.notes.append((number, _("“%(grid)s”调整过，%(building)s现在在%(now)s，按现在的记。") % said))

    def _open(self, text: str, found: Found) -> "Grid":
        """A building that the tree does not have, where that was asked for; in a rehearsal one nobody else sees."""
        if not self.create and found.gone:
            raise BadLine(found.gone)
        if not self.create:
            raise BadLine(
                _("%(place)s没有“%(text)s”这栋楼。是新楼的话，导入时加 --create-buildings。")
                % {"place": found.grid.name if found.grid else self.place.name, "text": text}
            )
        if found.grid is None:
            raise BadLine(_("新楼“%(text)s”要写上它在哪个网格。") % {"text": text})
        self.report.buildings += 1
        if self.save:
            building = open_building(actor=self.actor, grid=found.grid, name=text)
        else:
            building = imagine_building(found.grid, text, self.report.buildings)
        self.place.add(building, found.grid)
        return building


def _said_twice(before: tuple[int, str | None], line: Line) -> str:
    number, phone = before
    if phone == line.phone or not line.name:
        return _("和第 %(line)d 行重复。") % {"line": number}
    return _("和第 %(line)d 行是同一户的同一个人，电话不一样。请留下对的那一行。") % {"line": number}


def _by(size: int, lines: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(lines, size)):
        yield some
