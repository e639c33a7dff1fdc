"""敲门行动: which doors a round asks for, how far it is, what is left of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings.queries import below
from grids.registry.queries import doors_under
from grids.tree.queries import buildings_under, by_id, grids_under
from grids.visits import rules
from grids.visits.enums import Outcome, Purpose, RoundTarget
from grids.visits.models import Visit, VisitRound
from grids.visits.promising import morning_of
from grids.visits.queries import day_start
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due
from portal.notifications.services import Message, queue_many

if TYPE_CHECKING:
    from grids.tree.models import Grid

MOST_DAYS = 730
# A round follows one that followed another; further back nobody remembers why a door is on the list.
MOST_FOLLOWED = 5


# ---------------------------------------------------------------- the doors it asks for
def narrowed(doors: QuerySet[Any], current: VisitRound) -> QuerySet[Any]:
    """Those of these doors that the round asks for."""
    doors = doors.filter(building__path__startswith=current.grid.path)
    if current.target == RoundTarget.BUILDINGS:
        return doors.filter(building__in=current.buildings.all())
    if current.target == RoundTarget.UNVISITED:
        return doors.exclude(Exists(_met_before(current)))
    if current.target == RoundTarget.LEFT and current.follows is not None:
        met = Visit.objects.kept().filter(household=OuterRef("pk"), round=current.follows, outcome=Outcome.MET)
        return narrowed(doors, current.follows).exclude(Exists(met))
    return doors


def _met_before(current: VisitRound) -> QuerySet[Visit]:
    """Somebody was met there shortly before the round began: fixed with it, so that its doors stay the same."""
    start = day_start(current.starts_on)
    met = Visit.objects.kept().filter(household=OuterRef("pk"), outcome=Outcome.MET, visited_at__lt=start)
    return met.filter(visited_at__gte=start - timedelta(days=current.unvisited_days or 0))


@dataclass
class Progress:
    """How far one grid is. Grids stand in the order of the tree; nobody's name stands beside a number."""

    grid: "Grid"
    doors: int = 0
    tried: int = 0
    met: int = 0

    @property
    def left(self) -> int:
        return self.doors - self.met


def progress_of(current: VisitRound, paths: Iterable[str]) -> list[Progress]:
    """The round's doors, those tried and those met, by grid, below these paths. Four queries, however many doors."""
    below_these = Q(pk__in=[])
    for path in paths:
        below_these |= Q(building__path__startswith=path)
    doors = narrowed(doors_under(current.grid.path), current).filter(below_these).order_by()
    tried = Visit.objects.kept().filter(household=OuterRef("pk"), round=current)
    rows = (
        doors.annotate(tried=Exists(tried), met=Exists(tried.filter(outcome=Outcome.MET)))
        .values("building__path")
        .annotate(n=Count("pk"), n_tried=Count("pk", filter=Q(tried=True)), n_met=Count("pk", filter=Q(met=True)))
    )
    found = {grid.path: Progress(grid) for grid in grids_under(current.grid.path) or [current.grid]}
    for row in rows:
        path = row["building__path"]
        home = next((found[path[:end]] for end in range(len(path), 0, -4) if path[:end] in found), None)
        if home is not None:
            home.doors, home.tried, home.met = (
                home.doors + row["n"],
                home.tried + row["n_tried"],
                home.met + row["n_met"],
            )
    return [one for one in found.values() if one.doors]


# ---------------------------------------------------------------- writes
def open_round(
    *,
    actor: Actor,
    grid: "Grid",
    name: str,
    starts_on: date,
    ends_on: date,
    purposes: tuple[str, ...],
    per_day: int = 9,
    target: str = RoundTarget.ALL.value,
    buildings: Iterable[UUID] = (),
    unvisited_days: int | None = None,
    follows: VisitRound | None = None,
) -> VisitRound:
    """Open a round of visits below a node; its workers are told. Raises Forbidden, Invalid (422)."""
    if not rules.may_open_round(actor, grid.path):
        raise Forbidden(_("敲门行动由社区书记或街道发起。"))
    if ends_on < starts_on or not set(purposes) <= set(Purpose.values) or not 1 <= per_day <= 200 or not name.strip():
        raise Invalid()
    chosen = [one for one in buildings_under(grid.path) if one.pk in set(buildings)]
    if said := _wrong_target(target, chosen, unvisited_days, follows):
        raise Invalid(next(iter(said.values())), errors={field: [one] for field, one in said.items()})

    def work() -> VisitRound:
        # Read again: a form that lay open over midnight names a grid that was merged away meanwhile.
        if (now := by_id(grid.pk)) is None or not now.is_active:
            said = _("%(name)s已经停用了，没有门可敲。请在接手的网格上发起。") % {"name": grid.name}
            raise Invalid(said, code="GRID_ENDED", errors={"grid": [said]})
        opened = VisitRound.objects.create(
            grid=grid,
            name=name.strip()[:40],
            starts_on=starts_on,
            ends_on=ends_on,
            purposes=list(purposes),
            per_day=per_day,
            opened_by=actor.user,
            target=target,
            unvisited_days=unvisited_days if target == RoundTarget.UNVISITED else None,
            follows=follows,
        )
        if target == RoundTarget.BUILDINGS:
            opened.buildings.set(chosen)
        due.schedule(
            key=f"round:{opened.pk}:end",
            kind="visit.round_end",
            subject_id=opened.pk,
            due_at=morning_of(ends_on + timedelta(days=1)),
        )
        record(actor=actor, verb="visit.open_round", target=opened, path=grid.path)
        workers = {one.user for one in below(path=grid.path, roles=(Role.GRID_WORKER,), at=timezone.now())}
        subject = _("敲门行动开始：%(name)s") % {"name": opened.name}
        body = _("从哪一户走起，打开“走访”就有。")
        queue_many(
            Message(f"round:{opened.pk}:open:{user.pk}", user, subject, body, opened.get_absolute_url(), opened.pk)
            for user in sorted(workers, key=lambda user: user.pk)
        )
        return opened

    return in_one_transaction(work)


def _wrong_target(
    target: str, chosen: list["Grid"], unvisited_days: int | None, follows: VisitRound | None
) -> dict[str, str]:
    if target not in RoundTarget.values:
        return {"target": _("敲哪些门，请从列出来的里面选。")}
    if target == RoundTarget.BUILDINGS and not chosen:
        return {"buildings": _("挑几栋楼，至少一栋。")}
    if target == RoundTarget.UNVISITED and not 1 <= (unvisited_days or 0) <= MOST_DAYS:
        return {"unvisited_days": _("写上多少天没见到，1 到 %(n)d。") % {"n": MOST_DAYS}}
    if target == RoundTarget.LEFT:
        chain = 0
        while follows is not None:
            chain, follows = chain + 1, follows.follows
        if not 1 <= chain <= MOST_FOLLOWED:
            return {"target": _("上一轮剩下的，从那一轮的页面上接着发起。")}
    return {}


def end_round(*, actor: Actor, round_id: UUID) -> VisitRound:
    """End a round before its day; twice changes nothing. Raises NotFound beyond reach, Conflict once it is over."""

    def work() -> VisitRound:
        current = VisitRound.objects.select_for_update(of=("self",)).select_related("grid").filter(pk=round_id).first()
        if current is None or not rules.may_open_round(actor, current.grid.path):
            raise NotFound()
        if current.ended_at is not None:
            return current
        if current.ends_on < timezone.localdate():
            raise Conflict(_("这一轮已经到日子结束了。"), code="OVER")
        current.ended_at = timezone.now()
        current.save(update_fields=["ended_at"])
        # What falls due on the day after its last is told today: the sum of it.
        due.schedule(
            key=f"round:{current.pk}:end", kind="visit.round_end", subject_id=current.pk, due_at=current.ended_at
        )
        record(actor=actor, verb="visit.end_round", target=current, path=current.grid.path, fields=["ended_at"])
        return current

    return in_one_transaction(work)
