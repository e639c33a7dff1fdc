"""The door: the tablet that hangs there, the page its code opens, and where the staff set both up."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from centres.rooms import arrivals, doorcodes, doorscreen, ics, links, queries, rules, services
from centres.rooms.enums import LinkKind
from centres.rooms.models import Room
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import anyone, roles, slip_holder
from portal.errors import NotFound, Refusal
from portal.once.services import once_form

SCANNED = "door_scan"


@slip_holder
@never_cache
@require_GET
def door(request: HttpRequest, token: str) -> HttpResponse:
    """门口的屏：房间、现在和接下来、半分钟一换的码。It renews itself, with a script or without."""
    room = links.room_of(token, LinkKind.DOOR)
    if room is None:
        raise Http404
    screen = doorscreen.screen_of(room, timezone.now())
    where = request.build_absolute_uri(reverse("room-here", args=[room.pk, screen.code]))
    page = "centres/rooms/_door.html" if getattr(request, "htmx", False) else "centres/rooms/door.html"
    response = render(request, page, {"shown": screen, "room": room, "where": where, "path": request.path})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@anyone
@never_cache
@require_http_methods(["GET", "POST"])
@once_form
def here(request: HttpRequest, room_id: UUID, code: str) -> HttpResponse:
    """扫了门口的码：找到自己现在的预约，按一下就签到；不行就说清楚为什么、怎么办."""
    room = queries.room_by_id(room_id)
    if room is None:
        raise NotFound()
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    if actor.user is None:
        # Signing in takes longer than a code lives. It is judged afterwards, as of now, and counted to the account.
        request.session[SCANNED] = [room.pk.hex, code, int(now.timestamp())]
        return redirect_to_login(request.get_full_path())
    seen_at = _seen_at(request, room, code, now)
    found = arrivals.find(actor, room, now)
    if request.method == "POST" and found.ready is not None:
        return _arrive(request, room, code, found, seen_at)
    try:
        arrivals.try_code(actor, [room.pk], code, seen_at=seen_at or now)
    except Refusal as refused:
        return _here(request, room, code, found, refused=refused)
    return _here(request, room, code, found, scan=doorcodes.scan(room.pk, code, actor.user.pk, seen_at or now))


def _arrive(
    request: HttpRequest, room: Room, code: str, found: arrivals.Found, seen_at: dt.datetime | None
) -> HttpResponse:
    booking = found.ready
    assert booking is not None
    actor = request.actor  # type: ignore[attr-defined]
    try:
        services.check_in(actor=actor, booking_id=booking.pk, code=code, seen_at=seen_at)
    except Refusal as refused:
        return _here(request, room, code, found, refused=refused)
    messages.success(request, _("签到了，请进。"))
    return redirect(booking)


def _here(request: HttpRequest, room: Room, code: str, found: arrivals.Found, **more: Any) -> HttpResponse:
    refused: Refusal | None = more.get("refused")
    context = {"room": room, "code": code, "found": found, "scan": "", "refused": None} | more
    context["early"] = found.coming.starts_at - arrivals.CHECK_IN_FROM if found.coming else None
    response = render(request, "centres/rooms/here.html", context, status=refused.status if refused else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _seen_at(request: HttpRequest, room: Room, code: str, now: dt.datetime) -> dt.datetime | None:
    """When this code was brought here, where that was before this request: before signing in, before the button."""
    kept = request.session.get(SCANNED)
    if kept and kept[:2] == [room.pk.hex, code] and now.timestamp() - kept[2] <= doorcodes.SCAN_HOLDS.total_seconds():
        return dt.datetime.fromtimestamp(kept[2], dt.UTC)
    user_id = request.actor.user.pk  # type: ignore[attr-defined]
    return doorcodes.scanned_at(request.POST.get("scan", ""), room.pk, code, user_id, now)


# ---------------------------------------------------------------- set up by the staff
SAID = {
    ("make", LinkKind.DOOR): gettext_lazy("门口屏的地址好了，旧的已经作废。"),
    ("make", LinkKind.FEED): gettext_lazy("日历地址好了，旧的已经作废。"),
    ("off", LinkKind.DOOR): gettext_lazy("收回了，那块屏不再出码。"),
    ("off", LinkKind.FEED): gettext_lazy("收回了，用这个地址的日历不再更新。"),
}


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def room_links(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """一间房的门口屏、日历和海报：要一个地址，换一个，收回来."""
    actor = request.actor  # type: ignore[attr-defined]
    room = queries.room_by_id(room_id)
    if room is None or not rules.runs(actor, room):
        raise NotFound()
    if request.method == "POST":
        do, _colon, kind = request.POST.get("do", "").partition(":")
        if (do, kind) not in SAID:
            raise NotFound()
        work = links.make_link if do == "make" else links.revoke_link
        work(actor=actor, room_id=room.pk, kind=LinkKind(kind))
        messages.success(request, SAID[do, LinkKind(kind)])
        return redirect(request.path)
    at_door, feed = links.link_of(room, LinkKind.DOOR), links.link_of(room, LinkKind.FEED)
    context = {
        "room": room,
        "door_url": request.build_absolute_uri(links.path_of(at_door)) if at_door else "",
        "door_link": at_door,
        "feed_url": links.url_of(feed) if feed else "",
        "feed_link": feed,
    }
    return render(request, "centres/rooms/links.html", context)


@slip_holder
@require_GET
def room_feed(request: HttpRequest, token: str) -> HttpResponse:
    """A room's bookings for the calendar of the house: times, what for, the number. The address itself is the key."""
    room = links.room_of(token, LinkKind.FEED)
    if room is None:
        raise Http404
    bookings = queries.feed_of_room(room, timezone.now())
    body = ics.calendar(bookings, f"{room.centre.name} · {room.name}", of_room=True)
    return ics.answer(body, "room.ics")
