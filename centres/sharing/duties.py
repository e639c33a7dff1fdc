"""What falls due for loans. Each looks again before it acts: the row may be older than the loan's last word."""

import datetime as dt

from django.utils import timezone

from centres.sharing import notices, queries, services
from centres.sharing.lifecycle import BEFORE, DUE, LAPSE, LATE, due_key
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(LAPSE, alone=True)
def lapse(row: DueRow, now: dt.datetime) -> str | None:
    """Nobody came for it in two days: the next in line has it kept, or it is free."""
    return None if services.lapse(loan_id=row.subject_id, now=now) else "skipped"


@duty(BEFORE)
def before(row: DueRow, now: dt.datetime) -> str | None:
    return _remind(row, "before", now, until=-1)


@duty(DUE)
def due(row: DueRow, now: dt.datetime) -> str | None:
    return _remind(row, "due", now, until=2)


@duty(LATE)
def late(row: DueRow, now: dt.datetime) -> str | None:
    """Three days after: the borrower once more; the counter finds it among its to-dos (todos.chase)."""
    return _remind(row, "late", now, until=None)


def _remind(row: DueRow, occasion: str, now: dt.datetime, *, until: int | None) -> str | None:
    """`until`: days after the due day on which the words are still true; after an outage the later row says it."""
    loan = queries.out_loan(row.subject_id)
    if loan is None or loan.due_on is None or row.key != due_key(loan, row.kind):
        return "skipped"
    if until is not None and timezone.localtime(now).date() > loan.due_on + dt.timedelta(days=until):
        return "skipped"
    notices.remind(loan, occasion, now)
    return None
