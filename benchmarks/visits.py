"""What a district's register costs a worker: one community of 12,618 residents with five visits a door, then 175,000
residents and 300,000 visits in eighteen communities. The doors of the worker are the same before and after."""

from collections.abc import Callable, Iterator

from django.utils import timezone

from benchmarks.measures import opens, queries, signed_in
from benchmarks.register import grow
from benchmarks.scale import fastest, insert, run, uuid_at, vacuum
from grids.registry.models import Household, Resident
from grids.visits.models import Visit
from grids.visits.queries import promises_within, visits_within
from grids.visits.rounds import narrowed
from grids.visits.walk import walk_of
from portal.accounts.models import User
from portal.accounts.reach import reach_of
from portal.workbench.demo import furnish

VISITS, PER_DOOR = 300_000, 5
PAGES = (
    ("gridworker", "/grid/today/", "today's page of a worker"),
    ("gridworker", "/grid/visits/", "visits of a grid"),
    ("secretary", "/grid/visits/", "visits of a community"),
    ("gridworker", "/grid/promises/", "promises of a grid"),
    ("resident", "/my/door/", "a resident's own door"),
)


def visits(which: str, most: int = 10**9) -> None:
    """PER_DOOR visits to each of these doors, a week apart, the last one a week ago."""
    worker = User.objects.get(username="gridworker")
    at = f"timestamptz '{timezone.now().isoformat()}' - (k * 7 + 1) * interval '1 day' - i * interval '1 second'"
    source = (
        f"(SELECT i, k, h.id AS household_id, {at} AS t FROM (SELECT id, row_number() OVER (ORDER BY id) AS i FROM "
        f"grids_household WHERE {which}) h CROSS JOIN generate_series(1, {PER_DOOR}) AS k LIMIT {most}) AS source"
    )
    row = Visit(worker=worker, purposes=["information"], outcome="met", note="", digest="", state="kept", pending={})
    insert(row, source, id=uuid_at("t", "visit"), household_id="household_id", visited_at="t", created_at="t")


def plans() -> Iterator[str]:
    """How PostgreSQL finds the rows of the main questions."""
    worker, secretary = (reach_of(User.objects.get(username=who).pk) for who in ("gridworker", "secretary"))
    current = walk_of(worker, None, timezone.now()).round
    asked = {
        "visits of a grid": visits_within(worker)[:50],
        "visits of a community": visits_within(secretary)[:50],
        "promises of a grid": promises_within(worker)[:50],
    }
    if current is not None:
        asked["last outcome of the round"] = Visit.objects.kept().filter(round=current).visible_to(worker)
        asked["doors of the round"] = narrowed(Household.objects.filter(worker.q("building__path")), current)[:9]
    for name, rows in asked.items():
        yield f"  {name}"
        for line in rows.explain(analyze=True).splitlines():
            if "Scan" in line:
                yield f"    {line.strip().removeprefix('->').strip()}"


def measure() -> Iterator[str]:
    furnish(say=lambda _line: None)
    run("SET max_parallel_workers_per_gather = 0")
    visits("true", most=PER_DOOR * 4219)
    vacuum()
    acts: dict[str, Callable[[], object]] = {name: opens(signed_in(who), path) for who, path, name in PAGES}
    before = {name: fastest(act) for name, act in acts.items()}
    counted = {name: queries(act) for name, act in acts.items()}
    yield f"{Resident.objects.count():,} residents, {Visit.objects.count():,} visits"
    yield from plans()
    grow()
    visits("unit = 'c'", most=VISITS - Visit.objects.count())
    vacuum()
    after = {name: fastest(act) for name, act in acts.items()}
    yield f"{Resident.objects.count():,} residents, {Visit.objects.count():,} visits"
    yield from plans()
    yield ""
    yield f"{'residents × 14, visits × 14':38}{'× as long (≤ 1.3)':>18}   queries before, after"
    for name, took in after.items():
        yield f"{name:38}{took / before[name]:>18.2f}   {counted[name]}, {queries(acts[name])}"
