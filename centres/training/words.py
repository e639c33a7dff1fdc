"""How an order is said: lines, where it stands and in whose hands it is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from centres.training.enums import Event, LineKind, Meal, OrderState
from centres.training.measures import money
from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.training.models_order import OrderLine, TrainingOrder, TrainingRecord


def day(date: dt.date) -> str:
    """9月22日 周二: without 今天 and 明天, for what is printed."""
    said = ui.long_day(date)
    return said.replace("星期", "周") if ui.chinese() else said


def days(order: "TrainingOrder") -> str:
    """9月22日 周二到9月24日 周四, or the one day."""
    if order.first_day == order.last_day:
        return day(order.first_day)
    return _("%(first)s到%(last)s") % {"first": day(order.first_day), "last": day(order.last_day)}


def title_of(line: "OrderLine") -> str:
    """What a line is, without when: 垃圾分类这样推, 开会, 午餐, 住一晚."""
    if line.kind == LineKind.COURSE and line.course is not None:
        return str(line.course.title)
    if line.kind == LineKind.MEAL:
        return str(Meal(line.meal).label)
    return _("住宿") if line.kind == LineKind.LODGING else _("开会")


def quantity_of(line: "OrderLine") -> str:
    """40 人, 40 份, 40 张床."""
    return many(line.kind, line.quantity)


def many(kind: str, n: int) -> str:
    """So many of what a line of this kind is counted in."""
    if kind == LineKind.MEAL:
        return ngettext("%(n)s 份", "%(n)s 份", n) % {"n": n}
    if kind == LineKind.LODGING:
        return ngettext("%(n)s 张床", "%(n)s 张床", n) % {"n": n}
    return persons(n)


def persons(n: int) -> str:
    return ngettext("%(n)s 人", "%(n)s 人", n) % {"n": n}


def spoken(line: "OrderLine") -> str:
    """The line in a sentence: 9月22日 周二 9:00–10:30《垃圾分类这样推》，二楼教室."""
    when = day(line.day)
    if line.starts_at and line.ends_at:
        when = f"{when} {ui.span(line.starts_at, line.ends_at)}"
    what = title_of(line)
    if line.kind == LineKind.COURSE:
        what = _("《%(title)s》") % {"title": what}
    said = f"{when} {what}"
    return said if line.room is None else _("%(line)s，%(room)s") % {"line": said, "room": line.room.name}


MEALS = (Meal.BREAKFAST, Meal.LUNCH, Meal.DINNER)
# Where a line without a clock stands among those with one.
TIME_OF = {Meal.BREAKFAST: dt.time(7, 30), Meal.LUNCH: dt.time(12), Meal.DINNER: dt.time(17, 45)}
NIGHT = dt.time(21)


def place_in_day(line: "OrderLine") -> dt.time:
    if line.starts_at is not None:
        return timezone.localtime(line.starts_at).time()
    return TIME_OF[Meal(line.meal)] if line.meal else NIGHT


@dataclass
class Shown:
    """A line as a page shows it. `number`: its place in the whole list, from 0, for the button that takes it out."""

    line: "OrderLine"
    number: int
    title: str
    when: str
    where: str
    many: str
    unit: str
    amount: str
    trouble: Any = None


@dataclass
class Day:
    date: dt.date
    label: str
    rows: list[Shown]


def show(line: "OrderLine", number: int) -> Shown:
    when = ui.span(line.starts_at, line.ends_at) if line.starts_at and line.ends_at else _("当晚")
    if line.meal:
        when = ui.clock(dt.datetime.combine(line.day, TIME_OF[Meal(line.meal)]))
    unit = money(line.unit_fen)
    if line.kind == LineKind.ROOM:
        unit = _("整场 %(price)s") % {"price": unit}
    where = line.room.name if line.room is not None else ""
    return Shown(line, number, title_of(line), when, where, quantity_of(line), unit, money(line.amount_fen))


def by_day(lines: Iterable["OrderLine"]) -> list[Day]:
    """Lines under their dates, in the order of the day."""
    rows = [show(line, number) for number, line in enumerate(lines)]
    rows.sort(key=lambda one: (one.line.day, place_in_day(one.line)))
    return [Day(date, day(date), list(some)) for date, some in groupby(rows, key=lambda one: one.line.day)]


def total(lines: Iterable["OrderLine"]) -> str:
    return money(sum(line.amount_fen for line in lines))


# ---------------------------------------------------------------- where it stands
@dataclass(frozen=True)
class Standing:
    headline: str
    state: str
    tag: str
    who: str
    until: str = ""
    note: str = ""


def standing(order: "TrainingOrder", now: dt.datetime, *, mine: bool = True) -> Standing:
    """The sentence, the state word and its colour, who has it, until when."""
    state, label = OrderState(order.state), str(OrderState(order.state).label)
    house = _("培训基地") if mine else _("您")
    said = {"days": days(order), "people": order.people, "day": ui.day(order.first_day, now)}
    if state == OrderState.SUBMITTED:
        headline = _("收到了，|等基地回复。") if mine else _("等您回复，|%(day)s来 %(people)s 人。")
        note = _("到来的那天还没回复，就算没接成。")
        until = ui.day(order.first_day - dt.timedelta(days=1), now)
        return Standing(headline % said, label, "wait", house, until, note)
    if state == OrderState.CONFIRMED:
        today = timezone.localtime(now).date()
        if order.first_day <= today <= order.last_day:
            headline = _("正在培训，|%(people)s 人。")
            return Standing(headline % said, label, "done", house, ui.day(order.last_day, now))
        headline = _("定下了，|%(day)s见。") if mine else _("定下了，|%(day)s来 %(people)s 人。")
        return Standing(
            headline % said, label, "done", house, ui.day(order.first_day, now), _("来的那天以前都能取消。")
        )
    if state == OrderState.DECLINED:
        return Standing(_("这次没接成，|换个日子再来。"), label, "late", _("没有人"))
    if state == OrderState.CANCELLED:
        return Standing(_("取消了，|床位和房间都让出来了。"), label, "", _("没有人"))
    return Standing(_("办完了，|谢谢您来。") if mine else _("办完了。"), label, "done", _("没有人"))


def history(records: Iterable["TrainingRecord"], *, mine: bool) -> list[dict[str, Any]]:
    """What has happened, newest first; whoever did it is named by what they are."""
    return [{"at": one.at, "said": _happened(one, mine), "reason": one.reason} for one in records]


def _happened(record: "TrainingRecord", mine: bool) -> str:
    you, house = (pgettext("谁做的", "您") if mine else _("带队单位")), _("基地")
    by = you if record.actor_role in ("resident", "org_contact") else house
    by = _("到时候自动") if record.actor_role == "system" else by
    said = {"by": by, "people": record.data.get("people", "")}
    sentences = {
        Event.SUBMIT: _("%(by)s送来的，%(people)s 人。"),
        Event.CHANGE: _("%(by)s改过，现在 %(people)s 人。"),
        Event.CONFIRM: _("基地定下了，房间、床位、饭菜都留好了。"),
        Event.DECLINE: _("%(by)s答复：这次接不了。"),
        Event.CANCEL: _("%(by)s取消了。"),
        Event.LOSE_ROOM: _("一间房临时停用，基地在另找。"),
        Event.FINISH: _("办完了。"),
    }
    return sentences[Event(record.event)] % said
