"""Who may give whom which work: small predicates, pure."""

from portal.accounts.actors import Actor
from portal.accounts.enums import STAFF_ROLES, Role

_COMMUNITY = (Role.GRID_WORKER, Role.DESK_CLERK)
_STREET = (*_COMMUNITY, Role.SECRETARY)
_DISTRICT = (*_STREET, Role.STREET_SUPERVISOR, Role.DEPARTMENT_HANDLER)
# Which roles the holder of a role gives out, on the ground they hold it for.
GIVES: dict[str, tuple[str, ...]] = {
    Role.SECRETARY: _COMMUNITY,
    Role.STREET_SUPERVISOR: _STREET,
    Role.DISTRICT_ADMIN: _DISTRICT,
    Role.SYSADMIN: tuple(STAFF_ROLES),
}
# Who sees who looks after which grid, and arranges it.
KEEPERS = (Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)
# Those who keep the system and those who read its trail are separate people, and neither works with residents' data.
APART = (Role.AUDITOR, Role.SYSADMIN)


def may_appoint(actor: Actor, *, role: str, path: str) -> bool:
    """On one's own ground, in a role that one's own gives out."""
    if actor.is_system:
        return True
    return any(role in given and actor.reach.covers(path, giver) for giver, given in GIVES.items())


def keep_apart(role: str, held: set[str]) -> bool:
    """True where holding `role` beside the roles already held would mix what guardrail 17 keeps apart."""
    if role in APART:
        return bool(held - {role})
    return bool(held & set(APART))
