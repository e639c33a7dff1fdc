"""Who may change what hangs. Pure predicates; a failure denies."""

from typing import TYPE_CHECKING, Any

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY

if TYPE_CHECKING:
    from centres.displays.models import DisplayItem


def keeps_centre(actor: Actor, centre: Any) -> bool:
    """The clerk and the secretary of the centre's community."""
    return actor.reach.covers(centre.grid.path, *COMMUNITY)


def keeps(actor: Actor, item: "DisplayItem") -> bool:
    return keeps_centre(actor, item.centre)
