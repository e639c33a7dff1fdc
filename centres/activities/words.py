"""How activities are said: ages, money, dates, how many places, where an enrolment stands."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from centres.activities.enums import EnrolmentState, Event, Stage
from portal.ui import words as ui

if TYPE_CHECKING:
    from centres.activities.models import Activity, Session
    from centres.activities.models_enrolment import Enrolment, EnrolmentRecord
    from centres.activities.seating import Seats

CONSENT = gettext_lazy("我是孩子的监护人，同意孩子参加这个活动，同意中心为接送和联系我记下孩子的名字和年龄。")


def ages(activity: "Activity") -> str:
    """6–12 岁, 60 岁以上, 3 岁以下; empty where anybody may come."""
    low, high = activity.min_age, activity.max_age
    if low is not None and high is not None:
        return _("%(low)s–%(high)s 岁") % {"low": low, "high": high} if low != high else _("%(n)s 岁") % {"n": low}
    if low is not None:
        return _("%(n)s 岁以上") % {"n": low}
    return _("%(n)s 岁以下") % {"n": high} if high is not None else ""


def fee(activity: "Activity") -> str:
    """不要钱, 12 元, 8.50 元 and how it is reckoned. Nobody pays here."""
    if not activity.fee_fen:
        return activity.fee_note or _("不要钱")
    yuan, fen = divmod(activity.fee_fen, 100)
    amount = _("%(n)s 元") % {"n": f"{yuan}.{fen:02d}" if fen else yuan}
    return _("%(amount)s，%(note)s") % {"amount": amount, "note": activity.fee_note} if activity.fee_note else amount


def place(activity: "Activity", session: "Session | None" = None) -> str:
    """The room, else what was written."""
    if session is not None and session.room is not None:
        return " · ".join(part for part in (session.room.name, session.room.floor) if part)
    return activity.place or activity.centre.name


def slot(start: dt.datetime, end: dt.datetime, now: dt.datetime, *, elder: bool = False) -> str:
    """今天 15:30–17:00."""
    return f"{ui.day(start, now)} {ui.span(start, end, elder=elder)}"


def room_left(seats: "Seats") -> str:
    """还有 3 个名额, 满了，前面有 2 位在等: counts, never names."""
    if seats.left:
        return ngettext("还有 %(n)s 个名额", "还有 %(n)s 个名额", seats.left) % {"n": seats.left}
    if seats.waiting:
        return ngettext("满了，%(n)s 位在等", "满了，%(n)s 位在等", seats.waiting) % {"n": seats.waiting}
    return _("满了，可以排候补")


def headline(
    activity: "Activity",
    seats: "Seats | None",
    opens_at: dt.datetime | None,
    shuts: dt.datetime | None,
    now: dt.datetime,
) -> str:
    """The h1 of an activity: whether there is room. `seats` None: one enrols for single sessions."""
    said = {"title": activity.title}
    if activity.stage == Stage.CANCELLED:
        return _("%(title)s|这次不办了。") % said
    if activity.stage == Stage.DRAFT:
        return _("%(title)s，|还没发布。") % said
    if shuts is None or now >= shuts:
        return _("%(title)s，|报名已经截止。") % said
    if opens_at is not None and now < opens_at:
        return _("%(title)s，|%(when)s起报名。") % (said | {"when": ui.when(opens_at, now)})
    if seats is None:
        return _("%(title)s，|挑一场来。") % said
    if seats.left:
        return ngettext("%(title)s，|还有%(n)s个名额。", "%(title)s，|还有%(n)s个名额。", seats.left) % (
            said | {"n": ui.spoken(seats.left)}
        )
    return _("%(title)s满了，|可以排候补。") % said


@dataclass(frozen=True)
class Standing:
    """Where an enrolment is: the sentence, the state word and its colour, who has it, until when."""

    headline: str
    state: str
    tag: str
    who: str
    until: str = ""
    note: str = ""


def standing(
    enrolment: "Enrolment", now: dt.datetime, *, before: int = 0, mine: bool = True, elder: bool = False
) -> Standing:
    """As its owner reads it. before: how many stand before them in line."""
    state = EnrolmentState(enrolment.state)
    said = {"title": enrolment.activity.title, "name": enrolment.name}
    label, you, house = str(state.label), (_("您") if mine else enrolment.name), _("社区窗口")
    label = label if mine or state != EnrolmentState.OFFERED else _("等他回话")
    if state == EnrolmentState.OFFERED:
        assert enrolment.offered_until is not None
        until = ui.when(enrolment.offered_until, now, elder=elder)
        if now >= enrolment.offered_until:
            return Standing(_("时间过了，|名额给下一位了。"), label, "late", _("没有人"))
        note = _("这段时间名额只给您留着，别人拿不走；过了时间就给下一位。")
        head = _("轮到您了，|点“我来”就算数。") if mine else _("轮到%(name)s了，|等回话。") % said
        return Standing(head, label, "wait", you, until, note if mine else "")
    if state == EnrolmentState.WAITING:
        head = (
            ngettext("排着队，|前面有%(n)s位。", "排着队，|前面有%(n)s位。", before) % {"n": ui.spoken(before)}
            if before
            else _("排着队，|您是下一位。")
            if mine
            else _("排着队，|是下一位。")
        )
        turn = (
            _("有人不来了就轮到您，会发消息，给您留 12 小时。")
            if mine
            else _("有人不来了就轮到这位居民，会发消息，留 12 小时。")
        )
        return Standing(head, label, "wait", house, "", turn)
    if state == EnrolmentState.ENROLLED:
        head = _("%(name)s报上了%(title)s。") if enrolment.is_child or not mine else _("报上了，|%(title)s。")
        return Standing(head % said, label, "done", you, "", _("来不了就早点说一声，让给排队的人。") if mine else "")
    heads = {
        EnrolmentState.WITHDRAWN: _("说了不来，|名额让出去了。"),
        EnrolmentState.LAPSED: _("过了时间，|这次没赶上。"),
        EnrolmentState.CANCELLED: _("社区取消了|这次报名。"),
        EnrolmentState.FINISHED: _("%(title)s|上完了。") % said,
    }
    tag = {EnrolmentState.FINISHED: "done", EnrolmentState.CANCELLED: "late", EnrolmentState.LAPSED: "late"}
    return Standing(heads[state], label, tag.get(state, ""), _("没有人"))


def masked(name: str) -> str:
    """林*英, 林*: what a stranger may read of a name."""
    name = name.strip()
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def hours(minutes: int) -> str:
    """1.5 小时."""
    said = f"{minutes / 60:.1f}".removesuffix(".0")
    return ngettext("%(n)s 小时", "%(n)s 小时", 1 if said == "1" else 2) % {"n": said}


def history(records: "Iterable[EnrolmentRecord]", *, mine: bool) -> list[dict[str, Any]]:
    """What has happened to an enrolment, newest first; whoever did it is named by what they are, not by name."""
    return [{"at": one.at, "said": _happened(one, mine), "reason": one.reason} for one in records]


def _happened(record: "EnrolmentRecord", mine: bool) -> str:
    you = pgettext("谁做的", "您") if mine else pgettext("谁做的", "报名的人")
    staff = pgettext("谁做的", "社区")
    said = {"by": you if record.actor_role == "resident" else staff, "you": you}
    sentences = {
        Event.ENROL: _("%(by)s报的名。"),
        Event.WAIT: _("%(by)s排的候补。"),
        Event.OFFER: _("有名额了，给%(you)s留着。"),
        Event.ACCEPT: _("%(by)s回了话，来。"),
        Event.LAPSE: _("过了时间，没等到回话。"),
        Event.WITHDRAW: _("%(by)s说不来了。"),
        Event.CANCEL: _("社区取消了。"),
        Event.FINISH: _("上完了。"),
    }
    return sentences[Event(record.event)] % said
