"""回访: whom to ring, one of them, what they said. And the page behind the link that rates once."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from petitions.cases import callbacks, queries, rating_links, ratings, services, verdicts
from petitions.cases.desk_forms import MoreForm, VerdictForm
from petitions.cases.enums import State
from petitions.cases.forms import RateForm
from petitions.cases.models import Case
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles, slip_holder
from portal.errors import Conflict, Refusal, Stale
from portal.once.services import once_form
from portal.ui.words import spoken_ref, when

at_desk = roles(*COMMUNITY)
PAGE = 30


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


# ---------------------------------------------------------------- whom to ring
@at_desk
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(callbacks.to_call(_actor(request).reach, now), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "case": case,
            "ref": spoken_ref(case.ref),
            "state": verdicts.short(case),
            "until": when(case.step_due_at, now) if case.step_due_at and case.is_open else "",
            "tries": case.tries,
            "tried": when(case.tried_at, now) if case.tried_at else "",
        }
        for case in page.object_list
    ]
    return render(request, "petitions/cases/calls.html", {"page": page, "rows": rows})


# ---------------------------------------------------------------- one of them
@at_desk
@once_form
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, ref: str) -> HttpResponse:
    """What the answer was, the number for a reason, and three ways it may go: said how it was, more to say, nobody."""
    case = queries.find(_actor(request).reach, ref)
    if case is None:
        raise Http404
    now = timezone.now()
    if not callbacks.may(_actor(request), case, now).anything:
        messages.warning(request, _("这件事现在没有要回访的了。"))
        return redirect(case)
    if request.method == "GET":
        return page(request, case)
    return {"verdict": take_verdict, "more": take_more, "phone": show_phone}.get(
        request.POST.get("do", ""), take_outcome
    )(request, case)


def take_verdict(request: HttpRequest, case: Case) -> HttpResponse:
    form = verdict_form(request, case, request.POST)
    if not form.is_valid():
        return page(request, case, 422, verdict=form)
    given = form.cleaned_data
    try:
        callbacks.rated(
            actor=_actor(request), case_id=case.pk, version=given["version"], channel=given["channel"],
            solved=given["solved"], satisfaction=given.get("satisfaction", ""), words=given["words"],
        )  # fmt: skip
    except Refusal as refused:
        return refused_page(request, case, refused, verdict=form)
    return done(request, _("记下了，谢谢您替他记。"))


def take_more(request: HttpRequest, case: Case) -> HttpResponse:
    form = MoreForm(request.POST)
    if not form.is_valid():
        return page(request, case, 422, more=form)
    try:
        callbacks.wants_more(actor=_actor(request), case_id=case.pk, said=form.cleaned_data["said"])
    except Refusal as refused:
        return refused_page(request, case, refused, more=form)
    return done(request, _("记下了，经办人马上看到。"))


def take_outcome(request: HttpRequest, case: Case) -> HttpResponse:
    """Nobody answered; or they were told, and that is all."""
    actor = _actor(request)
    try:
        if request.POST.get("do") == "told":
            callbacks.told(actor=actor, case_id=case.pk)
            said = _("记下了，告诉过他了。") if case.state == State.MERGED else _("记下了，他不想评，不再打。")
            return done(request, said)
        callbacks.not_reached(actor=actor, case_id=case.pk)
    except Refusal as refused:
        messages.warning(request, str(refused.message))
        return redirect("follow-ups")
    return done(request, _("记下了，没打通。改个时候再打。"))


def show_phone(request: HttpRequest, case: Case) -> HttpResponse:
    """The number in full, recorded as looked at for the call."""
    number = services.reveal_phone(actor=_actor(request), case=case, reason=gettext_noop("回访"))
    return page(request, case, phone=number)


def done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("follow-ups")


def refused_page(request: HttpRequest, case: Case, refused: Refusal, **forms: Any) -> HttpResponse:
    if isinstance(refused, Stale):
        messages.warning(request, str(refused.message))
        return redirect("follow-ups")
    next(iter(forms.values())).refused(refused)
    return page(request, case, refused.status, **forms)


def verdict_form(request: HttpRequest, case: Case, data: Any = None) -> VerdictForm:
    may = callbacks.may(_actor(request), case, timezone.now())
    return VerdictForm(
        data, solved_only=may.solved_only, by_phone=bool(case.contact_phone), initial={"version": case.version}
    )


def page(
    request: HttpRequest,
    case: Case,
    status: int = 200,
    verdict: VerdictForm | None = None,
    more: MoreForm | None = None,
    phone: str = "",
) -> HttpResponse:
    # Who asked, what about and the answer: an opening, as the case's own page is.
    services.record_opening(actor=_actor(request), case=case)
    may = callbacks.may(_actor(request), case, timezone.now())
    context = {
        "case": case,
        "may": may,
        "answer": callbacks.answer_of(case),
        "told": case.merged_into or case,
        "calls": callbacks.calls_of(case),
        "verdict": verdict or verdict_form(request, case),
        "more": more or MoreForm(),
        "phone": phone,
    }
    return render(request, "petitions/cases/call.html", context, status=status)


# ---------------------------------------------------------------- the link in the message
@slip_holder
@never_cache
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it uses nothing up: message services open links before people do."""
    held = rating_links.held(token, timezone.now())
    if held.over:
        return over(request, held.over)
    if request.method == "GET":
        return rate_page(request, held.link.case, RateForm())
    form = RateForm(request.POST)
    if not form.is_valid():
        return rate_page(request, held.link.case, form, 422)
    given = form.cleaned_data
    try:
        ratings.rate_by_link(
            actor=_actor(request), token=token, satisfaction=given["satisfaction"], solved=given["solved"],
            words=given["words"],
        )  # fmt: skip
    except Conflict as refused:
        return over(request, str(refused.message))
    except Refusal as refused:
        form.refused(refused)
        return rate_page(request, held.link.case, form, refused.status)
    return redirect("rate-thanks")


def rate_page(request: HttpRequest, case: Case, form: RateForm, status: int = 200) -> HttpResponse:
    response = render(request, "petitions/cases/rate.html", {"case": case, "rate": form}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def over(request: HttpRequest, sentence: str) -> HttpResponse:
    """Gone, in a sentence: what was there is not shown again to whoever finds the message."""
    return render(request, "petitions/cases/rate_over.html", {"sentence": sentence}, status=410)


@anyone
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "petitions/cases/rate_thanks.html")
