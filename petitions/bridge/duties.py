"""What falls due on the bridge: an attempt to send, a look for new tickets."""

from datetime import datetime

from petitions.bridge import outbox, pulling
from petitions.bridge.receiving import PULL
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(outbox.SEND, alone=True)
def send(row: DueRow, now: datetime) -> str | None:
    """bridge.send:<update>:<attempt>"""
    return outbox.begin(update_id=row.subject_id, attempt=int(row.key.rpartition(":")[2]), now=now)


@duty(PULL, alone=True)
def pull(row: DueRow, now: datetime) -> str | None:
    return pulling.begin(system_id=row.subject_id, now=now)
