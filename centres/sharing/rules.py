"""Who may do what with a loan and a drive. Pure predicates (actor, object); a failure denies."""

from typing import TYPE_CHECKING, Any

from centres.rooms.rules import runs_centre
from centres.sharing.enums import ItemKind
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET

if TYPE_CHECKING:
    from centres.sharing.models_drive import DonationDrive
    from centres.sharing.models_loan import Loan


def is_borrower(actor: Actor, loan: "Loan") -> bool:
    return actor.id is not None and loan.user_id == actor.id


def is_counter(actor: Actor, loan: "Loan") -> bool:
    """Who keeps the counter of the house it belongs to."""
    return runs_centre(actor, loan.copy.item.centre)


def may_begin(actor: Actor, loan: "Loan") -> bool:
    """For oneself, or at the counter for whoever stands there."""
    return is_borrower(actor, loan) or is_counter(actor, loan)


def may_give_up(actor: Actor, loan: "Loan") -> bool:
    return is_borrower(actor, loan) or is_counter(actor, loan)


def takes_over(actor: Actor, loan: "Loan") -> bool:
    """A drifting book goes from hand to hand: whoever holds it now, and is not its last reader already."""
    return actor.id is not None and not is_borrower(actor, loan) and loan.copy.item.kind == ItemKind.BOOK


def begins_to_read(actor: Actor, loan: "Loan") -> bool:
    return is_borrower(actor, loan) and loan.copy.item.kind == ItemKind.BOOK


def nobody(actor: Actor, loan: "Loan") -> bool:
    """The system's own steps."""
    return False


# ---------------------------------------------------------------- drives
def may_open_drive(actor: Actor, grid: Any) -> bool:
    return actor.reach.covers(grid.path, *COMMUNITY, *STREET, *DISTRICT)


def may_record(actor: Actor, drive: "DonationDrive", community: Any) -> bool:
    """The counter of the community a bag is brought to, within what the drive covers."""
    return community.path.startswith(drive.grid.path) and actor.reach.covers(community.path, *COMMUNITY)
