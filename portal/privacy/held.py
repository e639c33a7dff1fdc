"""Every column held about one person, across all storeys, in plain words: read from the declarations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.flow.models import FlowRecord
from portal.privacy.declarations import Declaration, Held, personal
from portal.privacy.rows import of_subject
from portal.privacy.subjects import Subject

# Of each table on the page; the file one takes along has them all.
SHOWN = 30
# Of each table before one has to ask for the rest; on paper they all stand open.
OPEN = 2
ALL = 5000


@dataclass(frozen=True)
class Line:
    name: str
    label: str
    value: str
    empty: bool = False


@dataclass(frozen=True)
class HeldRow:
    """One row of theirs: what names it, until when it is kept, what it says."""

    key: str
    heads: list[str]
    until: date | None
    lines: list[Line]

    @property
    def heading(self) -> str:
        return " · ".join(self.heads)


@dataclass(frozen=True)
class Terms:
    """Why, on which basis, how long: once for all columns that share it."""

    labels: str
    purpose: str
    basis: str
    keep: str


@dataclass(frozen=True)
class Block:
    """One table."""

    table: str
    title: str
    rows: list[HeldRow]
    terms: list[Terms]
    more: bool = False

    @property
    def first(self) -> list[HeldRow]:
        return self.rows[:OPEN]

    @property
    def rest(self) -> list[HeldRow]:
        return self.rows[OPEN:]


@dataclass
class RoomOf:
    name: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Rows that are shown; there are `more` of them."""
        return sum(len(block.rows) for block in self.blocks)

    @property
    def more(self) -> bool:
        return any(block.more for block in self.blocks)

    @property
    def purpose(self) -> str:
        """What the room holds it for, before one looks closer: each block says its own."""
        return self.blocks[0].terms[0].purpose


def rooms(subject: Subject, *, most: int = SHOWN, reader: Actor | None = None) -> list[RoomOf]:
    """What is held about them, by room, in the order of the house; tables without a row of theirs are left out.

    reader: who of the staff looks on their behalf, without what is not for them; None: the person.
    """
    found: dict[str, RoomOf] = {}
    for said in personal():
        if said.apart or not is_for(reader, subject, said.only):
            continue
        if block := _block(said, subject, most, reader):
            found.setdefault(str(said.room), RoomOf(str(said.room))).blocks.append(block)
    return list(found.values())


# What one looks for first: whether it is right, or to be corrected.
WHO_IT_IS = ("name", "phone", "household")


def who_it_is(found: list[RoomOf], subject: Subject) -> list[list[Line]]:
    """Of what rooms() found: each person of the register as they are written there, in a line."""
    rows = [row for room in found for block in room.blocks if block.table == "grids.Resident" for row in block.rows]
    own = {str(one) for one in subject.resident_ids}
    said = [{line.name: line for line in row.lines} for row in rows if row.key in own]
    return [[lines[name] for name in WHO_IT_IS if name in lines] for lines in said]


def is_for(reader: Actor | None, subject: Subject, only: tuple[str, ...]) -> bool:
    """True for the person themself; and for staff, unless it is for certain roles of the place only."""
    return reader is None or not only or reader.reach.covers(subject.path, *only)


def _block(said: Declaration, subject: Subject, most: int, reader: Actor | None) -> Block | None:
    rows = of_subject(said, subject).select_related(*_related(said)).order_by("-pk")[: most + 1]
    got = [one for one in rows if said.only_of is None or is_for(reader, subject, said.only_of(one))]
    if not got:
        return None
    alone = len(got) == 1
    shown = [_row(said, row, alone) for row in got[:most]]
    return Block(said.label, str(said.title), shown, list(_terms(said)), len(got) > most)


def _related(said: Declaration) -> list[str]:
    """Foreign keys that are said by their name, brought along: one query a table, however many rows."""
    wanted: set[str] = set()
    for path in (*said.fields, *said.head):
        model, steps = said.model, []
        for step in path.split("__"):
            column = model._meta.get_field(step)
            if not isinstance(column, models.ForeignKey) or column.related_model is User:
                break
            steps.append(step)
            model = column.related_model
        if steps:
            wanted.add("__".join(steps))
    return sorted(wanted)


def _row(said: Declaration, row: models.Model, alone: bool) -> HeldRow:
    lines = [
        line
        for name, held in said.fields.items()
        if (line := _line(said, row, name, held)) and (alone or not line.empty)
    ]
    heads = [name for path in said.head if (name := _spoken_of(said, row, path))]
    ends = [until for held in said.fields.values() if held.keep and (until := held.keep.until(row))]
    return HeldRow(str(row.pk), heads, min(ends, default=None), lines)


def _line(said: Declaration, row: models.Model, name: str, held: Held) -> Line:
    if held.secret:
        value = _("有，不显示") if getattr(row, _attname(row, name)) not in (None, "", {}, []) else ""
    else:
        value = _spoken_of(said, row, name)
    return Line(name, str(held.label), value or _("没有写"), not value)


def _spoken_of(said: Declaration, row: models.Model, path: str) -> str:
    return spoken(said.says[path](row)) if path in said.says else spoken_of(row, path)


def _attname(row: models.Model, name: str) -> str:
    return row._meta.get_field(name).attname  # type: ignore[union-attr]


def spoken_of(row: Any, path: str) -> str:
    """What a column says, as a person reads it."""
    *steps, last = path.split("__")
    for step in steps:
        try:
            row = getattr(row, step)
        except ObjectDoesNotExist:
            return ""
        if row is None:
            return ""
    column = row._meta.get_field(last)
    if isinstance(column, models.ForeignKey) and column.related_model is User:
        return _("是") if getattr(row, column.attname) else ""
    if isinstance(row, FlowRecord) and last in ("from_state", "to_state"):
        # A record keeps the code of a state; its name is where the state is.
        facts: Any = row._meta
        states = facts.get_field("subject").related_model._meta.get_field("state")
        return str(dict(states.flatchoices).get(getattr(row, last), ""))
    if column.choices:
        return str(getattr(row, f"get_{last}_display")())
    value = getattr(row, f"{last}_label", None) or getattr(row, last)
    if isinstance(column, ArrayField) and column.base_field.choices:
        named = dict(column.base_field.flatchoices)
        value = [named.get(one, one) for one in value]
    return spoken(value)


def spoken(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("不是")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, list):
        return _("、").join(str(one) for one in value)
    if value is None:
        return ""
    text = str(value)
    # 13800002046, as its owner says it.
    return text[3:] if text.startswith("+86") and text[3:].isdigit() else text


def _terms(said: Declaration) -> Iterator[Terms]:
    shared: dict[tuple[str, str, str], list[str]] = {}
    for held in said.fields.values():
        assert held.basis
        assert held.keep
        key = (str(held.purpose), str(held.basis.label), str(held.keep.words))
        shared.setdefault(key, []).append(str(held.label))
    for (purpose, basis, keep), labels in shared.items():
        # One reason for everything needs no list of what it is for.
        yield Terms(_("、").join(labels) if len(shared) > 1 else "", purpose, basis, keep)
