"""What happens below that cases must hear of: a posting that ends leaves its cases in nobody's hands."""

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_save

from portal.flow import due

if TYPE_CHECKING:
    from grids.postings.models import Posting


def posting_saved(sender: Any, instance: "Posting", **kwargs: Any) -> None:
    """Written with the posting itself: whoever ends it, by whichever door, the hand-over is due at that moment."""
    if instance.ends_at is not None:
        key = f"posting:{instance.pk}:ends:{instance.ends_at:%Y%m%dT%H%M%S}"
        due.schedule(key=key, kind="case.posting", subject_id=instance.user_id, due_at=instance.ends_at)


post_save.connect(posting_saved, sender="grids.Posting", dispatch_uid="cases.posting_saved")
