"""A change in words, for lists and letters: two queries, however many."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from grids.tree.change_hooks import sizes
from grids.tree.change_plan import Part, Plan
from grids.tree.enums import ChangeKind, Level
from grids.tree.models import Grid
from grids.tree.models_change import GridChange
from portal.accounts.models import User


@dataclass
class PartWords:
    """One grid as it will be."""

    name: str
    is_new: bool
    buildings: list[str]
    worker: str
    # How large it will be, and what is said where that is too large; empty until measured.
    size: str = ""
    over: str = ""


@dataclass
class Told:
    """A change (none while it is only looked at), in a sentence and grid by grid."""

    change: GridChange | None
    sentence: str
    parts: list[PartWords] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The sentence where it stands large: "第 15 网格" is not broken in two."""
        return self.sentence.replace(" ", "\u00a0")


def tell(changes: Iterable[GridChange]) -> list[Told]:
    rows = list(changes)
    plans = [Plan.read(row.kind, row.plan) for row in rows]
    return [Told(row, *words) for row, words in zip(rows, _words(plans), strict=True)]


def tell_plan(plan: Plan) -> Told:
    return Told(None, *_words([plan])[0])


def sentence_of(change: GridChange) -> str:
    return tell([change])[0].sentence


def measured(told: Told, plan: Plan) -> Told:
    """With how large each grid will be, counted today; for one change at a time. A move above the grids grows none."""
    groups = [(part, list(part.buildings)) for part in plan.parts if part.buildings or plan.to]
    for part, nodes in groups:
        if part.grid and part.grid not in plan.sources:
            nodes.append(part.grid)  # what it has already
    if plan.to:
        moved = Grid.objects.filter(pk=plan.sources[0], level=Level.BASIC_GRID).first()
        if moved is None:
            return told
        groups = [(Part(grid=moved.pk), [moved.pk])]
        told.parts = told.parts or [PartWords(moved.name, False, [], "")]
    wanted = {node for _part, nodes in groups for node in nodes}
    paths = dict(Grid.objects.filter(pk__in=wanted).values_list("pk", "path"))
    there = sizes().of(paths.values())
    for words, (_part, nodes) in zip(told.parts, groups, strict=True):
        below = {path for node in nodes for path in there if path.startswith(paths.get(node, "-"))}
        doors, people = sum(there[path][0] for path in below), sum(there[path][1] for path in below)
        words.size = _("%(doors)d 户，%(people)d 人") % {"doors": doors, "people": people}
        words.over = sizes().over(doors, people)
    return told


def _words(plans: list[Plan]) -> list[tuple[str, list[PartWords]]]:
    parts = [part for plan in plans for part in plan.parts]
    wanted = {one for plan in plans for one in (*plan.concerned(), plan.to) if one}
    wanted |= {one for part in parts for one in part.buildings}
    names = dict(Grid.objects.filter(pk__in=wanted).values_list("pk", "name"))
    workers = {part.worker for part in parts if part.worker}
    people = {one.pk: str(one) for one in User.objects.filter(pk__in=workers)} if workers else {}
    return [
        (_sentence(plan, names), [_part(part, plan, names, people) for part in plan.parts if part.buildings or plan.to])
        for plan in plans
    ]


def _sentence(plan: Plan, names: dict[UUID, str]) -> str:
    sources = [names.get(one, "") for one in plan.sources]
    if plan.kind == ChangeKind.MOVE:
        return _("%(grid)s划到%(to)s") % {"grid": sources[0], "to": names.get(plan.to, "") if plan.to else ""}
    after = [_name(part, names) for part in plan.parts]
    if plan.kind == ChangeKind.SPLIT:
        return _("%(grid)s拆成%(parts)s") % {"grid": sources[0], "parts": _("、").join(after)}
    joining = [name for one, name in zip(plan.sources, sources, strict=True) if one != plan.parts[0].grid]
    return _("%(grids)s并成%(into)s") % {"grids": _("、").join(joining), "into": after[0]}


def _name(part: Part, names: dict[UUID, str]) -> str:
    return names.get(part.grid, "") if part.grid else part.name


def _part(part: Part, plan: Plan, names: dict[UUID, str], people: dict[UUID, str]) -> PartWords:
    name = names.get(plan.sources[0], "") if plan.to else _name(part, names)
    buildings = [names[one] for one in part.buildings if one in names]
    return PartWords(
        name, part.grid is None and not plan.to, buildings, people.get(part.worker, "") if part.worker else ""
    )
