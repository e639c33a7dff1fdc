"""How a place in line is said: the sentence, whose turn it is, until when."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from centres.rooms import words
from centres.rooms.enums import SpanState, WaitState
from centres.rooms.hours import QUARTER, next_quarter
from centres.rooms.words import Standing
from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.rooms.models_waitlist import WaitlistEntry

FREE = SpanState.FREE
TAGS = {WaitState.WAITING: "wait", WaitState.OFFERED: "done", WaitState.ACCEPTED: "done", WaitState.LAPSED: "late"}


def after(now: dt.datetime) -> dt.datetime:
    """The next quarter that has not begun: nobody waits for what runs already."""
    return next_quarter(now + dt.timedelta(seconds=1)) if now != next_quarter(now) else now + QUARTER


def spoken_when(moment: dt.datetime, now: dt.datetime) -> str:
    """今晚八点, 明天上午九点: a near moment within a sentence."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    said = words.spoken_time(local.hour, local.minute)
    if not ui.chinese():
        return ui.when(moment, now)
    if local.date() == today and said.startswith("晚上"):
        return "今晚" + said.removeprefix("晚上")
    return words.weekday(local.date(), now) + said


def standing(
    entry: "WaitlistEntry", now: dt.datetime, *, before: int = 0, mine: bool = True, elder: bool = False
) -> Standing:
    """As whoever waits reads it; the staff read the same with other people in it."""
    state = WaitState(entry.state)
    label = str(state.label) if mine or state != WaitState.OFFERED else pgettext("排的人", "轮到了")
    tag = TAGS.get(state, "")
    said = {"room": entry.room.name, "when": words.slot(entry.starts_at, entry.ends_at, now, elder=elder)}
    you, house = (_("您") if mine else _("排的人")), _("先约的人")
    if state == WaitState.WAITING:
        n = {"n": ui.count(before)}
        head = (
            ngettext("排上了，|前面还有%(n)s位。", "排上了，|前面还有%(n)s位。", before) % n
            if before
            else (_("排上了，|您是第一位。") if mine else _("排上了，|排在第一位。"))
        )
        note = (
            _("空出来就告诉您。到那时还没空，就不等了，不算您的次数。")
            if mine
            else _("空出来就告诉这位居民。到那时还没空，就不等了，不算次数。")
        )
        return Standing(head, label, tag, house, ui.when(entry.starts_at, now, elder=elder), note)
    if state == WaitState.OFFERED and entry.offer_until is not None:
        said["until"] = spoken_when(entry.offer_until, now)
        over = entry.offer_until <= now
        turn = _("轮到您了，|给您留到%(until)s。") if mine else _("轮到了，|给居民留到%(until)s。")
        head = _("留到%(until)s，|已经过了。") if over else turn
        note = _("过了这时没点“我要”，就给后面的人。")
        return Standing(
            head % said, label, "late" if over else tag, you, ui.when(entry.offer_until, now, elder=elder), note
        )
    if state == WaitState.ACCEPTED:
        head = _("要到了，|%(room)s是您的。") if mine else _("要到了，|%(room)s归这位居民。")
        return Standing(head % said, label, tag, you)
    if state == WaitState.WITHDRAWN:
        return Standing(_("不等了，|位子让给了后面的人。"), label, tag, _("没有人"))
    if entry.offered_at is not None:
        head = _("留给您的时间过了，|给了后面的人。") if mine else _("留给居民的时间过了，|给了后面的人。")
        return Standing(head, label, tag, _("没有人"))
    if not mine:
        return Standing(_("没有等到。"), label, tag, _("没有人"), "", _("不算次数。"))
    return Standing(_("没有等到，|对不起。"), label, tag, _("没有人"), "", _("不算您的次数。"))


def rows(entries: Iterable["WaitlistEntry"], now: dt.datetime, *, elder: bool = False) -> list[dict[str, Any]]:
    """What lists show of places in line: those it is one's turn for first, and among them the first to lapse."""
    ordered = sorted(entries, key=lambda one: (one.state != WaitState.OFFERED, one.offer_until or one.starts_at))
    return [
        {
            "entry": one,
            "offered": one.state == WaitState.OFFERED,
            "standing": standing(one, now, elder=elder),
        }
        for one in ordered
    ]
