from typing import Self

from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.reach import Reach

# Who writes down what happens at a door.
AT_THE_DOOR = (Role.GRID_WORKER, *COMMUNITY)


class LifeQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """By the door somebody is at now: whoever looked after an earlier one has no more to do with them."""
        return self.filter(reach.q("resident__household__building__path", *AT_THE_DOOR))

    def planned(self) -> Self:
        """The day has not come, and nobody has called it off."""
        return self.filter(done_at__isnull=True, undoes__isnull=True)

    def with_undone(self) -> Self:
        return self.annotate(undone=Exists(self.model._base_manager.filter(undoes=OuterRef("pk"))))


class MergeQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("kept__household__building__path", *COMMUNITY))


class AnchorQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("household__building__path", *COMMUNITY))
