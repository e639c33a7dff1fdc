"""What is printed and hung at a door: one A4 page for each room."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from centres.rooms import queries, roomwords, words
from centres.rooms.diary import hours_book
from centres.rooms.models import Centre, Room
from centres.rooms.views import asked_centre
from portal.accounts.policy import anyone
from portal.errors import NotFound


@anyone
@require_GET
def poster(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """一间房的门牌：名字、开放时间、规矩、电话、二维码，一张 A4."""
    room = queries.room_by_id(room_id)
    if room is None:
        raise NotFound()
    return _printed(request, room.centre, [room])


@anyone
@require_GET
def posters(request: HttpRequest) -> HttpResponse:
    """一个中心所有房间的门牌，一间一张。`?centre=`."""
    centre = asked_centre(request)
    if centre is None:
        raise NotFound()
    return _printed(request, centre, queries.rooms_of(centre))


def _printed(request: HttpRequest, centre: Centre, rooms: list[Room]) -> HttpResponse:
    today = timezone.localtime().date()
    book = hours_book(rooms, today, today)
    sheets: list[dict[str, Any]] = [
        {
            "room": room,
            "hours": roomwords.hours_of(book, room),
            # The rule of the house stands by itself, larger.
            "rules": [rule for rule in roomwords.rules_of(room) if rule != room.house_rule],
            # Paper outlives the address a page was asked for by: the one the place is known under.
            "url": settings.SITE_URL + room.get_absolute_url(),
        }
        for room in rooms
    ]
    context = {"centre": centre, "sheets": sheets, "phone": words.spoken_phone(centre.phone)}
    return render(request, "centres/rooms/posters.html", context)
