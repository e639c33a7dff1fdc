"""Who may do what with an order. Pure predicates (actor, order); a failure denies."""

from typing import TYPE_CHECKING

from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY

if TYPE_CHECKING:
    from centres.training.models import TrainingBase
    from centres.training.models_order import TrainingOrder


def runs_base(actor: Actor, base: "TrainingBase") -> bool:
    """The clerk and the secretary of the house the base stands in."""
    return actor.reach.covers(base.centre.grid.path, *COMMUNITY)


def may_begin(actor: Actor, order: "TrainingOrder") -> bool:
    """Any account, for a group it speaks for itself."""
    return is_contact(actor, order)


def is_contact(actor: Actor, order: "TrainingOrder") -> bool:
    return actor.id is not None and order.contact_id == actor.id


def is_house(actor: Actor, order: "TrainingOrder") -> bool:
    return runs_base(actor, order.base)


def may_decide(actor: Actor, order: "TrainingOrder") -> bool:
    """The house; never on one's own order."""
    return is_house(actor, order) and not is_contact(actor, order)


def may_arrange(actor: Actor, order: "TrainingOrder") -> bool:
    """While it waits: the organisation, and the house that puts a line where it can be had."""
    return is_contact(actor, order) or is_house(actor, order)


def nobody(actor: Actor, order: "TrainingOrder") -> bool:
    """The system's own steps."""
    return False
