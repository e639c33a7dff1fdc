"""A community's roster comes in: 12,618 people and 100, each looked through and written by a process of its own.

Beside it, COPY of the rows it wrote into the same tables: households and residents, with their indexes, triggers and
keys. The import reads a workbook besides, checks every cell, and writes a line of the trail and what undoing needs for
each person. Before that the roster of the demo's large community is let out by two people, edited and brought in again.
"""

import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

PEOPLE = int(os.environ.get("IMPORT_PEOPLE", "12618"))
FEW = 100
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CODE, BUILDINGS, GRIDS = "620902001901", 76, 15
TABLES = ("grids_household", "grids_resident")


@dataclass
class Took:
    """One child: processor seconds of its own and of its database connection, seconds, the most kB it held."""

    cpu: float
    clock: float
    peak: int
    seen: int = 0  # how often the bar moved


# ---------------------------------------------------------------- in the child
def main() -> None:
    """Does the long work that waits, as a worker does, and prints what it took."""
    import django

    django.setup()
    from django.db import connection
    from django.urls import get_resolver

    from benchmarks.scale import cost
    from portal.longwork.services import run_waiting

    connection.ensure_connection()
    # A worker has its pages' modules loaded long before it is given a roster.
    assert get_resolver().url_patterns
    started = time.perf_counter()
    cpu = cost(run_waiting)
    print(json.dumps({"cpu": cpu, "clock": time.perf_counter() - started, "peak": peak()}))


def peak() -> int:
    """The most memory this process has held, in kB. Linux hands a parent's ru_maxrss down to its children, so it is
    asked for what is this process's alone."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.split("VmHWM:")[1].split()[0])


# ---------------------------------------------------------------- in the parent
def worker(work: Any) -> Took:
    """Run a long work in a fresh process, watching its bar as its owner's page does."""
    from django.db import connection

    from portal.longwork.services import progress_of
    from tests.servers import url_of_database

    told = os.environ | {"DATABASE_URL": url_of_database(connection.settings_dict["NAME"])}
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.rosters"], env=told, stdout=subprocess.PIPE, text=True)
    bar: list[tuple[int, int]] = []
    while child.poll() is None:
        work.refresh_from_db()
        at = progress_of(work)
        if at and at not in bar:
            bar.append(at)
        time.sleep(0.2)
    assert child.stdout is not None
    said = child.stdout.read()
    work.refresh_from_db()
    assert work.state == "done", (work.state, work.note, said)
    assert bar == sorted(bar)
    return Took(**json.loads(said.splitlines()[-1]), seen=len(bar))


def lay_out() -> Any:
    """A community without people: 15 grids, 76 buildings, and a clerk."""
    from django.db import transaction

    from grids.postings.models import Posting
    from grids.tree.planting import Seedling, plant
    from portal.accounts.models import User

    street = CODE[:9]
    rows = [Seedling(CODE, street, {"level": "community", "name": "搬来社区"})]
    rows += [Seedling(f"{CODE}-01", CODE, {"level": "community_grid", "name": "搬来片区"})]
    for n in range(1, GRIDS + 1):
        rows.append(Seedling(f"{CODE}-01{n:02d}", f"{CODE}-01", {"level": "basic_grid", "name": f"第 {n} 网格"}))
    for n in range(1, BUILDINGS + 1):
        grid = f"{CODE}-01{(n - 1) % GRIDS + 1:02d}"
        rows.append(Seedling(f"{grid}-{n:02d}", grid, {"level": "building", "name": f"{n} 号楼"}))
    with transaction.atomic():
        community = plant(rows)[CODE]
    clerk = User.objects.create(username="import-clerk", name="导入的人")
    Posting.objects.create(user=clerk, grid=community, role="desk_clerk")
    return community, clerk


def workbook(people: int) -> bytes:
    """A roster as an office keeps it: three people a door, six in ten with a telephone."""
    import openpyxl

    from portal.workbench.invented import Names

    names, book = Names(Random(people)), openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["搬来社区住户名册"])
    sheet.append(["网格", "楼栋", "单元", "户", "姓名", "电话", "关系"])
    relations = ("户主", "配偶", "子女")
    taken: set[str] = set()
    for n in range(people):
        door, place = divmod(n, 3)
        building, rest = divmod(door, 56)
        stair, flat = divmod(rest, 28)
        name = next(one for one in iter(names.person, "") if one not in taken or place == 0)
        taken = {name} if place == 0 else taken | {name}
        phone = f"138{10_000_000 + n:08d}" if n % 5 < 3 else ""
        grid = f"第 {building % GRIDS + 1} 网格"
        home = [f"{building + 1} 号楼", f"{stair + 1}", f"{flat // 4 + 1}{flat % 4 + 1:02d}"]
        sheet.append([grid, *home, name, phone, relations[place]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(clerk: Any, community: Any, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from grids.registry import rosters
    from portal.accounts.actors import Actor

    upload = SimpleUploadedFile("名册.xlsx", content)
    return rosters.bring(actor=Actor.of(clerk), community=community, upload=upload)


def look_and_write(clerk: Any, batch: Any) -> tuple[Took, Took]:
    from grids.registry import rosters
    from portal.accounts.actors import Actor

    actor, given = Actor.of(clerk), batch.options
    chosen = {"sheet": given["sheet"], "columns": given["columns"], "overwrite": True, "create": False}
    looked = worker(rosters.settle(actor=actor, roster_id=batch.pk, **chosen))
    written = worker(rosters.order_import(actor=actor, roster_id=batch.pk))
    batch.refresh_from_db()
    return looked, written


# ---------------------------------------------------------------- COPY
def columns_of(table: str) -> str:
    """Every column that is stored as it is given: what the database generates cannot be copied in."""
    from grids.registry.models import Household, Resident

    model = {one._meta.db_table: one for one in (Household, Resident)}[table]
    return ", ".join(one.column for one in model._meta.local_concrete_fields if not one.generated)


def copied(path: str) -> dict[str, io.StringIO]:
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            found[table] = io.StringIO()
            # In the order they came in, as the import wrote them.
            rows = f"SELECT {columns_of(table)} FROM {table} WHERE place = '{path}' ORDER BY id"
            cursor.copy_expert(f"COPY ({rows}) TO STDOUT", found[table])
    return found


def emptied(path: str) -> None:
    from benchmarks.scale import run, vacuum

    run("DELETE FROM grids_rosterchange")
    run("DELETE FROM grids_resident WHERE place = %s", [path])
    run("DELETE FROM grids_household WHERE place = %s", [path])
    vacuum()


def copy(rows: dict[str, io.StringIO]) -> tuple[float, float]:
    from django.db import connection, transaction

    from benchmarks.scale import cost

    def act() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, text in rows.items():
                text.seek(0)
                cursor.copy_expert(f"COPY {table} ({columns_of(table)}) FROM STDIN", text)

    started = time.perf_counter()
    return cost(act), time.perf_counter() - started


def beside_copy() -> Iterator[str]:
    from grids.registry.models import Household, Resident

    community, clerk = lay_out()
    path = community.path
    files = {people: workbook(people) for people in (FEW, PEOPLE)}
    took: dict[tuple[str, int], list[Took]] = {}
    copies: list[tuple[float, float]] = []
    emptied(path)
    for _round in range(ROUNDS):
        for people, content in files.items():
            batch = bring(clerk, community, content)
            looked, written = look_and_write(clerk, batch)
            took.setdefault(("rehearsal", people), []).append(looked)
            took.setdefault(("import", people), []).append(written)
            assert Resident.objects.under(path).count() == people == batch.figures["residents"]
            assert batch.figures["wrong"] == batch.figures["noted"] == 0, batch.figures
            rows, doors = copied(path), Household.objects.under(path).count()
            emptied(path)
        copies.append(copy(rows))
        assert (Household.objects.under(path).count(), Resident.objects.under(path).count()) == (doors, PEOPLE)
        emptied(path)
    yield f"{PEOPLE:,} people behind {doors:,} doors, {ROUNDS} rounds; COPY writes the same rows of both tables"
    yield f"{'rows a second ÷ COPY (≥ 0.1)':38}{'processor':>16}{'by the clock':>16}"
    for name in ("rehearsal", "import"):
        mine = took[name, PEOPLE]
        cpu = min(one for one, _clock in copies) / min(one.cpu for one in mine)
        clock = min(one for _cpu, one in copies) / min(one.clock for one in mine)
        yield f"{name:38}{cpu:>16.2f}{clock:>16.2f}"
    yield f"{f'most memory, less that of {FEW} (≤ 60)':38}{'MB':>16}{'bar moved':>16}"
    for name in ("rehearsal", "import"):
        mine = took[name, PEOPLE]
        more = max(one.peak for one in mine) - min(one.peak for one in took[name, FEW])
        yield f"{name:38}{more / 1024:>16.1f}{f'{min(one.seen for one in mine)} times':>16}"


# ---------------------------------------------------------------- out, edited, in again
def let_out(clerk: Any, secretary: Any, path: str) -> Path:
    """The roster as one gets it: asked for, approved by somebody else, made by a worker, taken along."""
    from portal.accounts.actors import Actor
    from portal.longwork.services import run_waiting
    from portal.privacy import exporting

    asked = exporting.ask(actor=Actor.of(clerk), kind="registry.roster", path=path, reason="核对住户")
    exporting.decide(actor=Actor.of(secretary), export_id=asked.pk, approve=True, answer="可以，用完就删")
    run_waiting()
    return exporting.take(actor=Actor.of(clerk), export_id=asked.pk)[1]


def register() -> tuple[dict[Any, Any], dict[Any, Any]]:
    from grids.registry.models import Household, Resident

    people = {row["id"]: row for row in Resident.everyone.values()}
    return people, {row["id"]: row for row in Household.objects.values()}


def edited() -> Iterator[str]:
    import openpyxl

    from portal.accounts.models import User

    clerk, secretary = (User.objects.get(username=name) for name in ("clerk", "secretary"))
    community = secretary.postings.get().grid
    book = openpyxl.load_workbook(let_out(clerk, secretary, community.path))
    sheet = book.active
    rows = [row for row in sheet.iter_rows(min_row=3) if row[7].value]
    phone, name, relation, left_out, beside = (rows[at] for at in (100, 1000, 2000, 3000, 4000))
    wanted = {phone[4].value: "phone", name[4].value: "name", relation[4].value: "relation"}
    phone[5].value, name[4].value = 13800099991, "钱改名"
    relation[6].value = "其他" if relation[6].value != "其他" else "子女"
    added = [*(cell.value for cell in beside[:4]), "钱新来", None, "租户", None]
    sheet.delete_rows(left_out[0].row)
    sheet.append(added)
    out = io.BytesIO()
    book.save(out)
    before, doors = register()
    batch = bring(clerk, community, out.getvalue())
    looked, written = look_and_write(clerk, batch)
    after, doors_after = register()
    changed = [pk for pk in before if before[pk] != after[pk]]
    columns = {before[pk]["name"]: {one for one in before[pk] if before[pk][one] != after[pk][one]} for pk in changed}
    said = batch.figures
    assert columns == {
        who: {"phone": {"phone", "phone_tail"}, "relation": {"relation"}}.get(
            what, {"name", "sort_key", "initials", "spelled", "keys"}
        )
        for who, what in wanted.items()
    }, columns
    assert [after[pk]["name"] for pk in after.keys() - before.keys()] == ["钱新来"]
    assert doors_after == doors
    assert (said["wrong"], said["noted"], said["gone"], said["unchanged"]) == (0, 0, 1, said["lines"] - 4), said
    yield f"out, edited, in again: {said['lines']:,} lines; only the edits changed:"
    yield "  1 telephone, 1 name (the same person), 1 relation, 1 person more; the row left out stands, every door too"
    more = (written.peak - looked.peak) / 1024
    yield f"  import ÷ rehearsal: {written.cpu / looked.cpu:.2f} of its processor time, {more:.1f} MB more"


def measure() -> Iterator[str]:
    from portal.workbench.demo import furnish

    furnish(say=lambda _line: None)
    yield from edited()
    yield ""
    yield from beside_copy()


if __name__ == "__main__":
    main()
