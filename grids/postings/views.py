from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.postings import queries
from grids.postings.enums import DUTIES
from grids.registry.queries import residents_of
from grids.tree import queries as tree
from grids.tree.enums import Level
from portal.accounts.policy import anyone

if TYPE_CHECKING:
    from grids.tree.models import Grid

MOST = 12


@anyone
@require_GET
def find_worker(request: HttpRequest) -> HttpResponse:
    """找我的网格员: whoever lives here and is known sees theirs at once; others say their building, or choose it.

    `?q=` 文昌花园 5 号楼. `?in=` a code, chosen step by step: street, community, building.
    """
    now = timezone.now()
    text = request.GET.get("q", "").strip()[:40]
    step = tree.by_code(request.GET.get("in", "")[:24]) if request.GET.get("in") else None
    community, rest = tree.find_place(text, tree.current_community(request))
    found = tree.find_buildings(community.path, rest)[:MOST] if community and rest else []
    if step is not None and step.level == Level.BUILDING and step.is_active:
        community, found = tree.community_of(step), [step]
    answers = [(building, queries.workers_at(building.path, now)) for building in found]
    asked = bool(text or step)
    homes = [] if asked else [one.household.building for one in residents_of(request.actor.user)]  # type: ignore[attr-defined]
    mine = queries.workers_at(homes[0].path, now) if homes else []
    context = {
        "q": text,
        "step": step,
        "choices": _choices(step, community if text and not rest else None) if asked else [],
        "root": next((one.code for one in tree.roots()), ""),
        "community": community,
        "answers": answers,
        "home": homes[0] if homes else None,
        "mine": mine,
        "duties": DUTIES,
        "grids": queries.cards_of(tree.grids_under(community.path), now) if community else [],
    }
    return render(request, "grids/postings/find_worker.html", context)


def _choices(step: "Grid | None", said: "Grid | None") -> "list[Grid]":
    """What one chooses from next: streets, then communities of one, then its buildings."""
    at = step or said
    if at is None or not at.is_active or at.level == Level.BUILDING:
        return []
    if at.level == Level.STREET:
        return tree.under([at.path], Level.COMMUNITY)
    return tree.buildings_under(at.path) if tree.community_of(at) else tree.streets()


@anyone
@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """网格和网格员: every street and community with the telephone that answers."""
    streets = tree.streets()
    inside: dict[str, list[Any]] = {street.path: [] for street in streets}
    for one in tree.communities():
        if one.path[: -tree.STEP] in inside:
            inside[one.path[: -tree.STEP]].append(one)
    context = {
        "streets": [(street, inside[street.path]) for street in streets],
        "here": tree.current_community(request),
        "sectors": queries.sector_cards(timezone.now()),
    }
    return render(request, "grids/postings/directory.html", context)
