from typing import Self

from django.db.models import Manager, QuerySet, Value
from django.db.models.functions import Concat

from portal.accounts.enums import COMMUNITY
from portal.accounts.reach import Reach


class HouseholdQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("building__path"))

    def under(self, path: str) -> Self:
        return self.filter(building__path__startswith=path)

    def walking(self) -> Self:
        """Doors in the order one walks them: building by building, stair by stair, from the ground up."""
        return self.order_by("building__path", "door_order", "pk")


class ResidentQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("household__building__path"))

    def under(self, path: str) -> Self:
        return self.filter(household__building__path__startswith=path)

    def by_name(self) -> Self:
        """As a Chinese reader looks people up: by pinyin. The database's own order puts 张 before 李."""
        return self.order_by("sort_key", "pk")

    def found_by_name(self) -> Self:
        """The same order for what a search found. Spelled so that no index gives it: walking everybody in that order
        until thirty fit looks cheap to the planner, and is a scan wherever few do."""
        return self.order_by(Concat("sort_key", Value("")), "pk")


class PresentManager(Manager.from_queryset(ResidentQuerySet)):  # type: ignore[misc]
    """Only those who live there now."""

    def get_queryset(self) -> ResidentQuerySet:
        return ResidentQuerySet(self.model, using=self._db).filter(left_on__isnull=True)


class CorrectionQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Those of the community's own people: they hold the register, and they decide."""
        return self.filter(reach.q("resident__household__building__path", *COMMUNITY))

    def waiting(self) -> Self:
        return self.filter(state="asked").order_by("answer_by", "pk")


class RosterQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """A roster is the community's own people's."""
        return self.filter(reach.q("community__path", *COMMUNITY))
