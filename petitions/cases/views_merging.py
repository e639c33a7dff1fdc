"""并案: two cases side by side, and somebody who decides whether they are one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from petitions.cases import merging, queries, services, staff_words, verdicts
from petitions.cases.enums import Event
from petitions.cases.flow import flow
from petitions.cases.models import Case
from petitions.cases.views import case_or_404, colleagues
from portal.errors import Refusal
from portal.requests import whole_number
from portal.ui.words import spoken_ref, when


@colleagues
@require_http_methods(["GET", "POST"])
def alike(request: HttpRequest, ref: str) -> HttpResponse:
    """What this case may be the same as. Only for whoever may merge it."""
    case, actor = case_or_404(request, ref), request.actor  # type: ignore[attr-defined]
    if Event.MERGE not in flow.open_events(actor, case):
        raise Http404
    if request.method == "POST":
        return decide(request, case)
    now = timezone.now()
    rows = [
        {
            "case": one.case,
            "near": one.near,
            "ref": spoken_ref(one.case.ref),
            "when": when(one.case.submitted_at, now),
            "state": verdicts.short(one.case),
            "who": staff_words.who_has(one.case),
        }
        for one in merging.alike(actor.reach, case, now)
    ]
    context = {"case": case, "rows": rows, "ref": spoken_ref(case.ref), "when": when(case.submitted_at, now)}
    return render(request, "petitions/cases/alike.html", context)


def decide(request: HttpRequest, case: Case) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    other = queries.find(actor.reach, request.POST.get("other", ""))
    if other is None:
        raise Http404
    if request.POST.get("do") != "merge":
        merging.not_the_same(actor=actor, case=case, other=other)
        messages.success(request, _("记下了，不是同一件，以后不再提。"))
        return redirect("case-alike", ref=case.ref)
    try:
        services.act(
            actor=actor, case_id=case.pk, event=Event.MERGE, target=other,
            version=whole_number(request.POST.get("version")),
        )  # fmt: skip
    except Refusal as refused:
        messages.warning(request, str(refused.message))
        return redirect(case)
    messages.success(request, _("并过去了。两位反映人都会听到同一个结果。"))
    return redirect(other)
