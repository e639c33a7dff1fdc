"""What falls due in the register."""

from datetime import datetime

from grids.registry import care, life
from grids.registry.rosters import forget_file
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty("registry.roster_file")
def roster_file(row: DueRow, now: datetime) -> str | None:
    """A file with a community in it does not lie about."""
    return None if forget_file(row.subject_id) else "skipped"


@duty(care.REMIND, alone=True)
def care_remind(row: DueRow, now: datetime) -> str | None:
    """Somebody is looked after for another thirty days: time to ask whether it goes on."""
    return None if care.remind(row.subject_id, now) else "skipped"


@duty(care.EXPIRE, alone=True)
def care_expire(row: DueRow, now: datetime) -> str | None:
    """Guardrail 7: twelve months, unless renewed."""
    return None if care.expire(row.subject_id, now) else "skipped"


@duty(care.LAPSE, alone=True)
def care_lapse(row: DueRow, now: datetime) -> str | None:
    """What was told at a door and never confirmed stands on nobody's word."""
    return None if care.lapse(row.subject_id, now) else "skipped"


@duty("registry.life", alone=True)
def life_day(row: DueRow, now: datetime) -> str | None:
    """The day somebody was to move has come."""
    return None if life.carry_out(event_id=row.subject_id, now=now) else "skipped"
