"""What happened, newest first: records, remarks and supervisions as one list, told to the reporter or to colleagues."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.cases import whistle_words
from petitions.cases.enums import Event, RatedBy, Rung, Satisfaction, Solved, State
from petitions.cases.models import Case, CaseRecord, Chase, FollowUpCall, Remark, Supervision, WhistleCall
from portal.accounts.enums import Role
from portal.stored import read
from portal.ui.words import day


@dataclass
class Line:
    """`text` is what happened; `quote` somebody's own words; `who` did it."""

    at: datetime
    text: str
    quote: str = ""
    who: str = ""
    order: tuple[Any, ...] = field(default=())
    new: bool = False


def of(case: Case, calls: list[WhistleCall], *, staff: bool) -> list[Line]:
    """Four queries (five for colleagues; one more where somebody was called). calls: the case's own."""
    records = list(CaseRecord.objects.filter(subject=case).select_related("actor").order_by("version"))
    lines = [line for record in records if (line := _of_record(case, record, records, staff))]
    lines += [_of_remark(remark, staff) for remark in case.remarks.select_related("author")]
    lines += [_of_rung(row) for row in case.supervisions.all() if _shown(row, staff)]
    lines += [_of_chase(chase) for chase in case.chases.select_related("author")]
    told = whistle_words.story(calls, staff=staff)
    lines += [Line(one.at, one.text, one.quote, one.who, (3, one.order)) for one in told]
    if staff:
        lines += [_of_call(call) for call in case.follow_ups.select_related("by")]
    lines.sort(key=lambda line: (line.at, line.order), reverse=True)
    if lines:
        lines[0].new = True
    return lines


# What the reporter of a merged case is told of the one it went into: what was done, never what the other one said.
OF_ANOTHER = {
    *(Event.ACCEPT, Event.REJECT, Event.ASSIGN, Event.REASSIGN, Event.SIGN, Event.RETURN, Event.RULE, Event.RECEIVE),
    *(Event.SEND_BACK, Event.GRANT, Event.UNSHELVE, Event.SUBMIT_RESULT, Event.VERIFY_PASS, Event.VERIFY_FAIL),
}


def of_merged(case: Case, target: Case) -> list[Line]:
    """A merged case's own story, then the work on the one it went into. Six queries, however long they are."""
    lines = of(case, [], staff=False)
    merged_at = next((line.at for line in lines if line.new), case.submitted_at)
    records = list(CaseRecord.objects.filter(subject=target).select_related("actor").order_by("version"))
    for record in records:
        if record.at < merged_at:
            continue
        if record.event == Event.VERIFY_PASS and target.restricted:
            lines.append(Line(record.at, _("核实过了，有结果了。"), order=(0, record.version)))
        elif record.event in OF_ANOTHER and (told := _reporter(target, record, records)):
            lines.append(Line(record.at, *told, _who(record, staff=False), (0, record.version)))
        elif said := _how_it_went_on(record):
            lines.append(Line(record.at, said, order=(0, record.version)))
    lines += [_of_rung(row) for row in target.supervisions.all() if _shown(row, False) and row.at >= merged_at]
    lines.sort(key=lambda line: (line.at, line.order), reverse=True)
    for line in lines:
        line.new = line is lines[0]
    return lines


def _how_it_went_on(record: CaseRecord) -> str:
    """Of another one's verdict only what comes of it; of an escalation where it went, without their reason."""
    if record.event == Event.ESCALATE:
        return _("这里办不了，报给%(to)s。") % {"to": record.data.get("to", "")}
    if record.event in (Event.RATE, Event.LAPSE, Event.REOPEN):
        return _("结案了。") if record.to_state == State.CLOSED else _("还没办好，接着办。")
    return ""


def _shown(row: Supervision, staff: bool) -> bool:
    return not row.skipped and (staff or row.rung != Rung.WARN)


def _of_rung(row: Supervision) -> Line:
    said: dict[str, str] = {
        Rung.WARN: _("快到期了，系统提醒了经办人。"),
        Rung.L1: _("到时候没办好，系统告诉了社区书记。"),
        Rung.L2: _("还没办好，系统告诉了街道。"),
        Rung.L3: _("还没办好，系统告诉了区里。"),
    }
    return Line(row.at, said[row.rung], order=(2, Rung.values.index(row.rung)))


def _of_remark(remark: Remark, staff: bool) -> Line:
    if remark.by_reporter:
        return Line(remark.at, _("反映人说") if staff else _("您说"), quote=remark.text, order=(1, str(remark.pk)))
    who = remark.author.name if remark.author else ""
    return Line(remark.at, _("进展"), quote=remark.text, who=who, order=(1, str(remark.pk)))


def _of_chase(chase: Chase) -> Line:
    text = _("又问了%(who)s：") % {"who": chase.power}
    if chase.asked_on != timezone.localtime(chase.at).date():
        said = {"who": chase.power, "day": day(chase.asked_on, chase.at, weekday=False)}
        text = _("%(day)s又问了%(who)s：") % said
    return Line(chase.at, text, chase.words, chase.author.name, (1, str(chase.pk)))


def _of_call(call: FollowUpCall) -> Line:
    said = _("回访：%(how)s。") % {"how": call.get_outcome_display()}
    return Line(call.at, said, quote=call.said, who=call.by.name, order=(3, str(call.pk)))


def _of_record(case: Case, record: CaseRecord, all_of_them: list[CaseRecord], staff: bool) -> Line | None:
    told = _colleagues(case, record) if staff else _reporter(case, record, all_of_them)
    if told is None:
        return None
    text, quote = told
    return Line(record.at, text, quote, _who(record, staff), (0, record.version))


def _who(record: CaseRecord, staff: bool) -> str:
    if record.actor is None or (not staff and record.actor_role in ("resident", "slip")):
        return ""
    role = Role(record.actor_role).label if record.actor_role in Role.values else ""
    return f"{role} {record.actor.name}".strip()


def _filed(case: Case, staff: bool) -> str:
    if case.channel == "phone":
        return _("打电话来反映，窗口记下。") if staff else _("您打电话反映，我们替您记下了。")
    if case.channel == "visit":
        return _("走访时听到，网格员记下。") if staff else _("走访时您说起，网格员替您记下了。")
    if case.channel in ("bridge", "open311"):
        return _("别的系统转来。") if staff else _("您在别处反映，转到我们这里了。")
    if case.channel == "inspection":
        return _("检查时发现，当场记下。") if staff else _("检查时发现，我们记下了。")
    if case.on_behalf_by_id:
        return _("在窗口反映，替反映人记下。") if staff else _("您在窗口反映，我们替您记下了。")
    return _("在网上反映。") if staff else _("您在网上反映。")


def _reporter(case: Case, record: CaseRecord, all_of_them: list[CaseRecord]) -> tuple[str, str] | None:
    """What the reporter reads. Quarrels about who is in charge are told as what comes of them."""
    to = {"to": record.data.get("to", "")}
    match record.event:
        case Event.SUBMIT:
            return _filed(case, staff=False), ""
        case Event.ACCEPT:
            return _("社区受理了。"), ""
        case Event.REJECT:
            return _("社区没有受理。"), record.reason
        case Event.MERGE:
            return _("和另一件是同一回事，并在一起办。"), ""
        case Event.CONTACT:
            return _("和您联系过了。"), record.reason
        case Event.REQUEST_INFO:
            return _("想再问您一句。"), record.reason
        case Event.PROVIDE_INFO if record.actor_role == "system":
            return _("没有等到补充，先接着办。"), ""
        case Event.PROVIDE_INFO:
            return _("您补充了。"), record.reason
        case Event.ASSIGN:
            return _("交给%(to)s。") % to, ""
        case Event.REASSIGN:
            return _("换给%(to)s办。") % to, ""
        case Event.SIGN:
            return _("签收了，开始办。"), ""
        case Event.RETURN | Event.RULE if record.to_state == State.ACCEPTED:
            return _("不归他们办，社区另外找人。"), ""
        case Event.ESCALATE:
            return _("这里办不了，报给%(to)s。") % to, record.reason
        case Event.RECEIVE:
            return _("接下来办了。"), ""
        case Event.WHISTLE:
            return _("街道吹哨，请%(to)s到场。") % to, record.reason
        case Event.SEND_BACK | Event.UNSHELVE:
            return _("接着办。"), ""
        case Event.GRANT if record.to_state == State.SHELVED:
            return _("现在办不了，先挂着，到日子再看。"), ""
        case Event.GRANT:
            return _("期限往后延了一次。"), ""
        case Event.SUBMIT_RESULT:
            return _("办完了，请别的同事核实。"), ""
        case Event.VERIFY_PASS:
            return _("核实过了，结果是："), _answer_before(record, all_of_them)
        case Event.VERIFY_FAIL:
            return _("核实没有通过，接着办。"), ""
        case Event.RATE | Event.LAPSE | Event.REOPEN | Event.WITHDRAW:
            return _verdict(record, staff=False)
    return None


def _verdict(record: CaseRecord, staff: bool) -> tuple[str, str]:
    you = _("反映人") if staff else _("您")
    match record.event:
        case Event.LAPSE:
            return _("七天没有等到评价，先结案，记作未评价。"), ""
        case Event.REOPEN:
            return _("%(you)s重新打开了。") % {"you": you}, record.reason
        case Event.WITHDRAW:
            return _("%(you)s撤回了。") % {"you": you}, ""
    said = {
        "you": you,
        "how": Satisfaction(record.data["satisfaction"]).label,
        "solved": Solved(record.data["solved"]).label,
    }
    text = _("%(you)s的评价：%(how)s，%(solved)s。") % said
    text += {RatedBy.PHONE: _("电话里说的，窗口记下。"), RatedBy.PAPER: _("写在纸上，窗口录入。")}.get(
        record.data.get("channel", ""), ""
    )
    if record.to_state == State.ASSIGNED:
        text += _("重新办，这是第 %(n)d 轮。") % {"n": record.data.get("round", 2)}
    return text, ""


def _answer_before(record: CaseRecord, all_of_them: list[CaseRecord]) -> str:
    given = [r for r in all_of_them if r.event == Event.SUBMIT_RESULT and r.version < record.version]
    return given[-1].reason if given else ""


def _decided(record: CaseRecord) -> str:
    """What was decided, where the step's own name says only that something was: 裁定退单 reads as its opposite."""
    match record.event:
        case Event.RULE if record.to_state == State.ACCEPTED:
            return _("街道定了：该退，另外派人")
        case Event.RULE:
            return _("街道定了：不该退，由他们办")
        case Event.GRANT if record.to_state == State.SHELVED:
            return _("同意挂账")
        case Event.GRANT:
            return _("同意延期")
    return ""


def _colleagues(case: Case, record: CaseRecord) -> tuple[str, str]:
    """What colleagues read: the step by its name, to whom, and the reason in full."""
    if record.event == Event.SUBMIT:
        return _filed(case, staff=True), ""
    if record.event in (Event.RATE, Event.LAPSE, Event.REOPEN, Event.WITHDRAW):
        return _verdict(record, staff=True)
    if decided := _decided(record):
        return decided, read(record.reason)
    label = str(Event(record.event).label)
    to = record.data.get("to")
    if record.event == Event.WHISTLE:
        return _("吹哨，请%(to)s到场。") % {"to": to}, record.reason
    return (_("%(step)s，交给%(to)s") % {"step": label, "to": to} if to else label), read(record.reason)
