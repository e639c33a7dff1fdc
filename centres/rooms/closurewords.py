"""How a closure is said: to the staff who announce it, and ahead of it to whoever wants to come."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.rooms.closures import Closure
    from centres.rooms.models import DayException

AHEAD = dt.timedelta(days=14)
_WEEK = "一二三四五六日"


def coming_day(day: dt.date, now: dt.datetime) -> str:
    """今天, 后天, 这周五, 下周一; farther off 10月12日 周一. English: as everywhere."""
    today = timezone.localtime(now).date()
    weeks = (day - dt.timedelta(days=day.weekday()) - today + dt.timedelta(days=today.weekday())).days // 7
    if not ui.chinese() or (day - today).days <= 2 or weeks > 1:
        return ui.day(day, now)
    return f"{'下周' if weeks else '这周'}{_WEEK[day.weekday()]}"


def days(first: dt.date, last: dt.date, now: dt.datetime) -> str:
    """下周一, or 9月21日 周一–9月23日 周三."""
    if first == last:
        return ui.day(first, now)
    return f"{ui.day(first, now)}–{ui.day(last, now)}"


def where(one: "DayException | Closure") -> str:
    return one.room.name if one.room else str(_("整个中心"))


def what(one: "DayException | Closure") -> str:
    """不开, or 改成 9:00–12:00 开."""
    if one.opens is None or one.closes is None:
        return _("不开")
    return _("改成 %(opens)s–%(closes)s 开") % {"opens": _hands(one.opens), "closes": _hands(one.closes)}


def _hands(time: dt.time) -> str:
    return f"{time.hour}:{time:%M}"


def ahead(rows: Iterable["DayException"], now: dt.datetime) -> list[str]:
    """下周一停水，不开。 One sentence for each announcement of the two weeks to come."""
    today = timezone.localtime(now).date()
    found = []
    for row in rows:
        if row.last_day < today or row.first_day > today + AHEAD:
            continue
        first = max(row.first_day, today)
        when = coming_day(first, now)
        if row.last_day > first:
            when = _("%(first)s到%(last)s") % {"first": when, "last": coming_day(row.last_day, now)}
        said = {"when": when, "reason": row.reason, "what": what(row)}
        found.append(_("%(when)s%(reason)s，%(what)s。") % said)
    return found


@dataclass(frozen=True)
class Announced:
    """A line of the staff's list."""

    row: "DayException"
    when: str
    where: str
    what: str
    runs: bool


def listed(rows: Iterable["DayException"], now: dt.datetime) -> list[Announced]:
    today = timezone.localtime(now).date()
    return [
        Announced(row, days(row.first_day, row.last_day, now), where(row), what(row), row.first_day <= today)
        for row in rows
    ]
