"""What waits for the community's own people."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import care_queries, corrections
from grids.registry.care import HELPERS
from grids.registry.enums_care import CareState
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


@todo_source
def care_to_see_to(actor: Actor, now: datetime) -> list[Todo]:
    """Needs to be confirmed or renewed. Whose, and what, stands on the page behind it."""
    if not actor.holds(*HELPERS):
        return []
    today = timezone.localdate(now)
    return [
        Todo(
            title=_("有人报了一个关爱需求，等您确认")
            if one.state == CareState.ASKED
            else _("一个关爱需求快到期了，续不续"),
            url=one.get_absolute_url(),
            kind=_("关爱"),
            due_at=timezone.make_aware(datetime.combine(one.expires_on, time(18))) if one.expires_on else None,
            late=bool(one.expires_on and one.expires_on < today),
        )
        for one in care_queries.to_see_to(actor, now)[:MOST]
    ]
