from typing import Self

from django.db.models import QuerySet
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from portal.accounts.reach import Reach


class GridQuerySet(MP_NodeQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def at(self, *levels: str) -> Self:
        return self.filter(level__in=levels)

    def under(self, path: str) -> Self:
        """The node with this path and everything below it."""
        return self.filter(path__startswith=path)

    def visible_to(self, reach: Reach) -> Self:
        return self.filter(reach.q("path"))


class ChangeQuerySet(QuerySet):
    def visible_to(self, reach: Reach, *roles: str) -> Self:
        return self.filter(reach.q("grid__path", *roles))


class GridManager(MP_NodeManager.from_queryset(GridQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> GridQuerySet:
        """treebeard's manager names its own queryset class, and would leave our adjectives out."""
        return GridQuerySet(self.model, using=self._db).order_by("path")
