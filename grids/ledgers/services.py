"""Taking a ledger away as a file: written down, as every export is."""

from typing import TYPE_CHECKING

from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import NotFound

if TYPE_CHECKING:
    from grids.tree.models import Grid


def record_export(*, actor: Actor, place: "Grid") -> None:
    """Who took the numbers of which place. Raises NotFound beyond reach."""
    if not actor.reach.covers(place.path):
        raise NotFound()
    in_one_transaction(lambda: record(actor=actor, verb="ledger.export", target=place, path=place.path))
