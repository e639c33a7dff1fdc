"""Bringing a roster in: look at the whole file first, then write the good lines in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from typing import IO, TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from grids.registry import roster
from grids.registry.doors import door_code, door_order
from grids.registry.models import Household, Resident
from grids.registry.models_roster import ChangeKind, RosterChange, RosterImport, image
from grids.registry.persons import set_name, set_phone
from grids.registry.roster import BadLine, Line, Place
from grids.registry.rules import may_import
from grids.tree.queries import buildings_under, grids_under
from grids.tree.services import lock, open_building
from portal.accounts.actors import Actor
from portal.audit.services import record, record_many
from portal.db import in_one_transaction
from portal.errors import Forbidden
from portal.longwork.registry import Progress
from portal.phones import masked
from portal.tabular import TableError, read_table

if TYPE_CHECKING:
    from grids.tree.models import Grid

Source = str | PathLike[str] | IO[bytes]
BATCH = 2000
EXPECTED = 15_000  # lines of a large community, for a bar that moves before the end is known


@dataclass
class RosterReport:
    """What a roster would change, or has changed. `bad`, `notes`: line number and sentence; a bad line is left out."""

    lines: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    buildings: int = 0
    households: int = 0
    residents: int = 0
    phones: int = 0
    relations: int = 0
    unchanged: int = 0
    # In the register behind a door the roster names, but not in the roster. Told, never taken out.
    gone: int = 0
    saved: bool = False
    # What is said line by line: number, new/changed/gone, door, name; the first thousand.
    lines_said: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def changes(self) -> int:
        return self.buildings + self.households + self.residents + self.phones + self.relations

    def say(self, number: int, kind: str, door: str, name: str) -> None:
        if len(self.lines_said) < 1000:
            self.lines_said.append((number, kind, door, name))


def _quietly(done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Reading:
    """A file, and how it is to be read."""

    source: Source
    sheet: str = ""
    columns: dict[str, str] | None = None
    progress: Progress = _quietly

    def rows(self, problems: list[TableError]) -> Iterator[tuple[int, dict[str, str]]]:
        names = roster.ALIASES
        if self.columns is not None:
            # What was not chosen is nobody's column, whatever its heading says.
            names = dict.fromkeys((*roster.ALIASES, *roster.COLUMNS), "") | self.columns
        return read_table(
            self.source, need=roster.NEED, aliases=names, problems=problems, sheet=self.sheet, fill_down=True
        )


class _Undo(Exception):
    """Carries the report of a dry run out of the transaction that is rolled back."""


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
    """Read a roster (户, 楼栋, 网格, 姓名, 电话, 关系) of one community.

    columns: heading → ours, where somebody said which is which. keep: the row under which what was written is undone.

    Without `save` nothing is written and the report says what would be; with it the good lines are written in one
    transaction, and the same file again changes nothing.

    Raises TableError (422) where the file as a whole cannot be read, Forbidden where the actor has no say there.
    """
    # A rehearsal from the command line has no operator; it shows nothing that the server's keeper could not read.
    if not may_import(actor, community.path) and (save or not actor.is_system):
        raise Forbidden(_("住户名册由本社区的书记或窗口导入。"))
    report = RosterReport(saved=save)

    def work() -> RosterReport:
        nonlocal report
        report = RosterReport(saved=save)
        # Two imports of one community at once would each find the other's doors missing.
        lock(community)
        reading = Reading(source, sheet, columns, progress)
        _import(actor, community, reading, report, create_buildings, overwrite_phones, keep if save else None)
        if not save:
            raise _Undo
        said = _("%(name)s：%(h)d 户，%(r)d 人，%(p)d 个电话，%(b)d 行没有要") % {
            "name": name or _("名册"),
            "h": report.households,
            "r": report.residents,
            "p": report.phones,
            "b": len(report.bad),
        }
        if report.changes:
            record(actor=actor, verb="registry.import", target=community, path=community.path, reason=said)
        return report

    try:
        return in_one_transaction(work)
    except _Undo:
        return report


def _import(
    actor: Actor,
    community: "Grid",
    reading: Reading,
    report: RosterReport,
    create_buildings: bool,
    overwrite: bool,
    keep: "RosterImport | None",
) -> None:
    opener = _Opener(actor, create_buildings, report)
    lines = read_lines(reading, community, report, opener.open)
    known = {
        (door.building.code, door.unit, door.door): door
        for door in Household.objects.under(community.path).select_related("building")
    }
    fresh: dict[tuple[str, str, str], Household] = {}
    for line in lines:
        if line.door_key not in known:
            known[line.door_key] = fresh[line.door_key] = _household(line)
    Household.objects.bulk_create(fresh.values(), batch_size=BATCH)
    report.households = len(fresh)
    if keep is not None:
        RosterChange.objects.bulk_create(
            (RosterChange(batch=keep, household=door, kind=ChangeKind.DOOR) for door in fresh.values()),
            batch_size=BATCH,
        )
    _people(actor, community, lines, known, report, overwrite, keep)


class _Opener:
    """Opens a building that the tree does not have, where that was asked for."""

    def __init__(self, actor: Actor, allowed: bool, report: RosterReport):
        self.actor, self.allowed, self.report = actor, allowed, report

    def open(self, place: Place, text: str, grid: "Grid | None") -> "Grid":
        if not self.allowed:
            raise BadLine(
                _("%(place)s没有“%(text)s”这栋楼。是新楼的话，导入时加 --create-buildings。")
                % {"place": grid.name if grid else place.name, "text": text}
            )
        if grid is None:
            raise BadLine(_("新楼“%(text)s”要写上它在哪个网格。") % {"text": text})
        building = open_building(actor=self.actor, grid=grid, name=text)
        place.add(building, grid)
        self.report.buildings += 1
        return building


def read_lines(
    reading: Reading,
    community: "Grid",
    report: RosterReport,
    open_building: Callable[[Place, str, "Grid | None"], "Grid"],
) -> list[Line]:
    """The good lines of a roster; the others go into `report.bad` with their number and the reason."""
    place = Place.of(community.name, grids_under(community.path), buildings_under(community.path))
    untrusted: list[TableError] = []
    good: list[Line] = []
    seen: dict[tuple[tuple[str, str, str], str], Line] = {}
    for number, row in reading.rows(untrusted):
        report.lines += 1
        if report.lines % 200 == 0:
            reading.progress(report.lines, max(report.lines, EXPECTED))
        try:
            line = _line(number, row, place, open_building)
            before = seen.get((line.door_key, line.name))
            if before is not None:
                raise BadLine(_said_twice(before, line))
        except BadLine as error:
            report.bad.append((number, str(error)))
            continue
        seen[(line.door_key, line.name)] = line
        good.append(line)
    report.lines += len(untrusted)
    report.bad += [(error.line or 0, error.what) for error in untrusted]
    report.bad.sort()
    return good


def _line(
    number: int, row: dict[str, str], place: Place, open_building: Callable[[Place, str, "Grid | None"], "Grid"]
) -> Line:
    # The building last: none is opened for a line that will be left out.
    name, phone = roster.read_name(row.get("姓名", "")), roster.read_phone(row.get("电话", ""))
    if not name and phone:
        raise BadLine(_("写了“空户”，又有电话。"))
    if not roster.plain(row.get("楼栋", "")):
        raise BadLine(_("没有写楼栋。"))
    grid = place.grid(row.get("网格", ""))
    building = place.building(row["楼栋"], grid)
    unit, door = roster.read_door(row.get("户", ""), row.get("单元", ""), building.name if building else row["楼栋"])
    relation = roster.read_relation(row.get("关系", ""))
    return Line(number, building or open_building(place, row["楼栋"], grid), unit, door, name, phone, relation)


def _said_twice(before: Line, line: Line) -> str:
    if before.phone == line.phone or not line.name:
        return _("和第 %(line)d 行重复。") % {"line": before.number}
    return _("和第 %(line)d 行是同一户的同一个人，电话不一样。请留下对的那一行。") % {"line": before.number}


def _household(line: Line) -> Household:
    return Household(
        building=line.building,
        unit=line.unit,
        door=line.door,
        code=door_code(line.building.name, line.unit, line.door),
        door_order=door_order(line.unit, line.door),
    )


def _people(
    actor: Actor,
    community: "Grid",
    lines: list[Line],
    doors: dict[tuple[str, str, str], Household],
    report: RosterReport,
    overwrite: bool,
    keep: "RosterImport | None",
) -> None:
    known: dict[tuple[UUID, str], Resident] = {
        (person.household_id, person.name): person
        for person in Resident.objects.under(community.path).select_for_update(of=("self",))
    }
    gone = {person.pk: person for person in known.values()}
    visited: set[UUID] = set()
    fresh: list[Resident] = []
    changed: list[tuple[Resident, dict[str, str]]] = []
    for line in lines:
        door = doors[line.door_key]
        visited.add(door.pk)
        if not line.name:
            report.unchanged += 1
            continue
        person = known.get((door.pk, line.name))
        if person is None:
            fresh.append(_resident(line, door))
            report.say(line.number, "new", door.code, line.name)
            continue
        gone.pop(person.pk, None)
        if before := _change(person, line, overwrite, report):
            changed.append((person, before))
            report.say(line.number, "changed", door.code, line.name)
        else:
            report.unchanged += 1
    for person in gone.values():
        if person.household_id in visited:
            report.gone += 1
            report.say(0, "gone", "", person.name)
    Resident.objects.bulk_create(fresh, batch_size=BATCH)
    Resident.objects.bulk_update(
        [one for one, _before in changed], ["phone", "phone_tail", "relation"], batch_size=BATCH
    )
    report.residents = len(fresh)
    report.phones = sum("phone" in before for _one, before in changed)
    report.relations = sum("relation" in before for _one, before in changed)
    written = {"actor": actor, "path": community.path, "subjects": True}
    record_many(verb="registry.enter", targets=fresh, fields=["household", "name", "phone"], **written)
    for fields in (["phone"], ["relation"], ["phone", "relation"]):
        those = [one for one, before in changed if sorted(before) == fields]
        record_many(
            verb="registry.phone" if "phone" in fields else "registry.relation", targets=those, fields=fields, **written
        )
    if keep is not None:
        rows = [RosterChange(batch=keep, resident=one, kind=ChangeKind.NEW, after=image(one)) for one in fresh]
        rows += [
            RosterChange(batch=keep, resident=one, kind=ChangeKind.CHANGED, before=before, after=image(one))
            for one, before in changed
        ]
        RosterChange.objects.bulk_create(rows, batch_size=BATCH)


def _change(person: Resident, line: Line, overwrite: bool, report: RosterReport) -> dict[str, str]:
    """Bring a person up to the line; returns what stood there before, by column. Empty: nothing changed."""
    before: dict[str, str] = {}
    if line.phone is not None and line.phone != person.phone:
        if person.phone is None or overwrite:
            before["phone"] = person.phone or ""
            set_phone(person, line.phone)
        else:
            said = {"name": line.name, "old": masked(person.phone), "new": masked(line.phone)}
            report.notes.append((line.number, _("%(name)s登记的电话是 %(old)s，名册写 %(new)s，没有改。") % said))
    if line.relation and line.relation != person.relation:
        before["relation"] = person.relation
        person.relation = line.relation
    return before


def _resident(line: Line, door: Household) -> Resident:
    person = Resident(household=door, relation=line.relation)
    set_name(person, line.name)
    set_phone(person, line.phone)
    return person
