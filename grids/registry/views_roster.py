from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.registry import roster, roster_undo, rosters, rules
from grids.registry.forms import RosterForm, show_refusal
from grids.registry.models_roster import RosterImport
from grids.tree.queries import current_community
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Conflict, Invalid
from portal.once.services import once_form


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def listing(request: HttpRequest) -> HttpResponse:
    """名册: bring a file in; what was brought so far."""
    actor = request.actor  # type: ignore[attr-defined]
    here = current_community(request)
    mine = here if here is not None and rules.may_import(actor, here.path) else None
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and mine is not None and form.is_valid():
        try:
            batch = rosters.bring(actor=actor, community=mine, upload=form.cleaned_data["file"])
        except Invalid as refused:
            show_refusal(form, refused)
        else:
            return redirect(batch)
    context = {"form": form, "here": mine, "rosters": rosters.listing(actor)}
    return render(request, "grids/registry/rosters.html", context, status=422 if form.errors else 200)


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def one(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """One roster: say which column is what, look, write, undo."""
    actor = request.actor  # type: ignore[attr-defined]
    batch = rosters.within(actor, roster_id)
    refused: Invalid | Conflict | None = None
    if request.method == "POST":
        try:
            return _act(request, roster_id)
        except (Invalid, Conflict) as error:
            refused = error
    sheet = request.GET.get("sheet") or batch.options.get("sheet", "")
    names = batch.options.get("headings", {}).get(sheet, [])
    chosen = batch.options.get("columns", {})
    context = {
        "batch": batch,
        "sheet": sheet,
        "sheets": batch.options.get("sheets", []),
        "columns": [(f"c{at}", name, chosen.get(name, "")) for at, name in enumerate(names)],
        "ours": roster.COLUMNS,
        "overwrite": batch.options.get("overwrite", True),
        "create": batch.options.get("create", False),
        "figures": batch.figures,
        "refused": refused,
        "touched": refused.extra.get("errors", {}).get("touched", []) if refused else [],
    }
    return render(request, "grids/registry/roster.html", context, status=refused.status if refused else 200)


def _act(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    word = request.POST.get("word")
    if word == "undo":
        ordered = roster_undo.order_undo(actor=actor, roster_id=roster_id)
        if isinstance(ordered, RosterImport):
            messages.success(request, _("撤回了，登记回到导入以前。"))
        return redirect(ordered)
    if word == "write":
        return redirect(rosters.order_import(actor=actor, roster_id=roster_id))
    sheet = request.POST.get("sheet", "")
    names = rosters.within(actor, roster_id).options.get("headings", {}).get(sheet, [])
    chosen = {name: request.POST.get(f"c{at}", "") for at, name in enumerate(names)}
    return redirect(
        rosters.settle(
            actor=actor,
            roster_id=roster_id,
            sheet=sheet,
            columns={name: ours for name, ours in chosen.items() if ours},
            overwrite="overwrite" in request.POST,
            create="create" in request.POST,
        )
    )
