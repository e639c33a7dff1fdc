"""What of the activities waits for this person."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from centres.activities import queries, words
from centres.activities.enums import EnrolmentState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source


@todo_source
def to_take(actor: Actor, now: datetime) -> list[Todo]:
    """Sessions that have begun and whose list nobody has gone through."""
    if not actor.holds(*COMMUNITY):
        return []
    return [
        Todo(
            _("%(title)s还没点名") % {"title": session.activity.title},
            reverse("desk-session", args=[session.pk]),
            kind=_("活动"),
            detail=words.slot(session.starts_at, session.ends_at, now),
            due_at=session.ends_at,
            late=session.ends_at < now,
        )
        for session in queries.untaken(actor, now)
    ]


@todo_source
def to_answer(actor: Actor, now: datetime) -> list[Todo]:
    """A seat that was offered to me and waits for my word."""
    if actor.id is None:
        return []
    return [
        Todo(
            _("%(title)s轮到您了，来不来？") % {"title": one.activity.title},
            one.get_absolute_url(),
            kind=_("活动"),
            due_at=one.offered_until,
        )
        for one in queries.live_of(actor.id)
        if one.state == EnrolmentState.OFFERED and one.offered_until is not None and one.offered_until > now
    ]
