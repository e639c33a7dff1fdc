from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms import queries, rules, words
from centres.rooms.deskrows import free_now, rows_of
from centres.rooms.forms import read_date
from centres.rooms.querysets import OVERSEERS
from centres.rooms.views import ONE_DAY, WEEK
from grids.tree.queries import current_community
from portal.accounts.policy import roles

PER_PAGE = 60


@roles(*OVERSEERS)
@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """这一天的预约：等点头的在前，按时间排；来了人当场登记。`?date=`; `?show=pending` all that wait."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    date = read_date(request.GET.get("date"), now.date())
    only_pending = request.GET.get("show") == "pending"
    waiting = list(queries.to_decide(actor))
    listed = queries.to_decide(actor) if only_pending else queries.on_day(actor, date)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    centre = queries.centre_of(current_community(request))
    keeps_house = centre is not None and rules.runs_centre(actor, centre)
    context = {
        "date": date,
        "title": words.weekday(date, now),
        "is_today": date == now.date(),
        "page": page,
        "rows": rows_of(actor, page, now),
        "waiting": [] if only_pending else rows_of(actor, waiting, now),
        "waits": len(waiting),
        "only_pending": only_pending,
        "centre": centre,
        "keep": "",
        "free": free_now(centre, now) if centre is not None and keeps_house and date == now.date() else [],
        "days": [
            {
                "date": day,
                "small": words.short_weekday(day),
                "number": day.day,
                "current": day == date,
                "off": False,
                "said": queries.day_label(day, now),
            }
            for day in (date + n * ONE_DAY for n in range(-1, WEEK - 1))
        ],
    }
    return render(request, "centres/rooms/desk.html", context)
