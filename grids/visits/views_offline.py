"""The door page without a network: the worker that keeps the page, the page itself, and today's doors to take along."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from grids.visits import offline, rules
from grids.visits.door_code import STEP, codes_of_day
from grids.visits.offline_assets import worker_source
from grids.visits.offline_page import offline_context
from grids.visits.offline_words import headings
from grids.visits.views import at_the_door
from portal.accounts.policy import anyone, roles

KNOCKERS = roles(*rules.KNOCKERS)
ICONS = {"192x192": "any", "512x512": "any", "512x512 ": "maskable"}


@anyone
@require_GET
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served below /grid/, so that it looks after these pages and no others."""
    return HttpResponse(worker_source(), content_type="text/javascript; charset=utf-8")


@anyone
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the page on its home screen."""
    icons = [
        {
            "src": static(
                f"grids/visits/icons/door-{'mask-' if purpose == 'maskable' else ''}{size.split('x')[0]}.png"
            ),
            "sizes": size.strip(),
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS.items()
    ]
    said = {
        "id": "/grid/today/",
        "name": _("家门口 · 今天走访"),
        "short_name": _("走访"),
        "lang": get_language(),
        "start_url": "/grid/today/",
        "scope": "/grid/",
        "display": "standalone",
        "background_color": "#f8f4eb",
        "theme_color": "#f8f4eb",
        "icons": icons,
    }
    return JsonResponse(said, content_type="application/manifest+json")


@anyone
@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The door page with nobody in it: all that may lie on a phone unsealed. Doors come from the sealed pack."""
    return render(request, "grids/visits/offline.html", {"offline": offline_context("")})


@KNOCKERS
@require_GET
@never_cache
def pack(request: HttpRequest) -> HttpResponse:
    """Today's doors, each with its form as the page shows it: what the form asks, it asks without a signal too."""
    actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    walk = offline.walk_to_take(actor, now)
    waiting, materials = offline.promises_of(walk.stops), offline.materials_of(walk.stops)
    doors = []
    for stop in walk.stops:
        key = stop.door.pk
        known: dict[str, Any] = {
            "promises": waiting[key],
            "materials": materials[key],
            "people": stop.people,
            "errands": stop.errands,
        }
        at_door = at_the_door(walk, stop.door, now, sign=stop.sign, **known)
        shown = {"walk": walk, "stop": stop, **at_door}
        doors.append(
            {
                "id": str(stop.door.pk),
                "code": stop.door.code,
                "row": render_to_string("grids/visits/_stop.html", {**shown, "door": None}, request),
                "form": render_to_string("grids/visits/_form.html", shown, request),
            }
        )
    done = [
        {"code": one.household.code, "outcome": one.outcome, "at": one.visited_at.isoformat()} for one in walk.knocked
    ]
    said: dict[str, Any] = {
        "owner": str(actor.id),
        "now": now.isoformat(),
        "day": walk.day.isoformat(),
        "doors": doors,
        "done": done,
        "headings": headings(walk),
        "digits": {"step": int(STEP.total_seconds()), "codes": codes_of_day(actor, now)},
    }
    return JsonResponse(said)
