"""敲门行动: opening one, how far it is, its sum, and what is left of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from grids.tree.enums import Level
from grids.tree.queries import buildings_under, by_id, visible
from grids.visits import queries, rules
from grids.visits.enums import Purpose, RoundTarget
from grids.visits.forms_more import NextRoundForm, RoundForm
from grids.visits.rounds import end_round, open_round, progress_of
from grids.visits.views import READERS
from portal.accounts.enums import Role
from portal.accounts.policy import roles
from portal.errors import Conflict, Invalid, NotFound
from portal.once.services import once_form
from portal.requests import actor_of
from portal.ui.tables import Column, Table

OPENERS = (Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)


def _grids(actor: Any) -> list[Any]:
    if not actor.holds(*OPENERS):
        return []
    found = visible(actor.reach, Level.COMMUNITY, Level.COMMUNITY_GRID, Level.BASIC_GRID)
    return [grid for grid in found if rules.may_open_round(actor, grid.path)]


@READERS
@require_http_methods(["GET", "POST"])
@once_form
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds of visits within reach; who may opens another."""
    actor = actor_of(request)
    grids = _grids(actor)
    communities = [grid for grid in grids if grid.level == Level.COMMUNITY]
    buildings = buildings_under(communities[0].path) if len(communities) == 1 else []
    start = {"starts_on": timezone.localdate(), "purposes": [Purpose.PUBLICITY, Purpose.INFORMATION]}
    form = RoundForm(request.POST or None, grids=grids, buildings=buildings, initial=start)
    if request.method == "POST":
        if not grids:
            raise NotFound()
        if form.is_valid() and (opened := _open(actor, form)):
            messages.success(request, _("“%(name)s”开始了，网格员打开“走访”就能看到。") % {"name": opened.name})
            return redirect(opened)
    found = queries.rounds_within(actor.reach)
    met = queries.doors_met(found)
    today = timezone.localdate()
    running = sum(one.ended_at is None and one.starts_on <= today <= one.ends_on for one in found)
    context = {"rounds": [(one, met.get(one.pk, 0)) for one in found], "form": form if grids else None}
    status = 422 if form.errors else 200
    return render(request, "grids/visits/rounds.html", {**context, "today": today, "running": running}, status=status)


def _open(actor: Any, form: RoundForm) -> Any:
    data = dict(form.cleaned_data)
    grid = by_id(data.pop("grid"))
    if grid is None:
        raise NotFound()
    data |= {"purposes": tuple(data["purposes"]), "buildings": [UUID(one) for one in data.get("buildings", ())]}
    try:
        return open_round(actor=actor, grid=grid, **data)
    except Invalid as refused:
        for name, said in refused.extra.get("errors", {}).items():
            form.add_error(name if name in form.fields else None, said)
        return None


@READERS
@require_http_methods(["GET", "POST"])
@once_form
def visit_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One round, grid by grid. POST: another one takes over the doors nobody was met at."""
    actor, today = actor_of(request), timezone.localdate()
    current = queries.round_for(actor.reach, round_id)
    if current is None:
        raise NotFound()
    may_run = rules.may_open_round(actor, current.grid.path)
    form = NextRoundForm(request.POST or None, initial={"starts_on": today})
    over = current.ended_at is not None or current.ends_on < today
    if request.method == "POST":
        if not may_run:
            raise NotFound()
        if not over:
            raise Conflict(_("这一轮还没结束，先接着敲。"), code="NOT_OVER")
        if form.is_valid() and (opened := _carry_over(actor, current, form)):
            messages.success(request, _("没见到的带过来了，这一轮接着敲。"))
            return redirect(opened)
    rows = progress_of(current, actor.reach.paths())
    context = {
        "round": current,
        "table": _table(rows),
        "doors": sum(one.doors for one in rows),
        "tried": sum(one.tried for one in rows),
        "met": sum(one.met for one in rows),
        "left": sum(one.left for one in rows),
        "is_over": over,
        "may_end": may_run and not over,
        "form": form if may_run and over else None,
    }
    return render(request, "grids/visits/round.html", context, status=422 if form.errors else 200)


def _carry_over(actor: Any, current: Any, form: NextRoundForm) -> Any:
    try:
        return open_round(
            actor=actor,
            grid=current.grid,
            name=_("%(name)s，接着敲") % {"name": current.name[:34]},
            purposes=tuple(current.purposes),
            per_day=current.per_day,
            target=RoundTarget.LEFT.value,
            follows=current,
            **form.cleaned_data,
        )
    except Invalid as refused:
        form.add_error("ends_on", refused.message)
        return None


def _table(rows: list[Any]) -> Table:
    columns = [
        Column(_("网格")),
        Column(_("该敲"), num=True),
        Column(_("敲过"), num=True),
        Column(_("见到了"), num=True),
    ]
    columns += [Column(_("还剩"), num=True)]
    return Table(
        _("一个网格一行，按网格的次序"),
        columns,
        [(one.grid.short_name or one.grid.name, one.doors, one.tried, one.met, one.left) for one in rows],
        fold=False,
    )


@roles(*OPENERS)
@require_POST
@once_form
def end(request: HttpRequest, round_id: UUID) -> HttpResponse:
    current = end_round(actor=actor_of(request), round_id=round_id)
    messages.success(request, _("这一轮结束了，没见到的可以带到下一轮。"))
    return redirect(current)
