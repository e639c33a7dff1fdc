from typing import Self

from django.db.models import Count, Q, QuerySet

from portal.accounts.enums import COMMUNITY
from portal.accounts.reach import Reach


class VolunteerQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(left_at=None)


class TeamQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(ended_at=None)

    def under(self, path: str) -> Self:
        """Teams of the place with this path and of everything below it."""
        return self.filter(grid__path__startswith=path)

    def run_by(self, reach: Reach) -> Self:
        """Teams whose community this person works for."""
        return self.filter(reach.q("grid__path", *COMMUNITY))

    def by_name(self) -> Self:
        """Said aloud, because a count beside the rows makes Django forget the model's own order."""
        return self.order_by("sort_key", "id")

    def with_size(self) -> Self:
        """`size`: how many members a team has now."""
        live = Q(memberships__joined_at__isnull=False, memberships__ended_at=None)
        return self.annotate(size=Count("memberships", filter=live))


class MembershipQuerySet(QuerySet):
    def live(self) -> Self:
        return self.filter(joined_at__isnull=False, ended_at=None)

    def asking(self) -> Self:
        return self.filter(joined_at=None, ended_at=None)

    def standing(self) -> Self:
        """Asking or live: the one row a person may have in a team at a time."""
        return self.filter(ended_at=None)
