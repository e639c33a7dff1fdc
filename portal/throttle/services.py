"""How often somebody may try: counted in the database, so that a lost cache neither opens a door nor shuts one."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from portal.audit.services import keyed_hash
from portal.errors import TooMany
from portal.throttle.models import Tries


def hit(what: str, who: str, *, limit: int, window: timedelta) -> None:
    """Count one try of `who` (kept as a keyed hash) at `what`; raises TooMany beyond `limit` within the window."""
    now = timezone.now()
    key = f"{what}:{keyed_hash(who)}"[:100]
    table = Tries._meta.db_table
    with connection.cursor() as cursor:
        # Windows gone by: a few at a time, so that the table stays small without a job of its own.
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN "
            f"(SELECT id FROM {table} WHERE until < %s LIMIT 20 FOR UPDATE SKIP LOCKED)",
            [now],
        )
        cursor.execute(
            f"INSERT INTO {table} (key, count, until) VALUES (%s, 1, %s) ON CONFLICT (key) DO UPDATE SET "
            f"count = CASE WHEN {table}.until < %s THEN 1 ELSE {table}.count + 1 END, "
            f"until = CASE WHEN {table}.until < %s THEN excluded.until ELSE {table}.until END RETURNING count",
            [key, now + window, now, now],
        )
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooMany()


def caller(request: HttpRequest) -> str:
    """The address a request comes from; behind our own proxy, what that proxy saw."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))
