"""At the desk: the printed twin of 我的信息, requests to be erased, what nights have deleted."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role
from portal.accounts.policy import roles
from portal.errors import NotFound
from portal.once.services import once_form
from portal.privacy import erasing, housekeeping, services, subjects
from portal.privacy.enums import OPEN_ERASURES
from portal.privacy.forms import AnswerForm, EraseForm, ReasonForm
from portal.privacy.models import Erasure, RetentionRun
from portal.privacy.subjects import Person
from portal.privacy.views import no_store, page_of
from portal.requests import actor_of

PER_PAGE = 30


def _person(request: HttpRequest, resident_id: UUID) -> Person:
    """Somebody whose community this desk is. Raises NotFound beyond."""
    actor = actor_of(request)
    person = subjects.register().within_reach(actor, resident_id)
    if person is None or not actor.reach.covers(person.path, *COMMUNITY):
        raise NotFound()
    return person


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
def printed(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """The same page on paper, for somebody with no telephone: asks why, and is itself a look."""
    person = _person(request, resident_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        context = page_of(subjects.of_person(person), paper=True, reader=actor_of(request))
        services.record_print(actor=actor_of(request), person=person, reason=form.cleaned_data["reason"])
        context |= {"person": person, "reason": form.cleaned_data["reason"], "erase": EraseForm()}
        return no_store(render(request, "portal/privacy/printed.html", context))
    return no_store(render(request, "portal/privacy/print_why.html", {"person": person, "form": form}))


@roles(*COMMUNITY)
@require_POST
@once_form
def erasure_for(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Somebody at the desk asks to be erased: the clerk writes it down, the secretary decides."""
    person = _person(request, resident_id)
    services.ask_erasure(actor=actor_of(request), reason=request.POST.get("reason", ""), resident_id=person.resident_id)
    messages.success(request, _("记下了，等书记答复。"))
    return redirect("resident-data", resident_id=resident_id)


@roles(*services.DECIDERS)
@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """请求删除的: those that wait first."""
    rows = services.to_decide(actor_of(request)).order_by("-pk")
    waiting = list(rows.filter(state__in=OPEN_ERASURES)[:100])
    page = Paginator(rows.exclude(state__in=OPEN_ERASURES), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/privacy/erasures.html", {"waiting": waiting, "page": page})


@roles(*services.DECIDERS)
@require_http_methods(["GET", "POST"])
@once_form
def erasure(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """One request: what would go, what stays, what it waits for; and the answer."""
    actor = actor_of(request)
    one = services.for_decider(actor, erasure_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erase = request.POST.get("do") == "erase"
        one = services.decide_erasure(
            actor=actor, erasure_id=erasure_id, erase=erase, answer=form.cleaned_data["answer"]
        )
        messages.success(request, _said(one))
        return redirect("erasures")
    subject = services.subject_of(one)
    open_now = one.state in OPEN_ERASURES
    context = {
        "one": one,
        "form": form,
        "subject": subject if open_now else None,
        "waits": erasing.holds(subject) if open_now else [],
        "stays": sorted(set(erasing.stays(subject))) if open_now else [],
        "decides": one.state == "asked",
    }
    return no_store(render(request, "portal/privacy/erasure.html", context))


def _said(one: Erasure) -> str:
    return {
        "done": _("删好了。"),
        "deferred": _("同意了。他手上有事在办，办完自动删。"),
        "refused": _("答复送到了。"),
    }.get(one.state, "")


@roles(Role.SECRETARY, *STREET, *DISTRICT, Role.AUDITOR, Role.SYSADMIN)
@require_GET
def nights(request: HttpRequest) -> HttpResponse:
    """到期清理: what each night has deleted or blanked, in numbers."""
    page = Paginator(RetentionRun.objects.order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, sum(one.counts.values()), _in_words(one)) for one in page]
    return render(request, "portal/privacy/nights.html", {"page": page, "rows": rows})


def _in_words(night: RetentionRun) -> list[tuple[str, int]]:
    return sorted((housekeeping.name_of(label), n) for label, n in night.counts.items())
