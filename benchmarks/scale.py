"""What a long history costs: 5,000 open cases beside 10,000 closed ones, then a million; and how fast the sweep is.

The closed ones are as dense as they are in a district that closes 170 a day: 10,000 are the last two months, a million
sixteen years. All of them are made by INSERT … SELECT, with the rows that pages and figures read: clocks, the record of
the closing, the verdict, what fell due.
"""

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.measures import opens, seconds, signed_in
from grids.tree.enums import Level
from petitions.cases import queries, refs
from petitions.cases.figures import BY_NAME
from petitions.cases.models import Case, CaseClock, CaseRecord, Rating, Supervision
from petitions.cases.periods import period_from
from portal.accounts.models import User
from portal.accounts.reach import reach_of
from portal.flow import due
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.workbench.demo import furnish

FEW = 10_000
MANY = int(os.environ.get("SCALE_CLOSED", "1000000"))
OPEN = 5_000
DUE = int(os.environ.get("SCALE_DUE", "50000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
# One moment for all rows: an id is made of it, and made again where another table names it.
NOW = f"timestamptz '{timezone.now().isoformat()}'"
APART = "interval '8.64 minutes'"
PAGES = (
    ("secretary", "/cases/", "list of a community"),
    ("district", "/cases/", "list of the district"),
    ("secretary", "/cases/?view=closed", "closed ones of a community"),
    ("secretary", "CASE", "an open case"),
    ("secretary", "/board/", "board of a community"),
    ("district", "/board/", "board of the district"),
)


# ---------------------------------------------------------------- rows by the million
def run(sql: str, params: Any = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def insert(row: models.Model, source: str, **written: str) -> None:
    """INSERT … SELECT of rows like `row`, with these columns computed by SQL from `source`."""
    fields = row._meta.local_concrete_fields
    fields = [f for f in fields if not (f.primary_key and f.name not in written and isinstance(f, models.AutoField))]
    typed = {f.name: f"%s::{f.rel_db_type(connection) if f.is_relation else f.db_type(connection)}" for f in fields}
    values = [written.get(f.attname) or written.get(f.name) or typed[f.name] for f in fields]
    given = [f for f in fields if f.attname not in written and f.name not in written]
    params = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in given]
    # What a literal percent sign would be doubled for does not occur in the columns' types.
    columns = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    run(f"INSERT INTO {row._meta.db_table} ({columns}) SELECT {', '.join(values)} FROM {source}", params)


def uuid_at(moment: str, what: str) -> str:
    """A time-ordered UUID of that moment, one for each `i` and `what`."""
    ms = f"lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')"
    tail = f"md5('{what}' || i::text)"
    return f"({ms} || '7' || substr({tail}, 1, 3) || '8' || substr({tail}, 4, 15))::uuid"


def lay_out_places() -> None:
    run("CREATE TEMP TABLE bench_place (n int PRIMARY KEY, grid_id uuid, path text)")
    numbered = "SELECT row_number() OVER (ORDER BY path) - 1, id, path FROM grids_grid WHERE level = %s"
    run(f"INSERT INTO bench_place {numbered}", [Level.BUILDING])


def cases(first: int, last: int, kind: str) -> str:
    """The source of rows: numbers, their place, and the moment `t` at which number i was closed (or is due)."""
    t = f"{NOW} - i * {APART}" if kind == "closed" else f"{NOW} + (i %% {OPEN} - {OPEN // 5}) * interval '1 minute'"
    if kind == "late":
        t = f"{NOW} - interval '1 minute' - i * interval '1 millisecond'"
    return (
        f"(SELECT i, p.grid_id, {t} AS t FROM generate_series({first}, {last}) AS i "
        "JOIN bench_place p ON p.n = i %% (SELECT count(*) FROM bench_place)) AS source"
    )


def closed(first: int, last: int) -> None:
    source = cases(first, last, "closed")
    began = "t - interval '3 days'"
    case_id = uuid_at(began, "closed")
    case = Case(
        state="closed", version=8, title="楼道灯不亮", description="灯坏了", sla="help", answer="换好了", solved="yes",
        satisfaction="satisfied", verdict="yes", holder_level="grid", holder_label="第 1 网格 李梅",
    )  # fmt: skip
    moments = dict.fromkeys(
        ("submitted_at", "created_at", "accepted_at", "contacted_at", "signed_at", "handed_in_at", "due_at"), began
    )
    insert(
        case, source, id=case_id, ref="'BC' || i", token_hash="md5(i::text) || md5(i::text)", grid_id="grid_id",
        title="'第 ' || i || ' 件'", first_closed_at="t", closed_at="t", **moments,
    )  # fmt: skip
    span = dt.timedelta(hours=40)
    for name in ("contact", "finish"):
        clock = CaseClock(round=1, name=name, amount=span, left=span, outcome="met")
        ends = dict.fromkeys(("started_at", "anchor_at", "created_at", "ended_at"), began)
        insert(clock, source, id=uuid_at("t", f"{name}c"), case_id=case_id, due_at="t - interval '1 day'", **ends)
    record = CaseRecord(version=8, from_state="awaiting_feedback", event="rate", to_state="closed", actor_role="slip")
    insert(record, source, id=uuid_at("t", "record"), subject_id=case_id, at="t")
    verdict = Rating(round=1, satisfaction="satisfied", solved="yes")
    insert(verdict, source, id=uuid_at("t", "rating"), case_id=case_id, at="t", created_at="t")
    done = DueRow(kind="case.rung", outcome="cancelled")
    insert(done, source, key=f"'case:' || {case_id} || ':r1:L1'", subject_id=case_id, due_at="t", done_at="t")


def open_(first: int, last: int, kind: str = "open") -> None:
    """Cases being worked on, held by their building's people; one in five is late ("late": all of them, and now)."""
    source = cases(first, last, kind)
    case_id = uuid_at(f"{NOW} - interval '10 days'", kind)
    case = Case(version=4, title="楼道灯不亮", description="灯坏了", sla="help", holder_level="grid")
    states = "'submitted', 'accepted', 'assigned', 'in_progress', 'in_progress', 'under_review', 'awaiting_feedback'"
    insert(
        case, source, id=case_id, ref=f"'B{kind[0].upper()}' || i", token_hash=f"md5('{kind}' || i) || md5(i::text)",
        grid_id="grid_id", holder_grid_id="grid_id", holder_label="'第 1 网格'", due_at="t", respond_by="t",
        state="'in_progress'" if kind == "late" else f"(ARRAY[{states}])[i %% 7 + 1]", title="'第 ' || i || ' 件'",
        submitted_at=f"{NOW} - interval '10 days'", step_due_at=f"{NOW} + interval '1 day'",
    )  # fmt: skip
    span = dt.timedelta(hours=40)
    clock = CaseClock(round=1, name="finish", amount=span, left=span, outcome="")
    began = dict.fromkeys(("started_at", "anchor_at", "created_at"), f"{NOW} - interval '10 days'")
    insert(clock, source, id=uuid_at("t", f"finish{kind}"), case_id=case_id, due_at="t", warn_at="t", **began)
    row = DueRow(kind="case.rung")
    for rung, after in {"late": {"L1": 0}}.get(kind, {"L1": 0, "L2": 8}).items():
        at = f"t + interval '{after} hours'" if kind == "late" else f"{NOW} + interval '30 days'"
        insert(row, source, key=f"'case:' || {case_id} || ':r1:{rung}'", subject_id=case_id, due_at=at)


# ---------------------------------------------------------------- pages and sweep, before and after
def cost(act: Callable[[], object]) -> float:
    """Seconds of processor time, the portal's and the database's: what is measured on a machine that others use too."""
    before = _on_cpu()
    took = seconds(act)
    return _on_cpu() - before if before else took


def _on_cpu() -> float:
    """Seconds this process and its database connection have been computing; 0 where the system does not say."""
    try:
        backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return 0.0
    return time.process_time() + int(backend.split()[0]) / 1e9


def fastest(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The quickest of so many, after one that counts for nothing: what it costs where nobody disturbs."""
    act()
    return min(cost(act) for _round in range(rounds))


def pages() -> dict[str, Callable[[], object]]:
    case = Case.objects.filter(ref__startswith="BO", grid__path__startswith=home_of("secretary")).first()
    assert case is not None
    case.ref = refs.compose("BO-0101", 1)  # one that can be asked for: its check digit is right
    case.save(update_fields=["ref"])
    return {
        name: opens(signed_in(who), case.get_absolute_url() if path == "CASE" else path) for who, path, name in PAGES
    }


def home_of(username: str) -> str:
    return User.objects.get(username=username).postings.get().grid.path


def sweeping(rung: str) -> float:
    """500 rungs of open cases, so many times; each row falls due once in its life."""
    took = []
    rows = DueRow.objects.filter(done_at=None, key__endswith=f":{rung}", subject_id__in=running())
    for _round in range(4):
        keys = list(rows.values_list("pk", flat=True)[:500])
        DueRow.objects.filter(pk__in=keys).update(due_at=timezone.now() - dt.timedelta(minutes=1))
        took.append(cost(due.sweep))
    return min(took)


def running() -> Any:
    return Case.objects.filter(ref__startswith="BO", state="in_progress").values("pk")


def vacuum() -> None:
    run("VACUUM ANALYZE")


def plans() -> Iterator[str]:
    """How PostgreSQL finds the rows of the main questions: index, rows."""
    now = timezone.now()
    secretary, district = (reach_of(User.objects.get(username=who).pk) for who in ("secretary", "district"))
    month = period_from("", "", now)
    asked = {
        "list": queries.open_cases(secretary)[:30],
        "late": queries.late(secretary, now)[:30],
        "late, district": queries.late(district, now)[:30],
        "closed": queries.listing(secretary, queries.Wanted(view="closed"), now)[:30],
        "per grid": queries.visible(secretary).open().values_list("grid__path"),
        "on time, this month": BY_NAME["on_time"].within(secretary, "", month),
        "due": due.open_at(now).order_by("due_at", "id")[:500],
    }
    for name, rows in asked.items():
        yield f"  {name}"
        for line in rows.explain(analyze=True).splitlines():
            if "Scan" in line:
                yield f"    {line.strip().removeprefix('->').strip()}"


# ---------------------------------------------------------------- the sweep beside one INSERT … SELECT
def set_based() -> float:
    """The same rows by three statements: rung, message, done-mark. Taken back."""
    told = (
        "FROM portal_duerow d JOIN petitions_case c ON c.id = d.subject_id WHERE d.done_at IS NULL AND d.due_at < now()"
    )
    secretary = User.objects.get(username="secretary")
    notice = Notice(
        recipient=secretary, channel="inapp", subject="超时了：楼道灯不亮", body="WC-1124-0067-3，在第 1 网格手里"
    )
    source = f"(SELECT row_number() OVER () AS i, d.key, c.id AS case_id, c.ref {told}) AS source"

    def write() -> None:
        rung = Supervision(round=1, rung="L1", told=1, at=timezone.now())
        insert(rung, source, id=uuid_at("now()", "rung"), case_id="case_id")
        insert(
            notice, source, id=uuid_at("now()", "notice"), key="key || ':' || case_id || ':inapp'", about_id="case_id",
            url="'/cases/' || ref || '/'",
        )  # fmt: skip
        run("UPDATE portal_duerow d SET done_at = now(), outcome = 'done' WHERE d.done_at IS NULL AND d.due_at < now()")

    with transaction.atomic():
        took = cost(write)
        transaction.set_rollback(True)
    return took


def sweep_beside_insert() -> tuple[float, float]:
    due.sweep(limit=10**9)
    open_(1, DUE, "late")
    vacuum()
    bare = set_based()
    vacuum()
    found = due.Tally()

    def work() -> None:
        nonlocal found
        found = due.sweep(limit=10**9)

    took = cost(work)
    assert (found.done, found.failed) == (DUE, 0), found
    told = Supervision.objects.filter(case__ref__startswith="BL")
    assert told.count() == DUE
    assert Notice.objects.filter(about_id__in=told.values("case_id")).count() >= DUE
    return bare / took, 3 * DUE / took


def measure() -> Iterator[str]:
    furnish(say=lambda _line: None)
    # Alone, so that none of its work is done where it is not counted.
    run("SET max_parallel_workers_per_gather = 0")
    lay_out_places()
    open_(1, OPEN)
    closed(1, FEW)
    vacuum()
    acts = pages()
    due.sweep(limit=10**9)
    before = {name: fastest(act) for name, act in acts.items()} | {"sweep of 500 due rows": sweeping("L1")}
    yield f"with {FEW:,} closed cases"
    yield from plans()
    closed(FEW + 1, MANY)
    vacuum()
    after = {name: fastest(act) for name, act in acts.items()} | {"sweep of 500 due rows": sweeping("L2")}
    yield f"with {MANY:,} closed cases"
    yield from plans()
    yield ""
    yield f"{'5,000 open; closed cases × 100':38}{'× as long (≤ 1.3)':>18}"
    for name, took in after.items():
        yield f"{name:38}{took / before[name]:>18.2f}"
    yield ""
    ratio, rate = sweep_beside_insert()
    yield f"{f'sweep of {DUE:,} ÷ INSERT … SELECT (≥ 0.2)':38}{ratio:>16.2f}"
    assert rate
