"""捎带的事, 宣传材料, 工作日记."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry.queries import household_for
from grids.tree.enums import Level
from grids.tree.queries import by_id, communities, visible
from grids.visits import queries, rules
from grids.visits.errands import answers_to, ask_errand, withdraw_errand
from grids.visits.forms_more import ErrandForm, MaterialForm, NoteForm
from grids.visits.materials import add_material, review_material
from grids.visits.notes import write_note
from grids.visits.views import KNOCKERS, PER_PAGE, READERS
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Invalid, NotFound
from portal.once.services import once_form
from portal.requests import actor_of, user_of
from portal.ui.paging import LongPaginator

ASKERS = roles(*rules.ASKERS)
ASKERS_AND_KNOCKERS = roles(*dict.fromkeys((*rules.ASKERS, *rules.KNOCKERS)))


def _refused(form: Any, refused: Invalid) -> None:
    for name, said in (refused.extra.get("errors") or {None: [refused.message]}).items():
        form.add_error(name if name in form.fields else None, said)


# ---------------------------------------------------------------- errands
@ASKERS_AND_KNOCKERS
@require_GET
def errands(request: HttpRequest) -> HttpResponse:
    """What my desk or department asked for and how it stands; what is to be done at my doors."""
    actor, today = actor_of(request), timezone.localdate()
    asked = queries.errands_asked(answers_to(actor))
    page = LongPaginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "open": queries.errands_within(actor.reach, today)[:PER_PAGE],
        "may_ask": rules.may_ask_errand(actor),
    }
    return render(request, "grids/visits/errands.html", context)


@ASKERS
@require_http_methods(["GET", "POST"])
@once_form
def errand_new(request: HttpRequest) -> HttpResponse:
    """Ask whoever knocks next. `?door=`: at this door, within reach."""
    actor = actor_of(request)
    nodes = [node for node in map(by_id, actor.reach.grid_ids(*rules.ASKERS)) if node]
    start: dict[str, Any] = {}
    if asked := request.GET.get("door"):
        try:
            door = household_for(actor.reach, UUID(asked))
        except ValueError:
            door = None
        if door is None:
            raise NotFound()
        start = {"code": door.code, "place": door.building.community_path}
    places = [one for one in communities() if any(one.path.startswith(node.path[: node.steplen]) for node in nodes)]
    start["place"] = next((one.code for one in places if one.path == start.get("place")), None)
    form = ErrandForm(request.POST or None, askers=nodes, places=places, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = ask_errand(actor=actor, asker_id=UUID(data.pop("asker")), **data)
        except Invalid as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("托出去了，谁先去敲门谁办。"))
            return redirect(made)
    return render(request, "grids/visits/errand_new.html", {"form": form}, status=422 if form.errors else 200)


@ASKERS_AND_KNOCKERS
@require_GET
def errand(request: HttpRequest, errand_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = queries.errand_for(actor.reach, answers_to(actor), errand_id)
    if found is None:
        raise NotFound()
    context = {
        "errand": found,
        "may_withdraw": found.state == "open" and found.asker_id in answers_to(actor),
        "may_visit": rules.may_visit(actor, found.household.building.path),
    }
    return render(request, "grids/visits/errand.html", context)


@ASKERS
@require_POST
@once_form
def errand_withdraw(request: HttpRequest, errand_id: UUID) -> HttpResponse:
    withdraw_errand(actor=actor_of(request), errand_id=errand_id)
    messages.success(request, _("收回来了，不用办了。"))
    return redirect("errands")


# ---------------------------------------------------------------- leaflets
@READERS
@require_http_methods(["GET", "POST"])
@once_form
def materials(request: HttpRequest) -> HttpResponse:
    """What is handed out, how often it was, and until when it holds."""
    actor = actor_of(request)
    grids = [grid for grid in visible(actor.reach, Level.COMMUNITY) if rules.may_keep_materials(actor, grid.path)]
    form = MaterialForm(request.POST or None, grids=grids)
    if request.method == "POST":
        if not grids:
            raise NotFound()
        if form.is_valid():
            data = dict(form.cleaned_data)
            grid = by_id(data.pop("grid"))
            try:
                add_material(actor=actor, grid=grid, **data)  # type: ignore[arg-type]
            except Invalid as refused:
                _refused(form, refused)
            else:
                messages.success(request, _("列上了，走访时勾一下就记数。"))
                return redirect("materials")
    today = timezone.localdate()
    rows = [
        (one, one.is_stale(today), rules.may_keep_materials(actor, one.grid.path))
        for one in queries.materials_within(actor.reach)[:100]
    ]
    context = {"rows": rows, "form": form if grids else None, "stale": sum(late for _one, late, _may in rows)}
    return render(request, "grids/visits/materials.html", context, status=422 if form.errors else 200)


@roles(*COMMUNITY)
@require_POST
@once_form
def material_review(request: HttpRequest, material_id: UUID) -> HttpResponse:
    form = MaterialForm(request.POST, grids=[])
    form.is_valid()
    keep = request.POST.get("word") == "keep"
    if keep and not form.cleaned_data.get("review_on"):
        raise Invalid(_("写一个以后的日子，到时候提醒您再看一遍。"))
    review_material(
        actor=actor_of(request), material_id=material_id, review_on=form.cleaned_data["review_on"] if keep else None
    )
    messages.success(request, _("记下了。"))
    return redirect("materials")


# ---------------------------------------------------------------- notes of one's own day
@KNOCKERS
@require_http_methods(["GET", "POST"])
@once_form
def notes(request: HttpRequest) -> HttpResponse:
    """工作日记: one's own; the secretary also reads those of their workers."""
    actor = actor_of(request)
    form = NoteForm(request.POST or None, initial={"day": timezone.localdate(), "half_hours": 2})
    if request.method == "POST" and form.is_valid():
        try:
            write_note(actor=actor, **form.cleaned_data)
        except Invalid as refused:
            _refused(form, refused)
        else:
            messages.success(request, _("记下了。"))
            return redirect("work-notes")
    everybody = request.GET.get("who") == "all"
    found = queries.notes_within(actor.reach) if everybody else queries.notes_of(user_of(request).pk)
    page = LongPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "everybody": everybody, "may_read": actor.holds(*rules.JUDGES)}
    return render(request, "grids/visits/notes.html", context, status=422 if form.errors else 200)
