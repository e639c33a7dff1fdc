"""减负: how often a form asks what, and how long filling it in takes. Sums, never a person.

What was asked is known where a form is read (portal.ui.forms says so here); it is counted after the work is committed,
in a transaction of its own that waits for nobody. Whatever goes wrong with counting, the form has been sent.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from portal.once.models import FormUse

SHARDS = 8
# Upper ends of the buckets, in seconds; the last one has none.
LIMITS = (30, 60, 120, 300, 600, 1800)
# A page left open over lunch says nothing about the form.
LONGEST = 2 * 3600
logger = logging.getLogger(__name__)
_signer = Signer(salt="portal.once.seen")


@dataclass
class Use:
    """What one request asked: field → (its label, whether what was known stood in)."""

    fields: dict[str, tuple[str, bool]] = field(default_factory=dict)


_open: ContextVar[Use | None] = ContextVar("form_use", default=None)


def say(name: str, label: str, *, reused: bool) -> None:
    """A form was read whose field `name` was shown, or answered by what is known. Heard only while a view counts."""
    use = _open.get()
    if use is not None:
        use.fields[name] = (label, reused)


@contextmanager
def listening() -> Iterator[Use]:
    use = Use()
    token = _open.set(use)
    try:
        yield use
    finally:
        _open.reset(token)


# ---------------------------------------------------------------- how long
def stamp(request: HttpRequest | None) -> str:
    """For a form that is drawn now; one that is shown again keeps its first, because filling it in goes on."""
    given = request.POST.get("_seen", "") if request is not None and request.method == "POST" else ""
    return given if bucket_of(given) is not None else _signer.sign(str(int(time.time())))


def bucket_of(given: str) -> int | None:
    """Which bucket the time since the stamp falls in; None for a stamp that is not ours, or too old."""
    try:
        taken = time.time() - int(_signer.unsign(given[:100]))
    except (BadSignature, ValueError):
        return None
    return sum(taken > limit for limit in LIMITS) if taken <= LONGEST else None


# ---------------------------------------------------------------- counting
def count_later(request: HttpRequest, use: Use) -> None:
    """Count what `request` asked once its work is committed. A form that asked nothing (a button) is not counted."""
    match = request.resolver_match
    form = match.url_name if match else None
    if not form or not use.fields:
        return
    bucket = bucket_of(request.POST.get("_seen", ""))
    transaction.on_commit(lambda: _count_or_lose_it(form, use, bucket))


def _count_or_lose_it(form: str, use: Use, bucket: int | None) -> None:
    try:
        count(form, use, bucket)
    except Exception:
        # Whatever it was: the form has been sent, and whoever sent it must be told so.
        logger.warning("the use of form %s was not counted", form, exc_info=True)


def count(form: str, use: Use, bucket: int | None) -> None:
    """Add one to every sum of today."""
    day, shard = timezone.localdate(), random.randrange(SHARDS)
    # Not a bare number, which JSON paths would take for a place in a list.
    key = f"s{bucket}"
    took = json.dumps({} if bucket is None else {key: 1})
    reused = any(known for _label, known in use.fields.values())
    rows: list[tuple[str, str, int, int, str]] = [("", "", 1, int(reused), took)]
    # In order, so that two with the same shard lock their rows the same way round.
    rows += [(name, label, int(not known), int(known), "{}") for name, (label, known) in sorted(use.fields.items())]
    table = connection.ops.quote_name(FormUse._meta.db_table)
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s::jsonb)"] * len(rows))
    given = [
        one
        for name, label, asked, known, seconds in rows
        for one in (form[:60], name[:60], day, shard, label[:80], asked, known, seconds)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        # A sum is not worth waiting for.
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cursor.execute(
            f"INSERT INTO {table} AS sums (form, field, day, shard, label, asked, reused, seconds) VALUES {values} "
            "ON CONFLICT (form, field, day, shard) DO UPDATE SET label = excluded.label, "
            "asked = sums.asked + excluded.asked, reused = sums.reused + excluded.reused, "
            "seconds = CASE WHEN %s AND sums.field = '' THEN sums.seconds || jsonb_build_object(%s::text, "
            "coalesce((sums.seconds ->> %s)::int, 0) + 1) ELSE sums.seconds END",
            [*given, bucket is not None, key, key],
        )


def asks(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a step of a form that is not `once`, because nothing is done yet: what it asked counts when it leads on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with listening() as use:
            response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            count_later(request, use)
        return response

    return guarded


# ---------------------------------------------------------------- how long sums are kept
# The page goes back a year; one more, for whoever compares.
KEPT = timedelta(days=731)


def forget(now: datetime) -> int:
    """Sums that nothing reads any more go; returns how many. Nobody's data, but not for ever."""
    return FormUse.objects.filter(day__lt=timezone.localdate(now) - KEPT).delete()[0]
