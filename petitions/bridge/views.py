"""The bridge's table: what could not be handed on, what could not be read, what a code means, tables of tickets."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from petitions.bridge import importing, outbox, queries, services, words
from petitions.bridge.enums import KEEPERS, Stage
from petitions.bridge.forms import GiveUpForm, ImportForm, MapForm, ResendForm
from petitions.bridge.models import OutboundUpdate
from petitions.cases import queries as cases
from portal.accounts.policy import roles
from portal.errors import NotFound, Refusal
from portal.once.services import once_form
from portal.requests import actor_of

keepers = roles(*KEEPERS)
PAGE, FEW = 30, 20


@keepers
@require_GET
def bridge(request: HttpRequest) -> HttpResponse:
    """What waits for a person first, then what came lately."""
    reach = actor_of(request).reach
    dead, problems, codes = queries.dead(reach), queries.problems(reach), queries.unknown_codes(reach)
    page = Paginator(queries.latest(reach), PAGE).get_page(request.GET.get("page"))
    waiting = {"dead": dead.count(), "problems": problems.count(), "codes": len(codes)}
    context = {
        "waiting": waiting,
        "sentence": words.sentence(**waiting),
        "dead": [words.letter(one) for one in dead[:FEW]],
        "problems": list(problems[:FEW]),
        "codes": codes,
        "page": page,
        "tickets": [queries.row_of(one) for one in page],
        "systems": queries.systems_of(reach),
    }
    return render(request, "petitions/bridge/bridge.html", context)


# ---------------------------------------------------------------- the dead letters
def _update(request: HttpRequest, update_id: UUID) -> OutboundUpdate:
    found = queries.update_within(actor_of(request).reach, update_id)
    if found is None:
        raise NotFound()
    return found


@keepers
@once_form
@require_http_methods(["GET", "POST"])
def update(request: HttpRequest, update_id: UUID) -> HttpResponse:
    """One answer that was not taken: why, what it says, send it again, or leave it with a reason."""
    found = _update(request, update_id)
    has_answer = "answer" in found.payload
    resend = ResendForm(
        request.POST if request.POST.get("do") == "resend" else None,
        has_answer=has_answer,
        initial={"answer": found.payload.get("answer", "")},
    )
    give_up = GiveUpForm(request.POST if request.POST.get("do") == "give_up" else None)
    if request.method == "POST":
        if resend.is_bound and resend.is_valid():
            outbox.resend(actor=actor_of(request), update_id=found.pk, answer=resend.cleaned_data.get("answer"))
            messages.success(request, _("又送出去了。送没送到，过一会儿在这里看。"))
            return redirect("bridge")
        if give_up.is_bound and give_up.is_valid():
            outbox.give_up(actor=actor_of(request), update_id=found.pk, reason=give_up.cleaned_data["reason"])
            messages.success(request, _("记下了，这一条不再送。"))
            return redirect("bridge")
    context = {
        "update": found,
        "letter": words.letter(found),
        "is_dead": found.stage == Stage.DEAD,
        "resend": resend,
        "give_up": give_up,
        "giving_up": give_up.is_bound,
    }
    bad = request.method == "POST"
    return render(request, "petitions/bridge/update.html", context, status=422 if bad else 200)


# ---------------------------------------------------------------- what a code means
@keepers
@once_form
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """What a system's code means here, said once; the next ones with it are filed by themselves."""
    actor = actor_of(request)
    ticket = queries.ticket_within(actor.reach, ticket_id)
    if ticket is None:
        raise NotFound()
    kinds = cases.categories()
    form = MapForm(request.POST if request.method == "POST" else None, categories=kinds)
    if request.method == "POST" and request.POST.get("do") == "seen":
        services.leave_category(actor=actor, ticket_id=ticket.pk)
        return redirect("bridge")
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in kinds if one.code == form.cleaned_data["category"])
        services.map_code(actor=actor, ticket_id=ticket.pk, category=chosen)
        said = {"code": ticket.external_category, "name": chosen.name}
        messages.success(request, _("记住了：“%(code)s”是%(name)s。以后的自动归到这一类。") % said)
        return redirect("bridge")
    context = {"ticket": ticket, "form": form}
    return render(request, "petitions/bridge/code.html", context, status=422 if form.errors else 200)


@keepers
@require_POST
def settle(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    services.settle(actor=actor_of(request), problem_id=problem_id)
    messages.success(request, _("好，这一条核对过了。"))
    return redirect("bridge")


# ---------------------------------------------------------------- tables
@keepers
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """A table of tickets: first what it would do, then do it. The same table again changes nothing."""
    actor = actor_of(request)
    systems = queries.systems_of(actor.reach)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ImportForm(*given, systems=systems)
    report = None
    if request.method == "POST" and form.is_valid():
        system = next(one for one in systems if one.code == form.cleaned_data["system"])
        try:
            report = importing.import_tickets(
                actor=actor,
                system=system,
                source=form.cleaned_data["file"],
                save=request.POST.get("do") == "save",
                most=importing.MOST_ON_A_PAGE,
            )
        except Refusal as refused:
            form.add_error("file", str(refused.message))
    context: dict[str, Any] = {"form": form, "systems": systems, "report": report, "said": _said(report)}
    return render(request, "petitions/bridge/import.html", context, status=422 if form.errors else 200)


def _said(report: importing.Report | None) -> str:
    if report is None:
        return _("有一张工单表，|先看看再收。")
    if report.saved:
        return ngettext("收下了，|新立 %(n)d 件。", "收下了，|新立 %(n)d 件。", report.new) % {"n": report.new}
    return ngettext("会新立 %(n)d 件，|还没有写入。", "会新立 %(n)d 件，|还没有写入。", report.new) % {"n": report.new}
