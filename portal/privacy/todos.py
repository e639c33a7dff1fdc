"""What of exports and erasures waits for this person."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.enums import DATA_ROLES
from portal.privacy import exporting, services
from portal.privacy.enums import ErasureState, ExportState
from portal.workbench.registry import Todo, todo_source

MOST = 40
# The law asks for an answer in time; a week is what we promise.
ANSWER_IN = timedelta(days=7)


@todo_source
def exports(actor: Actor, now: datetime) -> list[Todo]:
    """Somebody wants a file with people in it, and may not let it out alone; one's own are ready to be taken."""
    if not actor.holds(*DATA_ROLES):
        return []
    to_decide = Q(state=ExportState.ASKED) & ~Q(asked_by_id=actor.id)
    rows = exporting.visible(actor).filter(to_decide | Q(state=ExportState.READY, asked_by_id=actor.id)).order_by("pk")
    found = []
    for one in rows[:MOST]:
        if one.state == ExportState.READY:
            title = _("%(number)s做好了，下载") % {"number": one.number}
            found.append(Todo(title, one.get_absolute_url(), kind=_("导出"), due_at=one.expires_at))
        elif exporting.may_decide(actor, one):
            title = _("%(what)s，%(place)s，要您点头") % {"what": one.label, "place": one.place}
            due = one.created_at + exporting.ANSWERED_IN
            found.append(Todo(title, one.get_absolute_url(), kind=_("导出"), detail=one.reason, due_at=due))
    return found


@todo_source
def erasures_to_decide(actor: Actor, now: datetime) -> list[Todo]:
    """Somebody asked that what is held about them be deleted."""
    if not actor.holds(*services.DECIDERS):
        return []
    rows = services.to_decide(actor).filter(state=ErasureState.ASKED).order_by("pk")[:MOST]
    return [
        Todo(
            _("有居民请求删除自己的信息"),
            reverse("erasure", args=[one.pk]),
            kind=_("请求删除"),
            due_at=one.created_at + ANSWER_IN,
            late=one.created_at + ANSWER_IN < now,
        )
        for one in rows
    ]
