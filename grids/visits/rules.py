"""Who may knock, who may read what was written at a door: small predicates, pure."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from grids.visits.enums import Purpose
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DATA_ROLES, Role

KNOCKERS = (Role.GRID_WORKER, *COMMUNITY)
READERS = DATA_ROLES
# Who looks at what came in after its writer's posting had ended.
JUDGES = (Role.SECRETARY,)
# Who may ask whoever knocks next to see to something.
ASKERS = (*COMMUNITY, Role.STREET_SUPERVISOR, Role.DEPARTMENT_HANDLER)
# A phone's clock may be a little ahead; a visit tomorrow has not happened.
AHEAD = timedelta(minutes=15)
# What waits on a phone for longer than this is told to the secretary, not sent by itself.
OLDEST = timedelta(days=60)


def may_visit(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *KNOCKERS)


def may_read(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *READERS)


def may_judge(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *JUDGES)


def may_open_round(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, Role.SECRETARY, Role.STREET_SUPERVISOR, Role.DISTRICT_ADMIN)


def may_decide(actor: Actor, path: str, writer_id: UUID) -> bool:
    """An objection to what was written: nobody decides about their own words."""
    return actor.id != writer_id and actor.reach.covers(path, Role.SECRETARY, Role.STREET_SUPERVISOR)


def may_ask_errand(actor: Actor) -> bool:
    return actor.holds(*ASKERS)


def may_keep_materials(actor: Actor, path: str) -> bool:
    return actor.reach.covers(path, *COMMUNITY)


def is_excused(purposes: Iterable[str], reason: str) -> bool:
    """Knocking at a door that asked for quiet: an emergency, and one that can be told."""
    return Purpose.EMERGENCY in purposes and sum(char.isalnum() for char in reason) >= 2
