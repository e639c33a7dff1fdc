"""What this room itself does at night and at an erasure, beside what the declarations say."""

from datetime import datetime

from portal.attachments.services import forget_owned
from portal.once import burden
from portal.privacy import exporting
from portal.privacy.declarations import personal
from portal.privacy.erasing import eraser, to_erase
from portal.privacy.housekeeping import at_night
from portal.privacy.subjects import Subject


@at_night("exports")
def files_that_nobody_stands_for(now: datetime) -> int:
    return exporting.sweep_files(now)


@at_night("portal.FormUse")
def sums_of_long_ago(now: datetime) -> int:
    return burden.forget(now)


@eraser("portal.Attachment")
def photos_they_sent(subject: Subject, now: datetime) -> int:
    """Photos hang on rows by id, whatever the table: those of their rows go with what the rows said."""
    theirs = [said for said in personal() if not said.apart and said.label not in ("portal.User", "portal.Attachment")]
    keyed = [said for said in theirs if said.model._meta.pk.get_internal_type() == "UUIDField"]
    owners = [key for said in keyed for key in to_erase(said, subject).order_by().values_list("pk", flat=True)]
    return forget_owned(owner_ids=owners, uploaded_by=subject.account_id)
