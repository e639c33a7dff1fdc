from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from petitions.cases.enums import EXCLUDED, OPEN, RUNNING, Level, State
from portal.accounts.enums import DATA_ROLES, Role
from portal.accounts.reach import Reach

PLAIN_STAFF = tuple(role for role in DATA_ROLES if role != Role.SECRETARY)


def within(reach: Reach) -> Q:
    """Cases this reach opens: on its grids; in its hands; assigned to its sector grid; its own."""
    if reach.user_id is None:
        return Q(pk__in=[])
    mine = Q(reporter_id=reach.user_id)
    if not reach.scopes:
        return mine
    # Restricted kinds: the secretary, whoever holds it, and the level it was escalated to; nobody else of the place.
    plain = reach.q("grid__path", *PLAIN_STAFF) & (
        Q(restricted=False) | (Q(holder_level=Level.STREET) & reach.q("grid__path", Role.STREET_SUPERVISOR))
    )
    # A department reaches a case through its assignment to the sector grid; a grid, through the one to itself.
    department = reach.q("holder_grid__path", Role.DEPARTMENT_HANDLER, Role.GRID_WORKER)
    # Whoever has no posting any more has no reach, even to what is still in their name.
    held = Q(holder_user_id=reach.user_id)
    return mine | plain | reach.q("grid__path", Role.SECRETARY) | department | held


class CaseQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(within(reach))

    def under(self, path: str) -> Self:
        """On this node of the tree or below it."""
        return self.filter(grid__path__startswith=path)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def counted(self) -> Self:
        """Those that figures speak of."""
        return self.exclude(state__in=EXCLUDED)

    def late(self, now: datetime) -> Self:
        """Past the moment somebody promised: the result, or the check of it."""
        return self.filter(self._late(now))

    def on_time(self, now: datetime) -> Self:
        return self.exclude(self._late(now))

    @staticmethod
    def _late(now: datetime) -> Q:
        return Q(state__in=RUNNING, due_at__lt=now) | Q(state=State.UNDER_REVIEW, step_due_at__lt=now)

    def due_today(self, now: datetime) -> Self:
        """Falls due before this day is over, and is not late yet."""
        tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return self.filter(
            Q(state__in=RUNNING, due_at__gte=now, due_at__lt=tomorrow)
            | Q(state=State.UNDER_REVIEW, step_due_at__gte=now, step_due_at__lt=tomorrow)
        )

    def held_by(self, reach: Reach) -> Self:
        """In these hands: in the person's name, or their grid's."""
        own = Q(holder_user_id=reach.user_id)
        for scope in reach.scopes:
            own |= Q(holder_user=None, holder_grid_id=scope.grid_id)
        return self.filter(own)

    def in_order(self) -> Self:
        """What falls due first comes first; cases without a clock last."""
        return self.order_by("due_at", "id")

    def for_list(self) -> Self:
        return self.select_related("grid", "category").prefetch_related("supervisions")
