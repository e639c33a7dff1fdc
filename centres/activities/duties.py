"""What falls due for activities. Each looks again before it acts: the row may be older than the last word."""

from datetime import datetime

from centres.activities import enrolling, pickup, steps
from centres.activities.lifecycle import LAPSE
from centres.activities.timetable import CERTIFY, END, FORGET, REMIND
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(LAPSE, alone=True)
def lapse(row: DueRow, now: datetime) -> str | None:
    """Nobody answered in time: the seat is the next one's."""
    return None if enrolling.lapse(enrolment_id=row.subject_id, now=now) else "skipped"


@duty(REMIND)
def remind(row: DueRow, now: datetime) -> str | None:
    return None if steps.remind(session_id=row.subject_id, now=now) else "skipped"


@duty(END, alone=True)
def end(row: DueRow, now: datetime) -> str | None:
    return None if steps.end(session_id=row.subject_id, now=now) else "skipped"


@duty(CERTIFY, alone=True)
def certify(row: DueRow, now: datetime) -> str | None:
    return None if steps.certify(session_id=row.subject_id, now=now) else "skipped"


@duty(FORGET, alone=True)
def forget_pickup(row: DueRow, now: datetime) -> str | None:
    """Guardrail 8: 30 days after the term nobody knows any more who fetched a child."""
    return None if pickup.forget(activity_id=row.subject_id, now=now) else "skipped"
