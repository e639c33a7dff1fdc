"""工作日记: a worker writes down their own day. Nobody else can write there, and no machine does."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.visits import rules
from grids.visits.models_errands import WorkNote
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, Invalid

# A diary is not written up from memory at the end of the year.
BACK = timedelta(days=31)


def write_note(*, actor: Actor, day: date, text: str, half_hours: int) -> WorkNote:
    """One line of one's own day. Raises Forbidden for who works at no grid, Invalid (422)."""
    text = " ".join(text.split())[:300]
    today = timezone.localdate()
    if sum(char.isalnum() for char in text) < 2:
        raise Invalid(errors={"text": [_("写一句做了什么。")]})
    if not today - BACK <= day <= today:
        raise Invalid(errors={"day": [_("记今天的，或者最近一个月里的。")]})
    if not 1 <= half_hours <= 48:
        raise Invalid(errors={"half_hours": [_("一天最多 24 小时。")]})
    nodes = actor.reach.grid_ids(*rules.KNOCKERS)
    if not nodes or actor.user is None:
        raise Forbidden()

    writer = actor.user

    def work() -> WorkNote:
        made = WorkNote.objects.create(worker=writer, grid_id=nodes[0], day=day, text=text, half_hours=half_hours)
        record(actor=actor, verb="visit.note", target=made, path=made.grid.path)
        return made

    return in_one_transaction(work)
