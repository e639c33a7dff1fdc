"""What of loans and drives waits for this person."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from centres.sharing import queries
from centres.sharing.enums import LoanState
from centres.sharing.lifecycle import remind_at
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.ui.words import day
from portal.workbench.registry import Todo, todo_source

MOST = 30


@todo_source
def chase(actor: Actor, now: dt.datetime) -> list[Todo]:
    """Three days late: somebody picks up the telephone."""
    if not actor.holds(*COMMUNITY):
        return []
    today = timezone.localtime(now).date()
    found = []
    for loan in queries.to_chase(actor, today)[:MOST]:
        assert loan.due_on is not None
        title = _("%(name)s过期没还，打个电话") % {"name": loan.copy.item.name}
        detail = _("%(due)s就该还了") % {"due": day(loan.due_on, now)}
        at = remind_at(loan.due_on, 3)
        found.append(Todo(title, loan.get_absolute_url(), kind=_("借用"), detail=detail, due_at=at, late=True))
    return found


@todo_source
def bring_back(actor: Actor, now: dt.datetime) -> list[Todo]:
    """What one has in hand and should bring back by tomorrow; what is kept and wants to be fetched."""
    if actor.id is None:
        return []
    today = timezone.localtime(now).date()
    found = []
    for loan in queries.live_of(actor.id):
        name, kind = {"name": loan.copy.item.name}, _("借用")
        if loan.state == LoanState.RESERVED:
            found.append(Todo(_("去拿%(name)s") % name, loan.get_absolute_url(), kind=kind, due_at=loan.hold_until))
        elif loan.due_on is not None and loan.due_on <= today + dt.timedelta(days=1):
            at = remind_at(loan.due_on, 0)
            late = loan.is_overdue(today)
            found.append(Todo(_("还%(name)s") % name, loan.get_absolute_url(), kind=kind, due_at=at, late=late))
    return found


@todo_source
def bags(actor: Actor, now: dt.datetime) -> list[Todo]:
    """Drives with pledges that somebody at the counter still confirms: one line for each drive."""
    if not actor.holds(*COMMUNITY):
        return []
    return [
        Todo(
            _("%(title)s：有人说好要送来") % {"title": title},
            reverse("desk-drive", args=[drive_id]),
            kind=_("募捐"),
            detail=npgettext("募捐", "%(n)s 份", "%(n)s 份", number) % {"n": number},
        )
        for drive_id, title, number in queries.drives_with_pledges(actor)
    ]
