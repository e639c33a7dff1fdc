"""What a case says of itself: where it stands, in a sentence; who has it; until when. Spoken as to a neighbour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids.tree import queries as tree
from petitions.cases.enums import OPEN, RUNNING, Rung, Satisfaction, Sla, Solved, State
from petitions.cases.models import Case
from petitions.cases.terms import BY_CLASS
from portal.ui.words import chinese, clock, clock12, when
from portal.workdays.enums import DayKind
from portal.workdays.queries import calendar_for

WEEK = "一二三四五六日"
WEEK_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


# ---------------------------------------------------------------- moments
def _part(moment: datetime) -> str:
    """上午, 中午, 下午, 晚上, 凌晨: what falls exactly on the end of a part still belongs to it."""
    minutes = moment.hour * 60 + moment.minute
    if minutes < 6 * 60:
        return "凌晨" if chinese() else "night"
    if minutes < 12 * 60:
        return "上午" if chinese() else "morning"
    if minutes == 12 * 60:
        return "中午" if chinese() else "noon"
    if minutes <= 18 * 60:
        return "下午" if chinese() else "afternoon"
    return "晚上" if chinese() else "evening"


def soon(moment: datetime | None, now: datetime, *, elder: bool = False) -> str:
    """今天 15:30 · 明天上午 · 星期二上午 · 9月28日上午. English: today 15:30, tomorrow morning, Tuesday morning, …"""
    if moment is None:
        return ""
    that, today = timezone.localtime(moment), timezone.localtime(now).date()
    days = (that.date() - today).days
    part = _part(that)
    if days == 0:
        said = clock12(that) if elder else clock(that)
        return f"今天{'' if elder else ' '}{said}" if chinese() else f"today {said}"
    if chinese():
        if days == 1:
            return f"明天{part}"
        if days == 2:
            return f"后天{part}"
        if 0 < days < 7:
            return f"星期{WEEK[that.weekday()]}{part}"
        year = f"{that.year}年" if that.year != today.year else ""
        return f"{year}{that.month}月{that.day}日{part}"
    if days == 1:
        return f"tomorrow {part}"
    if 0 < days < 7:
        return f"{WEEK_EN[that.weekday()]} {part}"
    year = f" {that.year}" if that.year != today.year else ""
    return f"{that.day} {MONTHS_EN[that.month - 1]}{year}, {part}"


def late_by(case: Case, now: datetime, working: Any) -> str:
    """12 小时: how long past its deadline, in the kind of hours its clock runs in."""
    due = case.step_due_at if case.state == State.UNDER_REVIEW else case.due_at
    # What is over, or stands still, keeps its last deadline; it is not late.
    if due is None or not case.is_late(now):
        return ""
    natural = case.state != State.UNDER_REVIEW and runs_naturally(case)
    return hours(now - due if natural else working.working_time_between(due, now))


def runs_naturally(case: Case) -> bool:
    """Whether nights and holidays count for its result, by the defaults of its class."""
    return BY_CLASS[case.terms_class]["finish"].natural


def hours(amount: timedelta) -> str:
    minutes = round(amount.total_seconds() / 60)
    if minutes < 60:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    n = minutes // 60
    return ngettext("%(n)d 小时", "%(n)d 小时", n) % {"n": n}


def days_between(now: datetime, due: datetime | None, code: str, *, natural: bool) -> str:
    """星期六不算，星期日调休算: which days on the way do not count, or count although one would not think so."""
    if due is None:
        return ""
    if natural:
        return _("按钟点算，夜里、节假日也不停")
    calendar = calendar_for(code)
    first, last = timezone.localtime(now).date(), timezone.localtime(due).date()
    span = [first + timedelta(days=n) for n in range(1, min((last - first).days, 60))]
    off = [day for day in span if calendar.kind(day) != DayKind.WORKING]
    worked = [day for day in [first, *span, last] if day.weekday() >= 5 and calendar.kind(day) == DayKind.WORKING]
    said = []
    if 0 < len(off) <= 2:
        said.append(_("%(days)s不算") % {"days": _("、").join(_weekday(day) for day in off)})
    elif off:
        said.append(ngettext("中间 %(n)d 天不上班，不算", "中间 %(n)d 天不上班，不算", len(off)) % {"n": len(off)})
    if worked and (last - first).days <= 7:
        said.append(_("%(days)s调休算") % {"days": _("、").join(_weekday(day) for day in worked)})
    return _("，").join(said)


def _weekday(day: date) -> str:
    return f"星期{WEEK[day.weekday()]}" if chinese() else WEEK_EN[day.weekday()]


# ---------------------------------------------------------------- the sentence
def sentence(case: Case, now: datetime, *, elder: bool = False) -> str:
    """The h1 of a slip: phrases between bars. "正在办。|最迟星期二上午给您结果。" """
    due = soon(case.due_at, now, elder=elder)
    step = soon(case.step_due_at, now, elder=elder)
    late = case.is_late(now)
    match case.state:
        case State.SUBMITTED:
            if late:
                return _("收到了，|还没有人受理，已经超时。")
            if case.respond_by and case.respond_by >= now:
                return _("收到了。|最迟%(when)s|有人联系您。") % {"when": soon(case.respond_by, now, elder=elder)}
            return _("收到了。|最迟%(when)s|给您结果。") % {"when": due}
        case State.NEEDS_INFO:
            return _("等您补一句话，|才好往下办。")
        case State.ACCEPTED:
            if late:
                return _("受理了，|还没找到人办，已经超时。")
            return _("受理了，正在找人办。|最迟%(when)s|给您结果。") % {"when": due}
        case State.ASSIGNED:
            if late:
                return _("交下去了，|还没有人动手，已经超时。")
            return _("已经交下去了。|最迟%(when)s|给您结果。") % {"when": due}
        case State.IN_PROGRESS:
            if late:
                return _("还在办，|已经超时了。")
            return _("正在办。|最迟%(when)s|给您结果。") % {"when": due}
        case State.ESCALATED:
            return _("这里办不了，|报给%(who)s了。") % {"who": case.holder_label or _("上级")}
        case State.SHELVED if case.power:
            words = {"who": case.power, "when": step}
            return _("要等%(who)s决定，|先挂着，不会忘。|%(when)s再看。") % words
        case State.SHELVED:
            return _("现在办不了，先挂着，|不会忘。|%(when)s再看。") % {"when": step}
        case State.UNDER_REVIEW:
            return (
                _("办完了，正在核实。|最迟%(when)s告诉您。") % {"when": step}
                if not late
                else _("办完了，|还没有核实，已经超时。")
            )
        case State.AWAITING_FEEDBACK:
            return _("有结果了。|请您说说，|办好了没有。")
        case State.CLOSED:
            return closed_sentence(case)
        case State.REJECTED:
            return _("这件事社区没有受理，|原因写在下面。")
        case State.MERGED:
            return _("和另一件是同一回事，|并在一起办，|办好了一样告诉您。")
        case _other:
            return _("您撤回了，|没有再办。")


def closed_sentence(case: Case) -> str:
    """Closed is not solved: by whose word, and how far."""
    if not case.satisfaction:
        said = {
            Solved.YES: _("结案了。|经办人说办好了，|您还没有评价。"),
            Solved.PARTLY: _("结案了。|经办人说办了一部分，|您还没有评价。"),
            Solved.NO: _("结案了。|经办人说没能办成，|您还没有评价。"),
        }
        return said.get(Solved(case.solved or Solved.NO), "")
    words = {"how": Satisfaction(case.satisfaction).label, "solved": Solved(case.verdict or Solved.NO).label}
    return _("结案了。|您说%(solved)s，|%(how)s。") % words


def closed_for_colleagues(case: Case) -> str:
    """How it ended, told to colleagues."""
    match case.state:
        case State.REJECTED:
            return _("没有受理。")
        case State.MERGED:
            return _("并到另一件一起办了。")
        case State.WITHDRAWN:
            return _("反映人撤回了。")
    if not case.satisfaction:
        said = {
            Solved.YES: _("结案了。|经办人说办好了，|反映人没有评价。"),
            Solved.PARTLY: _("结案了。|经办人说办了一部分，|反映人没有评价。"),
            Solved.NO: _("结案了。|经办人说没能办成，|反映人没有评价。"),
        }
        return said[Solved(case.solved or Solved.NO)]
    words = {"how": Satisfaction(case.satisfaction).label, "solved": Solved(case.verdict or Solved.NO).label}
    return _("结案了。|反映人说%(solved)s，|%(how)s。") % words


def comfort(case: Case, now: datetime) -> str:
    """What happens by itself, so that nobody has to press for it."""
    if case.state not in RUNNING:
        return ""
    if not case.is_late(now):
        if case.sla == Sla.EMERGENCY:
            return _("到时候还没办好，|系统会自己告诉社区书记，|再过八小时告诉街道。|不用您催。")
        return _("到时候还没办好，|系统会自己告诉社区书记，|再过一个工作日告诉街道。|不用您催。")
    said: dict[str, str] = {
        Rung.L1: _("系统已经告诉社区书记了。|再拖一个工作日，街道就会知道。"),
        Rung.L2: _("社区书记和街道都已经知道了。"),
        Rung.L3: _("社区、街道和区里都已经知道了。"),
    }
    return said.get(case.rung, _("系统正在告诉社区书记。"))


# ---------------------------------------------------------------- steps and facts
@dataclass(frozen=True)
class Stage:
    label: str
    state: str  # past, now or empty


PLACES = {
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.ASSIGNED: 3,
    State.IN_PROGRESS: 3,
    State.ESCALATED: 3,
    State.SHELVED: 3,
    State.UNDER_REVIEW: 4,
    State.AWAITING_FEEDBACK: 5,
    State.CLOSED: 6,
}


def stages(case: Case) -> list[Stage]:
    """Six steps; none where the case ended aside (rejected, merged, withdrawn)."""
    state = State(case.back_to) if case.state == State.NEEDS_INFO else State(case.state)
    if state not in PLACES:
        return []
    labels = [_("收到"), _("受理"), _("分派"), _("办理"), _("核查"), _("评价")]
    at = PLACES[state]
    return [Stage(str(label), "past" if n < at else "now" if n == at else "") for n, label in enumerate(labels)]


def spoken_phone(phone: str) -> str:
    """8555 0110, 138 0000 0001: as it is read out."""
    digits = phone.removeprefix("+86")
    if len(digits) == 8 and digits.isdigit():
        return f"{digits[:4]} {digits[4:]}"
    if len(digits) == 11 and digits.isdigit():
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return digits


def facts(case: Case, now: datetime, *, staff: bool) -> dict[str, Any]:
    """In whose hands, under which telephone, until when: what every page of a case shows. One query."""
    community = tree.community_of(case.grid) or case.grid
    who, phone = case.holder_label or community.name, community.phone
    if case.holder_grid is not None and case.holder_grid.phone:
        phone = case.holder_grid.phone
    until, instead, days = None, "", ""
    if case.state in RUNNING:
        until = case.due_at
        days = days_between(now, case.due_at, case.grid.code, natural=runs_naturally(case))
    elif case.state in OPEN:
        until = case.step_due_at
        if case.state == State.NEEDS_INFO:
            who = _("等反映人回话") if staff else _("等您回话")
            phone, days = "", _("在等的时候停表")
        elif case.state == State.UNDER_REVIEW:
            who = _("没有经手的同事，在核实")
        elif case.state == State.AWAITING_FEEDBACK:
            who = _("等反映人评价") if staff else _("等您评价")
            phone, days = "", _("到时候没有评价，先结案")
    elif case.closed_at:
        instead = _("%(when)s结案") % {"when": when(case.closed_at, now)}
    return {
        "hands": who,
        "hands_phone": spoken_phone(phone),
        "until": until,
        "no_until": instead or _("已经了结"),
        "days": days,
    }


def tag_kind(case: Case, now: datetime) -> str:
    """The kind of its state word: late, done, wait, or plain."""
    if case.is_late(now):
        return "late"
    if case.state == State.CLOSED:
        return "done" if case.satisfaction else ""
    waits = (State.NEEDS_INFO, State.IN_PROGRESS, State.ESCALATED, State.UNDER_REVIEW, State.AWAITING_FEEDBACK)
    return "wait" if case.state in waits else ""


def promise(case: Case, now: datetime) -> str:
    """最迟星期日 8:50 有人联系您，9月24日 周四 14:20 前办完。"""
    return _("最迟%(first)s有人联系您，%(last)s前办完。") % {
        "first": _said(case.respond_by, now),
        "last": _said(case.due_at, now),
    }


def _said(moment: datetime | None, now: datetime) -> str:
    said = when(moment, now)
    return f" {said} " if chinese() else said
