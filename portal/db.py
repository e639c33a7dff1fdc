"""One transaction for one write, and what to do when two of them meet."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.utils import OperationalError

from portal.errors import Conflict

T = TypeVar("T")

DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, EXCLUSION = "40P01", "40001", "55P03", "23P01"
CLASH = {DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, EXCLUSION}


def sqlstate(error: BaseException) -> str | None:
    """The five-letter SQLSTATE behind a Django database error, or None."""
    return getattr(error.__cause__, "pgcode", None)


def in_one_transaction(work: Callable[[], T]) -> T:
    """Run `work` in one transaction; a clash with another one is tried once more, then answered 409.

    Inside an outer transaction there is nothing left to retry (PostgreSQL has aborted it), so the error goes up to the
    caller that opened it.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for last_try in (False, True):
        try:
            with transaction.atomic():
                return work()
        except (OperationalError, DatabaseError) as error:
            if sqlstate(error) not in CLASH:
                raise
            if last_try:
                raise Conflict() from error
    raise AssertionError("unreachable")
