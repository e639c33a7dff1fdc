"""人来了，现在就用: one field and one tap. Who it is, which room, how long; the rest the house knows."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from centres.rooms import counter, queries, rules, services, views_desk
from centres.rooms.hours import this_quarter
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.walkin import WalkIn
from portal.accounts.enums import COMMUNITY
from portal.accounts.policy import roles
from portal.errors import Forbidden, Refusal
from portal.once.services import once_form
from portal.requests import whole_number
from portal.ui.words import clock

LONGEST = 24 * 60
# Kept in Chinese whatever language the clerk reads: it stands on the resident's own page.
PURPOSE = gettext_noop("当场用")


@roles(*COMMUNITY)
@require_http_methods(["GET", "POST"])
@once_form
def walk_in(request: HttpRequest) -> HttpResponse:
    """Without a room it finds the person; with one it is booked from this quarter on and they are in."""
    if request.method == "GET":
        # A page that answered a press is left by its links, or loaded again.
        query = request.GET.urlencode()
        return redirect(reverse("desk-bookings") + (f"?{query}" if query else ""))
    said = WalkIn(who=request.POST.get("who", "").replace("\0", "").strip()[:40], slot=request.POST.get("slot", ""))
    _find(request, said)
    room, minutes = _read(said.slot)
    if said.person is None or room is None:
        return views_desk.page(request, walk=said, status=422 if said.error else 200)
    if not rules.runs(request.actor, room):  # type: ignore[attr-defined]
        raise Forbidden()
    try:
        booking = _book(request, room, minutes, said.person)
    except Refusal as refused:
        if refused.status == 404:
            raise
        said.refused = refused
        return views_desk.page(request, walk=said, status=refused.status)
    messages.success(request, _in(booking, said.person[1]))
    return redirect("desk-bookings")


def _find(request: HttpRequest, said: WalkIn) -> None:
    """One person is meant, or several may be, or it is said what to type instead."""
    chosen = request.POST.get("on_behalf_of", "")
    if not said.who:
        said.error = _("说一声是哪一位。")
        return
    said.people = counter.people(request.actor, said.who)  # type: ignore[attr-defined]
    said.person = next((one for one in said.people if one[0] == chosen), None)
    if said.person is None and len(said.people) == 1:
        said.person = said.people[0]
    if not said.people:
        said.error = _("没找到这一位。换整个手机号试试；还没有的，请他先用手机号在这个网站登录一次。")


def _read(slot: str) -> tuple[Room | None, int]:
    """ "room|minutes" of the button that was pressed."""
    room, _bar, minutes = slot.partition("|")
    try:
        found = queries.room_by_id(UUID(room))
    except ValueError:
        return None, 0
    return found, min(whole_number(minutes) or 0, LONGEST)


def _book(request: HttpRequest, room: Room, minutes: int, person: tuple[str, str]) -> Booking:
    start = this_quarter(timezone.localtime())
    given: dict[str, Any] = {"override_reason": request.POST.get("override_reason", "")[:200]}
    return services.book(
        actor=request.actor,  # type: ignore[attr-defined]
        room=room.pk,
        starts_at=start,
        ends_at=start + dt.timedelta(minutes=minutes),
        purpose=PURPOSE,
        on_behalf_of=UUID(person[0]),
        walk_in=True,
        **given,
    )


def _in(booking: Booking, name: str) -> str:
    """林秀英，书画室，用到 15:15。"""
    said = {"who": queries.name_of(booking), "place": booking.place, "until": clock(booking.ends_at)}
    return _("登记好了：%(who)s，%(place)s，用到 %(until)s。") % said
