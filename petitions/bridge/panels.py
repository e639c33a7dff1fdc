"""What the bridge adds to a case's page, and its link in the footer."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from petitions.bridge import queries
from petitions.bridge.enums import CHANNEL, KEEPERS
from portal.accounts.actors import Actor
from portal.ui.navigation import register
from portal.workbench.registry import Panel, panel_source

register(gettext_lazy("热线和城管转来的"), url_name="bridge", roles=KEEPERS, order=64, shelf="cases")


@panel_source("case")
def ticket_of(actor: Actor, now: datetime, place: Any) -> Panel | None:
    """From which system it came, under which number, and their deadline beside ours."""
    case = place
    if case is None or case.channel != CHANNEL:
        return None
    ticket = queries.of_case(case.pk)
    if ticket is None:
        return None
    told, stuck = queries.standing(ticket.updates.all())
    theirs = ticket.external_due_at
    context = {
        "ticket": ticket,
        "our_due": case.due_at,
        "they_are_first": bool(theirs and case.due_at and theirs < case.due_at),
        "late": bool(theirs and theirs < now and case.is_open),
        "told": told,
        "stuck": stuck,
        "keeper": actor.holds(*KEEPERS),
    }
    return Panel("ticket", _("转来的工单"), "petitions/bridge/panel_case.html", context, order=10)
