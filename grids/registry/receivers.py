"""Who the people of the register are, for portal/privacy: whose data a page is about, and who may print it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from grids.registry import forgetting
from grids.registry.models import Resident
from grids.registry.models_life import ResidentMerge
from grids.registry.queries import households_per_building, people_per_building
from grids.tree import queries as tree
from grids.tree.services import Touched, on_grids_counted
from portal.accounts.actors import Actor
from portal.privacy.housekeeping import at_night
from portal.privacy.subjects import Person, supplied_by


class People:
    def of_account(self, account_id: UUID) -> list[Person]:
        found = Resident.objects.filter(user_id=account_id).select_related("household__building")
        return [person_of(one) for one in found.order_by("linked_at", "pk")]

    def by_id(self, resident_id: UUID) -> Person | None:
        found = Resident.objects.filter(pk=resident_id).select_related("household__building").first()
        return person_of(found) if found else None

    def within_reach(self, actor: Actor, resident_id: UUID) -> Person | None:
        found = Resident.objects.visible_to(actor.reach).select_related("household__building")
        one = found.filter(pk=resident_id).first()
        return person_of(one) if one else None

    def merged_into(self, resident_ids: Iterable[UUID]) -> list[UUID]:
        return ResidentMerge.objects.gone_into(resident_ids)

    def home(self) -> str:
        """The centre's own community, for people whom no register knows."""
        chosen = tree.by_code(settings.DEFAULT_COMMUNITY) if settings.DEFAULT_COMMUNITY else None
        here = chosen or next(iter(tree.communities()), None)
        return here.path if here else ""


def person_of(one: Resident) -> Person:
    home = one.household
    return Person(one.pk, one.name, home.building.path, home.code, one.user_id)


supplied_by(People())


@at_night("grids.Resident")
def those_who_left(now: datetime) -> int:
    return forgetting.forget_those_gone(now)


@on_grids_counted
def households_and_people(paths: list[str]) -> list[Touched]:
    """Of whole grids, for those who lay them out: the sums that their own pages show."""
    doors = sum(sum(households_per_building(path).values()) for path in paths)
    people = sum(sum(people_per_building(path).values()) for path in paths)
    return [Touched(_("户"), doors), Touched(_("人"), people)]
