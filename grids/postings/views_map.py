"""The map and what it leads to: a community, a grid, the sign that hangs in its stairwells. Open to everybody."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.postings import queries
from grids.postings.counts import public_counts
from grids.postings.drawing import Plot, community_map, district_map
from grids.postings.enums import DUTIES
from grids.postings.words import office_hours
from grids.registry.queries import organisations_under, resident_of
from grids.tree import queries as tree
from grids.tree.enums import Kind, Level
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.policy import anyone

if TYPE_CHECKING:
    from grids.tree.models import Grid


@anyone
@require_GET
def district(request: HttpRequest) -> HttpResponse:
    """网格图: the communities of the district, and beside it the list that says the same."""
    drawing = district_map()
    numbers = {plot.grid.pk: plot.mark for plot in drawing.plots}
    streets: dict[str, tuple[Grid, list[tuple[str, Grid]]]] = {s.path: (s, []) for s in tree.streets()}
    for one in tree.communities():
        if one.path[: -tree.STEP] in streets:
            streets[one.path[: -tree.STEP]][1].append((numbers.get(one.pk, ""), one))
    context = {"drawing": drawing, "streets": streets.values(), "here": tree.current_community(request)}
    return render(request, "grids/map/district.html", context | _tiles())


@anyone
@require_GET
def of_community(request: HttpRequest, code: str) -> HttpResponse:
    """The grids of a community on the ground: touch one for its people and telephone."""
    here = _community(code)
    home = _home(request)
    context = {
        "here": here,
        "drawing": community_map(here, lit=home),
        "rows": _rows(here),
        "home": home,
        "hours": office_hours(here.code),
    }
    return render(request, "grids/map/community.html", context | _tiles())


@anyone
@require_GET
def shapes(request: HttpRequest) -> JsonResponse:
    """What the browser's map draws: the same outlines, words and addresses as the drawing. `?at=` a community."""
    if code := request.GET.get("at", "")[:24]:
        here = _community(code)
        counts, drawing = public_counts(here.path), community_map(here, lit=_home(request))
        cards = {card.grid.pk: card for card in queries.cards_of(tree.grids_under(here.path), timezone.now())}
        features = [_feature(p, counts.of_building(p.grid.pk), "m-building") for p in drawing.buildings]
        for plot in drawing.plots:
            feature = _feature(plot, counts.of_grid(plot.grid.path), plot.css)
            workers = cards[plot.grid.pk].workers if plot.grid.pk in cards else []
            feature["properties"]["workers"] = [
                {"name": w.name, "title": str(w.title), "phone": w.phone} for w in workers
            ]
            features.append(feature)
    else:
        drawing = district_map()
        features = [_feature(plot, plot.grid.theme, plot.css) for plot in drawing.plots]
        features += [_feature(plot, "", "m-ground") for plot in drawing.ground]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(plot: Plot, said: str, css: str) -> dict[str, Any]:
    at = [round(plot.lat, 6), round(plot.lng, 6)]
    own = {"name": plot.grid.name, "mark": plot.mark, "said": said, "css": css, "url": plot.url, "at": at}
    return {"type": "Feature", "geometry": plot.shape, "properties": own}


@anyone
@require_GET
def place(request: HttpRequest, code: str) -> HttpResponseBase:
    """A community or a grid by its code; a building leads to the grid that looks after it."""
    here = tree.by_code(code)
    if here is None:
        raise Http404
    if not here.is_active:
        return _gone(request, here)
    if here.level == Level.BUILDING:
        grid = tree.basic_grid_of(here)
        return redirect("grids-community", grid.code if grid else "")
    if here.level == Level.COMMUNITY:
        return _community_page(request, here)
    if here.level == Level.BASIC_GRID:
        return _grid_page(request, here, "grids/postings/grid.html")
    raise Http404


@anyone
@require_GET
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """公示牌: the sign of one grid, on A4 or A3 (`?size=a3`)."""
    here = tree.by_code(code)
    if here is None or here.level != Level.BASIC_GRID or here.kind == Kind.SECTOR:
        raise Http404
    if not here.is_active:
        return _gone(request, here)
    return _grid_page(request, here, "grids/postings/poster.html")


def _gone(request: HttpRequest, here: "Grid") -> HttpResponse:
    """A grid that was split or merged: its code still says where it went."""
    went = tree.went_to(here)
    if not went:
        raise Http404
    return render(request, "grids/postings/gone.html", {"here": here, "went": went, "on": went[0][1]})


def _community_page(request: HttpRequest, here: "Grid") -> HttpResponse:
    now, rows = timezone.now(), _rows(here)
    office = queries.below(path=here.path, roles=COMMUNITY, at=now)
    office.sort(key=lambda posting: posting.role != Role.SECRETARY)
    context = {
        "here": here,
        "street": tree.chain(here)[-2],
        "grids": [row for row in rows if row[0].grid.kind == Kind.TERRITORIAL],
        "dedicated": [row for row in rows if row[0].grid.kind == Kind.DEDICATED],
        "number": sum(row[0].grid.kind == Kind.TERRITORIAL for row in rows),
        "office": map(queries.Card.of, office),
        "hours": office_hours(here.code),
    }
    return render(request, "grids/postings/community.html", context)


def _grid_page(request: HttpRequest, here: "Grid", template: str) -> HttpResponse:
    now = timezone.now()
    community = tree.community_of(here)
    counts = public_counts(community.path) if community else None
    card = queries.cards_of([here], now, holders_only=template.endswith("poster.html"))[0]
    people = card.workers or queries.handlers_of(here, now)
    size = "a3" if request.GET.get("size") == "a3" else "a4"
    context = {
        "here": here,
        "community": community,
        "chain": tree.chain(here),
        "cards": people,
        "chief": people[0] if people else None,  # `who` is whoever is signed in
        "duties": DUTIES,
        "hours": office_hours(community.code if community else here.code[:12]),
        "drawing": community_map(community, only=here.path) if community else None,
        "buildings": [(b, counts.of_building(b.pk) if counts else "") for b in tree.buildings_under(here.path)],
        "people": counts.of_grid(here.path) if counts else "",
        "organisations": organisations_under(here.path) if here.kind == Kind.DEDICATED else [],
        "size": size,
        "address": settings.SITE_URL + reverse("grids-community", args=[here.code]),
    }
    return render(request, template, context)


def _rows(here: "Grid") -> "list[tuple[queries.GridCard, str, list[tuple[Grid, str]]]]":
    """Each grid of a community with its people, what is said of its count, and of its buildings'."""
    counts = public_counts(here.path)
    buildings: dict[str, list[tuple[Grid, str]]] = {}
    for building in tree.buildings_under(here.path):
        said = counts.of_building(building.pk)
        buildings.setdefault(building.path[: -tree.STEP], []).append((building, said))
    cards = queries.cards_of(tree.grids_under(here.path), timezone.now())
    return [(card, counts.of_grid(card.grid.path), buildings.get(card.grid.path, [])) for card in cards]


def _community(code: str) -> "Grid":
    here = tree.by_code(code)
    if here is None or here.level != Level.COMMUNITY or not here.is_active:
        raise Http404
    return here


def _home(request: HttpRequest) -> str:
    """Path of the grid one lives in, for those who signed in and are known."""
    resident = resident_of(request.user) if request.user.is_authenticated else None
    return resident.household.building.path[: -tree.STEP] if resident else ""


def _tiles() -> dict[str, str]:
    return {"tiles": settings.MAP_TILES_URL, "credit": settings.MAP_TILES_CREDIT}
