"""Some lines of a roster beside what the register says, read at once and written at once.

A batch asks for its doors and for the people behind them, and writes doors, people, the trail and what undoing needs:
as many statements for one line as for five hundred. Who is meant by a line: whom its 登记编号 names, else whoever has
that name behind that door. A name that was put right is written last, when every line has been seen: a row copied to
add somebody carries the number of whom it was copied from, and would otherwise rename them.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from grids.registry.doors import door_code, door_order
from grids.registry.models import Household, Resident
from grids.registry.models_roster import ChangeKind, RosterChange, RosterImport, image
from grids.registry.persons import is_erased, set_name, set_phone
from grids.registry.roster import BadLine, Line
from portal.accounts.actors import Actor
from portal.audit.services import record_many
from portal.db import insert_many
from portal.phones import masked

if TYPE_CHECKING:
    from grids.tree.models import Grid

MOST_SAID = 1000
READ = ("household", "name", "sort_key", "phone", "relation", "user_id", "left_on", "leaving")
WRITTEN = ("name", "sort_key", "initials", "phone", "phone_tail", "relation")
VERBS = {"name": "registry.name", "phone": "registry.phone", "relation": "registry.relation"}
DoorKey = tuple[str, str, str]
# What stood in a column before it was changed.
Before = dict[str, str]


@dataclass
class RosterReport:
    """What a roster would change, or has changed. `bad`, `notes`: line number and sentence; a bad line is left out."""

    lines: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    buildings: int = 0
    households: int = 0
    residents: int = 0
    names: int = 0
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
        return self.buildings + self.households + self.residents + self.names + self.phones + self.relations

    def say(self, number: int, kind: str, door: str, name: str) -> None:
        if len(self.lines_said) < MOST_SAID:
            self.lines_said.append((number, kind, door, name))


class Door(NamedTuple):
    pk: UUID
    code: str


class Rename(NamedTuple):
    line: Line
    door: Door


@dataclass
class Batch:
    """What one import knows of all its batches: ids and numbers, no rows."""

    actor: Actor
    community: "Grid"
    report: RosterReport
    overwrite: bool
    save: bool
    keep: RosterImport | None
    renames: list[Rename] = field(default_factory=list)
    # Whom a line was about → its number; whom a bad line named, who is therefore not missing.
    seen: dict[UUID, int] = field(default_factory=dict)
    named: set[UUID] = field(default_factory=set)
    visited: set[UUID] = field(default_factory=set)
    made: dict[DoorKey, Door] = field(default_factory=dict)
    # Names that were given up in this import: free only from the next one on.
    given_up: set[tuple[UUID, str]] = field(default_factory=set)

    # ------------------------------------------------------------ lines
    def take(self, lines: list[Line]) -> None:
        doors = self._doors(lines)
        refs = {line.ref for line in lines if line.ref}
        people = self._people(Q(household__in=[door.pk for door in doors.values()], left_on=None), refs)
        by_name = {(one.household_id, one.name): one for one in people.values() if one.left_on is None}
        fresh: list[Resident] = []
        changed: list[tuple[Resident, Before]] = []
        for line in lines:
            door = doors[line.door_key]
            self.visited.add(door.pk)
            if not line.name:
                self.report.unchanged += 1
                continue
            try:
                person = self._meant(line, door, people) if line.ref else by_name.get((door.pk, line.name))
                if person is None:
                    fresh.append(_resident(line, door))
                    self.report.say(line.number, "new", door.code, line.name)
                elif person.name != line.name:
                    self.renames.append(Rename(line, door))
                else:
                    self._see(person.pk, line)
                    self._bring_up(person, line, door, changed)
            except BadLine as error:
                self._refuse(line, error)
        self.report.residents += len(fresh)
        self.seen.update((one.pk, 0) for one in fresh)
        if self.save:
            self._write(fresh, changed)

    def _refuse(self, line: Line, error: BadLine) -> None:
        self.report.bad.append((line.number, str(error)))
        if line.ref:
            self.named.add(line.ref)

    def _see(self, person: UUID, line: Line) -> None:
        if person in self.seen:
            raise BadLine(
                _("和第 %(line)d 行说的是同一个人（登记编号一样）。是新来的人，请把这一行的登记编号清空。")
                % {"line": self.seen[person]}
            )
        self.seen[person] = line.number

    def _bring_up(self, person: Resident, line: Line, door: Door, changed: list[tuple[Resident, Before]]) -> None:
        before = self._change(person, line)
        if before:
            changed.append((person, before))
            self.report.names += "name" in before
            self.report.phones += "phone" in before
            self.report.relations += "relation" in before
            old = before.get("name")
            self.report.say(line.number, "changed", door.code, f"{old} → {line.name}" if old else line.name)
        else:
            self.report.unchanged += 1

    def _change(self, person: Resident, line: Line) -> Before:
        """Bring a person up to the line; returns what stood there before, by column. Empty: nothing changed."""
        before: Before = {}
        if line.name != person.name:
            before["name"] = person.name
            set_name(person, line.name)
        if line.phone is not None and line.phone != person.phone:
            if person.phone is None or self.overwrite:
                before["phone"] = person.phone or ""
                set_phone(person, line.phone)
            else:
                said = {"name": line.name, "old": masked(person.phone), "new": masked(line.phone)}
                words = _("%(name)s登记的电话是 %(old)s，名册写 %(new)s，没有改。") % said
                self.report.notes.append((line.number, words))
        if line.relation and line.relation != person.relation:
            before["relation"] = person.relation
            person.relation = line.relation
        return before

    # ------------------------------------------------------------ who is meant
    def _meant(self, line: Line, door: Door, people: dict[UUID, Resident]) -> Resident:
        """Whom the number names. Raises BadLine where they are no longer there: an old roster brings nobody back."""
        assert line.ref is not None
        person = people.get(line.ref)
        if person is None or is_erased(person):
            raise BadLine(_("登记编号对应的人现在不在本社区的登记里，没有导入。"))
        if person.left_on is not None:
            said = {"name": person.name, "how": person.get_leaving_display()}
            raise BadLine(_("%(name)s登记里写着%(how)s，没有导入。又住回来了，请把登记编号清空。") % said)
        if person.household_id != door.pk:
            code = person.household.code
            raise BadLine(
                _("%(name)s现在登记在 %(door)s。搬了家，请在户的页面上记。") % {"name": person.name, "door": code}
            )
        return person

    def _people(self, behind: Q, refs: set[UUID]) -> dict[UUID, Resident]:
        """Those who live behind these doors, and those of these ids wherever in the community they are or were."""
        found = Resident.everyone.filter(behind | Q(pk__in=refs) if refs else behind).select_related("household")
        found = found.only(*READ, "household__code", "household__place").order_by("pk")
        if self.save:
            found = found.select_for_update(of=("self",))
        return {one.pk: one for one in found if one.household.place == self.community.path}

    def _doors(self, lines: list[Line]) -> dict[DoorKey, Door]:
        """The doors of these lines; those that are not there are made."""
        wanted = {line.door_key: line for line in lines}
        # More than wanted, by an index: every building's doors of these numbers.
        rows = Household.objects.filter(
            building__in={line.building.pk for line in lines}, door__in={line.door for line in lines}
        ).values_list("building__code", "unit", "door", "pk", "code")
        found = {(code, unit, door): Door(pk, name) for code, unit, door, pk, name in rows}
        found |= {key: self.made[key] for key in wanted.keys() - found.keys() if key in self.made}
        new = {key: _household(line) for key, line in wanted.items() if key not in found}
        for key, one in new.items():
            found[key] = self.made[key] = Door(one.pk, one.code)
        self.report.households += len(new)
        if self.save and new:
            insert_many(list(new.values()))
            self._keep([RosterChange(batch=self.keep, household=one, kind=ChangeKind.DOOR) for one in new.values()])
        return found

    # ------------------------------------------------------------ names put right
    def rename(self, some: list[Rename]) -> None:
        homes = {one.door.pk for one in some}
        people = self._people(Q(household__in=homes, left_on=None), set())
        taken = {(one.household_id, one.name) for one in people.values()} | self.given_up
        changed: list[tuple[Resident, Before]] = []
        for one in some:
            key = one.door.pk, one.line.name
            try:
                person = self._meant(one.line, one.door, people)
                self._see(person.pk, one.line)
                if key in taken:
                    said = {"old": person.name, "name": one.line.name}
                    raise BadLine(_("登记编号是%(old)s的，可这一户另有一位%(name)s，先看看是不是同一个人。") % said)
            except BadLine as error:
                self._refuse(one.line, error)
                continue
            self.given_up.add((one.door.pk, person.name))
            taken.add(key)
            self._bring_up(person, one.line, one.door, changed)
        if self.save:
            self._write([], changed)

    def count_gone(self) -> None:
        """Who is registered behind a door that the roster names, and is in no line of it."""
        rows = Resident.objects.under(self.community.path).values_list("pk", "household_id", "name")
        for pk, home, name in rows.order_by("pk").iterator(chunk_size=2000):
            if home in self.visited and pk not in self.seen and pk not in self.named:
                self.report.gone += 1
                self.report.say(0, "gone", "", name)

    # ------------------------------------------------------------ writing
    def _write(self, fresh: list[Resident], changed: list[tuple[Resident, Before]]) -> None:
        written = {"actor": self.actor, "path": self.community.path, "subjects": True}
        if fresh:
            insert_many(fresh)
            record_many(verb="registry.enter", targets=fresh, fields=["household", "name", "phone"], **written)
        if changed:
            Resident.objects.bulk_update([one for one, _before in changed], WRITTEN)
        by_fields: dict[tuple[str, ...], list[Resident]] = defaultdict(list)
        for one, before in changed:
            by_fields[tuple(before)].append(one)
        for fields, those in by_fields.items():
            record_many(verb=VERBS[fields[0]], targets=those, fields=fields, **written)
        self._keep(
            [RosterChange(batch=self.keep, resident=one, kind=ChangeKind.NEW, after=image(one)) for one in fresh]
            + [
                RosterChange(batch=self.keep, resident=one, kind=ChangeKind.CHANGED, before=before, after=image(one))
                for one, before in changed
            ]
        )

    def _keep(self, rows: list[RosterChange]) -> None:
        if self.keep is not None:
            insert_many(rows)


def _household(line: Line) -> Household:
    return Household(
        building=line.building,
        unit=line.unit,
        door=line.door,
        code=door_code(line.building.name, line.unit, line.door),
        door_order=door_order(line.unit, line.door),
    )


def _resident(line: Line, door: Door) -> Resident:
    person = Resident(household_id=door.pk, relation=line.relation)
    set_name(person, line.name)
    set_phone(person, line.phone)
    return person
