"""Reading messages: a person's own, newest first."""

from uuid import UUID

from portal.notifications.models import Channel, Notice, NoticeState


def inbox(user_id: UUID, limit: int = 8) -> list[Notice]:
    """What this person was told in the portal, newest first: one query."""
    told = Notice.objects.filter(recipient_id=user_id, channel=Channel.INAPP).exclude(state=NoticeState.FAILED)
    return list(told.order_by("-created_at")[:limit])
