"""What of the surveys waits for this person."""

from datetime import datetime

from django.utils.translation import gettext as _

from centres.surveys import queries
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 10


@todo_source
def to_follow_up(actor: Actor, now: datetime) -> list[Todo]:
    """People said what they need; say what comes of it."""
    if not actor.holds(*COMMUNITY):
        return []
    title = _("写一句：问完了，接下来做什么")
    return [
        Todo(title, one.desk_url, kind=_("调研"), detail=one.title) for one in queries.without_followup(actor)[:MOST]
    ]
