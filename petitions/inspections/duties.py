"""What falls due for inspections: one word when its day has passed."""

from datetime import datetime

from petitions.inspections import notices, queries
from petitions.inspections.services import REMIND
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(REMIND)
def late(row: DueRow, now: datetime) -> str | None:
    found = queries.by_id(row.subject_id)
    if found is None or not found.is_open:
        return "skipped"
    notices.tell_late(found, queries.progress_of(found).left)
    return None
