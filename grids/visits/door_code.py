"""口令: six digits on the worker's screen that somebody behind the door can check before opening.

They follow from the clock, the person and the grid they hold; nothing is stored, neither that they were shown nor that
somebody asked. They end with the posting, because only live postings are tried.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from grids.postings.queries import Card, below
from grids.tree.queries import by_code
from grids.visits import rules
from portal.accounts.actors import Actor
from portal.phones import digits_in

STEP = timedelta(minutes=5)
# A phone without signal may be a little off: the step before and the one after hold too.
SLACK = (0, -1, 1)
DIGITS = 6


def step_of(now: datetime) -> int:
    return int(now.timestamp() // STEP.total_seconds())


def _digits(user_id: UUID, grid_id: UUID, step: int) -> str:
    key = hashlib.sha256(b"jiamenkou.door-code:" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, f"{user_id}:{grid_id}:{step}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def _node(actor: Actor) -> UUID | None:
    """The node somebody knocks for: the first they hold as a worker, else at the counter."""
    return next(iter(actor.reach.grid_ids(*rules.KNOCKERS)), None)


def code_of(actor: Actor, now: datetime) -> str:
    """What this person's screen shows now; empty for who knocks at no door."""
    node = _node(actor)
    return _digits(actor.id, node, step_of(now)) if actor.id and node else ""


def codes_of_day(actor: Actor, now: datetime, hours: int = 16) -> list[tuple[int, str]]:
    """(first second, digits) of every step from now on, for a screen that will have no signal."""
    node = _node(actor)
    if actor.id is None or node is None:
        return []
    seconds, first = int(STEP.total_seconds()), step_of(now)
    steps = range(first, first + hours * 3600 // seconds)
    return [(step * seconds, _digits(actor.id, node, step)) for step in steps]


def who_is_it(community_code: str, digits: str, now: datetime) -> Card | None:
    """Whose digits these are, of those who knock in this community now; None where they are nobody's."""
    said = digits_in(digits)
    place = by_code(community_code)
    if len(said) != DIGITS or place is None:
        return None
    found = None
    for posting in below(path=place.path, roles=rules.KNOCKERS, at=now):
        for slack in SLACK:
            # No early way out: how long it takes must not tell whose digits were nearly right.
            if hmac.compare_digest(_digits(posting.user_id, posting.grid_id, step_of(now) + slack), said):
                found = posting
    return Card.of(found) if found else None
