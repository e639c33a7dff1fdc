"""How rooms and bookings are said: lengths, dates, where a booking stands and in whose hands it is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from centres.rooms.enums import BookingState, Event
from centres.rooms.spans import ANSWER_BEFORE
from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.rooms.models import Room
    from centres.rooms.models_booking import Booking, BookingRecord

REFUND_BEFORE = dt.timedelta(hours=24)


def length(minutes: int) -> str:
    """45 分钟, 1 小时, 1 个半小时, 2 小时 15 分, 1 天."""
    hours, rest = divmod(minutes, 60)
    if minutes >= 24 * 60 and minutes % (24 * 60) == 0:
        return ngettext("%(n)s 天", "%(n)s 天", minutes // 1440) % {"n": minutes // 1440}
    if not hours:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", rest) % {"n": rest}
    if not rest:
        return ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours}
    if rest == 30:
        return _("%(n)s 个半小时") % {"n": hours}
    return _("%(h)s 小时 %(m)s 分") % {"h": hours, "m": rest}


def persons(n: int) -> str:
    return ngettext("%(n)s 人", "%(n)s 人", n) % {"n": n}


def date(day: dt.date) -> str:
    """10月1日 星期四: without 今天 and 明天, for sentences about the calendar."""
    return ui.long_day(day)


def month(day: dt.date) -> str:
    """十月, as people count their two times by it."""
    return date_format(day, "F")


def slot(start: dt.datetime, end: dt.datetime, now: dt.datetime, *, elder: bool = False) -> str:
    """今天 15:30–17:00."""
    return f"{ui.day(start, now)} {ui.span(start, end, elder=elder)}"


def weekday(day: dt.date, now: dt.datetime) -> str:
    """今天, 明天, else 星期日: what a heading calls a day of this week."""
    near = (day - timezone.localtime(now).date()).days
    if 0 <= near <= 2 or not ui.chinese():
        return ui.day(day, now)
    return ui.long_day(day).rpartition(" ")[2] if near < 7 else ui.day(day, now)


def door(opens: dt.time | None, closes: dt.time | None) -> str:
    """8:00–21:00, as it stands on the door; empty where nobody has written it down."""
    if opens is None or closes is None:
        return ""
    return f"{opens.hour}:{opens:%M}–{closes.hour}:{closes:%M}"


def facts(room: "Room") -> str:
    """20 人 · 投影、圆桌: the line under a room's name."""
    said = [persons(room.capacity)] if room.capacity else []
    if room.equipment:
        said.append(room.equipment)
    if room.guardian_required:
        said.append(_("须大人陪同"))
    return " · ".join(said)


@dataclass(frozen=True)
class Standing:
    """Where a booking is: the sentence, the state word and its colour, who has it, until when."""

    headline: str
    state: str
    tag: str
    who: str
    until: str = ""
    note: str = ""
    until_label: str = ""  # where "until when" would be misread


def standing(booking: "Booking", now: dt.datetime, *, mine: bool = True, elder: bool = False) -> Standing:
    """As its owner reads it; the staff read the same with other people in it."""
    room, state = booking.room.name, BookingState(booking.state)
    when = f"{ui.day(booking.starts_at, now)} |{ui.span(booking.starts_at, booking.ends_at, elder=elder)}"
    said = {"room": room, "when": when}
    label = str(state.label)
    you, house = (_("您") if mine else _("约的人")), _("社区窗口")
    if state == BookingState.PENDING:
        answer = ui.when(booking.starts_at - ANSWER_BEFORE, now, elder=elder)
        headline = _("%(room)s先给您留着，|等社区点头。") if mine else _("%(room)s留着，|等您点头。")
        note = _("到时候没人点头，就自动放开，也不算您的次数。") if mine else _("过了这时就自动放开。")
        return Standing(headline % said, label, "wait", house, answer, note)
    if state in (BookingState.CONFIRMED, BookingState.CHECKED_IN) and booking.starts_at <= now < booking.ends_at:
        headline = _("正在用%(room)s，|到 %(until)s。") % {"room": room, "until": _clock(booking.ends_at, elder)}
        late = mine and state == BookingState.CONFIRMED and not booking.is_centres_own
        note = _("到了请扫门口的码签到，一刻钟没见到人就让给别人。") if late else ""
        return Standing(headline, label, "done", you, ui.when(booking.ends_at, now, elder=elder), note)
    if state == BookingState.CONFIRMED:
        headline = _("约好了，|%(when)s，%(room)s。") % said
        refund = booking.starts_at - REFUND_BEFORE
        if booking.counts and refund > now:
            note = _("在这以前取消，次数还给您。") if mine else _("在这以前取消，次数还给他。")
            by = ui.when(refund, now, elder=elder)
            return Standing(headline, label, "done", you, by, note, until_label=_("最晚什么时候退"))
        return Standing(headline, label, "done", you)
    if state == BookingState.CANCELLED:
        note = _("这次算一次。") if booking.counts else _("这次不算数。")
        return Standing(_("取消了，|%(room)s让给别人用。") % said, label, "", _("没有人"), "", note)
    if state == BookingState.DECLINED:
        return Standing(
            _("这次没约成，|不算您的次数。") if mine else _("这次没约成，|不算次数。"), label, "late", _("没有人")
        )
    if state == BookingState.EXPIRED:
        return Standing(_("没等到点头，|这次不算数。"), label, "late", _("没有人"))
    if state == BookingState.NO_SHOW:
        return Standing(_("约了没来，|这次算一次。"), label, "late", _("没有人"))
    over = _("用完了，|谢谢您把%(room)s收拾好。") if mine else _("用完了，|%(room)s空出来了。")
    return Standing(over % said, label, "done", _("没有人"))


def _clock(moment: dt.datetime, elder: bool) -> str:
    return ui.clock12(moment) if elder else ui.clock(moment)


_HOURS = "零一二三四五六七八九十"


def spoken_time(hour: int, minute: int) -> str:
    """晚上九点, 上午八点半, 下午五点一刻: a time within a sentence. English: 9 pm."""
    if not ui.chinese():
        return ui.clock12(dt.datetime(2000, 1, 1, hour, minute))  # noqa: DTZ001 (only its hands are read)
    part = "凌晨" if hour < 5 else "早上" if hour < 8 else "上午" if hour < 12 else "中午" if hour < 13 else ""
    part = part or ("下午" if hour < 18 else "晚上")
    twelve = hour % 12 or 12
    said = _HOURS[twelve] if twelve <= 10 else "十" + _HOURS[twelve - 10]
    tail = {0: "点", 15: "点一刻", 30: "点半", 45: "点三刻"}.get(minute, f"点{minute}分")
    return f"{part}{'两' if twelve == 2 else said}{tail}"


def spoken_phone(phone: str) -> str:
    """85550110 → 8555 0110."""
    return f"{phone[:4]} {phone[4:]}" if len(phone) == 8 and phone.isdigit() else phone


def short_weekday(day: dt.date) -> str:
    """五: what stands over the number in the strip of days; English: Fri."""
    said = ui.long_day(day)
    return said[-1] if ui.chinese() else said.split(" ")[0]


def history(records: Iterable["BookingRecord"], *, mine: bool) -> list[dict[str, Any]]:
    """What has happened to a booking, newest first; whoever did it is named by what they are, not by name."""
    return [{"at": one.at, "said": _happened(one, mine), "reason": one.reason} for one in records]


def _happened(record: "BookingRecord", mine: bool) -> str:
    doer = pgettext("谁做的", "您") if mine else pgettext("谁做的", "约的人")
    staff = pgettext("谁做的", "社区")
    by = doer if record.actor_role == "resident" else _("到时候自动") if record.actor_role == "system" else staff
    said = {"by": by, "you": _("您") if mine else _("约的人")}
    sentences = {
        Event.BOOK: _("%(by)s约的。"),
        Event.APPROVE: _("社区点头了。"),
        Event.DECLINE: _("社区说不行。"),
        Event.EXPIRE: _("到时候没人点头，放开了。"),
        Event.CANCEL: _("%(by)s取消了。"),
        Event.MOVE: _("%(by)s改了时间。"),
        Event.CHECK_IN: _("%(you)s到了。"),
        Event.NO_SHOW: _("没等到人，后面的时间让出来了。"),
        Event.COMPLETE: _("用完了。"),
    }
    return sentences[Event(record.event)] % said
