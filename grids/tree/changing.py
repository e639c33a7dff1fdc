"""网格调整: planned for a date, looked at beforehand, done on that date or not at all."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree.change_hooks import Touched, holders, touched
from grids.tree.change_plan import STEP, Fit, Plan, fit
from grids.tree.change_words import sentence_of
from grids.tree.enums import ChangeState, Level
from grids.tree.importing import may_import_tree
from grids.tree.models import Grid
from grids.tree.models_change import GridChange
from grids.tree.reshaping import reshape
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow import due
from portal.notifications.services import Message, queue, queue_many

PLANNERS = (Role.DISTRICT_ADMIN, Role.STREET_SUPERVISOR)
MOST_DAYS = 730


def may_change(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *PLANNERS)


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def preview(*, actor: Actor, plan: Plan, on: date) -> tuple[Fit, list[Touched]]:
    """Whether the plan fits, and what it touches; writes nothing. Raises as `plan_change` does."""
    found = _checked(actor, plan, on)
    return found, touched(found.paths())


def plan_change(*, actor: Actor, plan: Plan, on: date, reason: str = "") -> GridChange:
    """Write a change down for its date; one of today is done at once.

    Raises Forbidden for other roles, NotFound beyond reach, Invalid or Conflict where the plan does not fit: nothing is
    written then.
    """

    def work() -> GridChange:
        _lock_tree()
        found = _checked(actor, plan, on)
        change = GridChange.objects.create(
            kind=plan.kind,
            grid=found.first,
            grids=plan.concerned(),
            plan=plan.data(),
            on=on,
            reason=" ".join(reason.split())[:200],
            asked_by=actor.user,
        )
        record(actor=actor, verb="tree.plan_change", target=change, path=found.first.path, reason=change.reason)
        due.schedule(key=f"gridchange:{change.pk}", kind="tree.change", subject_id=change.pk, due_at=midnight(on))
        if on <= timezone.localdate():
            _do(actor, change, found, timezone.now())
            due.cancel(subject_id=change.pk, kinds=("tree.change",))
        return change

    return in_one_transaction(work)


def perform(*, change_id: UUID, now: datetime | None = None) -> GridChange | None:
    """Do a change whose day has come; None where there is nothing to do. What no longer fits is failed, its planner
    told why, and the tree is as it was. Twice changes nothing."""
    moment = now or timezone.now()

    def work() -> GridChange | None:
        change = _locked(change_id)
        if change.state != ChangeState.PLANNED or change.on > timezone.localtime(moment).date():
            return None
        try:
            in_one_transaction(lambda: _do(SYSTEM, change, fit(Plan.read(change.kind, change.plan), moment), moment))
        except Refusal as refused:
            _fail(change, str(refused.message))
        return change

    return in_one_transaction(work)


def undo_change(*, actor: Actor, change_id: UUID) -> GridChange:
    """Take a change back before its day; twice changes nothing. Raises NotFound beyond reach, Conflict once done."""

    def work() -> GridChange:
        change = _locked(change_id)
        if not may_change(actor, change.grid.path):
            raise NotFound()
        if change.state == ChangeState.UNDONE:
            return change
        if change.state != ChangeState.PLANNED:
            raise Conflict(_("这次调整已经有结果了，不能撤回。要改回去，请另做一次调整。"), code="OVER")
        change.state = ChangeState.UNDONE
        change.save(update_fields=["state"])
        due.cancel(subject_id=change.pk, kinds=("tree.change",))
        record(actor=actor, verb="tree.undo_change", target=change, path=change.grid.path, fields=["state"])
        return change

    return in_one_transaction(work)


# ---------------------------------------------------------------- checks
def _checked(actor: Actor, plan: Plan, on: date) -> Fit:
    today = timezone.localdate()
    if not actor.holds(*PLANNERS):
        raise Forbidden(_("网格由街道和区里调整。"))
    nodes = list(Grid.objects.filter(pk__in={*plan.concerned(), *([plan.to] if plan.to else [])}))
    if not nodes or not all(may_change(actor, one.path) for one in nodes):
        raise NotFound()
    if on < today:
        raise Invalid(_("日子要在今天或以后。"), code="PAST")
    if on > today + timedelta(days=MOST_DAYS):
        raise Invalid(_("日子太远了，最多写到两年以后。"), code="TOO_FAR")
    if actor.id in {part.worker for part in plan.parts}:
        raise Forbidden(_("自己的任职请上级来办。"), code="OWN_POSTING")
    clash = Q(grids__overlap=plan.concerned())
    if GridChange.objects.filter(clash, state=ChangeState.PLANNED).exists():
        raise Conflict(_("其中一个网格已经有一次调整在等日子。先办完或撤回那一次。"), code="PLANNED_ALREADY")
    found = fit(plan, max(timezone.now(), midnight(on)))
    if found.first.level == Level.COMMUNITY and not may_import_tree(actor):
        raise Forbidden(_("社区换街道由区里来办。"))
    return found


def _lock_tree() -> None:
    """As planting does: two writers of one branch would take the same step of its path."""
    list(Grid.objects.filter(depth=1).select_for_update().values_list("pk"))


def _locked(change_id: UUID) -> GridChange:
    _lock_tree()
    rows = GridChange.objects.select_for_update(of=("self",)).select_related("grid", "asked_by")
    change = rows.filter(pk=change_id).first()
    if change is None:
        raise NotFound()
    return change


# ---------------------------------------------------------------- on the day
def _do(actor: Actor, change: GridChange, found: Fit, now: datetime) -> None:
    before = _workers(change.grids, now)
    after = reshape(actor, change, found, now, timezone.localtime(now).date())
    # What was planted has its place in the history too.
    change.grids = list(dict.fromkeys([*change.grids, *(one.pk for one in after)]))
    change.state, change.done_at = ChangeState.DONE, now
    change.save(update_fields=["grids", "state", "done_at"])
    path = Grid.objects.get(pk=change.grid_id).path
    record(actor=actor, verb="tree.change", target=change, path=path, fields=["state"], reason=change.reason)
    said = sentence_of(change)
    told = before | _workers(change.grids, now)
    queue_many(
        Message(
            f"gridchange:{change.pk}:{user.pk}",
            user,
            _("网格有调整：%(what)s") % {"what": said},
            _("走访过的、答应过的、报上来的都还在，跟着楼走。"),
            f"/grids/{after[0].code}/",
            change.pk,
        )
        for user in User.objects.filter(pk__in=told).order_by("pk")
    )
    if actor.is_system and change.asked_by is not None:
        key = f"gridchange:{change.pk}:done"
        subject = _("网格调整办好了：%(what)s") % {"what": said}
        queue(key=key, to=change.asked_by, subject=subject, url=change.get_absolute_url(), about=change.pk)


def _workers(grid_ids: list[UUID], at: datetime) -> set[UUID]:
    """Who works on these grids, on the areas they lie in, or below them."""
    nodes = list(Grid.objects.filter(pk__in=grid_ids))
    wanted = {one.pk for one in nodes}
    wanted |= set(Grid.objects.filter(path__in=[one.path[:-STEP] for one in nodes]).values_list("pk", flat=True))
    for one in nodes:
        below = Grid.objects.under(one.path).at(Level.BASIC_GRID, Level.COMMUNITY_GRID)
        wanted |= set(below.values_list("pk", flat=True))
    return {user for users in holders().on(wanted, at).values() for user in users}


def _fail(change: GridChange, why: str) -> None:
    change.state, change.why, change.done_at = ChangeState.FAILED, why[:200], None
    change.save(update_fields=["state", "why", "done_at"])
    record(actor=SYSTEM, verb="tree.change_failed", target=change, path=change.grid.path, fields=["state"])
    if change.asked_by is not None:
        subject = _("网格调整没办成：%(what)s") % {"what": sentence_of(change)}
        body = _("%(why)s网格还是原来的样子。") % {"why": why}
        key = f"gridchange:{change.pk}:failed"
        queue(key=key, to=change.asked_by, subject=subject, body=body, url=change.get_absolute_url(), about=change.pk)
