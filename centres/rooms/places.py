"""Rooms let by the place: which seats or stalls are free for a whole stretch of time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.rooms.diary import Diary
from centres.rooms.models import Part, Room
from centres.rooms.spans import Span

FREE, TAKEN, MINE = "free", "taken", "mine"


@dataclass(frozen=True)
class Place:
    """A seat on the map. `state`: free, taken, mine."""

    part: Part
    state: str


def word(room: Room) -> str:
    """座位, 摊位."""
    return room.place_word or _("位子")


def said(room: Room, n: int) -> str:
    """还有 12 个座位."""
    return ngettext("还有 %(n)s 个%(word)s", "还有 %(n)s 个%(word)s", n) % {"n": n, "word": word(room)}


def on_map(diary: Diary, room: Room, start: dt.datetime, end: dt.datetime, me: UUID | None) -> list[Place]:
    """Every place of a room, and whether all of this time can be had on it."""
    day = timezone.localtime(start).date()
    return [Place(part, _state(spans, start, end, me)) for part, spans in diary.each_place(room, day)]


def _state(spans: Iterable[Span], start: dt.datetime, end: dt.datetime, me: UUID | None) -> str:
    touching = [span for span in spans if span.starts_at < end and start < span.ends_at]
    if all(span.state == FREE for span in touching):
        return FREE
    return MINE if me is not None and any(span.user_id == me for span in touching) else TAKEN


def left(diary: Diary, room: Room, moment: dt.datetime) -> int:
    """How many places are free at a moment."""
    found = on_map(diary, room, moment, moment + dt.timedelta(minutes=15), None)
    return sum(1 for place in found if place.state == FREE)


def places_url(room: Room, start: dt.datetime | None = None, end: dt.datetime | None = None) -> str:
    """Where one chooses a place for this time."""
    url = reverse("room-places", args=[room.pk])
    if start is None:
        return url
    local = timezone.localtime(start)
    asked = {"date": f"{local:%Y-%m-%d}", "start": f"{local:%H:%M}"}
    if end is not None:
        asked["minutes"] = str(int((end - start).total_seconds()) // 60)
    return f"{url}?{urlencode(asked)}"
