"""What has reached its end is deleted or blanked, night by night, as the declarations say. Bounded, counted, and safe
to run twice: the second run finds nothing."""

import logging
from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.db import without_words
from portal.privacy import blanking, housekeeping
from portal.privacy.declarations import BLANK, DELETE, NIGHT, Declaration, Keep, personal
from portal.privacy.models import RetentionRun

log = logging.getLogger(__name__)

BATCH = 500
# Rows a night, so that the first one after years does not hold up the morning; the next night goes on.
MOST = 50_000


def run(now: datetime | None = None, *, batch: int = BATCH, most: int = MOST) -> RetentionRun:
    """One night's work. Every batch is a transaction of its own; two at once: the second leaves quietly.

    A table that cannot be ended holds up no other: the log says which, and the night is not finished.
    """
    moment = now or timezone.now()
    night = RetentionRun.objects.create(started_at=moment)
    counts: Counter[str] = Counter()
    left, broken = most, False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('jiamenkou.retention'))")
        mine = cursor.fetchone()[0]
    if not mine:
        night.delete()
        return night
    try:
        for said in personal():
            for keep, names in rules(said):
                try:
                    done = _rule(said, keep, names, moment, batch, left)
                except Exception as error:
                    log.error("what has reached its end in %s could not be ended: %s", said.label, without_words(error))
                    broken = True
                    continue
                left -= done
                if done:
                    counts[said.label] += done
        ended, whole = housekeeping.run(moment)
        counts.update({label: n for label, n in ended.items() if n})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('jiamenkou.retention'))")
    night.counts, night.ended_at, night.finished = dict(counts), timezone.now(), left > 0 and whole and not broken
    night.save(update_fields=["counts", "ended_at", "finished"])
    return night


def rules(said: Declaration) -> list[tuple[Keep, list[str]]]:
    """What nights do to a table: each rule, and the columns it is about. Words differ, the rule is the same."""
    found: dict[Keep, list[str]] = {}
    for name, held in said.fields.items():
        if held.keep and held.keep.does not in ("", NIGHT):
            found.setdefault(replace(held.keep, words=""), []).append(name)
    return list(found.items())


def over(said: Declaration, keep: Keep, now: datetime) -> QuerySet[Any]:
    """Rows whose time is up at `now`."""
    edge = now - timedelta(days=keep.days)
    column = _column(said.model, keep.after)
    if not isinstance(column, models.DateTimeField):
        limit: Any = timezone.localtime(edge).date()
    else:
        limit = edge
    return said.model._base_manager.filter(**{f"{keep.after}__lt": limit}, **dict(keep.only))


def _column(model: type[models.Model], path: str) -> models.Field:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)  # type: ignore[return-value]


def _rule(said: Declaration, keep: Keep, names: list[str], now: datetime, batch: int, left: int) -> int:
    total = 0
    while total < left:
        with transaction.atomic():
            done = _batch(said, keep, names, now, min(batch, left - total))
        total += done
        if done < batch:
            break
    return total


def _batch(said: Declaration, keep: Keep, names: list[str], now: datetime, size: int) -> int:
    rows = over(said, keep, now)
    if keep.does == DELETE:
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:size])
        return blanking.delete(said, keys, keep.along) if keys else 0
    assert keep.does == BLANK
    return blanking.blank(said, names, rows, size)


def night_of(now: datetime) -> datetime:
    """The last quarter to three: nobody is at the counter, and the night's backup is not yet taken."""
    at = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time(2, 45)))
    return at if at <= now else at - timedelta(days=1)


def run_if_due(now: datetime | None = None) -> RetentionRun | None:
    """Once a night, whoever wakes it and however often; a beat that slept through the hour is only late."""
    moment = now or timezone.now()
    if RetentionRun.objects.filter(started_at__gte=night_of(moment), ended_at__isnull=False).exists():
        return None
    return run(moment)
