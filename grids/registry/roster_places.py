"""Where a line of a roster says its door is: the grids and buildings of one community, as people call them.

A roster may be older than the tree. A grid that was split or merged since still finds its buildings, because what
became of it is written down; one that went to another community is said to have gone there, and nothing is opened
where it stood. A new building may share the name of one that went: its line names another grid, and asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from grids.registry.roster import BadLine, building_key, grid_key, plain
from grids.tree.queries import buildings_under, departed, ended_under, grids_under, heirs_under

if TYPE_CHECKING:
    from grids.tree.models import Grid


@dataclass(frozen=True, slots=True)
class Found:
    """What two cells name. building: None where there is none of that name. grid: the one to open it in, if one is
    named. outdated: the building is found in what the grid became. gone: what is said of another of that name that went
    to another community."""

    building: "Grid | None"
    grid: "Grid | None"
    outdated: bool = False
    gone: str = ""


@dataclass
class Place:
    """The grids and buildings of one community, findable by what people call them."""

    name: str
    grids: dict[str, list["Grid"]] = field(default_factory=dict)
    buildings: dict[str, list["Grid"]] = field(default_factory=dict)
    # Path of a building → the grid it lies in.
    home: dict[str, "Grid"] = field(default_factory=dict)
    # Grids out of use, and what all or part of any grid came to.
    ended: dict[str, list["Grid"]] = field(default_factory=dict)
    heirs: dict[UUID, set[UUID]] = field(default_factory=dict)
    # Grids and buildings that lie in another community now, with its name. Asked for where a line finds nothing.
    gone: Callable[[], list[tuple["Grid", str]]] = list
    _gone: list[tuple["Grid", str]] | None = None
    _found: dict[tuple[str, str], Found] = field(default_factory=dict)

    @classmethod
    def of(cls, community: "Grid") -> "Place":
        place = cls(community.name, heirs=heirs_under(community.path), gone=lambda: departed(community))
        by_path = {}
        for grid in grids_under(community.path):
            by_path[grid.path] = grid
            _enter(place.grids, grid, grid_key)
        for grid in ended_under(community.path):
            _enter(place.ended, grid, grid_key)
        for building in buildings_under(community.path):
            place.add(building, by_path.get(building.path[: -building.steplen]))
        return place

    def add(self, building: "Grid", grid: "Grid | None") -> None:
        _enter(self.buildings, building, building_key)
        if grid:
            self.home[building.path] = grid
        self._found.clear()

    def find(self, grid: str, building: str) -> Found:
        """The building that two cells name, in that grid if one is named. Raises BadLine."""
        # The same two cells stand in a hundred lines.
        found = self._found.get((grid, building))
        if found is None:
            found = self._find(grid, building)
            if len(self._found) < 10_000:
                self._found[grid, building] = found
        return found

    def _find(self, grid: str, text: str) -> Found:
        named = self._grids(grid)
        active = next((one for one in named if one.is_active), None)
        everywhere = _called(self.buildings, text, building_key)
        here = [one for one in everywhere if not named or self.home.get(one.path) in named]
        outdated = not here
        if outdated:
            became = self._became(named)
            here = [one for one in everywhere if (home := self.home.get(one.path)) and home.pk in became]
        if len(here) > 1:
            raise BadLine(_("叫“%(text)s”的楼不止一栋，请写上网格，或写楼栋代码。") % {"text": text})
        if here:
            return Found(here[0], active, outdated)
        gone = self._gone_from(text, building_key)
        # An old file names the grid it stood in, by that grid's name or by what came of another.
        if gone and (active is None or any(self._stood_in(one, grid, named) for one, _there in gone)):
            raise BadLine(_went(gone))
        if everywhere and named:
            there = self.home.get(everywhere[0].path)
            raise BadLine(
                _("%(building)s在%(there)s，不在%(grid)s。")
                % {
                    "building": everywhere[0].name,
                    "there": there.name if there else self.name,
                    "grid": named[0].name,
                }
            )
        if named and active is None:
            raise BadLine(
                _("%(grid)s已经停用了。“%(text)s”是新楼的话，请写它现在的网格。")
                % {"grid": named[0].name, "text": text}
            )
        return Found(None, active, gone=_went(gone) if gone else "")

    def _grids(self, text: str) -> list["Grid"]:
        """The grid a cell names, and those of that name that ended; none for an empty cell. Raises BadLine."""
        if not text:
            return []
        found, ended = _called(self.grids, text, grid_key), _called(self.ended, text, grid_key)
        if len(found) > 1:
            raise BadLine(_("叫“%(text)s”的网格不止一个，请写网格代码。") % {"text": text})
        if not found and not ended:
            if gone := self._gone_from(text, grid_key):
                raise BadLine(_went(gone))
            raise BadLine(_("%(place)s没有“%(text)s”这个网格。") % {"place": self.name, "text": text})
        return [*found, *ended]

    def _became(self, grids: list["Grid"]) -> set[UUID]:
        """Everything that all or part of these grids came to, over any number of changes."""
        seen: set[UUID] = set()
        ahead = [one.pk for one in grids]
        while ahead:
            new = self.heirs.get(ahead.pop(), set()) - seen
            seen |= new
            ahead += new
        return seen

    def _gone_from(self, text: str, key: Callable[[str], str]) -> list[tuple["Grid", str]]:
        """Those called so that lie in another community now, each with its name."""
        if self._gone is None:
            self._gone = self.gone()
        by_name: dict[str, list[Grid]] = {}
        for node, _there in self._gone:
            _enter(by_name, node, key)
        named = _called(by_name, text, key)
        return [(node, there) for node, there in self._gone if node in named]

    def _stood_in(self, building: "Grid", text: str, named: list["Grid"]) -> bool:
        """Whether a building that went may be meant by a line that names these grids."""
        above = building.path[: -building.steplen]
        parent = next((one for one, _there in self._gone or () if one.path == above), None)
        if parent is None:
            return False
        return parent.pk in self._became(named) or any(parent == one for one, _there in self._gone_from(text, grid_key))


def _went(gone: list[tuple["Grid", str]]) -> str:
    node, there = gone[0]
    return _("%(what)s已经划到%(there)s了，请交给那边登记。") % {"what": node.name, "there": there}


def _enter(names: dict[str, list["Grid"]], node: "Grid", key: Callable[[str], str]) -> None:
    for name in {key(node.name), key(node.short_name), node.code} - {""}:
        names.setdefault(name, []).append(node)


def _called(names: dict[str, list["Grid"]], text: str, key: Callable[[str], str]) -> list["Grid"]:
    return names.get(plain(text)) or names.get(key(text)) or []
