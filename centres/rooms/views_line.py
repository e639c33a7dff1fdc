"""候补: standing in line for a time that is taken, and what is being offered to whom."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.rooms import counter, linewords, queries, rules, waitlist
from centres.rooms.alternatives import book_url
from centres.rooms.enums import WaitEvent
from centres.rooms.forms import BookForm, EventForm, WaitForm, read_date, read_time
from centres.rooms.hours import on_day
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.spans import Span
from centres.rooms.views_booking import bookable, refused_page
from portal.accounts.policy import signed_in
from portal.errors import Refusal
from portal.once.services import once_form
from portal.requests import whole_number


# ---------------------------------------------------------------- joining
@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def join(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """排个候补：要的时间有人约了，说一声要哪一段，空出来就告诉您。"""
    room = bookable(room_id)
    actor = request.actor  # type: ignore[attr-defined]
    at_counter = rules.runs(actor, room)
    if request.method == "GET":
        return _choose(request, room, at_counter)
    form = BookForm(request.POST, room=room, counter=at_counter, elder=bool(request.elder))  # type: ignore[attr-defined]
    if not form.is_valid() or not counter.settle(actor, room, form):
        return _choose(request, room, at_counter, form)
    data = form.given
    wish = {name: data[name] for name in ("starts_at", "ends_at", "purpose", "people")}
    try:
        entry = waitlist.join(actor=actor, room=room.pk, on_behalf_of=counter.whose(actor, form), **wish)
    except Refusal as refused:
        return _not_in_line(request, room, form, refused, at_counter)
    messages.success(request, _("排上了，轮到就告诉您。"))
    return redirect(entry)


def _not_in_line(request: HttpRequest, room: Room, form: BookForm, refused: Refusal, at_counter: bool) -> HttpResponse:
    """It can simply be booked, they stand there already, or a rule says no."""
    if refused.code == "FREE":
        messages.info(request, str(refused.message))
        return redirect(book_url(room, form.starts_at, form.ends_at))
    return refused_page(request, room, form, refused, at_counter)


def _choose(request: HttpRequest, room: Room, at_counter: bool, form: BookForm | None = None) -> HttpResponse:
    """Which time of that day: anything between opening and closing, for others may give back part of what they have."""
    now = timezone.localtime()
    source: Any = form.data if form else request.GET
    day = max(read_date(source.get("date"), now.date()), now.date())
    diary = queries.diary_for(request.actor, room.centre, [room], day, 1, now)  # type: ignore[attr-defined]
    hours = diary.hours.on(room, day)
    taken = [span for span in diary.day(room, day) if span.state in ("booked", "held") and span.ends_at > now]
    open_span = _open_span(hours.opens, hours.closes, now)
    elder = bool(request.elder)  # type: ignore[attr-defined]
    bound = None
    if open_span is not None and (taken or form is not None):
        start, minutes = _first_wish(source, day, taken, open_span, room)
        initial = {"date": day, "start": start, "minutes": minutes}
        bound = WaitForm(room=room, span=open_span, counter=at_counter, elder=elder, initial=initial)
        if form is not None:
            bound = WaitForm(form.data, room=room, span=open_span, counter=at_counter, elder=elder)
            bound.show(form)
    context = {"room": room, "day": day, "form": bound, "taken": taken, "at_counter": at_counter, "hours": hours}
    return render(request, "centres/rooms/wait.html", context, status=422 if form is not None else 200)


def _open_span(opens: dt.datetime | None, closes: dt.datetime | None, now: dt.datetime) -> Span | None:
    """From opening to closing, or from the next quarter on: what one may wait for that day."""
    if opens is None or closes is None:
        return None
    start = max(opens, linewords.after(now))
    return Span(start, closes, linewords.FREE) if start < closes else None


def _first_wish(source: Any, day: dt.date, taken: list[Span], span: Span, room: Room) -> tuple[str, int]:
    """What was asked for by a link, else the first time that somebody has."""
    asked = read_time(source.get("start"))
    first = on_day(day, asked) if asked else max(span.starts_at, taken[0].starts_at) if taken else span.starts_at
    length = next((one.minutes for one in taken if one.starts_at <= first < one.ends_at), 60)
    minutes = whole_number(source.get("minutes")) or length
    return f"{timezone.localtime(first):%H:%M}", max(room.min_minutes, min(minutes, room.max_minutes))


# ---------------------------------------------------------------- one place in line
@signed_in
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return page(request, entry_id)


def page(request: HttpRequest, entry_id: UUID, *, refused: Refusal | None = None) -> HttpResponse:
    """A place in line: what for, how many are before, what is being offered and until when."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    found = waitlist.visible(actor, entry_id)
    mine = found.user_id == actor.id
    before = waitlist.place_in_line(found)
    elder = bool(request.elder)  # type: ignore[attr-defined]
    context = {
        "entry": found,
        "room": found.room,
        "centre": found.room.centre,
        "mine": mine,
        "who": queries.name_of(found),
        "phone": queries.phone_of(found),
        "standing": linewords.standing(found, now, before=before, mine=mine, elder=elder),
        "before": before,
        "may_act": rules.is_in_line(actor, found),
        "again": found.starts_at > now,
        "refused": refused,
        "why": getattr(refused, "why", ""),
        "slots": refused.extra.get("alternatives", ()) if refused else (),
    }
    return render(request, "centres/rooms/entry.html", context, status=refused.status if refused else 200)


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """我要、不等了. What came too late is said on the page, with what holds now."""
    form = EventForm(request.POST)
    event = request.POST.get("event", "")
    if not form.is_valid() or event not in (WaitEvent.ACCEPT, WaitEvent.WITHDRAW):
        raise Http404
    given = {"actor": request.actor, "entry_id": entry_id, "version": form.cleaned_data["version"]}  # type: ignore[attr-defined]
    try:
        if event == WaitEvent.ACCEPT:
            booking: Booking = waitlist.accept(**given)
            messages.success(
                request, _("要到了。") if booking.state != "pending" else _("要到了，先给您留着，等社区点头。")
            )
            return redirect(booking)
        waitlist.withdraw(**given)
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, entry_id, refused=refused)
    messages.success(request, _("不等了，谢谢您说一声，后面的人能早点轮到。"))
    return redirect(reverse("waitlist-entry", args=[entry_id]))
