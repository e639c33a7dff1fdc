"""What falls due: written with the change that causes it, worked through by any number of sweeps.

A room schedules rows in its services and registers in its `duties.py` what to do when one falls due:

    @duty("wish.release")
    def release(row: DueRow, now: datetime) -> str | None: ...

The handler runs in a savepoint of the sweep's transaction: its effect and the done-mark are one commit. It returns None
(done) or a word such as "skipped". A killed sweep has written nothing; the next one finds the row where it was.

What falls due by the thousand, and neither moves its subject nor cancels rows, is registered with `duty_of_many`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from portal.db import without_words
from portal.flow.models import DueRow

log = logging.getLogger(__name__)

Handler = Callable[[DueRow, datetime], str | None]
ManyHandler = Callable[[list[DueRow], datetime], list[str]]
DONE = "done"
_handlers: dict[str, Handler] = {}
# Kinds whose rows are worked through one transaction each.
_alone: set[str] = set()
# Kinds whose rows are handed over as many as are claimed.
_of_many: dict[str, ManyHandler] = {}
BATCH, MANY = 50, 500
# Later than this, what is due is not being told: the portal is up but not doing its job.
LATE = timedelta(minutes=5)
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)


def duty(kind: str, *, alone: bool = False) -> Callable[[Handler], Handler]:
    """Register what is done when a row of this kind falls due.

    alone: a transaction for each row, not for each batch. For handlers that wait for locks which people wait for too:
    what one row has locked must not be held while the next row asks for more.
    """

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise ValueError(f"two duties are called {kind}")
        _handlers[kind] = handler
        if alone:
            _alone.add(kind)
        return handler

    return register


def duty_of_many(kind: str) -> Callable[[ManyHandler], ManyHandler]:
    """Register what is done with all the rows of this kind that are due at once; it answers an outcome for each, in
    their order (DONE, or a word such as "skipped"). It must not cancel rows of the kind.

    Where it fails nothing of it is kept, and it is called again with each row alone: one bad row holds up no other.
    """

    def register(handler: ManyHandler) -> ManyHandler:
        duty(kind)(lambda row, now: handler([row], now)[0])
        _of_many[kind] = handler
        return handler

    return register


@dataclass(frozen=True)
class Due:
    """What `schedule_many` writes: one thing that falls due. `key` names it for ever."""

    key: str
    kind: str
    subject_id: UUID
    due_at: datetime


def schedule(*, key: str, kind: str, subject_id: UUID, due_at: datetime) -> None:
    """Write what falls due, or move it while it is still open. A key that was done stays done, for ever.

    One that was only cancelled opens again: a clock that was stopped too early runs on.
    """
    schedule_many([Due(key, kind, subject_id, due_at)])


def schedule_many(rows: list[Due]) -> None:
    """`schedule` for several, in one statement. Their keys must differ."""
    if not rows:
        return
    table = connection.ops.quote_name(DueRow._meta.db_table)
    values = ", ".join(["(%s, %s, %s, %s, '', 0, '')"] * len(rows))
    # ON CONFLICT with a condition: Django's bulk_create would reopen what is done.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, kind, subject_id, due_at, outcome, attempts, last_error) VALUES {values} "
            f"ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, done_at = NULL, outcome = '', retry_at = NULL "
            f"WHERE ({table}.done_at IS NULL OR {table}.outcome = 'cancelled') "
            f"AND ({table}.due_at, {table}.outcome) IS DISTINCT FROM (excluded.due_at, '')",
            [field for row in rows for field in (row.key, row.kind, row.subject_id, row.due_at)],
        )


def cancel(*, subject_id: UUID, kinds: tuple[str, ...] = (), keys: tuple[str, ...] = ()) -> int:
    """Close open rows of a subject as cancelled: all, those of some kinds, or those of some keys."""
    rows = DueRow.objects.filter(subject_id=subject_id, done_at__isnull=True)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if keys:
        rows = rows.filter(key__in=keys)
    return rows.update(done_at=timezone.now(), outcome="cancelled")


@dataclass
class Tally:
    done: int = 0
    failed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.done + other.done, self.failed + other.failed)


def sweep(now: datetime | None = None, *, batch: int = BATCH, limit: int = 10_000) -> Tally:
    """Work through what is due at `now`, in batches claimed with SKIP LOCKED; returns how many were done and failed.

    Bounded by `limit` rows a call, so that one task never outlives its worker's patience; the next beat goes on.
    """
    moment = now or timezone.now()
    total = Tally()
    together = [kind for kind in _handlers if kind not in _alone and kind not in _of_many]
    by_size = [(together, batch), *(([kind], max(batch, MANY)) for kind in _of_many), (list(_alone), 1)]
    for kinds, size in by_size:
        for _round in range(limit // size + 1):
            tally = _one_batch(moment, kinds, size)
            if tally is None:
                break
            total += tally
    return total


def _one_batch(now: datetime, kinds: list[str], batch: int) -> Tally | None:
    with transaction.atomic():
        rows = list(
            open_at(now).filter(kind__in=kinds).select_for_update(skip_locked=True).order_by("due_at", "id")[:batch]
        )
        if not rows:
            return None
        many = _of_many.get(kinds[0])
        return (_at_once(many, rows, now) if many else None) or _one_by_one(rows, now)


def _at_once(handler: ManyHandler, rows: list[DueRow], now: datetime) -> Tally | None:
    """All of them by one call; None where that failed and nothing of it was kept."""
    try:
        with transaction.atomic():
            outcomes = handler(rows, now)
    except Exception as error:
        said = without_words(error)
        log.warning("%d rows of %s failed together, each alone now: %s", len(rows), rows[0].kind, said)
        return None
    for row, outcome in zip(rows, outcomes, strict=True):
        row.outcome = outcome
    _mark_done(rows)
    return Tally(done=len(rows))


def _one_by_one(rows: list[DueRow], now: datetime) -> Tally:
    tally = Tally()
    done: list[DueRow] = []
    touched: set[UUID] = set()
    for row in rows:
        if row.subject_id in touched and not open_at(now).filter(pk=row.pk).exists():
            continue  # an earlier row of this batch moved the subject on and cancelled this one
        touched.add(row.subject_id)
        try:
            # A savepoint each: one bad row is put off, the others of the batch are kept.
            with transaction.atomic():
                row.outcome = _handlers[row.kind](row, now) or DONE
        except Exception as error:
            tally.failed += 1
            _put_off(row, error)
        else:
            done.append(row)
    _mark_done(done)
    tally.done = len(done)
    return tally


def _mark_done(rows: list[DueRow]) -> None:
    """One statement for each outcome. A handler may have cancelled rows of its own subject, even this one; being done
    wins, the words agree."""
    by_outcome: dict[str, list[int]] = {}
    for row in rows:
        by_outcome.setdefault(row.outcome, []).append(row.pk)
    with connection.cursor() as cursor:
        for outcome, keys in by_outcome.items():
            cursor.execute(
                f"UPDATE {DueRow._meta.db_table} SET done_at = %s, outcome = %s WHERE id = ANY(%s)",
                [timezone.now(), outcome, keys],
            )


def open_at(now: datetime):
    return DueRow.objects.filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()),
        due_at__lte=now,
        done_at=None,
    )


def _put_off(row: DueRow, error: Exception) -> None:
    wait = BACKOFF[min(row.attempts, len(BACKOFF) - 1)]
    said = without_words(error)
    log.warning("due row %s failed, again in %s: %s", row.key, wait, said)
    DueRow.objects.filter(pk=row.pk).update(
        attempts=F("attempts") + 1,
        retry_at=timezone.now() + wait,
        last_error=said[:200],
    )


def oldest_due(now: datetime | None = None) -> timedelta:
    """How late the sweep is: the age of the oldest open row that is due. Zero when nothing waits."""
    moment = now or timezone.now()
    oldest = DueRow.objects.filter(done_at=None, due_at__lte=moment).aggregate(at=Min("due_at"))["at"]
    return moment - oldest if oldest else timedelta(0)


def next_due(until: datetime) -> datetime | None:
    """The moment of the first open row that is due by `until` and that somebody handles; None when nothing is."""
    return open_at(until).filter(kind__in=_handlers).aggregate(at=Min("due_at"))["at"]
