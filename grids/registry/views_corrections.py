from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from grids.registry import corrections
from grids.registry.enums import Correctable, CorrectionState
from grids.registry.forms import CorrectionForm, DecisionForm, show_refusal
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles, signed_in
from portal.errors import Invalid, NotFound
from portal.once.services import once_form

PER_PAGE = 30


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def ask(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """我的信息不对: one's own, or at the counter for somebody who has no account."""
    actor = request.actor  # type: ignore[attr-defined]
    resident = corrections.resident_for(actor, resident_id)
    form = CorrectionForm(request.POST or None, initial={"field": _field(request)})
    if request.method == "POST" and form.is_valid():
        try:
            corrections.ask_correction(actor=actor, resident_id=resident_id, **form.asked)
        except Invalid as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了，社区核对以后答复您。"))
            return redirect("correction-ask", resident_id=resident_id)
    context = {
        "resident": resident,
        "form": form,
        "asked": corrections.asked_about(resident),
        "own": resident.user_id == actor.id,
    }
    return render(request, "grids/registry/correction_ask.html", context, status=422 if form.errors else 200)


def _field(request: HttpRequest) -> str:
    wanted = request.GET.get("field", "")
    return wanted if wanted in Correctable.values else ""


@roles(*COMMUNITY)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Corrections that wait, the most urgent first; `?show=done` those that were answered."""
    actor = request.actor  # type: ignore[attr-defined]
    done = request.GET.get("show") == "done"
    found = corrections.corrections_within(actor)
    rows = found.exclude(state=CorrectionState.ASKED).order_by("-decided_at", "-pk") if done else found.waiting()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "grids/registry/corrections.html", {"page": page, "done": done})


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def one(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """One correction beside what is registered: grant it or say why not."""
    actor = request.actor  # type: ignore[attr-defined]
    correction = corrections.corrections_within(actor).filter(pk=correction_id).first()
    if correction is None:
        raise NotFound()
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("word") == "accept"
        try:
            corrections.decide(actor=actor, correction_id=correction_id, accept=accept, **form.cleaned_data)
        except Invalid as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("改好了，也告诉本人了。") if accept else _("没有改，原因告诉本人了。"))
            return redirect("corrections")
    context = {"one": correction, "form": form, "own": correction.asked_by_id == actor.id}
    return render(request, "grids/registry/correction.html", context, status=422 if form.errors else 200)
