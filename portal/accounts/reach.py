"""Reach: which subtrees of the grid a person may look into, and as what.

The value lives here; `grids/postings` supplies it. Everything personal is fetched already narrowed by it, so that what
is not yours is not found (404), rather than found and refused.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from portal.accounts.enums import DATA_ROLES

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scope:
    """One live posting: a role on a grid node. `path`: the node's own; its subtree shares the prefix."""

    role: str
    path: str
    grid_id: UUID


@dataclass(frozen=True)
class Reach:
    scopes: tuple[Scope, ...] = ()
    user_id: UUID | None = None
    at: datetime | None = field(default=None, compare=False)

    def paths(self, *roles: str) -> tuple[str, ...]:
        """Path prefixes held in one of `roles` (default: the roles that open residents' data)."""
        wanted = roles or DATA_ROLES
        return tuple(dict.fromkeys(scope.path for scope in self.scopes if scope.role in wanted))

    def grid_ids(self, *roles: str) -> tuple[UUID, ...]:
        wanted = roles or DATA_ROLES
        return tuple(dict.fromkeys(scope.grid_id for scope in self.scopes if scope.role in wanted))

    def holds(self, *roles: str) -> bool:
        return any(scope.role in roles for scope in self.scopes)

    def covers(self, path: str | None, *roles: str) -> bool:
        """True where `path` is a node at or below one that is held in one of `roles`."""
        return path is not None and any(path.startswith(prefix) for prefix in self.paths(*roles))

    def q(self, path_field: str, *roles: str) -> Q:
        """A condition for querysets: rows whose `path_field` lies within reach. No scope, no rows."""
        within = Q(pk__in=[])
        for prefix in self.paths(*roles):
            within |= Q(**{f"{path_field}__startswith": prefix})
        return within


NOWHERE = Reach()

_supplier: Callable[[UUID, datetime], Iterable[Scope]] | None = None


def supplied_by(
    supplier: Callable[[UUID, datetime], Iterable[Scope]],
) -> Callable[[UUID, datetime], Iterable[Scope]]:
    """Register the one supplier of live scopes of a user at a moment (used by grids/postings)."""
    global _supplier
    _supplier = supplier
    return supplier


def reach_of(user_id: UUID | None, at: datetime | None = None) -> Reach:
    """The reach of an account at a moment (default: now). A failure while asking denies: it answers no reach."""
    if user_id is None or _supplier is None:
        return NOWHERE
    moment = at or timezone.now()
    try:
        return Reach(tuple(_supplier(user_id, moment)), user_id, moment)
    except Exception:
        log.exception("reach of %s could not be read; it is taken as none", user_id)
        return NOWHERE
