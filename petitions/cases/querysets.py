from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q, QuerySet
from django.utils import timezone

from petitions.cases.enums import EXCLUDED, LIVE_CALLS, OPEN, RUNNING, Asking, Level, State
from petitions.cases.models_whistle import WhistleCall
from portal.accounts.enums import DATA_ROLES, Role
from portal.accounts.reach import Reach

# Length of a community's path in steps: district, street, community.
DEPTH_OF_COMMUNITY = 3
PLAIN_STAFF = tuple(role for role in DATA_ROLES if role != Role.SECRETARY)


def within(reach: Reach) -> Q:
    """Cases this reach opens: on its grids; in its hands; assigned to its sector grid, or called to it; its own.

    Restricted kinds open to the secretary and to whoever holds them, not to the others of the place (enums.Kind).
    """
    if reach.user_id is None:
        return Q(pk__in=[])
    mine = Q(reporter_id=reach.user_id)
    if not reach.scopes:
        return mine
    plain = reach.q("grid__path", *PLAIN_STAFF) & Q(restricted=False)
    # A department reaches a case through its assignment to the sector grid; a grid, through the one to itself.
    office = reach.q("holder_grid__path", Role.DEPARTMENT_HANDLER, Role.GRID_WORKER)
    office &= Q(restricted=False) | Q(holder_user=None)
    # Whoever has no posting any more has no reach, even to what is still in their name.
    held = Q(holder_user_id=reach.user_id)
    found = mine | plain | reach.q("grid__path", Role.SECRETARY) | office | held
    if reach.holds(Role.STREET_SUPERVISOR):
        found |= reach.q("grid__path", Role.STREET_SUPERVISOR) & Q(restricted=True) & _before_the_street()
    if reach.holds(Role.DISTRICT_ADMIN):
        found |= reach.q("grid__path", Role.DISTRICT_ADMIN) & Q(restricted=True) & _before_the_district()
    if reach.holds(Role.DEPARTMENT_HANDLER):
        found |= _called(reach)
    return found


def through(to: str, condition: Q) -> Q:
    """A condition on cases as one on rows that point at them by `to`: a join, where `__in` would gather every case
    there ever was before it looks at one row."""
    turned = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            turned.children.append(through(to, child))
        else:
            name, value = child  # type: ignore[misc]
            turned.children.append((f"{to}__{name}", value))
    return turned


def _before_the_street() -> Q:
    """Handed up to it, to be ruled on or shelved by it, to be verified where the community did it itself."""
    own = Q(holder_grid=None) | Q(holder_grid__depth=DEPTH_OF_COMMUNITY)
    verify = Q(state=State.UNDER_REVIEW, holder_level=Level.COMMUNITY) & own
    return Q(holder_level=Level.STREET) | Q(ruling_open=True) | Q(asking=Asking.SHELVE) | verify


def _before_the_district() -> Q:
    return Q(holder_level=Level.DISTRICT) | Q(state=State.UNDER_REVIEW, holder_level=Level.STREET)


def _called(reach: Reach) -> Q:
    """吹哨报到: what a department was called to; of restricted kinds only until it has reported."""
    calls = WhistleCall.objects.filter(reach.q("department__path", Role.DEPARTMENT_HANDLER))
    live = calls.filter(state__in=LIVE_CALLS)
    return Q(restricted=False, pk__in=calls.values("case_id")) | Q(pk__in=live.values("case_id"))


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
        return self.filter(self.is_late(now))

    def on_time(self, now: datetime) -> Self:
        return self.exclude(self.is_late(now))

    @staticmethod
    def is_late(now: datetime) -> Q:
        """As a condition: several figures are counted in one question."""
        return Q(state__in=RUNNING, due_at__lt=now) | Q(state=State.UNDER_REVIEW, step_due_at__lt=now)

    def due_today(self, now: datetime) -> Self:
        """Falls due before this day is over, and is not late yet."""
        return self.filter(self.is_due_today(now))

    @staticmethod
    def is_due_today(now: datetime) -> Q:
        tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        running = Q(state__in=RUNNING, due_at__gte=now, due_at__lt=tomorrow)
        return running | Q(state=State.UNDER_REVIEW, step_due_at__gte=now, step_due_at__lt=tomorrow)

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
