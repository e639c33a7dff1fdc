"""What the tablet at a door says: what is on, what comes next, the code of this half minute. No names."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import doorcodes
from centres.rooms.diary import open_diary
from centres.rooms.enums import SpanState
from centres.rooms.hours import midnight
from centres.rooms.models import Room
from centres.rooms.spans import Span, day_of
from portal.ui import words as ui

TAKEN = (SpanState.BOOKED, SpanState.HELD)


@dataclass(frozen=True)
class Screen:
    """`door`: open, busy or shut, as everywhere. `sentence`: what is on now. `coming`: (from–to, what)."""

    room: Room
    door: str
    sentence: str
    coming: list[tuple[str, str]]
    code: str
    left: int  # seconds until it changes

    @property
    def spoken(self) -> str:
        """482 913: three and three are read and typed without losing the place."""
        return f"{self.code[:3]} {self.code[3:]}"


def screen_of(room: Room, now: dt.datetime) -> Screen:
    """Four or five queries. What is the centre's own is called by its name; what is a neighbour's is 有人约了."""
    local = timezone.localtime(now)
    day = local.date()
    diary = open_diary([room], day, 1, now)
    hours, taken, places = diary.hours.on(room, day), diary.taken[room.pk], len(diary.places.get(room.pk, ()))
    spans = day_of(room, hours, taken, earliest=midnight(day), last_day=day, places=places)
    span = next(one for one in spans if one.starts_at <= now < one.ends_at)
    later = [one for one in spans if one.state in TAKEN and one.starts_at > now]
    door, sentence = _now(room, span, spans)
    return Screen(
        room,
        door,
        sentence,
        [(ui.span(one.starts_at, one.ends_at), one.title or _coming(room)) for one in later[:3]],
        doorcodes.code_now(room.pk, now),
        doorcodes.seconds_left(now),
    )


def _coming(room: Room) -> str:
    return _("位子约满了") if room.by_place else _("有人约了")


def _now(room: Room, span: Span, spans: list[Span]) -> tuple[str, str]:
    said = {"what": span.title, "until": ui.clock(span.ends_at)}
    if span.state in TAKEN:
        anybody = _("位子都有人，|到 %(until)s。") if room.by_place else _("现在有人用，|到 %(until)s。")
        sentence = _("%(what)s，|到 %(until)s。") if span.title else anybody
        return "busy", sentence % said
    if span.state == SpanState.BUFFER:
        return "busy", _("正在收拾，|到 %(until)s。") % said
    if span.state == SpanState.FREE:
        return "open", (_("还有空位，|到 %(until)s。") if room.by_place else _("现在空着，|到 %(until)s。")) % said
    opens = next((one for one in spans if one.starts_at > span.starts_at and one.state != SpanState.CLOSED), None)
    if opens is not None:
        return "shut", _("还没开，|%(opens)s 开。") % {"opens": ui.clock(opens.starts_at)}
    return "shut", _("今天不开了。")
