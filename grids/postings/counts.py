"""People per building and grid, as the public may read them."""

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from grids.registry.queries import people_per_building
from grids.tree import queries as tree
from portal.privacy.cells import is_small, shown_beside


@dataclass
class Counts:
    """What may be said of a community: its total, its grids (by path), its buildings (by id). None: not said."""

    total: int | None = None
    grids: dict[str, int | None] = field(default_factory=dict)
    buildings: dict[UUID, int | None] = field(default_factory=dict)

    def of_building(self, building_id: UUID) -> str:
        return in_words(self.buildings.get(building_id))

    def of_grid(self, path: str) -> str:
        return in_words(self.grids.get(path))


def in_words(count: int | None) -> str:
    """One word for a small count and for one that is hidden beside it: which of the two must not show."""
    return _("不单列") if count is None else _("%(n)d 人") % {"n": count}


def public_counts(community_path: str) -> Counts:
    """The same figures for every page about a community, so that no two pages can be subtracted from each other.

    Buildings add up to their grid, grids to the community; on each level enough is hidden that the rest does not tell.
    A grid that is hidden hides its buildings, or their sum would say it.
    """
    people = people_per_building(community_path)
    per_grid: dict[str, list[UUID]] = {}
    for building in tree.buildings_under(community_path):
        per_grid.setdefault(building.path[: -tree.STEP], []).append(building.pk)
    return tell(people, per_grid)


def tell(people: dict[UUID, int], per_grid: dict[str, list[UUID]]) -> Counts:
    """`public_counts` of figures at hand: people by building, buildings by the path of their grid."""
    sums = {path: sum(people.get(one, 0) for one in buildings) for path, buildings in per_grid.items()}
    total = sum(sums.values())
    if is_small(total):
        return Counts(None, dict.fromkeys(sums), dict.fromkeys(one for found in per_grid.values() for one in found))
    counts = Counts(total, dict(zip(sums, shown_beside(list(sums.values())), strict=True)))
    for path, buildings in per_grid.items():
        hidden = counts.grids[path] is None
        said = [None] * len(buildings) if hidden else shown_beside([people.get(one, 0) for one in buildings])
        counts.buildings.update(zip(buildings, said, strict=True))
    return counts
