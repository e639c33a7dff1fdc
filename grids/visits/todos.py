"""What waits for a worker or a secretary."""

from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.visits import rules
from grids.visits.objections import ANSWER_WITHIN
from grids.visits.queries import held_back, objections_within, promises_within, stale_materials
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role
from portal.workbench.registry import Todo, todo_source

MOST = 20


@todo_source
def promises(actor: Actor, now: datetime) -> list[Todo]:
    """What a worker promised for today or before, at the doors of their own grids."""
    if not actor.holds(Role.GRID_WORKER):
        return []
    today = timezone.localtime(now).date()
    due = promises_within(actor.reach, due_by=today).filter(
        actor.reach.q("household__building__path", Role.GRID_WORKER)
    )
    return [
        Todo(
            title=promise.text,
            url=f"{reverse('grid-today')}?door={promise.household_id}",
            kind=_("承诺"),
            detail=promise.household.code,
            due_at=timezone.make_aware(datetime.combine(promise.due_on, time(18))),
            late=promise.is_late(today),
        )
        for promise in due[:MOST]
    ]


@todo_source
def waiting_visits(actor: Actor, now: datetime) -> list[Todo]:
    """Visits that came in after their writer's posting had ended."""
    if not actor.holds(*rules.JUDGES):
        return []
    return [
        Todo(
            title=_("%(name)s交来的走访，收不收") % {"name": visit.worker},
            url=visit.get_absolute_url(),
            kind=_("走访"),
            detail=visit.household.code,
        )
        for visit in held_back(actor.reach)[:MOST]
    ]


@todo_source
def objections(actor: Actor, now: datetime) -> list[Todo]:
    """Residents who say that a note about a visit is wrong; somebody other than its writer decides."""
    if not actor.holds(Role.SECRETARY, Role.STREET_SUPERVISOR):
        return []
    return [
        Todo(
            title=_("%(door)s 说走访记录不对") % {"door": one.visit.household.code},
            url=one.visit.get_absolute_url(),
            kind=_("走访"),
            due_at=one.created_at + ANSWER_WITHIN,
            late=one.created_at + ANSWER_WITHIN < now,
        )
        for one in objections_within(actor.reach, actor.id)[:MOST]
    ]


@todo_source
def leaflets(actor: Actor, now: datetime) -> list[Todo]:
    """Leaflets whose day to be looked at again has come."""
    if not actor.holds(*COMMUNITY):
        return []
    return [
        Todo(title=_("再看一遍还对不对：%(what)s") % {"what": one.title}, url=reverse("materials"), kind=_("宣传材料"))
        for one in stale_materials(actor.reach, timezone.localtime(now).date())[:MOST]
    ]
