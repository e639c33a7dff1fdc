"""What falls due: a promise on its morning and after its day, an errand nobody got to, the end of a round."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.postings.queries import holders
from grids.visits.errands import lapse_errand
from grids.visits.queries import promise_by_id, round_by_id
from grids.visits.rounds import progress_of
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.flow.due import duty
from portal.flow.models import DueRow
from portal.notifications.services import Message, queue, queue_many
from portal.ui.words import day as day_words


@duty("visit.promise")
def remind(row: DueRow, now: datetime) -> str | None:
    """Tell who promised, or whoever has the grid now: once per day it was promised for and person."""
    promise = promise_by_id(row.subject_id)
    if promise is None or promise.kept_at is not None:
        return "skipped"
    path = promise.household.building.path
    now_here = {posting.user for posting in holders(path=path, roles=(Role.GRID_WORKER,), at=now, nearest=True)}
    by = promise.visit.worker
    told: set[User] = {by} if by in now_here or not now_here else now_here
    for user in told:
        queue(
            key=f"promise:{promise.pk}:due:{promise.due_on:%Y%m%d}:{user.pk}",
            to=user,
            subject=_("今天要兑现：%(what)s") % {"what": promise.text},
            body=_("答应过 %(door)s 的。办好了记一笔。") % {"door": promise.household.code},
            url=f"{reverse('grid-today')}?door={promise.household_id}",
            about=promise.pk,
        )
    return None


# Who is told that a promise waits after its day, by the rung at the end of its key.
TOLD = {"L1": Role.SECRETARY, "L2": Role.STREET_SUPERVISOR}


@duty("visit.promise_late")
def promise_late(row: DueRow, now: datetime) -> str | None:
    """Tell the level above that a promise is past its day: once per day it was promised for, level and person."""
    promise = promise_by_id(row.subject_id)
    rung = row.key.rsplit(":", 1)[-1]
    # A key of a day that was moved since names another day than the promise does.
    if promise is None or promise.kept_at is not None or f":{promise.due_on:%Y%m%d}:" not in row.key:
        return "skipped"
    told = {
        one.user for one in holders(path=promise.household.building.path, roles=(TOLD[rung],), at=now, nearest=True)
    }
    body = _("%(door)s，%(name)s答应的，说好%(day)s前。") % {
        "door": promise.household.code,
        "name": promise.visit.worker,
        "day": day_words(promise.due_on, now),
    }
    queue_many(
        Message(
            f"{row.key}:{user.pk}",
            user,
            _("答应的事过了日子：%(what)s") % {"what": promise.text},
            body,
            promise.visit.get_absolute_url(),
            promise.pk,
        )
        for user in sorted(told, key=lambda user: user.pk)
    )
    return None


@duty("visit.errand")
def errand_lapses(row: DueRow, now: datetime) -> str | None:
    """Nobody got to the door by the day that was asked for."""
    return None if lapse_errand(row.subject_id) else "skipped"


@duty("visit.round_end")
def round_ends(row: DueRow, now: datetime) -> str | None:
    """The sum of a round, to whoever opened it."""
    current = round_by_id(row.subject_id)
    if current is None or current.opened_by is None:
        return "skipped"
    rows = progress_of(current, [current.grid.path])
    doors, tried, met = (sum(getattr(one, name) for one in rows) for name in ("doors", "tried", "met"))
    queue(
        key=f"round:{current.pk}:end:{current.opened_by_id}",
        to=current.opened_by,
        subject=_("敲门行动结束：%(name)s") % {"name": current.name},
        body=_("该敲 %(doors)d 户，敲了 %(tried)d 户，见到 %(met)d 户。没见到的可以带到下一轮。")
        % {"doors": doors, "tried": tried, "met": met},
        url=current.get_absolute_url(),
        about=current.pk,
    )
    return None
