"""A room let by the place: its seats or stalls for a time, free and taken, each free one to press."""

import datetime as dt
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms import places, queries
from centres.rooms.forms import SlotForm, read_date, read_time
from centres.rooms.hours import next_quarter, on_day
from centres.rooms.models import Room
from centres.rooms.spans import Span, notice_of
from centres.rooms.views_booking import bookable
from portal.accounts.policy import anyone
from portal.requests import whole_number


@anyone
@require_GET
def seats(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """哪个座位空着：选好几点到几点，点一个空的。`?date= &start= &minutes=`."""
    room = bookable(room_id)
    if not room.by_place:
        return redirect("room-book", room_id=room.pk)
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    day = max(read_date(request.GET.get("date"), now.date()), now.date())
    diary = queries.diary_for(actor, room.centre, [room], day, 1, now)
    hours = diary.hours.on(room, day)
    span = _to_choose_from(hours.opens, hours.closes, now + notice_of(room, keeps_house=diary.keeps_house))
    context = {"room": room, "day": day, "today": now.date(), "word": places.word(room), "hours": hours, "span": span}
    context["opens"] = None if span else queries.next_open(diary, room, day)
    if span is not None:
        start, end = _wanted(request, room, day, span)
        found = places.on_map(diary, room, start, end, actor.id)
        minutes = int((end - start).total_seconds()) // 60
        asked = {"date": f"{day:%Y-%m-%d}", "start": f"{timezone.localtime(start):%H:%M}", "minutes": minutes}
        book = f"{reverse('room-book', args=[room.pk])}?{urlencode(asked)}"
        context |= {
            "places": [{"place": one, "url": f"{book}&part={one.part.pk}"} for one in found],
            "free": sum(1 for one in found if one.state == places.FREE),
            "start": start,
            "end": end,
            "book_url": book,
            "form": SlotForm(room=room, span=span, elder=bool(request.elder), initial=asked),  # type: ignore[attr-defined]
            "wait_url": f"{reverse('room-wait', args=[room.pk])}?{urlencode(asked)}",
        }
    return render(request, "centres/rooms/places.html", context)


def _to_choose_from(opens: dt.datetime | None, closes: dt.datetime | None, earliest: dt.datetime) -> Span | None:
    """What is left of the day between opening and closing."""
    if opens is None or closes is None:
        return None
    start = max(opens, next_quarter(earliest))
    return Span(start, closes, queries.SpanState.FREE) if start < closes else None


def _wanted(request: HttpRequest, room: Room, day: dt.date, span: Span) -> tuple[dt.datetime, dt.datetime]:
    """The time that was asked for, as far as the day and the room have it."""
    asked = read_time(request.GET.get("start"))
    start = (
        on_day(day, asked.replace(minute=asked.minute // 15 * 15, second=0, microsecond=0)) if asked else span.starts_at
    )
    start = min(max(start, span.starts_at), max(span.starts_at, span.ends_at - dt.timedelta(minutes=room.min_minutes)))
    minutes = whole_number(request.GET.get("minutes")) or max(60, room.min_minutes)
    minutes = max(room.min_minutes, min(minutes // 15 * 15, room.max_minutes))
    return start, min(start + dt.timedelta(minutes=minutes), span.ends_at)
