"""网格调整: what was changed and what waits for its day; planning one, seeing what it touches, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.tree import queries
from grids.tree.change_hooks import holders, touched
from grids.tree.change_plan import Plan
from grids.tree.change_words import measured, tell, tell_plan
from grids.tree.changing import PLANNERS, may_change, plan_change, preview, undo_change
from grids.tree.enums import ChangeKind, ChangeState, Kind, Level
from grids.tree.forms import FindForm, MergeForm, MoveForm, SplitForm, StartForm
from grids.tree.importing import PARENTS, may_import_tree
from grids.tree.models import Grid
from portal.accounts.actors import Actor
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of
from portal.ui.paging import LongPaginator

PER_PAGE = 30
MOVABLE = (Level.COMMUNITY, Level.COMMUNITY_GRID, Level.BASIC_GRID)
READ = roles(*PLANNERS)


def _own(actor: Actor, *levels: str) -> list[Grid]:
    """Nodes in use on the ground that is theirs to lay out, in the order of the tree."""
    return queries.under(actor.reach.paths(*PLANNERS), *levels)


@READ
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Planned, done, undone and failed changes within reach. `?code=`: the history of one grid."""
    actor, code = actor_of(request), request.GET.get("code", "").strip()[:24]
    found = queries.changes(actor.reach, *PLANNERS, code=code)
    page = LongPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    start = StartForm(grids=_own(actor, *MOVABLE), initial={"kind": ChangeKind.SPLIT})
    rows = tell(page.object_list)
    waiting = sum(one.change is not None and one.change.state == ChangeState.PLANNED for one in rows)
    context = {"page": page, "rows": rows, "waiting": waiting, "code": code, "start": start}
    context["find"] = FindForm(initial={"code": code})
    return render(request, "grids/tree/changes.html", context)


@READ
@require_http_methods(["GET", "POST"])
@once_form
def new(request: HttpRequest) -> HttpResponse:
    """`?kind=&grid=`: how one grid is laid out anew. POST: what that touches; with `sure`, planned."""
    actor = actor_of(request)
    kind, grid = request.GET.get("kind", ""), queries.by_code(request.GET.get("grid", "")[:24])
    if grid is None or not grid.is_active or kind not in ChangeKind.values or not may_change(actor, grid.path):
        raise NotFound()
    if problem := _cannot(actor, kind, grid):
        messages.error(request, problem)
        return redirect("grid-changes")
    form, shown = _form(request, actor, kind, grid), None
    if request.method == "POST" and form.is_valid():
        plan, on = form.plan(), form.cleaned_data["on"]
        try:
            if request.POST.get("sure"):
                change = plan_change(actor=actor, plan=plan, on=on, reason=form.cleaned_data["reason"])
                done = change.state == ChangeState.DONE
                messages.success(request, _("网格调好了。") if done else _("记下了，到那天零点自动调。"))
                return redirect(change)
            _fit, counts = preview(actor=actor, plan=plan, on=on)
            shown = {
                "told": measured(tell_plan(plan), plan),
                "counts": counts,
                "on": on,
                "today": on == timezone.localdate(),
            }
        except Refusal as refused:
            if refused.status in (403, 404):
                raise
            form.add_error(None, str(refused.message))
    context = {"form": form, "grid": grid, "kind": ChangeKind(kind), "shown": shown, "sent": _sent(request)}
    place = queries.community_of(grid)
    context["place"] = place if place != grid else None
    return render(request, "grids/tree/change_new.html", context, status=422 if form.errors else 200)


def _cannot(actor: Actor, kind: str, grid: Grid) -> str:
    if grid.kind == Kind.SECTOR or grid.level not in MOVABLE:
        return _("这个网格不在这里调整。")
    if kind != ChangeKind.MOVE and grid.level != Level.BASIC_GRID:
        return _("能拆能并的是基础网格和专属网格。")
    if grid.level == Level.COMMUNITY and not may_import_tree(actor):
        return _("社区换街道由区里来办。")
    return ""


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was filled in, sent once more with the confirmation."""
    left_out = {"csrfmiddlewaretoken", "_once", "sure"}
    return [(name, one) for name, values in request.POST.lists() if name not in left_out for one in values]


def _form(request: HttpRequest, actor: Actor, kind: str, grid: Grid) -> Any:
    data, now = request.POST or None, timezone.now()
    people = [(str(pk), said) for pk, said in holders().people(grid.path[: 2 * queries.STEP], now) if pk != actor.id]
    if kind == ChangeKind.MOVE:
        return MoveForm(data, grid=grid, targets=_targets(actor, grid), people=people)
    others = [one for one in queries.grids_under(grid.community_path) if one.pk != grid.pk and one.kind == grid.kind]
    if kind == ChangeKind.MERGE:
        return MergeForm(data, grid=grid, others=others, people=people)
    buildings = list(Grid.objects.under(grid.path).at(Level.BUILDING))
    return SplitForm(data, grid=grid, others=others, buildings=buildings, people=people)


def _targets(actor: Actor, grid: Grid) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What it can come under, by the node that lies in."""
    found = _own(actor, *PARENTS[Kind(grid.kind)].get(grid.level, ()))
    above = queries.by_paths([one.path[: -queries.STEP] for one in found])
    groups: dict[str, list[tuple[str, Any]]] = {}
    for one in found:
        if one.path != grid.path[: -queries.STEP] and one.kind == Kind.TERRITORIAL:
            upper = above.get(one.path[: -queries.STEP])
            groups.setdefault(upper.name if upper else "", []).append((str(one.pk), one.name))
    return list(groups.items())


@READ
@require_GET
def change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """One change: grid by grid, what it touches while it waits, what came of it."""
    found = queries.change_for(actor_of(request).reach, change_id, *PLANNERS)
    if found is None:
        raise NotFound()
    waits = found.state == ChangeState.PLANNED
    plan = Plan.read(found.kind, found.plan)
    nodes = Grid.objects.filter(pk__in=plan.sources).values_list("path", flat=True) if waits else []
    told = tell([found])[0]
    context = {
        "change": found,
        "told": measured(told, plan) if waits else told,
        "waits": waits,
        "counts": touched(list(nodes)),
    }
    return render(request, "grids/tree/change.html", context)


@READ
@require_POST
@once_form
def undo(request: HttpRequest, change_id: UUID) -> HttpResponse:
    found = undo_change(actor=actor_of(request), change_id=change_id)
    messages.success(request, _("撤回了，网格还是原来的样子。"))
    return redirect(found)
