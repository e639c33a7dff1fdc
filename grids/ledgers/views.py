"""台账: month × kind, each number opens its rows, the whole as a workbook."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.ledgers.queries import Month, place_within, rows_behind, sheets_of
from grids.ledgers.services import record_export
from grids.ledgers.sheets import workbook_of
from grids.tree.enums import Level
from grids.tree.queries import by_id, visible
from portal.accounts.enums import DATA_ROLES
from portal.accounts.policy import roles
from portal.errors import NotFound
from portal.requests import actor_of, user_of
from portal.ui.paging import LongPaginator
from portal.workbench.ledgers import ledger_by_code

READERS = roles(*DATA_ROLES)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PER_PAGE = 50
OFFERED = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.BASIC_GRID)


def _asked(request: HttpRequest) -> tuple[Month, Any, str]:
    """The month, the place (the first one holds, unless another is asked for), and both as a query."""
    reach = actor_of(request).reach
    month = Month.of(request.GET.get("month", ""), timezone.localdate())
    place = place_within(reach, request.GET.get("grid", "")) or by_id(next(iter(reach.grid_ids()), None))
    if place is None:
        raise NotFound()
    return month, place, urlencode({"month": str(month), "grid": place.code})


@READERS
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The month so far, ledger by ledger."""
    month, place, query = _asked(request)
    reach, today = actor_of(request).reach, timezone.localdate()
    this = Month(today.year, today.month)
    places = visible(reach, *OFFERED)[:60]
    context = {
        "sheets": sheets_of(reach, month.span(place.path)),
        "month": month,
        "place": place,
        "places": places,
        "months": _back(this, 13),
        "query": query,
        "export": f"{reverse('ledgers-xlsx')}?{query}",
        "by": user_of(request),
        "today": today,
        "is_running": month == this,
    }
    return render(request, "grids/ledgers/ledgers.html", context)


def _back(month: Month, many: int) -> list[Month]:
    found = [month]
    while len(found) < many:
        found.append(found[-1].before)
    return found


@READERS
@require_GET
def rows(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The very rows behind one number."""
    month, place, query = _asked(request)
    ledger = ledger_by_code(code)
    if ledger is None:
        raise NotFound()
    line, found = rows_behind(ledger, key, actor_of(request).reach, month.span(place.path))
    page = LongPaginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"ledger": ledger, "line": line, "page": page, "rows": [ledger.show(one) for one in page]}
    return render(request, "grids/ledgers/rows.html", context | {"month": month, "place": place, "query": query})


@READERS
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The same numbers as a workbook: to be printed, signed and filed."""
    month, place, _query = _asked(request)
    actor = actor_of(request)
    record_export(actor=actor, place=place)
    content = workbook_of(
        sheets_of(actor.reach, month.span(place.path)),
        place=place.name,
        month=month,
        by=user_of(request).name,
        today=timezone.localdate(),
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="ledgers-{month}-{place.code}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
