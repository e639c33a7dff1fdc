from datetime import datetime
from typing import Self

from django.db.models import Q, QuerySet

from petitions.inspections.enums import GOERS, KEEPERS, READERS, State
from portal.accounts.reach import Reach


class ChecklistQuerySet(QuerySet):
    def current(self) -> Self:
        """The last version of each list that is in use."""
        return self.filter(replaced_at=None, is_active=True)

    def usable_by(self, reach: Reach) -> Self:
        """Lists of one's own ground and of those above it: a street's list is for its communities too."""
        paths = reach.paths(*READERS)
        above = {path[:end] for path in paths for end in range(4, len(path) + 1, 4)}
        return self.filter(Q(grid__path__in=above) | reach.q("grid__path", *READERS))

    def kept_by(self, reach: Reach) -> Self:
        return self.filter(reach.q("grid__path", *KEEPERS))


class InspectionQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """On one's ground; or sent out with it."""
        if reach.user_id is None or not reach.holds(*READERS):
            return self.none()
        return self.filter(reach.q("grid__path", *READERS) | Q(pk__in=self._sent(reach)))

    def _sent(self, reach: Reach) -> QuerySet:
        return self.model._default_manager.filter(team=reach.user_id).values("pk")

    def to_go(self, reach: Reach) -> Self:
        """Open, and this person is one of those sent."""
        return self.filter(state=State.OPEN, pk__in=self._sent(reach)) if reach.holds(*GOERS) else self.none()

    def open(self) -> Self:
        return self.filter(state=State.OPEN)

    def late(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)
