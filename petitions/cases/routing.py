"""分派规则: where a case goes, proposed at the moment somebody accepts it. A person still presses the button.

Of the rules that fit (in use, their team in use, the case in their place, of their category and kind) the most specific
holds, in this order:

1. one that names the category, before one that does not;
2. of those, one that names the kind, before one that does not;
3. of those, the one whose place is nearest: a grid's before its community's, a community's before its street's.

Category before place, because a community's 其余都交给网格 must not swallow the street's 燃气 → 燃气公司. One that
wants it otherwise writes its own rule for gas, and being nearer, that one holds. Two rules in use never say the same of
the same (the database refuses it), so nothing is left to chance.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from grids.tree import queries as tree
from grids.tree.enums import Kind as GridKind
from grids.tree.enums import Level as GridLevel
from petitions.cases.enums import EXCLUDED, Event, Kind, SendTo
from petitions.cases.models import Case, CaseRecord, Category, RoutingRule
from portal.accounts.actors import Actor
from portal.accounts.enums import DATA_ROLES, STREET, Role
from portal.accounts.reach import Reach
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.ui.words import spoken_ref

if TYPE_CHECKING:
    from grids.tree.models import Grid

# Whose settings these are: the secretary's for the community, the street's for the street, the sysadmin's everywhere.
KEEPERS = (Role.SECRETARY, *STREET, Role.SYSADMIN)
PLACES = (
    *(GridLevel.DISTRICT, GridLevel.STREET, GridLevel.COMMUNITY),
    *(GridLevel.COMMUNITY_GRID, GridLevel.BASIC_GRID),
)
BASIC_DEPTH = 5
# A preview reads at most so many cases, and says so where there were more.
MOST = 5000


# ---------------------------------------------------------------- whose
def kept_by(reach: Reach) -> list[RoutingRule]:
    """The rules this person keeps, in the order in which they are tried. One query."""
    rows = RoutingRule.objects.filter(reach.q("place__path", *KEEPERS)).select_related("place", "category", "team")
    return sorted(rows, key=lambda rule: (not rule.is_active, _rank(rule), rule.place.path, rule.pk))


def above(reach: Reach) -> list[RoutingRule]:
    """Rules in use that somebody higher keeps and that hold here too, in the order in which they are tried."""
    ground = reach.paths(*KEEPERS)
    prefixes = {prefix for path in ground for prefix in tree.prefixes(path)} - set(ground)
    rows = RoutingRule.objects.filter(place__path__in=prefixes, is_active=True)
    return sorted(
        rows.select_related("place", "category", "team"), key=lambda rule: (_rank(rule), rule.place.path, rule.pk)
    )


def rule_for(reach: Reach, rule_id: UUID) -> RoutingRule:
    """One of theirs. Raises NotFound for what is not there or not theirs."""
    mine = RoutingRule.objects.filter(reach.q("place__path", *KEEPERS)).select_related("place", "category", "team")
    found = mine.filter(pk=rule_id).first()
    if found is None:
        raise NotFound()
    return found


def places_of(reach: Reach) -> list["Grid"]:
    """Nodes that a rule of theirs may be for, in the order of the tree."""
    return tree.under(reach.paths(*KEEPERS), *PLACES)


def departments_of(reach: Reach) -> list["Grid"]:
    """The sector grids of their districts."""
    districts = dict.fromkeys(path[: tree.STEP] for path in reach.paths(*KEEPERS))
    return [node for path in districts for node in tree.sectors(path)]


# ---------------------------------------------------------------- writing
def save_rule(
    *,
    actor: Actor,
    place: "Grid",
    send_to: str,
    team: "Grid | None" = None,
    category: Category | None = None,
    kind: str = "",
    rule: RoutingRule | None = None,
) -> RoutingRule:
    """A new rule, or one written anew. Raises Forbidden outside the keeper's ground, Invalid for a node out of use or a
    team that could never be given such a case, Conflict where another rule in use already says it."""
    _check(actor, place, send_to, team, category, kind)
    written = rule or RoutingRule()
    written.place, written.category, written.kind = place, category, kind
    written.send_to, written.team = send_to, team if send_to == SendTo.TEAM else None
    return _write(actor, written, "change" if rule else "add")


def switch_rule(*, actor: Actor, rule: RoutingRule, on: bool) -> RoutingRule:
    """Take a rule out of use or back into it; switched on, it must still hold. Twice changes nothing."""
    if on:
        _check(actor, rule.place, rule.send_to, rule.team, rule.category, rule.kind)
    elif not actor.reach.covers(rule.place.path, *KEEPERS):
        raise Forbidden()
    rule.is_active = on
    return _write(actor, rule, "on" if on else "off")


def _write(actor: Actor, rule: RoutingRule, verb: str) -> RoutingRule:
    def work() -> RoutingRule:
        rule.save()
        record(actor=actor, verb=f"case.rule_{verb}", target=rule, path=rule.place.path)
        return rule

    try:
        return in_one_transaction(work)
    except IntegrityError as error:
        raise Conflict(
            _("这一片、这一类已经有一条在用的规则了。请改那一条，或者先停用它。"), code="RULE_TWICE"
        ) from error


def _check(
    actor: Actor, place: "Grid", send_to: str, team: "Grid | None", category: Category | None, kind: str
) -> None:
    if not actor.reach.covers(place.path, *KEEPERS):
        raise Forbidden(_("那一片不归您管，请只写自己片里的规则。"))
    errors: dict[str, list[str]] = {}
    if not place.is_active:
        errors["place"] = [_("“%(name)s”已经停用，请换一片。") % {"name": place.name}]
    elif place.kind == GridKind.SECTOR:
        errors["place"] = [_("部门不是一片地方，请选社区或网格。")]
    if send_to not in SendTo.values or (send_to == SendTo.TEAM and team is None):
        errors["to"] = [_("请选交给谁办。")]
    elif send_to == SendTo.TEAM and team is not None:
        errors |= _team_problem(actor, place, team)
    if category is not None and not category.is_active:
        errors["category"] = [_("“%(name)s”这一类已经停用，请换一类。") % {"name": category.name}]
    if kind and kind not in Kind.values:
        errors["kind"] = [_("没有这一种。")]
    if category is not None and kind and category.kind != kind:
        errors["kind"] = [_("“%(name)s”不是这一种，这条规则永远用不上。") % {"name": category.name}]
    if errors:
        raise Invalid(errors=errors)


def _team_problem(actor: Actor, place: "Grid", team: "Grid") -> dict[str, list[str]]:
    if not team.is_active:
        return {"to": [_("“%(name)s”已经停用，请换一个。") % {"name": team.name}]}
    if team.kind == GridKind.SECTOR:
        if team.path[: tree.STEP] == place.path[: tree.STEP]:
            return {}
    elif actor.reach.covers(team.path, *KEEPERS) and (
        # As holders.give_to_node: an office above the place, or a grid of the very community it lies in.
        place.path.startswith(team.path)
        or (place.depth >= tree.COMMUNITY_DEPTH and team.path.startswith(place.community_path))
    ):
        return {}
    return {"to": [_("“%(name)s”不管这一片，请换一个。") % {"name": team.name}]}


# ---------------------------------------------------------------- proposing
@dataclass(frozen=True)
class Proposal:
    """Where a rule sends a case, and which rule that is, in words."""

    node: "Grid"
    because: str


def propose(case: Case) -> Proposal | None:
    """Where the rules would send this case; None where none fits. Two queries at most."""
    fitting = RoutingRule.objects.filter(place__path__in=tree.prefixes(case.grid.path)).select_related(
        "place", "category", "team"
    )
    grids: dict[str, Grid] = {}
    found = list(fitting.filter(is_active=True))
    if any(rule.send_to == SendTo.GRID for rule in found):
        grids = tree.by_paths([case.grid.path[: BASIC_DEPTH * tree.STEP]])
    best = pick(found, case.grid.path, case.category_id, _kind_of(case.category), grids)
    return Proposal(best[1], words_of(best[0])) if best else None


def pick(
    rules: Iterable[RoutingRule], path: str, category_id: UUID | None, kind: str, grids: dict[str, "Grid"]
) -> "tuple[RoutingRule, Grid] | None":
    """The most specific rule that fits, with the node it sends to. `grids`: basic grids by path."""
    fitting = []
    for rule in rules:
        if not rule.is_active or not path.startswith(rule.place.path):
            continue
        if rule.category_id not in (None, category_id) or rule.kind not in ("", kind):
            continue
        node = rule.team if rule.send_to == SendTo.TEAM else grids.get(path[: BASIC_DEPTH * tree.STEP])
        # A case that names no grid, a team taken out of use since: the next rule is asked.
        if node is None or not node.is_active or (rule.send_to == SendTo.GRID and node.level != GridLevel.BASIC_GRID):
            continue
        fitting.append((rule, node))
    return min(fitting, key=lambda one: _rank(one[0]), default=None)


def _rank(rule: RoutingRule) -> tuple[bool, bool, int]:
    return rule.category_id is None, not rule.kind, -len(rule.place.path)


def _kind_of(category: Category | None) -> str:
    return str(category.kind) if category else str(Kind.PLAIN)


def words_of(rule: RoutingRule) -> str:
    """公共设施坏了 · 文昌花园社区"""
    return f"{about(rule)} · {rule.place.label}"


def about(rule: RoutingRule) -> str:
    if rule.category is not None:
        return str(rule.category.name)
    return str(Kind(rule.kind).label) if rule.kind else _("不论哪一类")


# ---------------------------------------------------------------- the dry run
@dataclass(frozen=True)
class Trial:
    """One case of the past: who got it, and who would."""

    title: str
    ref: str
    url: str
    before: str
    after: str
    changed: bool


@dataclass
class DryRun:
    """What the rules would have done. `teams`: (name, how many), in the order of the tree; nobody is ranked.

    `trials` is empty for who keeps settings and reads no residents' data; the counts are the same.
    """

    cases: int = 0
    unruled: int = 0
    changed: int = 0
    teams: list[tuple[str, int]] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    more: bool = False


def dry_run(reach: Reach, since: datetime, until: datetime, draft: RoutingRule | None = None) -> DryRun:
    """Where the cases filed in [since, until) would have gone by the rules of this ground, and by one not saved yet.

    Three queries, however many cases and rules; writes nothing.
    """
    ground = reach.paths(*KEEPERS)
    prefixes = {prefix for path in ground for prefix in tree.prefixes(path)}
    kept = RoutingRule.objects.filter(reach.q("place__path", *KEEPERS) | Q(place__path__in=prefixes), is_active=True)
    kept = kept.select_related("place", "category", "team")
    rules = [one for one in kept if draft is None or one.pk != draft.pk]
    rows = _filed(reach, since, until)
    tried, more = rows[:MOST], len(rows) > MOST
    wanted = {row["grid__path"][: BASIC_DEPTH * tree.STEP] for row in tried}
    grids = tree.by_paths([path for path in wanted if len(path) == BASIC_DEPTH * tree.STEP])
    found, teams = DryRun(cases=len(tried), more=more), dict[str, tuple[str, int]]()
    for row in tried:
        kind = row["category__kind"] or str(Kind.PLAIN)
        best = pick([*rules, draft] if draft else rules, row["grid__path"], row["category_id"], kind, grids)
        before, after = row["before"] or "", best[1].label if best else ""
        # Who got it is kept with the person's name behind the team's.
        changed = best is not None and bool(before) and before.split(" ")[: len(after.split(" "))] != after.split(" ")
        if best is None:
            found.unruled += 1
        else:
            teams[best[1].path] = (after, teams.get(best[1].path, ("", 0))[1] + 1)
            found.changed += changed
        if reach.holds(*DATA_ROLES):
            url = Case(ref=row["ref"]).get_absolute_url()
            found.trials.append(Trial(row["title"], spoken_ref(row["ref"]), url, before, after, changed))
    found.teams = [teams[path] for path in sorted(teams)]
    return found


def _filed(reach: Reach, since: datetime, until: datetime) -> list[dict[str, Any]]:
    rows = Case.objects.filter(reach.q("grid__path", *KEEPERS)).exclude(state__in=EXCLUDED)
    if reach.holds(*DATA_ROLES):
        rows = rows.visible_to(reach)
    first = CaseRecord.objects.filter(subject=OuterRef("pk"), event=Event.ASSIGN).order_by("version")
    rows = rows.annotate(before=Subquery(first.annotate(to=KeyTextTransform("to", "data")).values("to")[:1]))
    rows = rows.filter(submitted_at__gte=since, submitted_at__lt=until).order_by("-submitted_at", "-id")
    columns = ("ref", "title", "grid__path", "category_id", "category__kind", "before")
    return [dict(row) for row in rows.values(*columns)[: MOST + 1]]
