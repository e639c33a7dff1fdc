"""Long work: started in one transaction, run by any worker, safe to be killed and to be run again."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, NotFound, Refusal
from portal.flow import due
from portal.longwork.models import GOING, LongWork, WorkState
from portal.longwork.registry import Progress, Result, kind_of
from portal.notifications.services import queue

log = logging.getLogger(__name__)

# A result is taken along or made again: files with people in them do not pile up.
KEPT = timedelta(days=7)
# Killed this often it is the work that kills its worker.
ATTEMPTS = 4
# Whoever has waited this long has gone elsewhere, and is told.
WORTH_TELLING = timedelta(seconds=20)
# Progress is written, and the owner's "stop" read, at most this often (seconds).
EVERY = 0.4


class Stopped(Exception):
    """The owner has called the work off; whatever transaction it was in rolls back."""


def start(*, actor: Actor, kind: str, params: dict[str, Any] | None = None, upload: File | None = None) -> LongWork:
    """Write down a work and wake a worker once that is committed. Raises Forbidden without an account."""
    owner = actor.user
    if owner is None:
        raise Forbidden()
    if kind_of(kind) is None:
        raise ValueError(f"no long work is called {kind}")

    def work() -> LongWork:
        row = LongWork(kind=kind, owner=owner, params=params or {})
        if upload is not None:
            row.upload.save(f"{row.pk}/in", upload, save=False)
        row.save(force_insert=True)
        due.schedule(key=f"longwork:{row.pk}", kind="longwork.forget", subject_id=row.pk, due_at=row.created_at + KEPT)
        record(actor=actor, verb="longwork.start", target=row, fields=["kind"])
        transaction.on_commit(_wake)
        return row

    return in_one_transaction(work)


def _wake() -> None:
    try:
        current_app.send_task("portal.longwork.tasks.run", expires=60, retry=False)
    except Exception:
        # The beat wakes the worker too; a broker that is gone makes it late, not lost.
        log.warning("the broker cannot be told of new long work; the beat will find it")


def run_waiting(*, limit: int = 20) -> int:
    """Run what waits, oldest first; returns how many were run. Works held by another worker are passed by."""
    ran = 0
    waiting = LongWork.objects.filter(state__in=GOING).order_by("created_at").values_list("pk", flat=True)
    for pk in list(waiting[:limit]):
        with _held(pk) as mine:
            if mine:
                ran += _run(pk)
    return ran


@contextmanager
def _held(pk: UUID) -> Iterator[bool]:
    """A lock that the database lets go of when its holder dies: no lease to renew, none to wait for."""
    key = pk.int & 0x7FFFFFFFFFFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
            except (OperationalError, InterfaceError):
                # The connection is gone, and the lock with it.
                connection.close()


def _run(pk: UUID) -> bool:
    going = LongWork.objects.filter(pk=pk, state__in=GOING)
    if not going.update(state=WorkState.RUNNING, attempts=F("attempts") + 1):
        return False
    row = LongWork.objects.select_related("owner").get(pk=pk)
    declared = kind_of(row.kind)
    if declared is None or row.attempts > ATTEMPTS:
        _end(row, WorkState.FAILED, Result(note=_("试了几次都没有做完，请再交一次；还不行就告诉管理员。")))
        return True
    try:
        result = declared.run(row, _progress_of(row)) or Result()
        if result.content is not None:
            content = ContentFile(result.content) if isinstance(result.content, bytes) else File(result.content)
            # The same place again after a kill, or what was half written would stay for ever.
            row.result.storage.delete(f"works/{pk}/out")
            row.result.save(f"{pk}/out", content, save=False)
            content.close()
        _end(row, WorkState.DONE, result)
    except Stopped:
        log.info("long work %s was called off", pk)
    except Refusal as refusal:
        _end(row, WorkState.FAILED, Result(note=str(refusal.message)))
    except (OperationalError, InterfaceError):
        # The database went away, not the work: it is run again.
        log.warning("long work %s lost its database and will be run again", pk, exc_info=True)
        connection.close()
    except Exception:
        log.exception("long work %s failed", pk)
        said = _("没有做完，毛病在我们这边，已经记下。什么都没有改动，请过一会儿再试。")
        _end(row, WorkState.FAILED, Result(note=said))
    finally:
        if row.upload:
            row.upload.close()
    return True


def _progress_of(row: LongWork) -> Progress:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < EVERY and done != total:
            return
        last = now
        cache.set(f"longwork:{row.pk}", (done, total), 3600)
        if not LongWork.objects.filter(pk=row.pk, state=WorkState.RUNNING).exists():
            raise Stopped

    return progress


def progress_of(row: LongWork) -> tuple[int, int] | None:
    """(done, total) of a running work; None where nobody has said."""
    found = cache.get(f"longwork:{row.pk}") if row.state == WorkState.RUNNING else None
    return (int(found[0]), int(found[1])) if found and found[1] else None


def _end(row: LongWork, state: str, result: Result) -> None:
    now = timezone.now()
    with transaction.atomic():
        ended = LongWork.objects.filter(pk=row.pk, state=WorkState.RUNNING).update(
            state=state,
            note=result.note[:300],
            url=result.url[:200],
            result=row.result.name or "",
            result_name=result.name[:120],
            finished_at=now,
        )
        if ended and now - row.created_at > WORTH_TELLING:
            done = state == WorkState.DONE
            subject = _("%(what)s做好了") if done else _("%(what)s没做成，请看一眼")
            queue(
                key=f"longwork:{row.pk}",
                to=row.owner,
                subject=subject % {"what": row.label},
                url=row.get_absolute_url(),
                about=row.pk,
            )


def of_owner(actor: Actor, pk: UUID) -> LongWork:
    """A work of one's own. Raises NotFound for anybody else's."""
    row = LongWork.objects.filter(pk=pk, owner_id=actor.id).first() if actor.id else None
    if row is None:
        raise NotFound()
    return row


def stop(*, actor: Actor, pk: UUID) -> LongWork:
    """Call one's own work off; what is over stays as it was. A transaction that it is in rolls back."""

    def work() -> LongWork:
        row = of_owner(actor, pk)
        if LongWork.objects.filter(pk=pk, state__in=GOING).update(state=WorkState.STOPPED, finished_at=timezone.now()):
            record(actor=actor, verb="longwork.stop", target=row, fields=["state"])
            row.refresh_from_db()
        return row

    return in_one_transaction(work)


def take(*, actor: Actor, pk: UUID) -> LongWork:
    """Its owner takes the file along, and that is written down. Raises NotFound for others, and once it is gone."""

    def work() -> LongWork:
        row = of_owner(actor, pk)
        if not row.result:
            raise NotFound()
        record(actor=actor, verb="longwork.take", target=row, fields=["result"])
        return row

    return in_one_transaction(work)


def forget(*, pk: UUID) -> bool:
    """Delete a work's files and its row; False where it is gone already. A work that still goes is called off first."""
    row = LongWork.objects.filter(pk=pk).first()
    if row is None:
        return False
    storage = row.result.storage
    for name in filter(None, (row.upload.name, row.result.name)):
        # After the commit: a transaction that rolls back must not have lost the file.
        transaction.on_commit(partial(storage.delete, name))
    row.delete()
    return True
