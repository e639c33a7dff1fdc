"""What falls due for orders. Each looks again before it acts: the row may be older than the order's last word."""

from datetime import date, datetime

from centres.training import steps
from centres.training.lifecycle import FINISH, REMIND, SHEET, UNANSWERED
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(UNANSWERED, alone=True)
def unanswered(row: DueRow, now: datetime) -> str | None:
    return None if steps.leave_unanswered(order_id=row.subject_id, now=now) else "skipped"


@duty(REMIND)
def remind(row: DueRow, now: datetime) -> str | None:
    return None if steps.remind(order_id=row.subject_id, now=now) else "skipped"


@duty(SHEET)
def sheet(row: DueRow, now: datetime) -> str | None:
    """The key's last part is the day the list is for."""
    day = date.fromisoformat(row.key.rpartition(":")[2])
    return None if steps.tell_sheet(order_id=row.subject_id, day=day, now=now) else "skipped"


@duty(FINISH, alone=True)
def finish(row: DueRow, now: datetime) -> str | None:
    return None if steps.finish(order_id=row.subject_id, now=now) else "skipped"
