"""Asking a system for new tickets, page by page. Where it stands is a cursor that only they understand.

GET <pull_url>?cursor=…&limit=50 → {"tickets": [ticket, …], "cursor": "…"}; it ends where a page is empty or the cursor
stays. The cursor is kept after each page: who is killed begins at the page that was not finished, and every ticket of
it is taken once by its id.
"""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.bridge import keys, receiving, wire
from petitions.bridge.enums import Outcome, Problem, Via
from petitions.bridge.incoming import plain, read
from petitions.bridge.models import ExternalSystem
from portal.errors import Refusal

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
# A pull that has not come back after this long is thought lost.
LEASE = timedelta(minutes=10)
MOST_PAGES, PAGE = 40, 50


def begin(*, system_id: UUID, now: datetime) -> str | None:
    """A pull is due: write the next one, and look once this has committed. In the sweep's transaction."""
    system = ExternalSystem.objects.filter(pk=system_id).first()
    if system is None or not (system.is_active and system.pull_url):
        return "skipped"
    # From the wall's clock: after an outage one pull catches up with everything, not one for each that was missed.
    receiving.schedule_pull(system, max(now, timezone.now()) + EVERY)
    transaction.on_commit(partial(wake, system_id), robust=True)
    return None


def wake(system_id: UUID) -> None:
    try:
        current_app.send_task("petitions.bridge.tasks.pull", args=[str(system_id)], expires=240, retry=False)
    except Exception as error:  # the broker's client raises many kinds; the next row comes in a few minutes
        log.warning("broker unreachable, the next pull is tried later: %r", error)


def pull(*, system_id: UUID, now: datetime | None = None) -> int:
    """Take in what is new; returns how many cases were filed. A second worker finds it claimed and leaves."""
    moment = now or timezone.now()
    free = Q(pull_claimed_at=None) | Q(pull_claimed_at__lt=moment - LEASE)
    if (
        not ExternalSystem.objects.filter(free, pk=system_id, is_active=True)
        .exclude(pull_url="")
        .update(pull_claimed_at=moment)
    ):
        return 0
    mine = ExternalSystem.objects.filter(pk=system_id, pull_claimed_at=moment)
    filed, error = 0, ""
    try:
        system = ExternalSystem.objects.select_related("grid", "default_category").get(pk=system_id)
        for _page in range(MOST_PAGES):
            taken, cursor, more = _page_of(system)
            filed += taken
            # Whoever lost the claim meanwhile must not set the cursor back.
            if not mine.update(cursor=cursor) or not more:
                break
            system.cursor = cursor
    except wire.NoAnswer as refused:
        error = str(refused)
    finally:
        mine.update(pull_claimed_at=None, pulled_at=timezone.now(), pull_error=error[:200])
    return filed


def _page_of(system: ExternalSystem) -> tuple[int, str, bool]:
    """One page: how many cases it made, where the next begins, whether there is one. Raises NoAnswer."""
    tickets, cursor = _ask(system)
    filed = sum(_take(system, one) for one in tickets)
    return filed, cursor, bool(tickets) and cursor != system.cursor


def _ask(system: ExternalSystem) -> tuple[list[Any], str]:
    query = {"limit": str(PAGE)} | ({"cursor": system.cursor} if system.cursor else {})
    target = urlsplit(wire.with_query(system.pull_url, query))
    signed = f"{target.path or '/'}?{target.query}".encode()
    secret = keys.unlocked(system.secret_box)
    if not secret:
        raise wire.NoAnswer(_("没有密钥，没法去取。请系统管理员看一看。"))
    made = keys.signature(secret, int(timezone.now().timestamp()), signed)
    answer = wire.get(system.pull_url, query, {"Accept": "application/json", "X-Jiamenkou-Signature": made})
    if answer.status != 200:
        raise wire.NoAnswer(_("对方现在不给（%(status)d）。") % {"status": answer.status})
    try:
        data = json.loads(answer.body)
        tickets, cursor = data["tickets"], data.get("cursor") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise wire.NoAnswer(_("对方给的内容读不懂。")) from error
    if not isinstance(tickets, list) or not isinstance(cursor, str | int) or len(str(cursor)) > 200:
        raise wire.NoAnswer(_("对方给的内容读不懂。"))
    return tickets[: PAGE * 4], plain(cursor, 200) or system.cursor


def _take(system: ExternalSystem, one: Any) -> bool:
    """One ticket of a page. What cannot be read goes to the desk's list; the others of its page are taken."""
    try:
        received = receiving.receive(system=system, incoming=read(one), via=Via.PULL)
    except Refusal as refused:
        errors = refused.extra.get("errors") or {}
        said = "".join(sentence for sentences in errors.values() for sentence in sentences) or str(refused.message)
        named = plain(one.get("id"), 64) if isinstance(one, dict) else ""
        digest = hashlib.sha256(json.dumps(one, sort_keys=True, default=str).encode(errors="replace")).hexdigest()
        receiving.remember(
            system=system, kind=Problem.UNREADABLE, via=Via.PULL, body_hash=digest, external_id=named, detail=said
        )
        return False
    return received.outcome == Outcome.NEW
