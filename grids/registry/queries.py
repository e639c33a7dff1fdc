"""Reading the register: who lives behind which door, always narrowed to the reader's reach."""

from uuid import UUID

from grids.registry.models import Household, Resident
from portal.accounts.models import User
from portal.accounts.reach import Reach


def residents_of(user: User | None) -> list[Resident]:
    """Everybody in the register whom this account was confirmed to be, the first link first."""
    if user is None or not user.is_authenticated:
        return []
    return list(Resident.objects.filter(user=user).select_related("household__building").order_by("linked_at", "pk"))


def resident_of(user: User | None) -> Resident | None:
    """The person of the register this account was confirmed to be; None while nobody has confirmed it."""
    return next(iter(residents_of(user)), None)


def household_for(reach: Reach, household_id: UUID) -> Household | None:
    """A household within reach, or None: out of reach is not there."""
    return Household.objects.visible_to(reach).select_related("building").filter(pk=household_id).first()


def resident_for(reach: Reach, resident_id: UUID) -> Resident | None:
    """A person within reach, or None: out of reach is not there."""
    return Resident.objects.visible_to(reach).select_related("household__building").filter(pk=resident_id).first()
