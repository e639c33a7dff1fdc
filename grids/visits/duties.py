"""What falls due: a promise, on the morning of its day."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from grids.postings.queries import holders
from grids.visits.queries import promise_by_id
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.flow.due import duty
from portal.flow.models import DueRow
from portal.notifications.services import queue


@duty("visit.promise")
def remind(row: DueRow, now: datetime) -> str | None:
    """Tell who promised, or whoever has the grid now; once per promise and person."""
    promise = promise_by_id(row.subject_id)
    if promise is None or promise.kept_at is not None:
        return "skipped"
    path = promise.household.building.path
    now_here = {posting.user for posting in holders(path=path, roles=(Role.GRID_WORKER,), at=now, nearest=True)}
    by = promise.visit.worker
    told: set[User] = {by} if by in now_here or not now_here else now_here
    for user in told:
        queue(
            key=f"promise:{promise.pk}:due:{user.pk}",
            to=user,
            subject=_("今天要兑现：%(what)s") % {"what": promise.text},
            body=_("答应过 %(door)s 的。办好了记一笔。") % {"door": promise.household.code},
            url=f"{reverse('grid-today')}?door={promise.household_id}",
            about=promise.pk,
        )
    return None
