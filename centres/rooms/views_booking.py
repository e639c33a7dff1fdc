import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.rooms import appeals, counter, ics, linewords, persons, queries, rules, services, words
from centres.rooms.enums import LIVE, OVERRIDABLE, Code, Event
from centres.rooms.forms import OWN, BookForm, EventForm, MoveForm, read_date, read_time
from centres.rooms.hours import next_quarter, on_day, this_quarter
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.refusals import Refused
from centres.rooms.spans import ANSWER_BEFORE, Span
from portal.accounts.policy import signed_in, slip_holder
from portal.errors import Conflict, NotFound, Refusal
from portal.once.services import once_form
from portal.ui.links import safe_next

PER_PAGE = 20


# ---------------------------------------------------------------- booking
@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def book(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """约一间房：选起止、说做什么 → 看一眼 → 就约这个。A refusal is answered in place, with three other times."""
    room = bookable(room_id)
    actor = request.actor  # type: ignore[attr-defined]
    at_counter = rules.runs(actor, room)
    if request.method == "GET":
        return _choose(request, room, at_counter)
    form = BookForm(_picked(request), room=room, counter=at_counter, elder=bool(request.elder))  # type: ignore[attr-defined]
    if not form.is_valid() or not counter.settle(actor, room, form):
        return _choose(request, room, at_counter, form)
    given = form.given | {"on_behalf_of": counter.whose(actor, form)}
    try:
        if request.POST.get("step") == "book":
            booking = services.book(actor=actor, room=room.pk, **given)
            messages.success(request, _("约好了。") if booking.state != "pending" else _("收到了，先给您留着。"))
            return redirect(booking)
        ask = services.check(actor=actor, room=room.pk, **given)
    except (Refused, Conflict) as refused:
        return refused_page(request, room, form, refused, at_counter)
    return render(request, "centres/rooms/confirm.html", _summary(ask, form, room))


def bookable(room_id: UUID) -> Room:
    room = queries.room_by_id(room_id)
    if room is None or not room.needs_booking:
        raise NotFound()
    return room


def _picked(request: HttpRequest) -> Any:
    """The form as it was sent; a button with another time ("2026-09-19T15:30|90") puts it in place of the first."""
    data = request.POST.copy()
    moment, _bar, minutes = data.get("pick", "").partition("|")
    date, _t, start = moment.partition("T")
    if date and start and minutes:
        data["date"], data["start"], data["minutes"], data["step"] = date, start[:5], minutes, "check"
    return data


def _span_at(room: Room, request: HttpRequest, day: dt.date, start: dt.time | None) -> tuple[Span | None, list[Span]]:
    """The free span a time lies in, and all of that date."""
    now = timezone.localtime()
    diary = queries.diary_for(request.actor, room.centre, [room], day, 1, now)  # type: ignore[attr-defined]
    spans = diary.free(room, day)
    if start is None:
        return (spans[0] if len(spans) == 1 else None), spans
    moment = on_day(day, start)
    return next((span for span in spans if span.starts_at <= moment < span.ends_at), None), spans


def _choose(request: HttpRequest, room: Room, at_counter: bool, form: BookForm | None = None) -> HttpResponse:
    """The first step. Without a time: the free spans of the day to choose from."""
    now = timezone.localtime()
    source: Any = form.data if form else request.GET
    day = max(read_date(source.get("date"), now.date()), now.date())
    start = read_time(source.get("start"))
    # A form comes back with "False" in it, which is no walk-in.
    walk_in = source.get("walk_in", "") not in ("", "False") and at_counter
    span, spans = _span_at(room, request, day, start)
    if walk_in:
        span = _from_now(span or (spans[0] if spans else None), now)
    elder = bool(request.elder)  # type: ignore[attr-defined]
    if form is None and span is not None:
        begin = max(span.starts_at, on_day(day, start)) if start and not walk_in else span.starts_at
        minutes = source.get("minutes") or min(max(60, room.min_minutes), span.minutes, room.max_minutes)
        initial = {"date": day, "start": f"{timezone.localtime(begin):%H:%M}", "minutes": minutes, "walk_in": walk_in}
        initial["part"] = source.get("part", "")
        form = BookForm(room=room, span=span, counter=at_counter, elder=elder, initial=initial)
    elif form is not None:
        form = _again(form, room, span, at_counter, elder)
    context = {"room": room, "day": day, "form": form, "span": span, "spans": spans, "walk_in": walk_in}
    context["at_counter"], context["quota"] = at_counter, _quota(request, room, day, at_counter)
    context["month"] = words.month(day)
    context["place"] = queries.place_named(room, source.get("part"))
    return render(
        request, "centres/rooms/book.html", context, status=422 if form is not None and form.is_bound else 200
    )


def _from_now(span: Span | None, now: dt.datetime) -> Span | None:
    """Who stands at the counter begins in the running quarter, not in the next."""
    if span is None or span.starts_at > next_quarter(now):
        return span
    return Span(this_quarter(now), span.ends_at, span.state)


def _again(form: BookForm, room: Room, span: Span | None, at_counter: bool, elder: bool) -> BookForm:
    """The same form with the choices of its span and what was wrong with it."""
    again = BookForm(form.data, room=room, span=span, counter=at_counter, elder=elder)
    again.show(form)
    return again


def _quota(request: HttpRequest, room: Room, day: dt.date, at_counter: bool) -> queries.Quota | None:
    if at_counter:
        return None
    return queries.quota_of(persons.of_account(request.user), room.centre, day)


def _summary(ask: services.Ask, form: BookForm, room: Room) -> dict[str, Any]:
    """What the second step says before it asks."""
    return {
        "room": room,
        "ask": ask,
        "form": form,
        "person": ask.person,
        "place": queries.place_named(room, form.cleaned_data.get("part")),
        "at_counter": form.counter,
        "answer_by": ask.starts_at - ANSWER_BEFORE if ask.needs_nod else None,
        "refund_until": ask.starts_at - words.REFUND_BEFORE,
        "left": ask.allowed - ask.used - 1 if ask.person else None,
        "month": words.month(ask.month),
        "length": words.length(int(ask.minutes)),
    }


def refused_page(request: HttpRequest, room: Room, form: BookForm, refused: Refusal, at_counter: bool) -> HttpResponse:
    context = {
        "room": room,
        "form": form,
        "refused": refused,
        "why": getattr(refused, "why", ""),
        "slots": [_button(one) for one in refused.extra.get("alternatives", ())],
        "day": form.cleaned_data["date"],
        "may_override": at_counter and refused.code in OVERRIDABLE and not form.cleaned_data.get("override_reason"),
        "full": refused.code == "QUOTA",
        # At the counter it is somebody else's; they speak for themselves.
        "suspension": refused.ask.suspended if isinstance(refused, Refused) and not at_counter else None,
        # The very time that was wanted, for whoever would rather wait for it than take another.
        "may_wait": refused.code in (Code.CONFLICT, Code.BUFFER) and not at_counter_for_itself(form),
    }
    response = render(request, "centres/rooms/refused.html", context, status=refused.status)
    response["X-Refusal"] = refused.code
    return response


def at_counter_for_itself(form: BookForm) -> bool:
    """The house wants it for itself: places in line are for people."""
    return form.counter and form.cleaned_data.get("whose") == OWN


def _button(slot: dict[str, Any]) -> dict[str, Any]:
    """An alternative as a button of the refusal: what was typed goes along with it."""
    if "starts_at" not in slot:
        return {"label": slot["label"], "url": slot["url"]}
    start, end = dt.datetime.fromisoformat(slot["starts_at"]), dt.datetime.fromisoformat(slot["ends_at"])
    pick = f"{start:%Y-%m-%dT%H:%M}|{int((end - start).total_seconds()) // 60}"
    return {"label": slot["label"], "action": reverse("room-book", args=[slot["room"]]), "pick": pick}


# ---------------------------------------------------------------- one booking
@signed_in
@require_GET
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    return page(request, booking_id)


def page(
    request: HttpRequest, booking_id: UUID, *, refused: Refusal | None = None, event: str = "", reason: str = ""
) -> HttpResponse:
    """A booking as its owner or the staff reads it; what was refused in its place."""
    now = timezone.localtime()
    actor = request.actor  # type: ignore[attr-defined]
    found = services.visible_booking(actor, booking_id)
    mine, decides = rules.speaks_for(actor, found), rules.may_decide(actor, found)
    open_events = services.flow.open_events(actor, found)
    context = {
        "booking": found,
        "room": found.room,
        "centre": found.room.centre,
        "mine": mine,
        "decides": decides,
        "of_the_house": rules.is_community(actor, found),
        "standing": words.standing(found, now, mine=mine, elder=bool(request.elder)),  # type: ignore[attr-defined]
        "who": queries.name_of(found),
        "phone": queries.phone_of(found),
        "length": words.length(int((found.ends_at - found.starts_at).total_seconds()) // 60),
        "may_nod": Event.APPROVE in open_events and now < found.starts_at - ANSWER_BEFORE,
        "may_cancel": Event.CANCEL in open_events and now < found.ends_at,
        "may_move": Event.MOVE in open_events and now < found.starts_at and not found.is_programme,
        "may_check_in": Event.CHECK_IN in open_events and found.starts_at - CHECK_IN_EARLY <= now < found.ends_at,
        "gives_back": found.starts_at - now >= words.REFUND_BEFORE or found.state == "pending",
        "stands": found.state in LIVE,
        "sisters": list(queries.members_of(actor, found.series_id)) if found.series_id else [],
        "history": words.history(found.records.order_by("-version"), mine=mine),
        "refused": refused,
        "event": event,
        "reason": reason,
    }
    return render(request, "centres/rooms/booking.html", context, status=refused.status if refused else 200)


CHECK_IN_EARLY = dt.timedelta(minutes=15)
SERVICES: dict[str, Any] = {
    Event.APPROVE: services.approve,
    Event.DECLINE: services.decline,
    Event.CANCEL: services.cancel,
    Event.CHECK_IN: services.check_in,
}
TAKES = {Event.DECLINE: ("reason",), Event.CANCEL: ("reason", "at_request"), Event.CHECK_IN: ("code",)}


@signed_in
@require_POST
@once_form
def act(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """取消、点头、不行、人到了. Back to where the button was, or to the booking with what was wrong."""
    form = EventForm(request.POST)
    event = request.POST.get("event", "")
    if not form.is_valid() or event not in SERVICES:
        raise Http404
    given = {name: form.cleaned_data[name] for name in ("version", *TAKES.get(Event(event), ()))}
    try:
        services_of_event = SERVICES[event]
        found: Booking = services_of_event(actor=request.actor, booking_id=booking_id, **given)  # type: ignore[attr-defined]
    except Refusal as refused:
        if refused.status == 404:
            raise
        return page(request, booking_id, refused=refused, event=event, reason=form.cleaned_data["reason"])
    messages.success(request, thanks(event, found))
    return redirect(safe_next(request, request.POST.get("next"), found.get_absolute_url()))


def thanks(event: str, booking: Booking) -> str:
    if event == Event.CANCEL:
        return _("取消了，这次算一次。谢谢您说一声。") if booking.counts else _("取消了，这次不算数。谢谢您说一声。")
    said = {"room": booking.room.name}
    if event == Event.APPROVE:
        return _("点了头，%(room)s是他的了，已经告诉他。") % said
    if event == Event.DECLINE:
        return _("没有约成，已经告诉他为什么。")
    return _("记下了，人到了。")


@signed_in
@require_http_methods(["GET", "POST"])
@once_form
def move(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """改时间：先看那天哪些时候空着，再换过去；换不成，原来的还在。"""
    actor, now = request.actor, timezone.localtime()  # type: ignore[attr-defined]
    found = services.visible_booking(actor, booking_id)
    if found.is_programme or Event.MOVE not in services.flow.open_events(actor, found):
        return redirect(found)
    elder = bool(request.elder)  # type: ignore[attr-defined]
    refused: Refusal | None = None
    form: MoveForm | None = None
    if request.method == "POST":
        form = MoveForm(_picked(request), room=found.room, elder=elder)
        if form.is_valid():
            given = {"starts_at": form.starts_at, "ends_at": form.ends_at, "version": form.cleaned_data["version"]}
            try:
                services.move(actor=actor, booking_id=booking_id, **given)
            except Refusal as error:
                refused = error
            else:
                messages.success(request, _("改好了。"))
                return redirect(found)
    source: Any = form.data if form else request.GET
    own_day = timezone.localtime(found.starts_at).date()
    day = max(read_date(source.get("date"), own_day), now.date())
    span, spans = _span_at(found.room, request, day, read_time(source.get("start")))
    length = int((found.ends_at - found.starts_at).total_seconds()) // 60
    if span is not None and (form is None or refused is not None):
        initial = {"date": day, "start": f"{timezone.localtime(span.starts_at):%H:%M}", "version": found.version}
        form = MoveForm(
            room=found.room, span=span, elder=elder, initial=initial | {"minutes": min(length, span.minutes)}
        )
    context = {"booking": found, "room": found.room, "day": day, "form": form, "span": span, "spans": spans}
    context |= {"refused": refused, "why": getattr(refused, "why", ""), "today": now.date()}
    context["slots"] = [
        _button(one) | {"action": ""}
        for one in (refused.extra.get("alternatives", ()) if refused else ())
        if one["room"] == str(found.room_id) and "starts_at" in one
    ]
    return render(request, "centres/rooms/move.html", context, status=refused.status if refused else 200)


# ---------------------------------------------------------------- mine, and calendars
@signed_in
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我约的：还没到的在前，过去的在后。"""
    now = timezone.localtime()
    coming = queries.coming_of(request.user.pk, now)  # type: ignore[arg-type]
    past = queries.of_person(request.user.pk).exclude(pk__in=[one.pk for one in coming])  # type: ignore[arg-type]
    person = persons.of_account(request.user)
    feed = queries.feed_for(request.user.pk)  # type: ignore[arg-type]
    elder = bool(request.elder)  # type: ignore[attr-defined]
    page_of = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    line = linewords.rows(queries.line_of(request.user.pk), now, elder=elder)  # type: ignore[arg-type]
    context = {
        "waits": line,
        "offer": line[0] if line and line[0]["offered"] else None,
        "coming": [{"booking": one, "standing": words.standing(one, now, elder=elder)} for one in coming],
        "page": page_of,
        "past": [{"booking": one, "standing": words.standing(one, now, elder=elder)} for one in page_of],
        "put_off": appeals.running_of(request.user.pk, now),  # type: ignore[arg-type]
        "used": queries.used_of(person, now.date()),
        "month": words.month(now.date()),
        "feed_url": ics.feed_url(feed) if feed else "",
    }
    return render(request, "centres/rooms/mine.html", context)


@signed_in
@require_POST
def new_feed(request: HttpRequest) -> HttpResponse:
    """A calendar address of one's own; asking again makes the old one worthless."""
    services.new_feed(actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("日历地址好了。只给自己用，别转给别人。"))
    return redirect(reverse("bookings") + "#calendar")


@signed_in
@require_GET
def booking_ics(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """One booking for the telephone's calendar."""
    found = services.visible_booking(request.actor, booking_id)  # type: ignore[attr-defined]
    return ics.answer(ics.calendar([found], found.room.name), f"{found.ref}.ics")


@slip_holder
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's bookings, for a calendar that asks again and again. The address itself is the key."""
    user_id = ics.user_of(token)
    if user_id is None:
        raise Http404
    return ics.answer(ics.calendar(queries.feed_of(user_id, timezone.now()), _("我约的活动室")), "bookings.ics")
