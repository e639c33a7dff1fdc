"""What falls due: a change of the grids on its day."""

from datetime import datetime

from grids.tree.services import perform
from portal.flow.due import duty
from portal.flow.models import DueRow


# Alone: it holds the roots of the tree, which others wait for.
@duty("tree.change", alone=True)
def change_falls_due(row: DueRow, now: datetime) -> str | None:
    return None if perform(change_id=row.subject_id, now=now) else "skipped"
