"""One transaction for one write, and what to do when two of them meet."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, connection, models, transaction
from django.db.utils import OperationalError

from portal.errors import Conflict

T = TypeVar("T")

DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, EXCLUSION = "40P01", "40001", "55P03", "23P01"
CLASH = {DEADLOCK, SERIALIZATION, LOCK_TIMEOUT, EXCLUSION}


def sqlstate(error: BaseException) -> str | None:
    """The five-letter SQLSTATE behind a Django database error, or None."""
    return getattr(error.__cause__, "pgcode", None)


def without_words(error: BaseException) -> str:
    """What went wrong, for logs and tables that nobody erases: an error of the database by its name, code and
    constraint only, because its own words quote the row."""
    if not isinstance(error, DatabaseError):
        return repr(error)
    diagnosis = getattr(error.__cause__, "diag", None)
    said = (type(error).__name__, sqlstate(error), getattr(diagnosis, "constraint_name", None))
    return " ".join(part for part in said if part)


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


def insert_many(rows: Sequence[models.Model]) -> None:
    """INSERT rows of one table, given column by column: a statement of the same shape for one row and for a thousand.

    What bulk_create does, but each column is one value, where there every cell is an expression of its own, built
    here: a third of the time of writing thousands. For rows whose keys are made here; no signals. What
    the database fills in by itself (db_default, generated) is left to it; other columns must not be arrays.
    """
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = [one for one in meta.local_concrete_fields if not one.generated and one.db_default is models.NOT_PROVIDED]
    columns = ", ".join(quote(str(one.column)) for one in fields)
    given = ", ".join(f"%s::{one.db_type(connection)}[]" for one in fields)
    values = [array_of(_as_text(one, one.pre_save(row, True)) for row in rows) for one in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(meta.db_table)} ({columns}) SELECT * FROM unnest({given})", values)
    for row in rows:
        row._state.adding = False


def _as_text(field: "models.Field[Any, Any]", value: Any) -> str | None:
    if isinstance(field, models.JSONField):
        return None if value is None else json.dumps(value, cls=field.encoder)
    value = field.get_db_prep_save(value, connection)
    return None if value is None else str(value)


def array_of(values: Iterable[str | None]) -> str:
    """An array as PostgreSQL writes one, for `%s::text[]`: one value, where a list would be one for each member."""
    return "{" + ",".join("NULL" if one is None else f'"{one.translate(_IN_ARRAY)}"' for one in values) + "}"


_IN_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})
