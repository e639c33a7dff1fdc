"""What of the training base waits for this person."""

import datetime as dt

from django.utils.translation import gettext as _

from centres.training import queries, words
from centres.training.enums import OrderState
from centres.training.lifecycle import at
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 60


@todo_source
def to_answer(actor: Actor, now: dt.datetime) -> list[Todo]:
    """Groups that wait for an answer; and those whose room went after it had been promised."""
    if not actor.holds(*COMMUNITY):
        return []
    found = []
    for order in queries.waiting_for_house(actor)[:MOST]:
        if order.state == OrderState.SUBMITTED:
            title = _("%(org)s要来培训，回一声") % {"org": order.organisation}
            detail = _("%(days)s，%(people)s 人") % {"days": words.days(order), "people": order.people}
        else:
            title = _("%(org)s少了一间房，另找一间") % {"org": order.organisation}
            detail = words.days(order)
        url, due = order.get_absolute_url(), at(order.first_day)
        found.append(Todo(title, url, kind=_("培训"), detail=detail, due_at=due, late=due < now))
    return found
