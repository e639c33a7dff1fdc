"""What a page says of a loan and a drive: the answer in a sentence, who has it, until when. Decided once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.sharing.enums import Event, LoanState, Unit
from centres.sharing.models_loan import Loan
from portal.accounts.enums import Role
from portal.ui.words import count, day, when

TAGS = {LoanState.RESERVED: "wait", LoanState.RETURNED: "done"}


@dataclass(frozen=True)
class Standing:
    """`headline` carries `|` between phrases. `tag` is a kind of c-tag; `until` is empty where nothing runs."""

    headline: str
    state: str
    tag: str
    who: str
    until: str
    late: bool = False


def standing(loan: Loan, now: dt.datetime, *, mine: bool = True, elder: bool = False) -> Standing:
    today = timezone.localtime(now).date()
    name = loan.copy.item.name
    state, tag = str(LoanState(loan.state).label), TAGS.get(LoanState(loan.state), "")
    if loan.state == LoanState.RESERVED:
        until = when(loan.hold_until, now, elder=elder)
        said = _("%(name)s|给您留着，|留到%(until)s。") if mine else _("%(name)s|给他留着，|留到%(until)s。")
        return Standing(said % {"name": name, "until": until}, state, tag, _("窗口"), until)
    if loan.state == LoanState.OUT and loan.due_on is not None:
        until, late = day(loan.due_on, now), loan.is_overdue(today)
        if late:
            days = (today - loan.due_on).days
            said = ngettext("%(name)s|过了%(said)s天，|该还了。", "%(name)s|过了%(said)s天，|该还了。", days) % {
                "name": name,
                "said": count(days),
            }
            return Standing(said, _("过期没还"), "late", _("您") if mine else _("他"), until, late=True)
        said = _("%(name)s|在您手里，|%(until)s还。") if mine else _("%(name)s|在他手里，|%(until)s还。")
        return Standing(said % {"name": name, "until": until}, state, tag, _("您") if mine else _("他"), until)
    ended = {
        LoanState.RETURNED: _("%(name)s|还了，谢谢。"),
        LoanState.LAPSED: _("%(name)s|没来拿，|让给别人了。"),
        LoanState.CANCELLED: _("%(name)s|不要了，|让给别人了。"),
    }
    return Standing(ended[LoanState(loan.state)] % {"name": name}, state, tag, _("已经了结"), "")


# ---------------------------------------------------------------- what happened
@dataclass(frozen=True)
class Happened:
    at: Any
    said: str
    who: str


_DID = {
    Event.RESERVE: lambda: _("说要借，留着了。"),
    Event.OFFER: lambda: _("轮到了，留着了。"),
    Event.LEND: lambda: _("在窗口借走了。"),
    Event.TAKE_OVER: lambda: _("书拿到手了。"),
    Event.HAND_OVER: lambda: _("在窗口拿走了。"),
    Event.RENEW: lambda: _("续借了一次。"),
    Event.RETURN: lambda: _("还回来了。"),
    Event.PASS_ON: lambda: _("书传给了下一位。"),
    Event.CANCEL: lambda: _("不要了。"),
    Event.LAPSE: lambda: _("到时候没来拿。"),
}


def history(records: Iterable[Any]) -> list[Happened]:
    """As the records come, newest first."""
    return [Happened(record.at, _DID[Event(record.event)](), role_name(record.actor_role)) for record in records]


def role_name(role: str) -> str:
    if role == "system":
        return _("系统")
    return str(Role(role).label) if role in Role.values else ""


def thanks(event: str, loan: Loan) -> str:
    """What the page answers after an event."""
    said = {"name": loan.copy.item.name, "due": day(loan.due_on) if loan.due_on else ""}
    return {
        Event.HAND_OVER: _("交给他了，%(due)s 前还。"),
        Event.RENEW: _("续上了，%(due)s 前还。"),
        Event.RETURN: _("收回来了，%(name)s。"),
        Event.CANCEL: _("让给别人了。谢谢您说一声。"),
    }.get(Event(event), _("记下了。")) % said


# ---------------------------------------------------------------- drives
def amount(number: int, unit: str) -> str:
    """10,234 册: with its separators and the measure word."""
    return f"{number:,} {Unit(unit).label}"
