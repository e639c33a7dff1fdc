"""One order: where it stands, its lines, the buttons of whoever looks; changing it; the paper to print."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.training import drafts, editing, queries, rules, services, words
from centres.training.drafts import Draft
from centres.training.enums import Event
from centres.training.forms import EventForm, GroupForm
from centres.training.lines import LineWish, read_group
from centres.training.models_order import TrainingOrder
from portal.accounts.policy import signed_in
from portal.errors import Invalid, Refusal
from portal.once.burden import asks
from portal.once.services import once_form

PER_PAGE = 20


@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我带队的：新的在前。"""
    now = timezone.localtime()
    page = Paginator(queries.of_person(request.user.pk), PER_PAGE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    rows = [{"order": one, "days": words.days(one), "standing": words.standing(one, now)} for one in page]
    return render(request, "centres/training/mine.html", {"rows": rows, "page": page})


# ---------------------------------------------------------------- one order
@signed_in
@require_GET
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _page(request, order_id)


def _page(
    request: HttpRequest,
    order_id: UUID,
    *,
    refused: Refusal | None = None,
    event: str = "",
    reason: str = "",
    phone: str = "",
) -> HttpResponse:
    """An order as its contact or the house reads it, with what was refused in its place."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_order(actor, order_id)
    mine, house = rules.is_contact(actor, found), rules.is_house(actor, found)
    lines = queries.lines_of(found)
    days = words.by_day(lines)
    troubles = refused.troubles if isinstance(refused, services.Unavailable) else []
    _mark(days, troubles)
    events = services.flow.open_events(actor, found)
    before = now.date() < found.first_day
    context = {
        "order": found,
        "base": found.base,
        "mine": mine,
        "house": house,
        "standing": words.standing(found, now, mine=mine),
        "span": words.days(found),
        "days": days,
        "total": words.total(lines),
        "troubles": troubles,
        "lost": [one for day in days for one in day.rows if one.line.lost],
        "may_confirm": Event.CONFIRM in events and before,
        "may_decline": Event.DECLINE in events,
        "may_cancel": Event.CANCEL in events and (before or (house and not mine)),
        "may_change": Event.CHANGE in events and now.date() <= found.last_day,
        "history": words.history(found.records.order_by("-version"), mine=mine),
        "refused": refused,
        "event": event,
        "reason": reason,
        "phone": phone,
    }
    response = render(request, "centres/training/order.html", context, status=refused.status if refused else 200)
    if phone:
        response["Cache-Control"] = "no-store"  # the back button must not show it to whoever comes next
    return response


def _mark(days: list[words.Day], troubles: list[Any]) -> None:
    by_line = {one.line.pk: one for one in troubles}
    for day in days:
        for row in day.rows:
            row.trouble = by_line.get(row.line.pk)


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """定下来、接不了、取消、改到这里. What is refused is said on the same page."""
    form = EventForm(request.POST)
    event = request.POST.get("event", "")
    if not form.is_valid() or event not in PRESSED:
        raise Http404
    given: dict[str, Any] = {"version": form.cleaned_data["version"]}
    if event in (Event.DECLINE, Event.CANCEL):
        given["reason"] = form.cleaned_data["reason"]
    if event == Event.CHANGE:
        if form.picked is None:
            raise Http404
        given |= form.picked
    try:
        PRESSED[event](actor=request.actor, order_id=order_id, **given)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.status == 404:
            raise
        return _page(request, order_id, refused=refused, event=event, reason=form.cleaned_data["reason"])
    messages.success(request, _thanks(event))
    return redirect("training-order", order_id)


PRESSED: dict[str, Any] = {
    Event.CONFIRM: services.confirm,
    Event.DECLINE: services.decline,
    Event.CANCEL: services.cancel,
    Event.CHANGE: services.move_line,
}


def _thanks(event: str) -> str:
    said = {
        Event.CONFIRM: _("定下了，房间、床位、饭菜都留好了，已经告诉带队的人。"),
        Event.DECLINE: _("已经告诉带队的人为什么。"),
        Event.CANCEL: _("取消了，床位和房间都让出来了。"),
        Event.CHANGE: _("改好了。"),
    }
    return said[Event(event)]


@signed_in
@require_POST
def phone(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the contact's telephone to the house; who looked and why is recorded."""
    reason = request.POST.get("reason", "")
    shown = services.reveal_phone(actor=request.actor, order_id=order_id, reason=reason)  # type: ignore[attr-defined]
    return _page(request, order_id, phone=shown)


@signed_in
@require_GET
def paper(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """确认单: everything on one sheet, to print and to bring along."""
    found = services.visible_order(request.actor, order_id)  # type: ignore[attr-defined]
    lines = queries.lines_of(found)
    context = {"order": found, "base": found.base, "span": words.days(found), "days": words.by_day(lines)}
    context |= {"total": words.total(lines), "rules": found.base.rules.splitlines()}
    return render(request, "centres/training/paper.html", context)


# ---------------------------------------------------------------- a change
def _bench(request: HttpRequest, order_id: UUID) -> tuple[editing.Bench, TrainingOrder]:
    """What is being changed, as it was when one began. Raises NotFound; Http404 where nothing changes any more."""
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_order(actor, order_id)
    if Event.CHANGE not in services.flow.open_events(actor, found):
        raise Http404
    kept = tuple(queries.lines_of(found))
    draft = drafts.find(request, str(order_id))
    begins = request.method == "GET" and (request.GET.get("start") or draft is None or draft.version != found.version)
    if draft is None or begins:
        draft = Draft(
            found.base_id,
            services.group_of(found),
            [LineWish.of(line) for line in kept],
            name=str(order_id),
            version=found.version,
        )
    return editing.Bench(draft, found.base, kept), found


@signed_in
@asks
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """改人数、改日子: kept beside the order until the lines are looked at and saved."""
    bench, found = _bench(request, order_id)
    known = services.group_of(found)
    was = bench.draft.group
    initial = {"people": was.people, "first_day": was.first_day, "last_day": was.last_day, "wish": was.wish}
    form = GroupForm(request.POST or None, sent=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            given = read_group(form.group, timezone.now(), was=known)
        except Invalid as invalid:
            for field, sentences in invalid.extra["errors"].items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            bench.draft.regroup(given)
            drafts.keep(request, bench.draft)
            return redirect("training-order-lines", order_id)
    context = {"form": form, "base": found.base, "order": found, "action": request.path}
    return render(request, "centres/training/group.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def lines(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """加一项、去一项，最后存下来. A stale page is told so, and nothing is half written."""
    bench, found = _bench(request, order_id)
    refused: Refusal | None = None
    sent, code = None, ""
    if request.method == "POST" and request.POST.get("do") == "save":
        try:
            services.change_order(
                actor=request.actor,  # type: ignore[attr-defined]
                order_id=order_id,
                group=bench.draft.group,
                lines=bench.draft.lines,
                version=bench.draft.version,
            )
        except Refusal as error:
            refused = error
            if refused.code == "STALE":
                drafts.forget(request, str(order_id))
        else:
            drafts.forget(request, str(order_id))
            messages.success(request, _("改好了。"))
            return redirect(found)
    elif request.method == "POST":
        sent, code = editing.work(request, bench)
        if sent is None:
            return redirect("training-order-lines", order_id)
    context = editing.context_of(request, bench, sent, code) | {"order": found, "refused": refused}
    status = refused.status if refused else 422 if sent is not None else 200
    return render(request, "centres/training/lines.html", context, status=status)
