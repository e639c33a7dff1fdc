"""Reading messages: a person's own, newest first."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from portal.notifications.enums import Channel, NoticeState
from portal.notifications.models import Notice


def inbox(user_id: UUID, limit: int = 8) -> list[Notice]:
    """What this person was told in the portal, newest first: one query."""
    return list(_told(user_id).order_by("-created_at")[:limit])


def unread(user_id: UUID) -> int:
    """How many messages this person has not opened yet: one query over a partial index."""
    return _told(user_id).filter(read_at=None).count()


def _told(user_id: UUID) -> QuerySet[Notice]:
    """In-app messages whose time has come; whether a worker has been by makes no difference to them."""
    told = Notice.objects.filter(recipient_id=user_id, channel=Channel.INAPP, not_before__lte=timezone.now())
    return told.exclude(state=NoticeState.FAILED)


def waiting() -> int:
    """How many messages wait in the outbox."""
    return Notice.objects.filter(state=NoticeState.QUEUED).count()
