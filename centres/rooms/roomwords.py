"""A room in words: how it is now, what its rules are, when it is open."""

import datetime as dt

from django.utils.translation import gettext as _

from centres.rooms import words
from centres.rooms.diary import Diary
from centres.rooms.enums import SpanState
from centres.rooms.hours import HoursBook
from centres.rooms.models import Room
from portal.ui import words as ui
from portal.workdays.enums import DayKind


def standing(diary: Diary, room: Room, now: dt.datetime) -> dict[str, str]:
    """{door, sentence}: 书画室空着，|到 15:30。"""
    span = diary.at(room, now)
    said = {"room": room.name, "until": ui.clock(span.ends_at)}
    if span.state in (SpanState.BOOKED, SpanState.HELD, SpanState.BUFFER):
        return {"door": "busy", "sentence": _("%(room)s有人用，|到 %(until)s。") % said}
    if span.state == SpanState.FREE:
        if room.needs_booking:
            return {"door": "shut", "sentence": _("%(room)s现在空着，|到 %(until)s。") % said}
        return {"door": "open", "sentence": _("%(room)s开着，|到 %(until)s。") % said}
    for n in range(8):
        date = now.date() + dt.timedelta(days=n)
        opens = next((one for one, _closes in diary.hours.on(room, date).spans if one > now), None)
        if opens is not None:
            said["when"] = ui.when(opens, now)
            return {"door": "shut", "sentence": _("%(room)s现在不开，|%(when)s 开。") % said}
    return {"door": "shut", "sentence": _("%(room)s这几天不开。") % said}


def rules_of(room: Room) -> list[str]:
    """What somebody has to know before they book, one sentence each."""
    if not room.needs_booking:
        return [*([_("孩子要有大人陪着进。")] if room.guardian_required else []), *_house(room)]
    found = [
        _("一次 %(least)s 到 %(most)s，按一刻钟约。")
        % {"least": words.length(room.min_minutes), "most": words.length(room.max_minutes)}
    ]
    if room.others_horizon_days is not None:
        said = {"days": room.horizon_days, "others": room.others_horizon_days}
        found.append(_("本社区的居民最多提前 %(days)s 天约，外社区的邻居提前 %(others)s 天。") % said)
    else:
        found.append(_("最多提前 %(days)s 天约。") % {"days": room.horizon_days})
    if room.notice_minutes:
        found.append(_("至少提前 %(length)s 约。") % {"length": words.length(room.notice_minutes)})
    if room.needs_approval:
        found.append(_("要社区点头，最晚开始前 2 小时告诉您；没人点头就自动放开，不算您的次数。"))
    if room.guardian_required:
        found.append(_("孩子要有大人全程陪着。"))
    if room.buffer_minutes:
        found.append(_("每次用完留 %(length)s 收拾，别人约不进来。") % {"length": words.length(room.buffer_minutes)})
    found.append(_("每人每月 %(n)s 次。提前 24 小时取消，次数还给您。") % {"n": room.centre.monthly_quota})
    found.append(_("开始一刻钟还没到，就让给别人，这次算一次；90 天里三次没来，30 天不能自己约。"))
    return found + _house(room)


def _house(room: Room) -> list[str]:
    return [room.house_rule] if room.house_rule else []


def hours_of(book: HoursBook, room: Room) -> list[dict[str, str]]:
    """工作日 8:00–21:00, 休息日 …, 节假日 不开."""
    own = book.hours.get(room.pk) or book.hours.get(room.centre_id) or {}
    found = []
    for kind in DayKind:
        times = [f"{opens.hour}:{opens:%M}–{closes.hour}:{closes:%M}" for opens, closes in own.get(kind, [])]
        found.append({"kind": str(kind.label), "times": _("、").join(times) or _("不开")})
    return found
