"""What of exports and erasures waits for this person."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.enums import DATA_ROLES
from portal.privacy import exporting, services
from portal.privacy.enums import ErasureState, ExportState
from portal.workbench.registry import Todo, todo_source

MOST = 20
# The law asks for an answer in time; a week is what we promise.
ANSWER_IN = timedelta(days=7)


@todo_source
def exports_to_decide(actor: Actor, now: datetime) -> list[Todo]:
    """Somebody wants a file with people in it, and may not let it out alone."""
    if not actor.holds(*DATA_ROLES):
        return []
    rows = exporting.visible(actor).filter(state=ExportState.ASKED).exclude(asked_by_id=actor.id).order_by("pk")
    return [
        Todo(
            _("%(what)s，%(place)s，要您点头") % {"what": one.label, "place": one.place},
            one.get_absolute_url(),
            kind=_("导出"),
            detail=one.reason,
            due_at=one.created_at + exporting.ANSWERED_IN,
        )
        for one in rows[:MOST]
        if exporting.may_decide(actor, one)
    ]


@todo_source
def exports_to_take(actor: Actor, now: datetime) -> list[Todo]:
    if actor.id is None or not actor.holds(*DATA_ROLES):
        return []
    rows = exporting.visible(actor).filter(state=ExportState.READY, asked_by_id=actor.id).order_by("pk")[:MOST]
    return [
        Todo(
            _("%(number)s做好了，下载") % {"number": one.number},
            one.get_absolute_url(),
            kind=_("导出"),
            due_at=one.expires_at,
        )
        for one in rows
    ]


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
