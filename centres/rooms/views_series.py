"""约一串: weekdays and hours, every date looked at first, then all of them or those that can be had."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.rooms import counter, dayview, persons, queries, rules, series, words
from centres.rooms.enums import LIVE, BookingState, Mode
from centres.rooms.forms_series import SeriesForm, read_dates
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.series import Line, SeriesRefused
from centres.rooms.spans import Span
from centres.rooms.views_booking import bookable
from portal.accounts.policy import signed_in
from portal.errors import Invalid, NotFound, Refusal
from portal.once.services import once_form

WEEK = 7
MONTH = dt.timedelta(days=28)


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def book(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """约一串：选星期几、从哪天到哪天 → 一天一天看约不约得成 → 全约，或者跳过约不成的。"""
    room = bookable(room_id)
    actor = request.actor  # type: ignore[attr-defined]
    at_counter = rules.runs(actor, room)
    if request.method == "GET":
        return _choose(request, room, at_counter)
    form = _form(request, room, at_counter, request.POST)
    if not form.is_valid() or not counter.settle(actor, room, form):
        return _choose(request, room, at_counter, form)
    step = request.POST.get("step", "")
    dates = read_dates(request.POST.getlist("date")) if step == "book" else form.dates
    mode = request.POST.get("mode", "") if step == "book" else Mode.PREVIEW
    try:
        lines = _book(actor, room, form, dates, mode)
    except SeriesRefused as refused:
        return _preview(request, room, form, refused.lines, refused)
    except Invalid as refused:
        form.add_error(None, next(iter(refused.extra.get("errors", {"": [refused.message]}).values()))[0])
        return _choose(request, room, at_counter, form)
    if mode == Mode.PREVIEW:
        return _preview(request, room, form, lines)
    booked = [line.booking for line in lines if line.booking]
    if not booked:
        # Every one of them was taken while they looked.
        return _preview(request, room, form, lines, SeriesRefused(lines))
    messages.success(request, _done(booked, lines))
    return redirect("booking-series", series_id=booked[0].series_id)


def _book(actor: Any, room: Room, form: SeriesForm, dates: list[dt.date], mode: str) -> list[Line]:
    start_time, end_time = form.times
    data = form.cleaned_data
    return series.book_series(
        actor=actor,
        room=room.pk,
        dates=dates,
        start_time=start_time,
        end_time=end_time,
        purpose=data["purpose"],
        people=data.get("people"),
        mode=mode,
        on_behalf_of=counter.whose(actor, form),
    )


def _done(booked: list[Booking], lines: list[Line]) -> str:
    n, out = len(booked), sum(1 for line in lines if line.code)
    said = ngettext("约好了 %(n)s 天。", "约好了 %(n)s 天。", n) % {"n": n}
    if out:
        said += ngettext("跳过了 %(n)s 天。", "跳过了 %(n)s 天。", out) % {"n": out}
    return said


def _form(request: HttpRequest, room: Room, at_counter: bool, data: Any = None, **kwargs: Any) -> SeriesForm:
    """With every start from the first opening of the week to its last closing."""
    now = timezone.localtime()
    diary = queries.diary_for(request.actor, room.centre, [room], now.date(), WEEK, now)  # type: ignore[attr-defined]
    frame = dayview.frame_of(diary.hours.on(room, now.date() + dt.timedelta(days=n)) for n in range(WEEK))
    span = Span(frame.start, frame.end, dayview.SpanState.FREE) if frame else None
    elder = bool(request.elder)  # type: ignore[attr-defined]
    return SeriesForm(data, room=room, span=span, counter=at_counter, elder=elder, **kwargs)


def _choose(request: HttpRequest, room: Room, at_counter: bool, form: SeriesForm | None = None) -> HttpResponse:
    now = timezone.localtime()
    if form is None:
        tomorrow = now.date() + dt.timedelta(days=1)
        initial = {"first": tomorrow, "last": tomorrow + MONTH, "minutes": max(60, room.min_minutes)}
        form = _form(request, room, at_counter, initial=initial)
    person = None if at_counter else persons.of_account(request.user)
    context = {"room": room, "form": form, "at_counter": at_counter, "month": words.month(now.date())}
    context["quota"] = queries.quota_of(person, room.centre, now.date()) if person and room.uses_quota else None
    return render(request, "centres/rooms/series.html", context, status=422 if form.is_bound else 200)


def _preview(
    request: HttpRequest, room: Room, form: SeriesForm, lines: list[Line], refused: Refusal | None = None
) -> HttpResponse:
    """Every date with ✓ or with why not; nothing is written yet."""
    now, (start, end) = timezone.localtime(), form.times
    rows = [{"date": line.date, "day": queries.day_label(line.date, now), "line": line} for line in lines]
    can = sum(1 for line in lines if not line.code)
    context = {
        "room": room,
        "form": form,
        "rows": rows,
        "can": can,
        "out": len(lines) - can,
        "time": f"{start.hour}:{start:%M}–{end.hour}:{end:%M}",
        "refused": refused,
        "answer": room.needs_approval and not rules.runs(request.actor, room),  # type: ignore[attr-defined]
    }
    return render(request, "centres/rooms/series_preview.html", context, status=refused.status if refused else 200)


# ---------------------------------------------------------------- one series
@signed_in
@require_GET
def one(request: HttpRequest, series_id: UUID) -> HttpResponse:
    return page(request, series_id)


def page(request: HttpRequest, series_id: UUID, *, refused: Refusal | None = None) -> HttpResponse:
    """All of a series that this person may see: each stands for itself, what is to come can be called off at once."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    found = list(queries.members_of(actor, series_id))
    if not found:
        raise NotFound()
    coming = [booking for booking in found if booking.state in LIVE and booking.starts_at > now]
    elder = bool(request.elder)  # type: ignore[attr-defined]
    mine = rules.speaks_for(actor, found[0])
    context = {
        "rows": [
            {"booking": booking, "standing": words.standing(booking, now, mine=mine, elder=elder)} for booking in found
        ],
        "room": found[0].room,
        "series_id": series_id,
        "first": found[0],
        "coming": coming,
        "stand": sum(1 for booking in found if booking.state in (*LIVE, BookingState.COMPLETED)),
        "mine": mine,
        "owes_reason": bool(coming) and rules.calls_off(actor, coming[0]) and not coming[0].is_centres_own,
        "refused": refused,
    }
    return render(request, "centres/rooms/series_page.html", context, status=refused.status if refused else 200)


@signed_in
@require_POST
@once_form
def cancel(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """还没到的都取消, after a word of confirmation."""
    reason = request.POST.get("reason", "")[:200]
    try:
        gone = series.cancel_coming(actor=request.actor, series_id=series_id, reason=reason)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, series_id, refused=refused)
    n = len(gone)
    messages.success(
        request, ngettext("取消了 %(n)s 天，谢谢您说一声。", "取消了 %(n)s 天，谢谢您说一声。", n) % {"n": n}
    )
    return redirect("booking-series", series_id=series_id)
