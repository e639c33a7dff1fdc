from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from grids.registry import life, queries
from grids.registry.forms import show_refusal
from grids.registry.forms_life import AWAY, NEW_DOOR, ArriveForm, DatedForm, MoveForm
from grids.registry.querysets_life import AT_THE_DOOR
from portal.accounts.policy import roles
from portal.errors import Conflict, Invalid
from portal.once.services import once_form

WRITERS = roles(*AT_THE_DOOR)


@WRITERS
@require_http_methods(["GET", "POST"])
@once_form
def move(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """搬家、分户、并户: some or all of a door, to another or away."""
    actor = request.actor  # type: ignore[attr-defined]
    door = life.door_within(actor, household_id)
    form = MoveForm(request.POST or None, people=queries.people_of(door))
    if request.method == "POST" and form.is_valid():
        try:
            _go(actor, household_id, form.cleaned_data)
        except (Invalid, Conflict) as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了。记错了，三十天里能改回原样。"))
            return redirect("household", household_id=household_id)
    context = {"door": door, "form": form}
    return render(request, "grids/registry/life/move.html", context, status=422 if form.errors else 200)


def _go(actor: Any, household_id: UUID, data: dict[str, Any]) -> None:
    asked = {"household_id": household_id, "people": [UUID(one) for one in data["people"]], "on": data["on"]}
    if data["way"] == AWAY:
        life.move_away(actor=actor, **asked)
    else:
        life.move(actor=actor, to=data["to"], open_door=data["way"] == NEW_DOOR, **asked)


@WRITERS
@require_http_methods(["GET", "POST"])
@once_form
def arrive(request: HttpRequest, household_id: UUID) -> HttpResponse:
    """Somebody new behind a door."""
    actor = request.actor  # type: ignore[attr-defined]
    door = life.door_within(actor, household_id)
    form = ArriveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = life.arrive(actor=actor, household_id=household_id, **form.asked)
        except (Invalid, Conflict) as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s登记好了。") % {"name": person.name})
            return redirect("household", household_id=household_id)
    context = {"door": door, "form": form}
    return render(request, "grids/registry/life/arrive.html", context, status=422 if form.errors else 200)


@WRITERS
@require_http_methods(["GET", "POST"])
@once_form
def died(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """Somebody has died. Nobody is sent anything."""
    actor = request.actor  # type: ignore[attr-defined]
    person = life.person_within(actor, resident_id)
    form = DatedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            life.write_death(actor=actor, resident_id=resident_id, on=form.cleaned_data["on"])
        except (Invalid, Conflict) as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了。不会再有消息发给他。"))
            return redirect("household", household_id=person.household_id)
    context = {"person": person, "form": form}
    return render(request, "grids/registry/life/died.html", context, status=422 if form.errors else 200)


@WRITERS
@require_GET
def doors(request: HttpRequest, resident_id: UUID) -> HttpResponse:
    """住过的门: one person's doors, for whoever looks after the one they are at now."""
    person = life.person_within(request.actor, resident_id)  # type: ignore[attr-defined]
    context = {"person": person, "events": life.doors_of(person)}
    return render(request, "grids/registry/life/doors.html", context)


@WRITERS
@require_POST
@once_form
def undo(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Put back what was written down wrongly."""
    back = life.undo(actor=request.actor, event_id=event_id)  # type: ignore[attr-defined]
    messages.success(request, _("改回原样了，改过这一次也记着。"))
    return redirect("household", household_id=life.home_of(back.resident_id))
