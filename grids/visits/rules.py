"""Who may knock, who may read what was written at a door: small predicates, pure."""

from datetime import datetime, timedelta

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DATA_ROLES, Role

KNOCKERS = (Role.GRID_WORKER, *COMMUNITY)
READERS = DATA_ROLES
# Who looks at what came in after its writer's posting had ended.
JUDGES = (Role.SECRETARY,)
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


def is_plausible(visited_at: datetime, now: datetime) -> bool:
    return now - OLDEST <= visited_at <= now + AHEAD
