"""Who does a thing. Every service takes an Actor, so that no write is anonymous by accident."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional
from uuid import UUID

from portal.accounts.enums import Role
from portal.accounts.reach import NOWHERE, Reach, reach_of

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True)
class Actor:
    """A person with their reach, the system, or whoever holds a slip.

    `channel` says by which door the act came: web, api, desk, phone, slip, system, command.
    """

    user: Optional["User"] = None
    reach: Reach = NOWHERE
    channel: str = "web"
    is_system: bool = False
    # The one object a slip opens (its id), for people without an account.
    slip_of: UUID | None = None
    # The capacity this act is done in, where it is no posting (volunteer, team_leader, org_contact, resident).
    # Set by the service that has checked it; it only names the role in the records and opens nothing.
    acting_as: str = ""
    # Somebody who works here but has not shown their second factor in this session: their reach is withheld.
    lacks_factor: bool = False

    @classmethod
    def of(cls, user: Optional["User"], *, channel: str = "web") -> "Actor":
        if user is None or not user.is_authenticated:
            return cls(channel=channel)
        return cls(user=user, reach=reach_of(user.pk), channel=channel)

    @property
    def id(self) -> UUID | None:
        return self.user.pk if self.user else None

    @property
    def is_anonymous(self) -> bool:
        return self.user is None and not self.is_system

    def acting(self, role: str) -> "Actor":
        """The same person in a capacity that is no posting. A method, because request.actor is lazy."""
        return replace(self, acting_as=str(role))

    def within(self, reach: Reach) -> "Actor":
        """The same person with another reach, for one act: a method for the same reason."""
        return replace(self, reach=reach)

    def holds(self, *roles: str) -> bool:
        return self.reach.holds(*roles)

    def role_on(self, path: str | None) -> str:
        """The role this act is recorded under: the one that covers the place, nearest grid first."""
        if self.is_system:
            return "system"
        if self.acting_as:
            return self.acting_as
        covering = [scope for scope in self.reach.scopes if path is not None and path.startswith(scope.path)]
        if covering:
            return str(max(covering, key=lambda scope: len(scope.path)).role)
        if self.reach.scopes:
            return str(self.reach.scopes[0].role)
        return str(Role.RESIDENT) if self.user else "slip" if self.slip_of else "anyone"


SYSTEM = Actor(channel="system", is_system=True)
