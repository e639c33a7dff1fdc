import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms import queries, rules, staffday, words
from centres.rooms.deskrows import rows_of
from centres.rooms.forms import read_date
from centres.rooms.models import Centre
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.querysets import OVERSEERS
from centres.rooms.views import ONE_DAY, WEEK
from centres.rooms.walkin import WalkIn
from grids.tree.queries import current_community
from portal.accounts.policy import roles

PER_PAGE = 60


@roles(*OVERSEERS)
@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """这一天的预约：来了人当场登记，等点头的就地点，所有房间一眼看完。`?date=`; `?show=pending` all that wait."""
    return page(request)


def page(request: HttpRequest, *, walk: WalkIn | None = None, status: int = 200) -> HttpResponse:
    """The day; with what was said of somebody who stands at the counter."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    date = read_date(request.GET.get("date"), now.date())
    only_pending = request.GET.get("show") == "pending"
    waiting = list(queries.to_decide(actor))
    listed = queries.to_decide(actor) if only_pending else queries.on_day(actor, date)
    found = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    centre = queries.centre_of(current_community(request))
    line = [] if only_pending else queries.line_on_day(actor, date)
    context = {
        "date": date,
        "title": words.weekday(date, now),
        "is_today": date == now.date(),
        "page": found,
        "rows": rows_of(actor, found, now),
        "waiting": [] if only_pending else rows_of(actor, waiting, now),
        "waits": len(waiting),
        "only_pending": only_pending,
        "centre": centre,
        "keep": "",
        "line": staffday.line_rows(line, now),
        "walk": walk or WalkIn(),
        # Where a nod comes back to.
        "back": request.get_full_path() if request.method == "GET" else reverse("desk-bookings"),
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
    if centre is not None and rules.runs_centre(actor, centre) and not only_pending:
        context |= _house(request, centre, date, line, now)
    return render(request, "centres/rooms/desk.html", context, status=status)


def _house(
    request: HttpRequest, centre: Centre, date: dt.date, line: list[WaitlistEntry], now: dt.datetime
) -> dict[str, Any]:
    """What only whoever keeps the house sees: all its rooms over the day, and those one may have at once."""
    actor = request.actor  # type: ignore[attr-defined]
    rooms = queries.rooms_of(centre)
    diary = queries.diary_for(actor, centre, rooms, date, 1, now)
    frame, timeline = staffday.timeline(actor, diary, rooms, date, line)
    today = date == now.date()
    free = staffday.free_now(diary, rooms, now) if today else []
    return {"keeps_house": True, "frame": frame, "timeline": timeline, "free": free}
