from datetime import date, datetime
from typing import Self

from django.db.models import QuerySet

from grids.visits.enums import ErrandState, ObjectionState, VisitState
from portal.accounts.reach import Reach


class RoundQuerySet(QuerySet):
    def running(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)


class VisitQuerySet(QuerySet):
    def kept(self) -> Self:
        return self.filter(state=VisitState.KEPT)

    def quarantined(self) -> Self:
        return self.filter(state=VisitState.QUARANTINED)

    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("household__building__path", *roles))

    def between(self, start: datetime, end: datetime) -> Self:
        return self.filter(visited_at__gte=start, visited_at__lt=end)


class PromiseQuerySet(QuerySet):
    def waiting(self) -> Self:
        return self.filter(kept_at__isnull=True)

    def due(self, day: date) -> Self:
        """Still to be kept, and promised for this day or an earlier one."""
        return self.waiting().filter(due_on__lte=day)

    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("household__building__path", *roles))


class DoorQuerySet(QuerySet):
    def quiet(self, day: date) -> Self:
        return self.filter(quiet_from__lte=day, quiet_until__gte=day)

    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("household__building__path", *roles))


class ObjectionQuerySet(QuerySet):
    def waiting(self) -> Self:
        return self.filter(state=ObjectionState.WAITING)

    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("visit__household__building__path", *roles))


class ErrandQuerySet(QuerySet):
    def open(self, day: date) -> Self:
        """Still to be done: neither done, nor past its day."""
        return self.filter(state=ErrandState.OPEN, until__gte=day)

    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("household__building__path", *roles))


class MaterialQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)
