"""What the page of rooms says before anybody has asked: what is free this afternoon, and where else if nothing is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.rooms.hours import on_day
from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.rooms.dayview import Row

# What is left of a day is said by its part: until noon, until six, after.
NOON, SIX = dt.time(12), dt.time(18)


def part_now(now: dt.datetime) -> tuple[str, dt.datetime]:
    """今天下午 and when it ends."""
    local = timezone.localtime(now)
    day, time = local.date(), local.time()
    if time < NOON:
        return _("今天上午"), on_day(day, NOON)
    if time < SIX:
        return _("今天下午"), on_day(day, SIX)
    return _("今天晚上"), on_day(day + dt.timedelta(days=1), dt.time())


def headline(rows: Sequence["Row"], now: dt.datetime, *, title: str, is_today: bool, wanted: bool) -> str:
    """今天下午还有五间空着，|书画室 14:30 起。 Of another day: 后天|还有五间空着。"""
    free = [row for row in rows if row.free]
    if not free:
        return (_("%(day)s没有合适的了") if wanted else _("%(day)s都约满了")) % {"day": title}
    if wanted:
        return _some(free, ngettext("%(day)s合您要的|有%(n)s间。", "%(day)s合您要的|有%(n)s间。", len(free)), title)
    if not is_today:
        return _some(free, ngettext("%(day)s|还有%(n)s间空着。", "%(day)s|还有%(n)s间空着。", len(free)), title)
    part, ends = part_now(now)
    soon = [row for row in free if row.spans[0].starts_at < ends]
    if not soon:
        said = ngettext("%(day)s没有空了，|晚一点还有%(n)s间。", "%(day)s没有空了，|晚一点还有%(n)s间。", len(free))
        return _some(free, said, part)
    first = min(soon, key=lambda row: row.spans[0].starts_at)
    said = ngettext("%(day)s还有%(n)s间空着，", "%(day)s还有%(n)s间空着，", len(soon))
    when = {"room": first.room.name, "time": ui.clock(first.spans[0].starts_at)}
    return _some(soon, said, part) + "|" + _("%(room)s %(time)s 起。") % when


def _some(rows: Sequence["Row"], said: str, day: str) -> str:
    return said % {"day": day, "n": ui.count(len(rows))}


@dataclass(frozen=True)
class Near:
    """Another house of the same street, and how many of its rooms are free that day."""

    name: str
    address: str
    href: str
    free: int

    @property
    def said(self) -> str:
        return ngettext("还有%(n)s间空着", "还有%(n)s间空着", self.free) % {"n": ui.count(self.free)}
