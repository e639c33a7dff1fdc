"""What every write to a person shares: finding them within reach, and setting what is kept in more than one column."""

from uuid import UUID

from grids.registry.models import Resident
from grids.registry.names import initials, sort_key
from portal.accounts.actors import Actor
from portal.errors import NotFound
from portal.phones import tail
from portal.privacy.erasing import UNNAMED

LONGEST_REASON = 200


def within_reach(actor: Actor, resident_id: UUID, *, lock: bool = False) -> Resident:
    """A person within reach. Raises NotFound: out of reach is not there."""
    rows = Resident.objects.visible_to(actor.reach).select_related("household__building")
    if lock:
        rows = rows.select_for_update(of=("self",))
    resident = rows.filter(pk=resident_id).first()
    if resident is None:
        raise NotFound()
    return resident


def set_name(resident: Resident, name: str) -> list[str]:
    """The name with what it is found by; returns the columns to save."""
    resident.name, resident.sort_key, resident.initials = name, sort_key(name), initials(name)
    return ["name", "sort_key", "initials"]


def set_phone(resident: Resident, phone: str | None) -> list[str]:
    """The telephone with what it is found by; returns the columns to save."""
    resident.phone, resident.phone_tail = phone, tail(phone)
    return ["phone", "phone_tail"]


def is_erased(resident: Resident) -> bool:
    """Whoever asked to be erased: the row stays for what points at it, and nothing may be written into it again."""
    return resident.sort_key == UNNAMED


def said(text: str) -> str:
    """A reason as it is kept: one line, not longer than the trail takes."""
    return " ".join(text.split())[:LONGEST_REASON]
