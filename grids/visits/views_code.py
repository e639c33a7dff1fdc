"""门口是谁: the digits on the worker's screen, and the page that says whose they are."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from grids.postings.queries import worker_of
from grids.tree.queries import by_code, communities, current_community
from grids.visits.door_code import STEP, code_of, step_of, who_is_it
from grids.visits.forms_more import DoorCodeForm
from grids.visits.views import KNOCKERS
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone
from portal.requests import actor_of
from portal.throttle import services as throttle

WINDOW = timedelta(minutes=10)
# Forty people with three steps each are found by guessing once in eight thousand tries.
TRIES, TRIES_AT_THE_DESK = 8, 120


@KNOCKERS
@require_GET
def my_code(request: HttpRequest) -> HttpResponse:
    """What the worker reads out through the door."""
    now, actor = timezone.now(), actor_of(request)
    place = current_community(request)
    until = (step_of(now) + 1) * STEP.total_seconds() - now.timestamp()
    context = {"code": code_of(actor, now), "seconds": int(until) + 1, "place": place}
    response = render(request, "grids/visits/code.html", context)
    response["Cache-Control"] = "no-store"
    return response


@anyone
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("digits")
def check(request: HttpRequest) -> HttpResponse:
    """Whose digits are these? By post, so that they stand in no address and no log; nothing is kept of it."""
    here, now = current_community(request), timezone.now()
    form = DoorCodeForm(request.POST or None, places=communities(), initial={"place": here.code if here else None})
    context: dict[str, Any] = {"form": form, "here": here, "asked": False, "card": None}
    if request.method == "POST" and form.is_valid():
        at_desk = actor_of(request).holds(*COMMUNITY)
        limit = TRIES_AT_THE_DESK if at_desk else TRIES
        throttle.hit("door-code", throttle.caller(request), limit=limit, window=WINDOW)
        place = by_code(form.cleaned_data["place"])
        card = who_is_it(form.cleaned_data["place"], form.cleaned_data["digits"], now)
        context |= {"asked": True, "card": card, "here": place, "office": worker_of(place.path, now) if place else None}
    response = render(request, "grids/visits/check.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
