"""Who holds what, now. This is where Reach comes from."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from grids.postings.models import Posting
from portal.accounts.reach import Scope


def live(at: datetime) -> QuerySet[Posting]:
    return Posting.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


def scopes_of(user_id: UUID, at: datetime) -> list[Scope]:
    """Live scopes of a user: one query."""
    rows = live(at).filter(user_id=user_id).values_list("role", "grid__path", "grid_id")
    return [Scope(role, path, grid_id) for role, path, grid_id in rows]


def holders(*, path: str, roles: tuple[str, ...], at: datetime, nearest: bool = False) -> list[Posting]:
    """Live postings in `roles` on the node at `path` or above it, nearest first: whom to tell about this place."""
    prefixes = [path[:end] for end in range(4, len(path) + 1, 4)]
    found = list(
        live(at)
        .filter(grid__path__in=prefixes, role__in=roles)
        .select_related("user", "grid")
        .order_by("-grid__depth", "starts_at")
    )
    if nearest and found:
        depth = found[0].grid.depth
        return [posting for posting in found if posting.grid.depth == depth]
    return found
