"""The figures over a period, and the rows behind each number."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from petitions.cases import queries
from petitions.cases.figures import BY_NAME, PARTS, Period, figures, rows_behind, with_urls
from petitions.cases.periods import last_day, period_from
from petitions.cases.sheets import workbook_of
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.accounts.policy import roles
from portal.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
at_the_board = roles(*COMMUNITY, *STREET, *DISTRICT)


def place_from(request: HttpRequest) -> Any:
    """The node of `?grid=` within reach, None for all that is; out of reach is not there."""
    code = request.GET.get("grid", "")
    if not code:
        return None
    node = queries.node_within(request.actor.reach, code)  # type: ignore[attr-defined]
    if node is None:
        raise Http404
    return node


def asked_for(request: HttpRequest) -> tuple[Any, Period, str]:
    """`scope`, with what is wrong with the dates: a page shows this month then, and keeps the form at hand."""
    try:
        return *scope(request), ""
    except Invalid as refused:
        return place_from(request), period_from("", "", timezone.now()), str(refused.message)


def scope(request: HttpRequest) -> tuple[Any, Period]:
    period = period_from(request.GET.get("from", ""), request.GET.get("to", ""), timezone.now())
    return place_from(request), period


@at_the_board
@require_GET
def figures_page(request: HttpRequest) -> HttpResponse:
    place, period, wrong = asked_for(request)
    found = figures(request.actor.reach, place.path if place else "", period)  # type: ignore[attr-defined]
    query = {"from": timezone.localtime(period.since).date(), "to": last_day(period)}
    if place:
        query["grid"] = place.code
    context = {
        "figures": with_urls(found, urlencode(query)),
        "place": place,
        "since": query["from"],
        "until": query["to"],
        "export": f"{reverse('case-figures-xlsx')}?{urlencode(query)}",
        "wrong": wrong,
    }
    return render(request, "petitions/cases/figures.html", context, status=422 if wrong else 200)


@at_the_board
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The same numbers as a workbook."""
    place, period = scope(request)
    found = figures(request.actor.reach, place.path if place else "", period)  # type: ignore[attr-defined]
    first, last = timezone.localtime(period.since).date(), last_day(period)
    response = HttpResponse(workbook_of(found, place.name if place else "", first, last), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="cases-{first:%Y%m%d}-{last:%Y%m%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@at_the_board
@require_GET
def rows_page(request: HttpRequest, name: str, part: str) -> HttpResponse:
    """The very rows that were counted."""
    if name not in BY_NAME or part not in PARTS:
        raise Http404
    place, period = scope(request)
    found = rows_behind(name, part, request.actor.reach, place.path if place else "", period)  # type: ignore[attr-defined]
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    figure = BY_NAME[name]
    context = {
        "page": page,
        "rows": [figure.line(row) for row in page.object_list],
        "figure": figure,
        "what": figure.above if part == "numerator" else figure.below,
        "since": period.since,
        "until": last_day(period),
        "place": place,
    }
    return render(request, "petitions/cases/figure_rows.html", context)
