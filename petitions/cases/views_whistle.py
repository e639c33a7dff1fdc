"""吹哨报到: the calls of a department or a street, one call, and a step on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from petitions.cases import services, whistle_queries, whistle_words, whistles
from petitions.cases.enums import CallEvent
from petitions.cases.forms_whistle import FORMS, CallForm
from petitions.cases.models import WhistleCall
from petitions.cases.views import PAGE, colleagues, record_shown
from petitions.cases.whistle_flow import call_flow
from portal.accounts.enums import Role
from portal.errors import Refusal, Stale
from portal.once.services import once_form


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


def call_or_404(request: HttpRequest, call_id: UUID) -> WhistleCall:
    call = whistle_queries.find(_actor(request).reach, call_id)
    if call is None:
        raise Http404
    if request.method == "GET":
        services.record_opening(actor=_actor(request), case=call.case)
    return call


@colleagues
@require_GET
def whistles_list(request: HttpRequest) -> HttpResponse:
    reach, now = _actor(request).reach, timezone.now()
    late = bool(request.GET.get("late"))
    page = Paginator(whistle_queries.listing(reach, now, only_late=late), PAGE).get_page(request.GET.get("page"))
    ours = reach.holds(Role.DEPARTMENT_HANDLER)
    awaited = whistle_queries.awaited(reach)
    context = {
        "page": page,
        "rows": whistle_words.rows(page.object_list, now),
        "late": late,
        "ours": ours,
        "sentence": whistle_words.list_sentence(awaited.count(), whistle_queries.late(reach, now).count(), ours=ours),
    }
    return render(request, "petitions/cases/whistles.html", context)


@colleagues
@require_GET
def whistle(request: HttpRequest, call_id: UUID) -> HttpResponse:
    return call_page(request, call_or_404(request, call_id))


def call_page(
    request: HttpRequest, call: WhistleCall, event: str = "", form: CallForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    record_shown(request, call.case)
    open_events = call_flow.open_events(_actor(request), call)
    context = {
        "call": call,
        "case": call.case,
        "sentence": whistle_words.sentence(call, now),
        "row": whistle_words.rows([call], now)[0],
        "forms": {
            name: form if name == event and form is not None else kind(call=call)
            for name, kind in FORMS.items()
            if name in open_events
        },
        "lines": whistle_words.lines_of(call),
    }
    return render(request, "petitions/cases/whistle.html", context, status=status)


@colleagues
@once_form
@require_POST
def act(request: HttpRequest, call_id: UUID, event: str) -> HttpResponse:
    """到场, 回话, 评一评, 不用来了."""
    call = call_or_404(request, call_id)
    if event not in FORMS:
        raise Http404
    form = FORMS[event](request.POST, call=call)
    if not form.is_valid():
        return call_page(request, call, event, form, status=422)
    try:
        whistles.answer(
            actor=_actor(request), call_id=call.pk, event=event, version=form.cleaned_data["version"],
            reason=form.cleaned_data.get("reason", ""), **form.event_data(),
        )  # fmt: skip
    except Stale as refused:
        messages.warning(request, str(refused.message))
        return redirect(call)
    except Refusal as refused:
        form.refused(refused)
        return call_page(request, call, event, form, refused.status)
    messages.success(request, DONE[event])
    return redirect(call)


DONE: dict[str, Any] = {
    CallEvent.ARRIVE: _("记下了：到场了。"),
    CallEvent.REPORT: _("回话交给街道了。"),
    CallEvent.RATE: _("评过了，部门看得到。"),
    CallEvent.CALL_OFF: _("告诉他们不用来了。"),
}
