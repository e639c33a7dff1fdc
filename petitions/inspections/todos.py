"""Inspections that wait for this person."""

from datetime import datetime

from django.utils.translation import gettext as _

from petitions.inspections import queries
from portal.accounts.actors import Actor
from portal.workbench.registry import Todo, todo_source

FEW = 10


@todo_source
def to_go(actor: Actor, now: datetime) -> list[Todo]:
    """Where this person was sent and it is not over."""
    if not actor.reach.scopes:
        return []
    return [
        Todo(
            found.checklist.name,
            found.get_absolute_url(),
            kind=_("检查"),
            detail=found.grid.name,
            due_at=found.due_at,
            late=found.is_late(now),
        )
        for found in queries.to_go(actor.reach)[:FEW]
    ]
