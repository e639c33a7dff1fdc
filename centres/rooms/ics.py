"""Bookings as a calendar file: one UID for ever, a SEQUENCE that grows with every change, cancellations kept."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from centres.rooms.enums import BookingState
from centres.rooms.models_booking import Booking, CalendarFeed

SALT = "centres.rooms.feed"
STATUS = {
    BookingState.PENDING: "TENTATIVE",
    BookingState.DECLINED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
    BookingState.CANCELLED: "CANCELLED",
}


def calendar(bookings: Iterable[Booking], name: str, *, of_room: bool = False) -> bytes:
    """An iCalendar document (RFC 5545) of these bookings. They come with their room, centre and grid.

    of_room: for the staff's calendar of a room; it wakes nobody.
    """
    found = Calendar()
    found.add("prodid", "-//jiamenkou//bookings//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", settings.TIME_ZONE)
    for booking in bookings:
        found.add_component(event(booking, of_room=of_room))
    return bytes(found.to_ical())


def answer(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def event(booking: Booking, *, of_room: bool = False) -> Event:
    room, centre = booking.room, booking.room.centre
    one = Event()
    one.add("uid", f"{booking.pk}@jiamenkou")
    one.add("sequence", booking.version - 1)
    one.add("dtstamp", datetime.now(UTC))
    one.add("dtstart", booking.starts_at.astimezone(UTC))
    one.add("dtend", booking.ends_at.astimezone(UTC))
    one.add("summary", f"{room.name} · {booking.purpose}")
    one.add("location", " ".join(part for part in (centre.name, room.floor, room.name, centre.address) if part))
    said = _("编号 %(ref)s。") if of_room else _("编号 %(ref)s。来不了请早点取消。")
    one.add("description", said % {"ref": booking.ref})
    one.add("url", settings.SITE_URL + booking.get_absolute_url())
    one.add("status", STATUS.get(BookingState(booking.state), "CONFIRMED"))
    if one["status"] != "CANCELLED" and not of_room:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", room.name)
        alarm.add("trigger", timedelta(hours=-1))
        one.add_component(alarm)
    return one


# ---------------------------------------------------------------- a person's address
def feed_url(feed: CalendarFeed) -> str:
    """Whoever has it reads this person's bookings; only a newer one takes it away."""
    return settings.SITE_URL + reverse("bookings-feed", args=[token_of(feed)])


def token_of(feed: CalendarFeed) -> str:
    return signing.Signer(salt=SALT).sign(f"{feed.user_id.hex}.{feed.number}").replace(":", "~")


def user_of(token: str) -> UUID | None:
    """Whose calendar it opens; None for a token that was not signed here or was replaced since."""
    try:
        who, _dot, number = signing.Signer(salt=SALT).unsign(token.replace("~", ":")).partition(".")
        user_id = UUID(hex=who)
    except (signing.BadSignature, ValueError):
        return None
    found: Any = CalendarFeed.objects.filter(user=user_id, number=int(number), user__is_active=True).first()
    return user_id if found else None
