"""What falls due: a result that nobody needs any more."""

from datetime import datetime

from portal.flow.due import duty
from portal.flow.models import DueRow
from portal.longwork.services import forget


@duty("longwork.forget")
def forget_work(row: DueRow, now: datetime) -> str | None:
    return None if forget(pk=row.subject_id) else "skipped"
