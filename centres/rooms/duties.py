"""What falls due for bookings. Each looks again before it acts: the row may be older than the booking's last word."""

from datetime import datetime

from centres.rooms import steps
from centres.rooms.lifecycle import COMPLETE, EXPIRE, NO_SHOW, REMIND
from centres.rooms.offers import LAPSE
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty(EXPIRE, alone=True)
def expire(row: DueRow, now: datetime) -> str | None:
    """Nobody nodded by two hours before: room and quota are free again."""
    return None if steps.expire(booking_id=row.subject_id, now=now) else "skipped"


@duty(REMIND)
def remind(row: DueRow, now: datetime) -> str | None:
    return None if steps.remind(booking_id=row.subject_id, now=now) else "skipped"


@duty(NO_SHOW, alone=True)
def no_show(row: DueRow, now: datetime) -> str | None:
    """A quarter of an hour after the start nobody has come: the others may have the rest."""
    return None if steps.no_show(booking_id=row.subject_id, now=now) else "skipped"


@duty(COMPLETE)
def complete(row: DueRow, now: datetime) -> str | None:
    return None if steps.complete(booking_id=row.subject_id, now=now) else "skipped"


@duty(LAPSE, alone=True)
def lapse(row: DueRow, now: datetime) -> str | None:
    """Twelve hours are over, or the time itself has come: the next in line is asked."""
    return None if steps.lapse(entry_id=row.subject_id, now=now) else "skipped"
