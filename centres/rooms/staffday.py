"""One day of a house as its staff see it: every room, who is in it, what is being kept for whom, what is free now."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from centres.rooms import dayview, linewords, places, queries, words
from centres.rooms.alternatives import book_url
from centres.rooms.dayview import Cell, Row
from centres.rooms.diary import Diary
from centres.rooms.enums import SpanState
from centres.rooms.hours import this_quarter
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.spans import Span
from portal.accounts.actors import Actor
from portal.ui import words as ui

# What somebody at the counter is asked: how long?
LENGTHS = (30, 60, 90, 120)
STANDS = (SpanState.BOOKED, SpanState.HELD)


def timeline(
    actor: Actor, diary: Diary, rooms: Iterable[Room], date: dt.date, line: Iterable[WaitlistEntry]
) -> tuple[dayview.Frame | None, list[Row]]:
    """The rooms of a house within the hours of a date, each span with whose it is. One query."""
    rooms = [room for room in rooms if room.needs_booking]
    frame = dayview.frame_of(diary.hours.on(room, date) for room in rooms)
    if frame is None:
        return None, []
    days = {room.pk: diary.day(room, date) for room in rooms}
    ids = {one.booking_id for room in rooms for one in diary.taken[room.pk] if one.booking_id}
    bookings = queries.by_ids(actor, ids)
    out = Counter(room for room, _part in {(one.room_id, one.part_id) for one in bookings.values()})
    offers = {(one.user_id, one.starts_at): one for one in line if one.offer_until is not None}
    rows = []
    for room in rooms:
        row = Row(room, heading=room.name, href=room.get_absolute_url(), note=words.facts(room))
        if room.by_place:
            row.left = _("约出去 %(n)s 个%(word)s") % {"n": out[room.pk], "word": places.word(room)}
        row.cells = [_cell(room, span, bookings, offers) for span in dayview.clipped(days[room.pk], frame)]
        row.is_off = not diary.hours.on(room, date).spans
        rows.append(row)
    return frame, rows


def _cell(room: Room, span: Span, bookings: dict[UUID, Booking], offers: dict[Any, WaitlistEntry]) -> Cell:
    times = {"room": room.name, "start": ui.clock(span.starts_at), "end": ui.clock(span.ends_at)}
    if span.bookable:
        said = _("约%(room)s，%(start)s 到 %(end)s") % times
        return Cell("free", span.quarters, times["start"], f"–{times['end']}", book_url(room, span.starts_at), said)
    booking = bookings.get(span.booking_id) if span.booking_id else None
    if booking is not None:
        who = booking.purpose if booking.is_centres_own else queries.name_of(booking)
        css = "held" if span.state == SpanState.HELD else "busy"
        said = _("%(room)s，%(start)s 到 %(end)s") % times
        return Cell(css, span.quarters, who, "", booking.get_absolute_url(), f"{said} {who} {booking.purpose}")
    offer = offers.get((span.user_id, span.starts_at))
    if offer is not None:
        said = _("留给%(who)s") % {"who": queries.name_of(offer)}
        return Cell("held", span.quarters, said, "", offer.get_absolute_url(), said)
    if span.state in STANDS:
        return Cell("busy", span.quarters, _("满了") if room.by_place else _("有人用"))
    if span.state == SpanState.BUFFER:
        return Cell("gap", span.quarters, hidden=_("收拾"))
    return Cell("gone" if span.code == "TOO_SOON" else "gap", span.quarters, hidden=_("不开"))


def line_rows(entries: Iterable[WaitlistEntry], now: dt.datetime) -> list[dict[str, Any]]:
    """Who waits for something of that day, those whose turn it is first."""
    found = linewords.rows(entries, now)
    for row in found:
        row["who"], row["phone"] = queries.name_of(row["entry"]), queries.phone_of(row["entry"])
    return found


def free_now(diary: Diary, rooms: Iterable[Room], now: dt.datetime) -> list[dict[str, Any]]:
    """Rooms that stand free this quarter of an hour, until when, and how long somebody may have them. No query."""
    found = []
    start = this_quarter(now)
    for room in rooms:
        if not room.needs_booking:
            continue
        span = diary.at(room, now)
        most = min(int((span.ends_at - start).total_seconds()) // 60, room.max_minutes)
        lengths = [n for n in LENGTHS if room.min_minutes <= n <= most]
        if span.state == SpanState.FREE and lengths:
            shown = [
                {"slot": f"{room.pk}|{n}", "label": _("%(n)s 分") % {"n": n}, "said": words.length(n)} for n in lengths
            ]
            found.append({"room": room, "until": ui.clock(span.ends_at), "facts": words.facts(room), "lengths": shown})
    return found
