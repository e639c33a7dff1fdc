"""What waits for the community's own people."""

from datetime import datetime

from django.utils.translation import gettext as _

from grids.registry import corrections
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 20


@todo_source
def corrections_waiting(actor: Actor, now: datetime) -> list[Todo]:
    """What residents say is wrong about them."""
    if not actor.holds(*COMMUNITY):
        return []
    return [
        Todo(
            title=_("%(name)s说%(what)s登记得不对") % {"name": one.resident, "what": one.get_field_display()},
            url=one.get_absolute_url(),
            kind=_("更正"),
            detail=one.resident.household.code,
            due_at=one.answer_by,
            late=one.answer_by < now,
        )
        for one in corrections.waiting_within(actor)[:MOST]
    ]
