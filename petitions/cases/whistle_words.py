"""吹哨报到 in sentences: for whoever was called, for the street, and for the reporter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions.cases import words
from petitions.cases.clocks import scope_of
from petitions.cases.enums import CallEvent, CallState, Satisfaction
from petitions.cases.models import WhistleCall, WhistleRecord
from portal.accounts.enums import Role
from portal.ui.words import spoken, spoken_ref, when
from portal.workdays.queries import clock_for

S = CallState


def is_late(call: WhistleCall, now: datetime) -> bool:
    """Awaited past its moment. One that has come, or need not come, is not late any more."""
    return call.state == S.CALLED and call.due_at < now


def late_by(call: WhistleCall, now: datetime, clocks: dict[str, Any] | None = None) -> str:
    """2 小时: in the kind of hours its clock runs in; empty where it is not late. clocks: kept from row to row."""
    if not is_late(call, now):
        return ""
    if call.natural:
        return words.hours(now - call.due_at)
    code, kept = scope_of(call.case), clocks if clocks is not None else {}
    if code not in kept:
        kept[code] = clock_for(code)
    return words.hours(kept[code].working_time_between(call.due_at, now))


def sentence(call: WhistleCall, now: datetime) -> str:
    """The h1 of a call: phrases between bars."""
    said = {"who": call.label, "when": words.soon(call.due_at, now), "late": late_by(call, now)}
    match call.state:
        case S.CALLED if said["late"]:
            return _("%(who)s还没有到场，|已经超时 %(late)s。") % said
        case S.CALLED:
            return _("请%(who)s到场，|最迟%(when)s。") % said
        case S.ARRIVED:
            return _("%(who)s到场了，|等他们回话。") % said
        case S.REPORTED:
            return _("%(who)s回话了，|等街道评一评。") % said
        case S.RATED:
            return _("%(who)s办了，|街道说%(how)s。") % (said | {"how": Satisfaction(call.rating).label})
    return _("%(who)s不用来了。") % said


@dataclass(frozen=True)
class CallRow:
    url: str
    who: str
    title: str
    ref: str
    state: str
    tag: str
    until: str
    late: str
    what: str
    report: str


def rows(calls: Iterable[WhistleCall], now: datetime, clocks: dict[str, Any] | None = None) -> list[CallRow]:
    """Rows of a list, ready to print; the case came with each. clocks: kept from list to list."""
    made: list[CallRow] = []
    clocks = {} if clocks is None else clocks
    for call in calls:
        late = late_by(call, now, clocks)
        tag = "late" if late else {S.CALLED: "wait", S.ARRIVED: "wait", S.RATED: "done"}.get(CallState(call.state), "")
        made.append(
            CallRow(
                url=call.get_absolute_url(),
                who=call.label,
                title=call.case.title,
                ref=spoken_ref(call.case.ref),
                state=str(call.get_state_display()),
                tag=tag,
                until=until(call, now),
                late=late,
                what=call.what,
                report=call.report,
            )
        )
    return made


def until(call: WhistleCall, now: datetime) -> str:
    """最迟今天 16:20 到场 · 今天 15:10 到的 · 昨天 10:00 回的话."""
    match call.state:
        case S.CALLED:
            return _("最迟 %(when)s 到场") % {"when": when(call.due_at, now)}
        case S.ARRIVED:
            return _("%(when)s 到的") % {"when": when(call.arrived_at, now)}
        case S.REPORTED:
            return _("%(when)s 回的话") % {"when": when(call.reported_at, now)}
        case S.RATED:
            return _("街道说：%(how)s") % {"how": Satisfaction(call.rating).label}
    return _("%(when)s 撤的") % {"when": when(call.ended_at, now)}


def list_sentence(called: int, late: int, *, ours: bool) -> str:
    """The h1 of the list: 两处等您到场，|一处已经超时。"""
    if not called:
        return _("没有叫您去的。") if ours else _("没有等着到场的。")
    n = {"n": spoken(called)}
    said = (
        ngettext("%(n)s处等您到场", "%(n)s处等您到场", called) % n
        if ours
        else ngettext("%(n)s处在等部门到场", "%(n)s处在等部门到场", called) % n
    )
    if late:
        said += _("，|") + ngettext("%(n)s处已经超时", "%(n)s处已经超时", late) % {"n": spoken(late)}
    return said + _("。")


def for_reporter(calls: Iterable[WhistleCall], now: datetime) -> list[str]:
    """What was promised on account of them, those of one moment in one sentence. None of what nothing is to come of."""
    together: dict[tuple[str, str], list[str]] = {}
    for call in sorted((one for one in calls if one.is_live), key=lambda one: (one.due_at, str(one.pk))):
        how = "late" if is_late(call, now) else call.state
        moment = when(call.due_at, now) if how != S.ARRIVED else ""
        together.setdefault((how, moment), []).append(call.label)
    said = {
        "late": _("街道请了%(who)s到场，该%(when)s到，还没有到。街道已经知道。"),
        S.CALLED: _("街道请了%(who)s到场，最迟%(when)s到。"),
        S.ARRIVED: _("%(who)s到场了，正在一起办。"),
    }
    return [said[how] % {"who": _("、").join(labels), "when": moment} for (how, moment), labels in together.items()]


# ---------------------------------------------------------------- the story
@dataclass(frozen=True)
class Told:
    at: datetime
    text: str
    quote: str
    who: str
    order: tuple[Any, ...]


def story(calls: list[WhistleCall], *, staff: bool) -> list[Told]:
    """What became of the calls: one query, none without calls. That they were called is the case's own record."""
    if not calls:
        return []
    records = WhistleRecord.objects.filter(subject__in=calls).exclude(event=CallEvent.CALL)
    lines = [
        Told(record.at, *told, _who(record), (str(record.subject_id), record.version))
        for record in records.select_related("actor", "subject")
        if (told := _told(record, staff))
    ]
    now = timezone.now()
    for call in calls:
        came = call.arrived_at or call.ended_at or now
        if came > call.due_at:
            text = _("到时候%(who)s还没有到场，系统告诉了街道。") % {"who": call.label}
            lines.append(Told(call.due_at, text, "", "", (str(call.pk), 1)))
    return lines


def _told(record: WhistleRecord, staff: bool) -> tuple[str, str] | None:
    """The reporter reads who came; what the department says to the street is checked before it becomes the answer."""
    who = {"who": record.subject.label}
    match record.event:
        case CallEvent.ARRIVE:
            return _("%(who)s到场了。") % who, ""
        case CallEvent.REPORT:
            return _("%(who)s回话，说办了自己的一份。") % who, record.reason if staff else ""
        case CallEvent.RATE if staff:
            how = Satisfaction(record.data["rating"]).label
            return _("街道评%(who)s：%(how)s。") % (who | {"how": how}), record.reason
        case CallEvent.CALL_OFF:
            return _("%(who)s不用来了。") % who, record.reason if staff else ""
    return None


def _who(record: WhistleRecord) -> str:
    if record.actor is None:
        return ""
    role = Role(record.actor_role).label if record.actor_role in Role.values else ""
    return f"{role} {record.actor.name}".strip()


def lines_of(call: WhistleCall) -> list[dict[str, Any]]:
    """The call's own page: what happened on it, the newest first."""
    lines = [
        {"at": record.at, "text": told[0], "quote": told[1], "who": _who(record)}
        for record in WhistleRecord.objects.filter(subject=call).select_related("actor", "subject").order_by("-version")
        if (told := _told(record, staff=True) or (_("吹哨，请%(to)s到场。") % {"to": call.label}, ""))
    ]
    for n, line in enumerate(lines):
        line["new"] = n == 0
    return lines
