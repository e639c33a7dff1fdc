"""Who may do what with the register: small predicates, pure."""

from typing import TYPE_CHECKING

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role

if TYPE_CHECKING:
    from grids.registry.models import Resident
    from portal.accounts.models import User

# Fields that lists show masked, and that a reason opens.
REVEALABLE = ("phone",)
# Those who stand before the person or at their door.
LINKERS = (Role.GRID_WORKER, *COMMUNITY)


def says_something(reason: str) -> bool:
    """A reason the person concerned can understand later: a word at least, not a dot."""
    return sum(char.isalnum() for char in reason) >= 2


def may_link(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *LINKERS)


def may_import(actor: Actor, path: str) -> bool:
    """A community's roster is brought in by its own people."""
    return actor.reach.covers(path, *COMMUNITY)


def roster_matches(resident: "Resident", user: "User") -> bool:
    """The register and the handset name the same number. One number may serve several people, so a person confirms."""
    return bool(user.phone) and user.phone_verified and user.phone == resident.phone


def may_ask_correction(actor: Actor, resident: "Resident") -> bool:
    """The person themselves; or staff who stand before them, for somebody without an account."""
    if actor.id is not None and resident.user_id == actor.id:
        return True
    return may_link(actor, resident.household.building.path)
