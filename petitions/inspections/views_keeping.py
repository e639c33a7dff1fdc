"""For whoever keeps the lists and sends people out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.tree import queries as tree
from petitions.cases import queries as cases
from petitions.inspections import queries, rules, services
from petitions.inspections.enums import KEEPERS, READERS
from petitions.inspections.forms import ListForm, StartForm, WhereForm
from petitions.inspections.models import Checklist
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of

keepers = roles(*KEEPERS)


# ---------------------------------------------------------------- sending people out
@keepers
@once_form
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Two steps: by which list and where (in the address); then who, until when, which doors."""
    actor, now = actor_of(request), timezone.now()
    lists, grounds = queries.usable_lists(actor.reach), queries.grounds(actor.reach)
    where = WhereForm(request.GET or None, lists=lists, grounds=grounds)
    if not where.is_valid():
        context: dict[str, Any] = {"where": where, "lists": lists, "grounds": grounds}
        return render(request, "petitions/inspections/new.html", context)
    chosen = next(one for one in lists if str(one.pk) == where.cleaned_data["list"])
    ground = next(one for one in grounds if one.code == where.cleaned_data["grid"])
    people, buildings = services.people_of(ground, now), len(tree.buildings_under(ground.path))
    given = request.POST if request.method == "POST" else None
    form = StartForm(given, people=people, buildings=buildings, initial={"due_on": timezone.localdate(now)})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.start(actor=actor, checklist=chosen, grid=ground, **form.given)
        except Refusal as refused:
            form.refused(refused)
        else:
            messages.success(request, _("派出去了，已经告诉他们。"))
            return redirect(made)
    context = {"form": form, "chosen": chosen, "ground": ground, "buildings": buildings, "people": people}
    return render(request, "petitions/inspections/start.html", context, status=422 if form.errors else 200)


# ---------------------------------------------------------------- lists
@roles(*READERS)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {"lists": list(queries.lists(actor.reach)), "keeper": actor.holds(*KEEPERS)}
    return render(request, "petitions/inspections/lists.html", context)


@keepers
@once_form
@require_http_methods(["GET", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    homes = queries.homes(actor.reach)
    given = request.POST if request.method == "POST" else None
    form = ListForm(given, categories=cases.categories(), homes=homes)
    if request.method == "POST" and form.is_valid():
        home = next(one for one in homes if one.code == form.cleaned_data["grid"])
        try:
            made = services.make_list(actor=actor, grid=home, **_given(form))
        except Refusal as refused:
            form.refused(refused)
        else:
            messages.success(request, _("清单写好了，可以派人去查了。"))
            return redirect(made)
    context = {"form": form, "checklist": None}
    return render(request, "petitions/inspections/list_form.html", context, status=422 if form.errors else 200)


def _given(form: ListForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "name": data["name"],
        "why": data["why"],
        "items": data["items"].splitlines(),
        "category": cases.category_by_code(data["category"]) if data["category"] else None,
    }


def _list(request: HttpRequest, checklist_id: UUID) -> Checklist:
    found = queries.list_within(actor_of(request).reach, checklist_id)
    if found is None:
        raise NotFound()
    return found


@roles(*READERS)
@once_form
@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest, checklist_id: UUID) -> HttpResponse:
    """One list: what stands on it; `do=retire` and `do=offer` take it out of use and back."""
    found, actor = _list(request, checklist_id), actor_of(request)
    if request.method == "POST":
        services.retire_list(actor=actor, checklist_id=found.pk, active=request.POST.get("do") == "offer")
        messages.success(request, _("改好了。"))
        return redirect(found)
    context = {"checklist": found, "keeps": rules.keeps_list(actor, found) and found.replaced_at is None}
    return render(request, "petitions/inspections/checklist.html", context)


@keepers
@once_form
@require_http_methods(["GET", "POST"])
def change_list(request: HttpRequest, checklist_id: UUID) -> HttpResponse:
    """The next version of a list. What was begun with this one is finished with this one."""
    found, actor = _list(request, checklist_id), actor_of(request)
    initial = {
        "name": found.name,
        "why": found.why,
        "items": "\n".join(item.text for item in found.items.all()),
        "category": found.category.code if found.category else "",
    }
    given = request.POST if request.method == "POST" else None
    form = ListForm(given, categories=cases.categories(), homes=None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.change_list(actor=actor, checklist_id=found.pk, **_given(form))
        except Refusal as refused:
            if refused.status != 422:
                raise
            form.refused(refused)
        else:
            messages.success(request, _("换成新的一版了。已经派出去的，还按原来的查。"))
            return redirect(made)
    context = {"form": form, "checklist": found}
    return render(request, "petitions/inspections/list_form.html", context, status=422 if form.errors else 200)
