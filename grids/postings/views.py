from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.postings import queries
from grids.postings.enums import DUTIES
from grids.registry.queries import people_per_building, resident_of
from grids.tree import queries as tree
from grids.tree.enums import Level
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.policy import anyone
from portal.privacy.cells import in_words

MOST = 12


@anyone
@require_GET
def find_worker(request: HttpRequest) -> HttpResponse:
    """找我的网格员: whoever lives here and is known sees theirs at once, others say their building."""
    now = timezone.now()
    community = tree.current_community(request)
    text = request.GET.get("q", "").strip()[:40]
    found = tree.find_buildings(community.path, text)[:MOST] if community and text else []
    answers = [(building, queries.worker_of(building.path, now)) for building in found]
    resident = resident_of(request.user) if request.user.is_authenticated and not text else None
    home = resident.household.building if resident else None
    mine = queries.worker_of(home.path, now) if home else None
    context = {
        "q": text,
        "community": community,
        "answers": answers,
        "home": home,
        "mine": mine,
        "duties": DUTIES,
        "grids": queries.cards_of(tree.grids_under(community.path), now) if community else [],
    }
    return render(request, "grids/postings/find_worker.html", context)


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
    }
    return render(request, "grids/postings/directory.html", context)


@anyone
@require_GET
def community(request: HttpRequest, code: str) -> HttpResponse:
    """One community: its grids, who looks after each, people per building unless it is a small cell."""
    here = tree.by_code(code)
    if here is None or here.level != Level.COMMUNITY or not here.is_active:
        raise Http404
    now = timezone.now()
    people = people_per_building(here.path)
    buildings: dict[str, list[tuple[str, str]]] = {}
    for building in tree.buildings_under(here.path):
        said = in_words(people.get(building.pk, 0))
        buildings.setdefault(building.path[: -tree.STEP], []).append((building.name, said))
    grids = [(card, buildings.get(card.grid.path, [])) for card in queries.cards_of(tree.grids_under(here.path), now)]
    office = queries.below(path=here.path, roles=COMMUNITY, at=now)
    office.sort(key=lambda posting: posting.role != Role.SECRETARY)
    context = {"here": here, "street": tree.chain(here)[-2], "grids": grids, "office": map(queries.Card.of, office)}
    return render(request, "grids/postings/community.html", context)
