from datetime import date, datetime
from typing import Self

from django.db.models import QuerySet

from grids.visits.enums import VisitState
from portal.accounts.reach import Reach


class RoundQuerySet(QuerySet):
    def running(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


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
