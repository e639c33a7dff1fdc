from dataclasses import dataclass

import pytest

from grids.registry.models import Household, Resident
from grids.registry.names import initials, sort_key
from grids.tree.models import Grid
from portal.ui import site


def open_door(building: Grid, door: str, *people: tuple[str, str | None], unit: str = "1") -> Household:
    """A household with its people: open_door(place.building, "301", ("林秀英", "+8613800002046"))."""
    number = building.name.split(" ")[0]
    household = Household.objects.create(
        building=building,
        unit=unit,
        door=door,
        code=f"{number}-{unit}-{door}",
        door_order=int(unit) * 100_000 + int(door),
    )
    for name, phone in people:
        Resident.objects.create(
            household=household,
            name=name,
            sort_key=sort_key(name),
            initials=initials(name),
            phone=phone,
            phone_tail=(phone or "")[-4:],
        )
    return household


@dataclass
class Homes:
    """5 号楼 lies in the grid of `grid_worker`, 6 号楼 in that of `grid_worker_b`; both in one community."""

    lin: Household  # 5-1-301: 林秀英, 林建国
    zhao: Household  # 6-1-402: 赵国平

    @property
    def xiuying(self) -> Resident:
        return self.lin.residents.get(name="林秀英")

    @property
    def guoping(self) -> Resident:
        return self.zhao.residents.get(name="赵国平")


@pytest.fixture
def homes(cast) -> Homes:
    return Homes(
        open_door(cast.place.building, "301", ("林秀英", "+8613800002046"), ("林建国", None)),
        open_door(cast.place.building_b, "402", ("赵国平", "+8613800004157")),
    )


@pytest.fixture
def no_masthead(monkeypatch):
    """What the masthead says is another room's, and so are its queries: a page's own are counted without them."""
    monkeypatch.setattr(site, "_supplier", None)
