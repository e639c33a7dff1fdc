"""What the house sees: orders that wait first, what is on day by day, the sheet for kitchen and front desk."""

import datetime as dt
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.training import queries, words
from centres.training.models import TrainingBase
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import NotFound

PER_PAGE = 20
DAYS = 14
FURTHEST = dt.timedelta(days=730)


@roles(*COMMUNITY)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """等回复的在前；`?show=waiting` only those."""
    actor, now = request.actor, timezone.localtime()  # type: ignore[attr-defined]
    only_waiting = request.GET.get("show") == "waiting"
    waiting = queries.to_answer(actor)
    rest = queries.of_house(actor).exclude(pk__in=waiting.values("pk"))
    page = Paginator(waiting if only_waiting else rest, PER_PAGE).get_page(request.GET.get("page"))
    shown = page.paginator.count if only_waiting else waiting.count()
    on_top = [] if only_waiting or page.number > 1 else list(waiting[:PER_PAGE])
    context = {
        "page": page,
        "rows": _rows(page, now),
        "waiting": _rows(on_top, now),
        "waits": shown,
        "only_waiting": only_waiting,
    }
    return render(request, "centres/training/desk.html", context)


def _rows(some, now):
    return [{"order": one, "days": words.days(one), "standing": words.standing(one, now, mine=False)} for one in some]


@roles(*COMMUNITY)
@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """两周里每天的床、饭、房间."""
    base, bases = _base(request)
    first = _date(request)
    loads = queries.loads(base, first, DAYS)
    today = timezone.localdate()
    step = dt.timedelta(days=DAYS)
    context = {"base": base, "bases": bases, "loads": loads, "first": first, "today": today}
    context |= {"before": max(today, first - step) if first > today else None, "after": first + step}
    context["busy"] = sum(1 for load in loads if not load.is_empty)
    return render(request, "centres/training/days.html", context)


@roles(*COMMUNITY)
@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """某一天的用餐和床位单，打出来给厨房和前台."""
    base, _bases = _base(request)
    day = _date(request)
    rows = queries.sheet(base, day)
    totals = [sum(row.meals.get(meal, 0) for row in rows) for meal in words.MEALS]
    context = {"base": base, "day": day, "label": words.day(day), "rows": rows, "totals": totals}
    context |= {"beds": sum(row.beds for row in rows), "meals": [meal.label for meal in words.MEALS]}
    return render(request, "centres/training/sheet.html", context)


def _base(request: HttpRequest) -> tuple[TrainingBase, list[TrainingBase]]:
    """The base that is asked for among those of one's houses, else the first. Raises NotFound."""
    bases = list(queries.bases_run_by(request.actor))  # type: ignore[attr-defined]
    asked = request.GET.get("base")
    if asked is not None:
        try:
            bases_asked = [base for base in bases if base.pk == UUID(asked)]
        except ValueError:
            bases_asked = []
        if not bases_asked:
            raise NotFound()
        return bases_asked[0], bases
    if not bases:
        raise NotFound()
    return bases[0], bases


def _date(request: HttpRequest) -> dt.date:
    """The date asked for; today where it is none, or one nobody plans for."""
    today = timezone.localdate()
    try:
        asked = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= FURTHEST else today
