"""What falls due: a photo that nothing took."""

from datetime import datetime

from portal.attachments.services import forget_loose
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty("attachment.loose")
def forget(row: DueRow, now: datetime) -> str | None:
    return None if forget_loose(attachment_id=row.subject_id) else "skipped"
