"""What the bridge's pages say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from petitions.bridge.models import OutboundUpdate
from petitions.cases.enums import Event, State
from portal.ui.words import spoken

EVENTS = {one.value: one.label for one in Event}
STATES = {one.value: one.label for one in State}


@dataclass(frozen=True)
class Letter:
    """One answer to another system, ready to print."""

    url: str
    title: str
    case_url: str
    system: str
    external_id: str
    step: Any
    state: Any
    error: str
    tries: int
    at: datetime | None
    update: OutboundUpdate


def letter(update: OutboundUpdate) -> Letter:
    ticket = update.ticket
    return Letter(
        url=update.get_absolute_url(),
        title=ticket.case.title,
        case_url=ticket.case.get_absolute_url(),
        system=ticket.system.name,
        external_id=ticket.external_id,
        step=EVENTS.get(update.event, update.event),
        state=STATES.get(update.state, update.state),
        error=update.last_error,
        tries=update.attempt,
        at=parse_datetime(str(update.payload.get("at", ""))),
        update=update,
    )


def sentence(dead: int, problems: int, codes: int) -> str:
    """三条没送出去，|一个代码不认识。"""
    said = []
    if dead:
        said.append(ngettext("%(n)s条没送出去", "%(n)s条没送出去", dead) % {"n": spoken(dead)})
    if codes:
        said.append(ngettext("%(n)s个代码不认识", "%(n)s个代码不认识", codes) % {"n": spoken(codes)})
    if problems:
        said.append(ngettext("%(n)s张工单要核对", "%(n)s张工单要核对", problems) % {"n": spoken(problems)})
    return _("，|").join(said) + _("。") if said else _("都接上了，|没有卡住的。")
