"""What the register costs when the district has come in: 12,618 people, then 175,000; `BENCH=register`.

The same community is searched before and after thirteen others like it were entered, with the same names, telephones
and doors: what grows with the district would show.
"""

import io
import os
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from math import ceil

import openpyxl
from django.conf import settings
from django.db import connection, transaction

from benchmarks.measures import opens, signed_in
from benchmarks.scale import cost, fastest, run, vacuum
from grids.registry import queries, roster
from grids.registry.importing import import_roster
from grids.registry.models import Household, Resident
from grids.tree.enums import Level
from grids.tree.models import Grid
from portal.accounts.actors import Actor
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


# ---------------------------------------------------------------- a roster beside COPY
def workbook(lines: int) -> io.BytesIO:
    """The large community's own roster, so many lines of it, as it goes out."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(roster.COLUMNS)
    for _pk, cells in islice(queries.roster_rows(secretary_home().path), lines):
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out


def secretary_home() -> Grid:
    return User.objects.get(username="secretary").postings.get().grid


def importing() -> Iterator[str]:
    """The whole roster into a community that has none, beside COPY of the rows that leaves; and the memory it takes."""
    actor, home = Actor.of(User.objects.get(username="secretary")), secretary_home()
    books = {lines: workbook(lines) for lines in (100, 20_000)}
    took, peaks = {}, {}
    for lines, book in books.items():
        with transaction.atomic():
            run("SET LOCAL session_replication_role = replica")
            run("DELETE FROM grids_resident")
            run("DELETE FROM grids_household")
            run("SET LOCAL session_replication_role = origin")
            tracemalloc.start()
            report = import_roster(actor=actor, community=home, source=book, save=True)
            peaks[lines] = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            transaction.set_rollback(True)
        assert report.residents, report
    with transaction.atomic():
        for table, columns in COPIED.items():
            run(f"CREATE TEMP TABLE out_{table} AS SELECT {columns} FROM {table} WHERE place = %s", [home.path])
        run("SET LOCAL session_replication_role = replica")
        run("DELETE FROM grids_resident")
        run("DELETE FROM grids_household")
        run("SET LOCAL session_replication_role = origin")
        point = transaction.savepoint()
        took["import"] = cost(lambda: import_roster(actor=actor, community=home, source=books[20_000], save=True))
        transaction.savepoint_rollback(point)
        took["COPY"] = cost(copy_back)
        transaction.set_rollback(True)
    yield f"{f'import of {report.lines:,} lines: speed ÷ COPY (≥ 0.1)':50}{took['COPY'] / took['import']:>18.2f}"
    yield f"{'its memory beyond that of 100 lines (< 60 MB)':50}{peaks[20_000] - peaks[100]:>15.0f} MB"


COPIED = {
    "grids_household": "id, created_at, building_id, unit, door, code, door_order, is_active",
    "grids_resident": "id, created_at, household_id, name, sort_key, initials, phone, phone_tail, relation, leaving",
}


def copy_back() -> None:
    with connection.cursor() as cursor:
        for table, columns in COPIED.items():
            out = io.StringIO()
            cursor.copy_expert(f"COPY out_{table} TO STDOUT", out)
            out.seek(0)
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", out)


def measure() -> Iterator[str]:
    settings.WHITENOISE_AUTOREFRESH = True
    furnish(say=lambda _line: None)
    run("SET max_parallel_workers_per_gather = 0")
    vacuum()
    yield from importing()
    yield ""
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
