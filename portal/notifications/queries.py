"""Reading messages: a person's own, newest first."""

from uuid import UUID

from portal.notifications.enums import Channel, NoticeState
from portal.notifications.models import Notice


def inbox(user_id: UUID, limit: int = 8) -> list[Notice]:
    """What this person was told in the portal, newest first: one query."""
    told = Notice.objects.filter(recipient_id=user_id, channel=Channel.INAPP).exclude(state=NoticeState.FAILED)
    return list(told.order_by("-created_at")[:limit])


def waiting() -> int:
    """How many messages wait in the outbox."""
    return Notice.objects.filter(state=NoticeState.QUEUED).count()
