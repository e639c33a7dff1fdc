"""What falls due for displays."""

from datetime import datetime

from centres.displays import notices, queries
from centres.displays.services import REVIEW, due_key
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(REVIEW)
def review(row: DueRow, now: datetime) -> str | None:
    """Its day has come. Taken down, or looked at meanwhile: nothing to do."""
    item = queries.item_by_id(row.subject_id)
    if item is None or item.taken_down_on is not None or due_key(item) != row.key:
        return "skipped"
    notices.tell_it_is_due(item, now)
    return None
