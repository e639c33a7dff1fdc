"""How large a grid may be (300 户或 1000 人) before it should be split."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from grids.registry.queries import sizes_of_buildings, sizes_of_grids
from grids.tree import queries as tree
from grids.tree.enums import Level

if TYPE_CHECKING:
    from grids.tree.models import Grid


def over(doors: int, people: int) -> str:
    """318 户，超过 300 户，该分一分了; empty within the limits."""
    most_doors, most_people = settings.GRID_MOST_HOUSEHOLDS, settings.GRID_MOST_PEOPLE
    if doors > most_doors:
        return _("%(n)d 户，超过 %(most)d 户，该分一分了") % {"n": doors, "most": most_doors}
    if people > most_people:
        return _("%(n)d 人，超过 %(most)d 人，该分一分了") % {"n": people, "most": most_people}
    return ""


class Limits:
    """How large grids are and may be, for changes of the tree: the tree is below this room."""

    def of(self, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
        return sizes_of_buildings(paths)

    def over(self, doors: int, people: int) -> str:
        return over(doors, people)


def too_large_by_path(paths: Iterable[str]) -> dict[str, str]:
    """What is said of those that are over, in the communities of these paths. One query."""
    return {path: said for path, size in sizes_of_grids(paths).items() if (said := over(*size))}


@dataclass(frozen=True)
class TooLarge:
    """community: its name; the street has several 第 1 网格."""

    grid: "Grid"
    community: str
    said: str


def too_large(paths: Iterable[str]) -> list[TooLarge]:
    """Basic grids below these paths that are over the limit, in the order of the tree; one query where none is."""
    said = too_large_by_path(paths)
    above = {path: path[: tree.COMMUNITY_DEPTH * tree.STEP] for path in said}
    nodes = tree.by_paths([*said, *set(above.values())]) if said else {}
    # Buildings that hang on no grid are nobody's to split.
    fits = [path for path in sorted(said) if nodes[path].is_active and nodes[path].level == Level.BASIC_GRID]
    return [TooLarge(nodes[path], nodes[above[path]].name, said[path]) for path in fits]
