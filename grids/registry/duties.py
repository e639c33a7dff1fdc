"""What falls due in the register."""

from datetime import datetime

from grids.registry.rosters import forget_file
from portal.flow.due import duty
from portal.flow.models import DueRow


@duty("registry.roster_file")
def roster_file(row: DueRow, now: datetime) -> str | None:
    """A file with a community in it does not lie about."""
    return None if forget_file(row.subject_id) else "skipped"
