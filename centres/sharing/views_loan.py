from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centres.sharing import lifecycle, queries, rules, services, words
from centres.sharing.enums import Event, LoanState
from centres.sharing.forms import EventForm
from centres.sharing.views import copy_page, item_page
from portal.accounts.policy import signed_in
from portal.errors import Refusal
from portal.once.services import once_form
from portal.ui.links import safe_next

PER_PAGE = 20


# ---------------------------------------------------------------- beginning
@signed_in
@require_POST
@once_form
def reserve(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """给我留着。"""
    try:
        loan = services.reserve(actor=request.actor, item_id=item_id)  # type: ignore[attr-defined]
    except Refusal as refused:
        return _again(request, item_id, refused)
    messages.success(request, _("给您留着了，两天里到窗口拿。"))
    return redirect(loan)


@signed_in
@require_POST
@once_form
def wait(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """我排队。"""
    try:
        services.wait(actor=request.actor, item_id=item_id)  # type: ignore[attr-defined]
    except Refusal as refused:
        return _again(request, item_id, refused)
    messages.success(request, _("排上了，轮到您就告诉您，留两天。"))
    return redirect("loan-item", item_id)


def _again(request: HttpRequest, item_id: UUID, refused: Refusal) -> HttpResponse:
    if refused.status == 404:
        raise refused
    return item_page(request, item_id, refused)


@signed_in
@require_POST
@once_form
def leave_line(request: HttpRequest, wait_id: UUID) -> HttpResponse:
    """不排了。"""
    left = services.leave_line(actor=request.actor, wait_id=wait_id)  # type: ignore[attr-defined]
    messages.success(request, _("不排了，让给后面的人。"))
    return redirect(left.item)


@signed_in
@require_POST
@once_form
def take(request: HttpRequest, code: str) -> HttpResponse:
    """书到我手里了。"""
    try:
        loan = services.take_over(actor=request.actor, code=code)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.code == "UNKNOWN_CODE":
            raise Http404 from refused
        return copy_page(request, code, refused)
    messages.success(request, _("书是您的了，慢慢看。看完传给下一位，或者还到窗口。"))
    return redirect(loan)


# ---------------------------------------------------------------- one loan
@signed_in
@require_GET
def loan(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    return page(request, loan_id)


def page(request: HttpRequest, loan_id: UUID, *, refused: Refusal | None = None, condition: str = "") -> HttpResponse:
    """A loan as its borrower or the counter reads it; what was refused in its place."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_loan(actor, loan_id)
    mine = rules.is_borrower(actor, found)
    whose = found.resident or found.user
    open_events = lifecycle.flow.open_events(actor, found)
    context = {
        "loan": found,
        "copy": found.copy,
        "item": found.copy.item,
        "centre": found.copy.item.centre,
        "mine": mine,
        "keeps": rules.is_counter(actor, found),
        "standing": words.standing(found, now, mine=mine, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "who": found.resident.name if found.resident else found.user.get_full_name() if found.user else "",
        "phone": (found.user.phone if found.user else "") or getattr(whose, "phone", ""),
        "may": dict.fromkeys(open_events, True),
        "may_renew": Event.RENEW in open_events and not found.renewed and not found.is_overdue(now.date()),
        "history": words.history(found.records.order_by("-version")),
        "refused": refused,
        "condition": condition,
    }
    return render(request, "centres/sharing/loan.html", context, status=refused.status if refused else 200)


SERVICES: dict[str, Any] = {
    Event.HAND_OVER: services.hand_over,
    Event.RENEW: services.renew,
    Event.RETURN: services.return_,
    Event.CANCEL: services.cancel,
}


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """交给他了、续借、还回来了、不要了. Back to where the button was, or to the loan with what was wrong."""
    form, event = EventForm(request.POST), request.POST.get("event", "")
    actor = request.actor  # type: ignore[attr-defined]
    services.visible_loan(actor, loan_id)
    if not form.is_valid() or event not in SERVICES:
        raise Http404
    given = {"version": form.cleaned_data["version"]}
    if event == Event.RETURN:
        given["condition"] = form.cleaned_data["condition"]
    try:
        found = SERVICES[event](actor=actor, loan_id=loan_id, **given)
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, loan_id, refused=refused, condition=form.cleaned_data["condition"])
    messages.success(request, words.thanks(event, found))
    return redirect(safe_next(request, request.POST.get("next"), found.get_absolute_url()))


# ---------------------------------------------------------------- mine
@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我借的：手里的、留着的、排着的，然后是以前的。"""
    now = timezone.localtime()
    user_id: Any = request.user.pk
    elder = bool(request.elder)  # type: ignore[attr-defined]
    live = queries.live_of(user_id)
    page_of = Paginator(queries.past_of(user_id), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [{"loan": one, "standing": words.standing(one, now, elder=elder)} for one in live],
        "out": sum(1 for one in live if one.state == LoanState.OUT),
        "waits": queries.waits_of(user_id),
        "given": queries.given_by(user_id),
        "page": page_of,
        "past": [{"loan": one, "standing": words.standing(one, now, elder=elder)} for one in page_of],
    }
    return render(request, "centres/sharing/mine.html", context)
