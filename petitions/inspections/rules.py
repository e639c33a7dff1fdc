"""Who may do what with an inspection: pure predicates of (actor, inspection)."""

from typing import TYPE_CHECKING

from petitions.inspections.enums import GOERS, KEEPERS
from portal.accounts.actors import Actor

if TYPE_CHECKING:
    from petitions.inspections.models import Checklist, Inspection


def keeps(actor: Actor, inspection: "Inspection") -> bool:
    """Sends people out, and says that it is over: the secretary of the place, its street."""
    return actor.reach.covers(inspection.grid.path, *KEEPERS)


def keeps_list(actor: Actor, checklist: "Checklist") -> bool:
    return actor.reach.covers(checklist.grid.path, *KEEPERS)


def goes(actor: Actor, inspection: "Inspection") -> bool:
    """Writes down what is found: whoever was sent and still works there, be it on a piece of it, and the community
    itself."""
    ground = inspection.grid.path
    if actor.id is None or not any(ground.startswith(p) or p.startswith(ground) for p in actor.reach.paths(*GOERS)):
        return False
    return keeps(actor, inspection) or inspection.team.filter(pk=actor.id).exists()


def goes_or_keeps(actor: Actor, inspection: "Inspection") -> bool:
    return keeps(actor, inspection) or goes(actor, inspection)
