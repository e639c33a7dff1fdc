"""What falls due: consents and files that end, exports nobody answered, erasures that waited, and every night's run."""

from datetime import datetime

from portal.flow.due import duty
from portal.flow.models import DueRow
from portal.privacy import consents, exporting, services


@duty("privacy.consent")
def consent_ends(row: DueRow, now: datetime) -> str | None:
    return None if consents.expire(consent_id=row.subject_id, now=now) else "skipped"


@duty("privacy.export.lapse")
def export_lapses(row: DueRow, now: datetime) -> str | None:
    return None if exporting.lapse(row.subject_id) else "skipped"


@duty("privacy.export.expire")
def export_expires(row: DueRow, now: datetime) -> str | None:
    return None if exporting.expire(row.subject_id, now) else "skipped"


@duty("privacy.erasure", alone=True)
def erasure_waited(row: DueRow, now: datetime) -> str | None:
    """alone: it touches many tables, and what it has locked must not be held while the next row asks for more."""
    return None if services.carry_out(erasure_id=row.subject_id, now=now) else "skipped"
