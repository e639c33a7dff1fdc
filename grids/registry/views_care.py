"""关爱需求: seen by whoever was given it and by the secretary, both with their second factor shown (roles() asks)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from grids.registry import care, care_queries
from grids.registry.enums_care import CareState
from grids.registry.forms import show_refusal
from grids.registry.forms_care import ConfirmForm, EndForm, GroundForm, HandForm, NeedForm, ReasonForm
from portal.accounts.enums import Role
from portal.accounts.policy import roles
from portal.errors import Invalid, NotFound
from portal.once.services import once_form
from portal.requests import actor_of
from portal.ui.forms import Form
from portal.ui.paging import LongPaginator

PER_PAGE = 30
HELPERS = roles(*care.HELPERS)
SECRETARY = roles(Role.SECRETARY)


def _kept_private(response: HttpResponse) -> HttpResponse:
    """The back button must not show the words again without a line in the trail."""
    response["Cache-Control"] = "no-store"
    return response


@HELPERS
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Mine; to the secretary all of the place: who, what sort, who looks after it, until when. No words."""
    actor = actor_of(request)
    in_charge, today = actor.holds(Role.SECRETARY), timezone.localdate()
    done = in_charge and request.GET.get("show") == "done"
    rows = care_queries.over_within(actor) if done else care_queries.now_within(actor)
    page = LongPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "in_charge": in_charge, "done": done, "soon": today + care.REMIND_BEFORE, "today": today}
    return _kept_private(render(request, "grids/registry/care/list.html", context))


@HELPERS
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, need_id: UUID) -> HttpResponse:
    """One need. Its words open for whoever was given it; for the secretary when they have said why."""
    actor, today = actor_of(request), timezone.localdate()
    found = care_queries.need_for(actor, need_id)
    form = ReasonForm(request.POST or None)
    words = None
    if found.assignee_id == actor.id and not found.is_over(today):
        words = care.read_need(actor=actor, need_id=need_id)
    elif request.method == "POST" and form.is_valid():
        try:
            words = care.read_need(actor=actor, need_id=need_id, reason=form.cleaned_data["reason"])
        except Invalid as refused:
            show_refusal(form, refused)
    context = {
        "one": found,
        "words": words,
        "form": form,
        "over": found.is_over(today),
        "in_charge": actor.reach.covers(found.path, Role.SECRETARY),
        "soon": today + care.REMIND_BEFORE,
    }
    return _kept_private(render(request, "grids/registry/care/need.html", context, status=422 if form.errors else 200))


@HELPERS
@require_http_methods(["GET", "POST"])
@once_form
def new(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """A worker says what is needed; the secretary writes it down with its ground."""
    actor = actor_of(request)
    resident = care.resident_at(actor, resident_id)
    path = resident.household.building.path
    in_charge = actor.reach.covers(path, Role.SECRETARY)
    form = (
        ConfirmForm(request.POST or None, helpers=care.helpers_at(path))
        if in_charge
        else NeedForm(request.POST or None)
    )
    if request.method == "POST" and form.is_valid():
        try:
            if isinstance(form, ConfirmForm):
                care.write_down(actor=actor, resident_id=resident_id, **form.given)
            else:
                care.ask_need(actor=actor, resident_id=resident_id, **form.cleaned_data)
        except Invalid as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了，交给照看的人了。") if in_charge else _("记下了，等书记确认。"))
            return redirect("care")
    context = {"resident": resident, "form": form, "in_charge": in_charge}
    return _kept_private(render(request, "grids/registry/care/new.html", context, status=422 if form.errors else 200))


@SECRETARY
@require_http_methods(["GET", "POST"])
@once_form
def confirm(request: HttpRequest, need_id: UUID) -> HttpResponse:
    """Somebody asked: write down the consent, choose who looks after it. Opening the page is a look."""
    actor = actor_of(request)
    found = _in_charge(request, need_id)
    start: dict[str, Any] = {"kind": found.kind, "assignee": str(found.assignee_id or ""), "under_14": found.under_14}
    if request.method == "GET" and found.state == CareState.ASKED:
        start["need"] = care.read_need(actor=actor, need_id=need_id, reason=gettext_noop("确认要不要记下"))
    form = ConfirmForm(request.POST or None, helpers=care.helpers_at(found.path), initial=start)
    return _act(
        request,
        found,
        form,
        "confirm",
        lambda: care.confirm_need(actor=actor, need_id=need_id, **form.given),
        _("确认了，交给照看的人了。"),
    )


@HELPERS
@require_http_methods(["GET", "POST"])
@once_form
def renew(request: HttpRequest, need_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = care_queries.need_for(actor, need_id)
    start = {"basis": found.basis, "statute": found.statute, "under_14": found.under_14}
    if found.under_14:
        start |= {"guardian_name": found.guardian_name, "guardian_phone": found.guardian_phone.removeprefix("+86")}
    form = GroundForm(request.POST or None, initial=start)
    done = _("续了一年。")
    return _act(
        request,
        found,
        form,
        "renew",
        lambda: care.renew_need(actor=actor, need_id=need_id, ground=form.ground),
        done,
    )


@HELPERS
@require_http_methods(["GET", "POST"])
@once_form
def end(request: HttpRequest, need_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = care_queries.need_for(actor, need_id)
    form = EndForm(request.POST or None)
    return _act(
        request,
        found,
        form,
        "end",
        lambda: care.end_need(actor=actor, need_id=need_id, why=form.cleaned_data["why"]),
        _("结束了，照看的人不再看得到。"),
    )


@SECRETARY
@require_http_methods(["GET", "POST"])
@once_form
def hand(request: HttpRequest, need_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = _in_charge(request, need_id)
    form = HandForm(
        request.POST or None,
        helpers=care.helpers_at(found.path),
        initial={"assignee": str(found.assignee_id or "")},
    )
    return _act(
        request,
        found,
        form,
        "hand",
        lambda: care.hand_over(actor=actor, need_id=need_id, assignee_id=form.assignee_id),
        _("交给他了，原来的人不再看得到。"),
    )


def _in_charge(request: HttpRequest, need_id: UUID) -> Any:
    actor = actor_of(request)
    found = care_queries.need_for(actor, need_id)
    if not actor.reach.covers(found.path, Role.SECRETARY):
        raise NotFound()
    return found


def _act(request: HttpRequest, found: Any, form: Form, what: str, do: Callable[[], object], said: str) -> HttpResponse:
    """The page of one act: its form, and what the service says to it."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except Invalid as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, said)
            return redirect("care")
    context = {"one": found, "form": form, "what": what}
    return _kept_private(render(request, "grids/registry/care/act.html", context, status=422 if form.errors else 200))
