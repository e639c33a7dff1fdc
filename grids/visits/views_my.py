"""我家的门: what a resident sees of visits to their own door, and what they say about them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.postings.queries import worker_of
from grids.registry.queries import anchor_of, household_for, residents_of
from grids.visits import queries, rules
from grids.visits.enums import ObjectionState
from grids.visits.forms_more import SignForm
from grids.visits.objections import object_to
from grids.visits.signs import put_up_sign
from grids.visits.views import KNOCKERS
from portal.accounts.policy import signed_in
from portal.errors import Invalid, NotFound
from portal.once.services import once_form
from portal.requests import actor_of, user_of

MOST_VISITS, MOST_PROMISES = 30, 40
WAITING = ObjectionState.WAITING


def _homes(request: HttpRequest) -> tuple[list[Any], dict[UUID, Any]]:
    """The doors of this account, the first link first, the one that is asked for in front; and since when."""
    residents = residents_of(user_of(request))
    homes = list({one.household_id: one.household for one in residents}.values())
    asked = request.POST.get("home") or request.GET.get("home")
    return (sorted(homes, key=lambda home: str(home.pk) != asked) if asked else homes), queries.homes_of(residents)


@signed_in
@require_GET
def my_door(request: HttpRequest) -> HttpResponse:
    """谁来过、写了什么、答应了什么; when to come and when not."""
    homes, since = _homes(request)
    if not homes:
        return render(request, "grids/visits/no_door.html")
    return render(request, "grids/visits/my_door.html", _door_context(homes, since))


def _door_context(homes: list[Any], since: dict[UUID, Any], form: SignForm | None = None) -> dict[str, Any]:
    home, now = homes[0], timezone.now()
    here = {home.pk: since[home.pk]}
    sign = queries.sign_of(home.pk)
    visits = queries.visits_at_homes(here, MOST_VISITS)
    return {
        "home": home,
        "others": homes[1:],
        "worker": worker_of(home.building.path, now),
        "anchor": anchor_of(home.pk),
        "visits": visits,
        # What was said first stands until somebody has looked: a second saying would be lost.
        "contested": {said.visit_id for one in visits for said in one.objections.all() if said.state == WAITING},
        "promises": queries.promises_of_homes(here, MOST_PROMISES),
        "sign": sign,
        "is_quiet": bool(sign and sign.is_quiet(timezone.localdate(now))),
        "form": form or SignForm(initial=_said(sign)),
        "today": timezone.localdate(now),
    }


def _said(sign: Any) -> dict[str, Any]:
    if sign is None:
        return {}
    return {"likes": sign.likes, "quiet_from": sign.quiet_from, "quiet_until": sign.quiet_until}


def _put_up(request: HttpRequest, form: SignForm, household_id: UUID) -> bool:
    if not form.is_valid():
        return False
    try:
        put_up_sign(actor=actor_of(request), household_id=household_id, **form.cleaned_data)
    except Invalid as refused:
        for name, said in refused.extra.get("errors", {}).items():
            form.add_error(name, said)
        return False
    messages.success(request, _("挂好了，来的人先看得到。"))
    return True


@signed_in
@require_POST
@once_form
def my_sign(request: HttpRequest) -> HttpResponse:
    """The household says itself when it likes to be called on."""
    homes, since = _homes(request)
    if not homes:
        raise NotFound()
    form = SignForm(request.POST)
    if _put_up(request, form, homes[0].pk):
        return redirect("my-door")
    return render(request, "grids/visits/my_door.html", _door_context(homes, since, form), status=422)


@signed_in
@require_POST
@once_form
def my_objection(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    object_to(actor=actor_of(request), visit_id=visit_id, text=request.POST.get("text", ""))
    messages.success(request, _("送到社区书记那里了，七天里给您答复。"))
    return redirect("my-door")


@KNOCKERS
@require_http_methods(["GET", "POST"])
@once_form
def door_sign(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """The same, as it was told at the door, by telephone or at the desk."""
    actor = actor_of(request)
    door = household_for(actor.reach, household_id)
    if door is None or not rules.may_visit(actor, door.building.path):
        raise NotFound()
    sign = queries.sign_of(door.pk)
    form = SignForm(request.POST or None, initial=_said(sign))
    if request.method == "POST" and _put_up(request, form, door.pk):
        return redirect("household", household_id=door.pk)
    context = {"door": door, "sign": sign, "form": form, "today": timezone.localdate()}
    return render(request, "grids/visits/sign.html", context, status=422 if form.errors else 200)
