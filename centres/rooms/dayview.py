"""Spans as the page draws them: quarters of an hour that fill the day without holes, free ones to press."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms.alternatives import book_url
from centres.rooms.enums import Code, SpanState
from centres.rooms.hours import QUARTER, DayHours, midnight
from centres.rooms.models import Room
from centres.rooms.places import places_url
from centres.rooms.spans import Span
from portal.ui import words as ui

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Wanted:
    """What the visitor asked for: spans touching [since, until), at least `minutes` long. None: whatever there is."""

    since: dt.time | None = None
    until: dt.time | None = None
    minutes: int = 0
    people: int = 0

    def narrowed(self, span: Span) -> Span | None:
        """The piece of a free span that fits, or None."""
        start, end = span.starts_at, span.ends_at
        if self.since is not None:
            start = max(start, start.replace(hour=self.since.hour, minute=self.since.minute))
        if self.until is not None:
            end = min(end, end.replace(hour=self.until.hour, minute=self.until.minute))
        if end <= start or (end - start) < dt.timedelta(minutes=self.minutes):
            return None
        return Span(start, end, span.state)

    def fits(self, room: Room) -> bool:
        if self.people and room.capacity is not None and room.capacity < self.people:
            return False
        return self.minutes <= room.max_minutes

    @property
    def asked(self) -> bool:
        return bool(self.since or self.until or self.minutes or self.people)


@dataclass(frozen=True)
class Frame:
    """The hours a page shows: from the first opening to the last closing; today from this hour on."""

    start: dt.datetime
    end: dt.datetime

    @property
    def quarters(self) -> int:
        return int((self.end - self.start) / QUARTER)

    @property
    def first(self) -> int:
        """Quarter of the day it begins with: the bar's own measure."""
        return self.start.hour * 4

    @property
    def marks(self) -> list[dict[str, Any]]:
        """The hours above the columns; the first with its word."""
        found: list[dict[str, Any]] = []
        at = self.start
        while at < self.end:
            label = _("%(hour)s 点") % {"hour": at.hour} if not found else str(at.hour)
            found.append({"label": label, "q": min(4, int((self.end - at) / QUARTER))})
            at += HOUR
        return found


def frame_of(hours: Iterable[DayHours], now: dt.datetime | None = None) -> Frame | None:
    """The frame of some rooms on a date, or of a room over some: it stands on the first. None where none opens.

    now: leave out the hours that are over.
    """
    open_ones = [one for one in hours if one.spans]
    if not open_ones:
        return None
    # Hours of the day, not moments: seven dates share one frame instead of making it a week long.
    first = midnight(min(one.day for one in open_ones))
    start = first + min(one.spans[0][0] - midnight(one.day) for one in open_ones)
    start = start.replace(minute=0)
    end = first + max(one.spans[-1][1] - midnight(one.day) for one in open_ones)
    end = end.replace(minute=0) + HOUR if end.minute else end
    if now is not None:
        start = max(start, timezone.localtime(now).replace(minute=0, second=0, microsecond=0))
    return Frame(start, end) if start < end else None


@dataclass(frozen=True)
class Cell:
    """One span on the page. `css` is free, busy, gone or gap; only a free one leads to the form."""

    css: str
    q: int
    label: str = ""
    tail: str = ""
    href: str = ""
    said: str = ""
    hidden: str = ""
    # Minutes of the day it lies between, for whoever chooses a piece of it (pick.js).
    since: int = 0
    until: int = 0


@dataclass(frozen=True)
class Rect:
    css: str
    x: int
    width: int


@dataclass
class Row:
    """A room on a date. `free`: how many spans can be booked."""

    room: Room
    cells: list[Cell] = field(default_factory=list)
    rects: list[Rect] = field(default_factory=list)
    view: str = "0 0 4 4"
    ends: tuple[str, str] = ("", "")
    free: int = 0
    heading: str = ""
    href: str = ""
    note: str = ""
    next: Span | None = None
    # What the free cells stand for, in order.
    spans: list[Span] = field(default_factory=list)
    # 还有 12 个座位, in a room let by the place.
    left: str = ""
    is_off: bool = False
    # Where one stands in line for this date: only while somebody has some of it.
    wait_url: str = ""

    @property
    def places_url(self) -> str:
        return time_url(self.room, self.spans[0].starts_at) if self.spans else ""

    @property
    def next_url(self) -> str:
        return time_url(self.room, self.next.starts_at) if self.next else ""


def row_of(
    room: Room,
    spans: Iterable[Span],
    frame: Frame,
    *,
    now: dt.datetime,
    wanted: Wanted | None = None,
    me: UUID | None = None,
    elder: bool = False,
) -> Row:
    """Draw one room's day within a frame."""
    row = Row(room, view=f"{frame.first} 0 {frame.quarters} 4")
    row.ends = (_("现在") if frame.start <= now < frame.end else ui.clock(frame.start), ui.clock(frame.end))
    wanted = wanted or Wanted()
    for span in clipped(spans, frame):
        for piece, cell in _cells(room, span, wanted, me, elder):
            row.cells.append(cell)
            if cell.css != "gone":
                x = frame.first + int((piece.starts_at - frame.start) / QUARTER)
                row.rects.append(Rect("b-free" if cell.css == "free" else "b-busy", x, piece.quarters))
            if cell.css == "free":
                row.free += 1
                row.spans.append(piece)
        if span.state in (SpanState.BOOKED, SpanState.HELD) and not row.wait_url:
            row.wait_url = f"{reverse('room-wait', args=[room.pk])}?date={frame.start:%Y-%m-%d}"
    return row


def clipped(spans: Iterable[Span], frame: Frame) -> list[Span]:
    found = []
    for span in spans:
        start, end = max(span.starts_at, frame.start), min(span.ends_at, frame.end)
        if start < end:
            found.append(Span(start, end, span.state, span.code, span.title, span.booking_id, span.user_id))
    return found


def _cells(room: Room, span: Span, wanted: Wanted, me: UUID | None, elder: bool) -> list[tuple[Span, Cell]]:
    if not span.bookable:
        return [(span, _shut(span, me))]
    piece = wanted.narrowed(span)
    if piece is None:
        return [(span, Cell("gap", span.quarters, hidden=_("空着，但不合您要的")))]
    found = []
    for part in (
        Span(span.starts_at, piece.starts_at, span.state),
        piece,
        Span(piece.ends_at, span.ends_at, span.state),
    ):
        if part.quarters:
            cell = _free(room, part, wanted, elder) if part is piece else Cell("gap", part.quarters)
            found.append((part, cell))
    return found


def time_url(room: Room, start: dt.datetime, end: dt.datetime | None = None) -> str:
    """Where a time of this room leads: to its form, or first to the map of its places."""
    return places_url(room, start, end) if room.by_place else book_url(room, start, end)


def _minute(moment: dt.datetime) -> int:
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute


def _free(room: Room, span: Span, wanted: Wanted, elder: bool) -> Cell:
    end = span.starts_at + dt.timedelta(minutes=wanted.minutes) if wanted.minutes else None
    said = {"room": room.name, "start": ui.clock(span.starts_at), "end": ui.clock(span.ends_at)}
    first, tail = ui.clock(span.starts_at), f"–{ui.clock(span.ends_at)}"
    if elder:
        first, tail = ui.span(span.starts_at, span.ends_at, elder=True), ""
    return Cell(
        "free",
        span.quarters,
        first,
        tail,
        time_url(room, span.starts_at, end),
        _("约%(room)s，%(start)s 到 %(end)s") % said,
        since=_minute(span.starts_at),
        until=_minute(span.starts_at) + span.minutes,
    )


def _shut(span: Span, me: UUID | None) -> Cell:
    if span.state in (SpanState.BOOKED, SpanState.HELD):
        if me is not None and span.user_id == me:
            return Cell("busy", span.quarters, _("您约的"))
        return Cell("busy", span.quarters, span.title or _("有人用"))
    if span.state == SpanState.BUFFER:
        return Cell("gap", span.quarters, hidden=_("收拾"))
    if span.state == SpanState.FREE:
        return Cell("gap", span.quarters, hidden=_("太短，约不了"))
    if span.code == Code.TOO_SOON:
        return Cell("gone", span.quarters, hidden=_("%(time)s 以前约不了") % {"time": ui.clock(span.ends_at)})
    if span.code == Code.TOO_FAR:
        return Cell("busy", span.quarters, _("还没到约的时候"))
    return Cell("busy", span.quarters, _("不开"))
