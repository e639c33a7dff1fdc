"""Why not, in words a neighbour would use, and what to do instead. The code is for machines, the rest for people."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.rooms import words
from centres.rooms.enums import TAKEN, Code
from centres.rooms.limits import Ask, Verdict
from centres.rooms.spans import ANSWER_BEFORE
from portal.errors import Refusal
from portal.ui.words import day, span, when


class Refused(Refusal):
    """A rule of domain.md said no. `ask` is what was wanted, so that whoever shows it can look for something else."""

    def __init__(self, message: str, *, code: Code, why: str = "", ask: Ask, **extra: Any):
        self.why, self.ask = why, ask
        super().__init__(message, code=str(code), status=409 if code in TAKEN else 422, **extra)


def refused(ask: Ask, verdict: Verdict) -> Refused:
    """The refusal for a verdict that has a code."""
    assert verdict.code is not None
    message, why = SENTENCES[verdict.code](ask, verdict.details)
    said: dict[str, Any] = {key: verdict.details[key] for key in ("used", "allowed") if key in verdict.details}
    if "until" in verdict.details:
        said["until"] = timezone.localtime(verdict.details["until"]).isoformat()
    return Refused(message, code=verdict.code, why=why, ask=ask, **said)


Said = tuple[str, str]


def _too_short(ask: Ask, details: dict[str, Any]) -> Said:
    if details.get("hard"):
        return _("结束要晚于开始。"), ""
    least = words.length(ask.room.min_minutes)
    return _("太短了，%(room)s最少约 %(length)s。") % {"room": ask.room.name, "length": least}, ""


def _too_long(ask: Ask, details: dict[str, Any]) -> Said:
    most = words.length(ask.room.max_minutes)
    return _("太长了，%(room)s一次最多 %(length)s，好让大家轮得上。") % {"room": ask.room.name, "length": most}, ""


def _too_soon(ask: Ask, details: dict[str, Any]) -> Said:
    if details.get("hard"):
        return _("这个时间已经过去了。"), ""
    if ask.needs_nod and ask.notice == ANSWER_BEFORE:
        return _("这间要社区点头，最晚提前 2 小时约。"), _("急用就打电话到窗口，我们看看能不能开门。")
    said = {"room": ask.room.name, "length": words.length(int(ask.notice.total_seconds()) // 60)}
    return _("太急了，%(room)s要提前 %(length)s 约，好开门布置。") % said, ""


def _too_far(ask: Ask, details: dict[str, Any]) -> Said:
    said = {"day": day(ask.last_day, ask.now)}
    if details.get("hard"):
        return _("太早了，现在只约到 %(day)s。") % said, ""
    if not ask.is_local and ask.room.others_horizon_days is not None:
        return _("这间先紧着本社区的居民，外社区的邻居现在能约到 %(day)s。") % said, ""
    return _("太早了，现在只约到 %(day)s。") % said, ""


def _off_grid(ask: Ask, details: dict[str, Any]) -> Said:
    return _("开始和结束请选整刻，像 9:00、9:15、9:30。"), ""


def _holiday(ask: Ask, details: dict[str, Any]) -> Said:
    said = {"day": words.date(ask.day), "name": ask.hours.name, "room": ask.room.name}
    return _("%(day)s是%(name)s，%(room)s不开。") % said, ""


def _closed(ask: Ask, details: dict[str, Any]) -> Said:
    said = {"day": words.date(ask.day), "room": ask.room.name, "reason": ask.hours.name}
    if ask.hours.name:
        return _("%(day)s %(room)s不开：%(reason)s。") % said, ""
    return _("%(day)s %(room)s不开。") % said, ""


def _outside_hours(ask: Ask, details: dict[str, Any]) -> Said:
    spans = _("、").join(span(*one) for one in ask.hours.spans)
    said = {"day": words.date(ask.day), "room": ask.room.name, "spans": spans}
    return _("%(day)s %(room)s开 %(spans)s，您要的时间不在里面。") % said, ""


def _quota(ask: Ask, details: dict[str, Any]) -> Said:
    said = {"month": words.month(ask.month), "used": details["used"], "allowed": details["allowed"]}
    message = ngettext(
        "%(month)s的 %(allowed)s 次您约满了。", "%(month)s的 %(allowed)s 次您约满了。", details["allowed"]
    )
    return message % said, _("已经约了 %(used)s 次。提前 24 小时取消一次，就能再约。") % said


def _suspended(ask: Ask, details: dict[str, Any]) -> Said:
    suspended = ask.suspended
    assert suspended is not None
    said = {"until": when(suspended.until, ask.now), "reason": suspended.reason}
    return _("%(until)s 以前，您先不能自己约。") % said, _(
        "原因：%(reason)s。有特殊情况，到窗口说一声，我们替您办。"
    ) % said


def _buffer(ask: Ask, details: dict[str, Any]) -> Said:
    gap = max(ask.room.buffer_minutes, int(ask.buffer.total_seconds()) // 60)
    length = words.length(gap) if gap else _("一点")
    return (
        _("挨得太紧了，%(room)s每次用完要留 %(length)s 收拾。") % {"room": ask.room.name, "length": length},
        _("挪开一点就行。"),
    )


def _conflict(ask: Ask, details: dict[str, Any]) -> Said:
    said = {"room": ask.room.name, "when": words.slot(ask.starts_at, ask.ends_at, ask.now)}
    return _("刚好有人约了。"), _("%(room)s %(when)s，有人在您前面约走了。") % said


SENTENCES: dict[Code, Callable[[Ask, dict[str, Any]], Said]] = {
    Code.TOO_SHORT: _too_short,
    Code.TOO_LONG: _too_long,
    Code.TOO_SOON: _too_soon,
    Code.TOO_FAR: _too_far,
    Code.OFF_GRID: _off_grid,
    Code.HOLIDAY: _holiday,
    Code.CLOSED: _closed,
    Code.OUTSIDE_HOURS: _outside_hours,
    Code.QUOTA: _quota,
    Code.SUSPENDED: _suspended,
    Code.BUFFER: _buffer,
    Code.CONFLICT: _conflict,
}
