"""What the register costs when the district has come in: 12,618 people, then 175,000; `BENCH=register`.

The same community is searched before and after thirteen others like it were entered, with the same names, telephones
and doors: what grows with the district would show.
"""

import os
from collections.abc import Callable, Iterator
from math import ceil

from django.conf import settings

from benchmarks.measures import opens, signed_in
from benchmarks.scale import fastest, run, vacuum
from grids.registry import queries
from grids.registry.models import Household, Resident
from grids.tree.enums import Level
from grids.tree.models import Grid
from portal.accounts.models import User
from portal.accounts.reach import reach_of
from portal.workbench.demo import furnish

MANY = int(os.environ.get("REGISTER_PEOPLE", "175000"))
WORDS = {
    "two characters (丽华)": "丽华",
    "one character (华)": "华",
    "whole name": "林丽华",
    "initials (lxy)": "lxy",
    "full pinyin (linxiu)": "linxiu",
    "phone tail": "2046",
    "door (5-1-301)": "5-1-301",
    "doors of a stair (5-1)": "5-1",
}


def grow() -> None:
    """Copies of the large community in others, until there are so many people."""
    large = User.objects.get(username="secretary").postings.get().grid
    others = Grid.objects.at(Level.COMMUNITY).exclude(pk=large.pk)
    run("CREATE TEMP TABLE bench_home AS SELECT h.*, row_number() OVER () AS n FROM grids_household h "
        "JOIN grids_grid g ON g.id = h.building_id WHERE g.path LIKE %s", [f"{large.path}%"])  # fmt: skip
    run("CREATE TEMP TABLE bench_person AS SELECT r.* FROM grids_resident r JOIN bench_home h ON h.id = r.household_id")
    each = Resident.objects.under(large.path).count()
    for number, community in enumerate(others[: ceil((MANY - Resident.objects.count()) / each)]):
        building = Grid.objects.at(Level.BUILDING).under(community.path).first()
        assert building is not None
        copy = f"md5(%s || '{number}')::uuid"
        run(f"INSERT INTO grids_household (id, created_at, building_id, unit, door, code, door_order, is_active) "
            f"SELECT {copy % 'id::text'}, created_at, %s, 'c', n::text, code, door_order, true FROM bench_home",
            [building.pk])  # fmt: skip
        columns = "name, sort_key, initials, phone, phone_tail, relation, leaving"
        home = copy % "household_id::text"
        run(f"INSERT INTO grids_resident (id, created_at, household_id, {columns}) "
            f"SELECT {copy % 'id::text'}, created_at, {home}, {columns} FROM bench_person")  # fmt: skip
    vacuum()


def searches() -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {}
    for who in ("secretary", "gridworker"):
        reach = reach_of(User.objects.get(username=who).pk)
        for name, word in WORDS.items():
            found[f"{who}: {name}"] = lambda reach=reach, word=word: queries.find(reach, word)
    for name, word in list(WORDS.items())[:4]:
        found[f"page of {name}"] = opens(signed_in("secretary"), f"/grid/households/?q={word}")
    return found


def plans() -> Iterator[str]:
    reach = reach_of(User.objects.get(username="secretary").pk)
    for name, word in WORDS.items():
        rows = queries.doors_called(reach, word) if "door" in name else queries.find_residents(reach, word)
        yield f"  {name}"
        for line in rows[: queries.LIMIT].explain(analyze=True).splitlines():
            if "Scan" in line or "Execution" in line:
                yield f"    {line.strip().removeprefix('->').strip()}"


def measure() -> Iterator[str]:
    settings.WHITENOISE_AUTOREFRESH = True
    furnish(say=lambda _line: None)
    run("SET max_parallel_workers_per_gather = 0")
    vacuum()
    acts = searches()
    few = Resident.objects.count()
    before = {name: fastest(act) for name, act in acts.items()}
    grow()
    after = {name: fastest(act) for name, act in acts.items()}
    yield f"with {Resident.objects.count():,} people behind {Household.objects.count():,} doors"
    yield from plans()
    yield ""
    yield f"{f'search: {Resident.objects.count():,} people against {few:,}':50}{'× as long (≤ 1.3)':>18}"
    for name, took in after.items():
        yield f"{name:50}{took / before[name]:>18.2f}"
