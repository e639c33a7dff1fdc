"""The door through which others read organisations."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from volunteers.organisations.enums import PartyLevel
from volunteers.organisations.models import PartnerUnit, PartyUnit, SocialOrg


@dataclass(frozen=True)
class Unit:
    """An organisation that helps: its id is that of the identity (grids.Organisation)."""

    id: UUID
    name: str


def units_of(user_id: UUID | None) -> list[Unit]:
    """Partner units and social organisations this account answers for, by name: two queries."""
    if user_id is None:
        return []
    mine = Q(organisation__contact_id=user_id, organisation__is_active=True)
    rows = {
        row
        for model in (PartnerUnit, SocialOrg)
        for row in model.objects.filter(mine).values_list(
            "organisation__sort_key", "organisation_id", "organisation__name"
        )
    }
    return [Unit(id, name) for _key, id, name in sorted(rows)]


def branches_under(path: str) -> Counter[str]:
    """How many Party branches of each kind stand at or below a grid path."""
    branches = PartyUnit.objects.filter(level=PartyLevel.BRANCH, grid__path__startswith=path)
    return Counter(branches.values_list("kind", flat=True))
