"""Sealing waits for every transaction that is older, in whatever database of the cluster: another test's, too."""

import time

from django.db import connection

from portal.audit.models import AuditEntry

SECONDS = 90


def wait_until_quiet() -> None:
    """Return once nothing runs any more that began before the trail's last entry."""
    deadline = time.monotonic() + SECONDS
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
                " FROM pg_current_snapshot() s"
            )
            horizon, newest = cursor.fetchone()
        # What bears a later number than any here was written by another cluster.
        if not AuditEntry.objects.filter(txid__gte=horizon, txid__lt=newest).exists():
            return
        assert time.monotonic() < deadline, f"still open after {SECONDS} s: {open_transactions()}"
        time.sleep(0.05)


def open_transactions() -> list[tuple[object, ...]]:
    """Who holds the horizon back: in every database of this server, for transactions have one count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, pid, state, wait_event, now() - xact_start, left(query, 300) FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start"
        )
        return cursor.fetchall()
