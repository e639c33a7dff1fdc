"""The same facts for colleagues: whose hands, what waits, how late. Rows are plain strings: rendering is the floor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from petitions.cases import counts, verdicts, words
from petitions.cases.enums import PAUSED, Event, Rung, State
from petitions.cases.event_forms import BUTTONS
from petitions.cases.models import Case
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET
from portal.accounts.reach import Reach
from portal.ui.words import spoken, spoken_ref, when
from portal.workdays.queries import clock_for

VIEW_NAMES = {
    "open": gettext_lazy("全部在办"),
    "late": gettext_lazy("超时的，在谁手里"),
    "today": gettext_lazy("今天到期"),
    "rest": gettext_lazy("还有时间的"),
    "mine": gettext_lazy("在我手里"),
    "accept": gettext_lazy("待受理"),
    "assign": gettext_lazy("待分派"),
    "verify": gettext_lazy("等您核查"),
    "receive": gettext_lazy("报上来的，等接收"),
    "rule": gettext_lazy("等街道定的"),
    "extend": gettext_lazy("申请延期的"),
    "closed": gettext_lazy("办结的"),
    "all": gettext_lazy("全部"),
}
RUNG_NAMES = {rung.value: rung.label for rung in Rung}


def tabs(reach: Reach, current: str) -> list[tuple[str, Any, bool]]:
    """The views of the list that concern this person."""
    names = ["open", "late", "today", "mine"]
    if reach.holds(*COMMUNITY, *STREET):
        names += ["accept", "assign"]
    if reach.holds(*COMMUNITY, *STREET, *DISTRICT):
        names += ["verify", "receive"]
    if reach.holds(*STREET):
        names += ["rule"]
    if reach.holds(*COMMUNITY):
        names += ["extend"]
    return [(name, VIEW_NAMES[name], name == current) for name in [*names, "all"]]


@dataclass(frozen=True)
class Row:
    url: str
    title: str
    ref: str
    place: str
    state: str
    tag: str
    who: str
    due: str
    late: str
    told: str
    paused: bool = False

    @property
    def until(self) -> str:
        """The same where no heading says what the time is: 最迟 今天 17:52."""
        return self.due if self.paused or not self.due else _("最迟 %(when)s") % {"when": self.due}


def rows(found: Iterable[Case], now: datetime, clocks: dict[str, Any] | None = None) -> list[Row]:
    """Rows of a list, ready to print. No query of its own: grid, category and supervisions were fetched with them.

    clocks: those of the communities, kept from list to list where a page has several.
    """
    clocks = {} if clocks is None else clocks
    made = []
    for case in found:
        code = case.grid.code[:12]
        if case.is_late(now) and code not in clocks:
            clocks[code] = clock_for(code)
        late = words.late_by(case, now, clocks[code]) if case.is_late(now) else ""
        due = case.step_due_at if case.state in (State.UNDER_REVIEW, State.AWAITING_FEEDBACK) else case.due_at
        shown = when(due, now) if case.is_open and case.state not in PAUSED else ""
        made.append(
            Row(
                url=case.get_absolute_url(),
                title=case.title,
                ref=spoken_ref(case.ref),
                place=case.address or case.grid.label,
                state=verdicts.short(case),
                tag=words.tag_kind(case, now) if not late else "wait",
                who=who_has(case),
                due=shown or (_("停表") if case.state in PAUSED else ""),
                late=late,
                told=str(RUNG_NAMES.get(case.rung, "")) if late else "",
                paused=case.state in PAUSED,
            )
        )
    return made


def who_has(case: Case) -> str:
    """In whose hands, in a word."""
    if case.state in (State.SUBMITTED, State.ACCEPTED):
        return _("社区窗口")
    if case.state in (State.NEEDS_INFO, State.AWAITING_FEEDBACK):
        return _("等反映人")
    if case.state == State.UNDER_REVIEW:
        return _("等核查")
    return case.holder_label


def list_sentence(tally: counts.Tally) -> str:
    """四件超时，|两件今天到期，|在办一共 52 件。"""
    if not tally.open:
        return _("没有在办的事。")
    said = []
    if tally.late:
        said.append(ngettext("%(n)s件超时", "%(n)s件超时", tally.late) % {"n": spoken(tally.late)})
    if tally.today:
        said.append(ngettext("%(n)s件今天到期", "%(n)s件今天到期", tally.today) % {"n": spoken(tally.today)})
    if not said:
        said.append(_("没有超时的"))
    said.append(ngettext("在办一共 %(n)d 件", "在办一共 %(n)d 件", tally.open) % {"n": tally.open})
    return _("，|").join(said) + _("。")


def sentence(case: Case, now: datetime, working: Any) -> str:
    """The h1 of a case for colleagues: in whose hands, until when."""
    due = {"when": words.soon(case.due_at, now), "who": case.holder_label or _("社区")}
    step = {"when": words.soon(case.step_due_at, now), "who": due["who"]}
    late = words.late_by(case, now, working)
    if late and case.state != State.UNDER_REVIEW:
        start = {
            State.SUBMITTED: _("等受理"),
            State.ACCEPTED: _("等分派"),
            State.ASSIGNED: _("在%(who)s手里，等签收") % due,
            State.ESCALATED: _("报给%(who)s了，等接收") % due,
        }.get(State(case.state), _("在%(who)s手里") % due)
        return _("%(start)s，|已经超时 %(late)s。") % {"start": start, "late": late}
    match case.state:
        case State.SUBMITTED:
            return _("等受理。|最迟%(when)s给结果。") % due
        case State.NEEDS_INFO:
            return _("等反映人补充，|先停表。")
        case State.ACCEPTED:
            return _("受理了，等分派。|最迟%(when)s给结果。") % due
        case State.ASSIGNED if case.ruling_open:
            return _("第二次退单，|等街道定。|最迟%(when)s。") % step
        case State.ASSIGNED:
            return _("在%(who)s手里，|等签收。|最迟%(when)s给结果。") % due
        case State.IN_PROGRESS:
            return _("在%(who)s手里，正在办。|最迟%(when)s给结果。") % due
        case State.ESCALATED:
            return _("报给%(who)s了，|等接收，最迟%(when)s。") % step
        case State.SHELVED:
            return _("挂着，%(when)s再看。|先停表。") % step
        case State.UNDER_REVIEW:
            if late:
                return _("结果交了，等核查，|已经超时 %(late)s。") % {"late": late}
            return _("结果交了，等核查。|最迟%(when)s。") % step
        case State.AWAITING_FEEDBACK:
            return _("等反映人评价。|%(when)s还没有，就结案。") % step
    return words.closed_for_colleagues(case)


# Steps that wait for something to be asked first: a button before that would only be refused.
ASKED_FIRST = {
    Event.GRANT: lambda case: bool(case.asking),
    Event.REFUSE: lambda case: bool(case.asking),
    Event.RULE: lambda case: case.ruling_open,
    Event.ASK_SHELVE: lambda case: not case.asking,
    # Nor once the time is up: an extension is asked for before.
    Event.ASK_EXTEND: lambda case: (
        not case.asking and not case.extended and case.due_at is not None and timezone.now() <= case.due_at
    ),
}


def buttons(case: Case, events: tuple[str, ...]) -> list[tuple[str, Any]]:
    """What this person may press now, the first in red."""
    ready = [event for event in BUTTONS if event in events and ASKED_FIRST.get(event, bool)(case)]
    return [(event.value, event.label) for event in ready]


def waiting_for(actor: Actor, case: Case, events: tuple[str, ...]) -> str:
    """Where this person has nothing to press: whom it waits for."""
    if buttons(case, events):
        return ""
    said = {
        State.NEEDS_INFO: _("在等反映人补充，您这里没有要办的。"),
        State.AWAITING_FEEDBACK: _("在等反映人评价，您这里没有要办的。"),
        State.UNDER_REVIEW: _("等没有经手的同事核查，经手的人不能核查自己办的事。"),
    }
    if case.is_open:
        return said.get(State(case.state), _("现在在%(who)s手里，您这里没有要办的。") % {"who": who_has(case)})
    return _("这件事已经了结了。")


def done(event: str) -> str:
    """What is said after a step was taken."""
    said = {
        Event.ACCEPT: _("受理了。请选交给谁办。"),
        Event.ASSIGN: _("交下去了，对方已经收到通知。"),
        Event.REASSIGN: _("换过去了，对方已经收到通知。"),
        Event.SIGN: _("签收了，反映人看得到在您手里。"),
        Event.SUBMIT_RESULT: _("结果交上去了，等同事核查。"),
        Event.WHISTLE: _("哨吹了，部门已经收到通知。"),
        Event.VERIFY_PASS: _("通过了，答复已经发给反映人。"),
    }
    return said.get(Event(event), _("记下了。"))
