"""导出: asked for by one, let out by another, taken along by the first."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.enums import DATA_ROLES
from portal.accounts.policy import roles
from portal.accounts.queries import names_of
from portal.audit import queries as trail
from portal.once.services import once_form
from portal.privacy import exporting
from portal.privacy.forms import AnswerForm, ExportForm
from portal.privacy.models import Export
from portal.requests import actor_of

PER_PAGE = 30
WORKERS = roles(*DATA_ROLES)


@WORKERS
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """One's own, and those one may decide; what waits for an answer first."""
    actor = actor_of(request)
    rows = exporting.visible(actor).select_related("asked_by").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [one for one in page if one.asked_by_id == actor.id or exporting.may_decide(actor, one)]
    waiting = [one for one in shown if one.state == "asked" and exporting.may_decide(actor, one)]
    context = {
        "page": page,
        "waiting": waiting,
        "rows": [one for one in shown if one not in waiting],
        "may_ask": bool(exporting.askable(actor)),
    }
    return render(request, "portal/privacy/exports.html", context)


@WORKERS
@require_http_methods(["GET", "POST"])
@once_form
def export_ask(request: HttpRequest) -> HttpResponse:
    """Which list, of which place, what for. `?what=code` chooses beforehand."""
    actor = actor_of(request)
    choices = [
        (f"{kind.code}|{path}", _("%(what)s，%(place)s") % {"what": kind.label, "place": place})
        for kind, places in exporting.askable(actor)
        for path, place in places
    ]
    first = next((value for value, _label in choices if value.startswith(request.GET.get("what", "") + "|")), None)
    form = ExportForm(request.POST or None, choices=choices, initial={"what": first})
    if request.method == "POST" and form.is_valid():
        kind, _bar, path = form.cleaned_data["what"].partition("|")
        one = exporting.ask(actor=actor, kind=kind, path=path, reason=form.cleaned_data["reason"])
        messages.success(request, _("送出去了，等第二个人点头。"))
        return redirect(one)
    return render(request, "portal/privacy/export_ask.html", {"form": form, "nothing": not choices})


@WORKERS
@require_http_methods(["GET", "POST"])
@once_form
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One file's life: who asked, who answered, who took it when; the decision where it is theirs."""
    actor = actor_of(request)
    one = exporting.for_actor(actor, export_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        approve = request.POST.get("do") == "approve"
        exporting.decide(actor=actor, export_id=export_id, approve=approve, answer=form.cleaned_data["answer"])
        messages.success(request, _("同意了，文件在做。") if approve else _("答复送到了。"))
        return redirect("exports")
    context = {
        "one": one,
        "form": form,
        "decides": one.state == "asked" and exporting.may_decide(actor, one),
        "mine": one.asked_by_id == actor.id,
        "taken": _taken(one),
    }
    return render(request, "portal/privacy/export.html", context)


def _taken(one: Export) -> list[tuple[object, str]]:
    """Who took it along, and when."""
    lines = list(trail.of_object("portal.export", one.pk, "export.take")[:50])
    names = names_of({line.actor_id for line in lines if line.actor_id})
    return [(line.at, names.get(line.actor_id, "") if line.actor_id else "") for line in lines]


@WORKERS
@require_GET
def export_file(request: HttpRequest, export_id: UUID) -> FileResponse:
    """The file, to whoever asked for it, until it expires; 404 for anybody else."""
    one, path = exporting.take(actor=actor_of(request), export_id=export_id)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"{one.number}.xlsx")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
