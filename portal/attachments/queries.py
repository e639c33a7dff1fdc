"""Who may see a photo: the room it belongs to says."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from portal.accounts.actors import Actor
from portal.attachments.models import Attachment

_judges: dict[str, Callable[[Actor, UUID, Any], bool]] = {}


def shown_by(
    owner_type: str,
) -> Callable[[Callable[[Actor, UUID, Any], bool]], Callable[[Actor, UUID, Any], bool]]:
    """Register a room's judge: (actor, owner_id, request) → may this person see photos of that row?"""

    def register(
        judge: Callable[[Actor, UUID, Any], bool],
    ) -> Callable[[Actor, UUID, Any], bool]:
        _judges[owner_type] = judge
        return judge

    return register


def may_see(actor: Actor, attachment: Attachment, request: Any = None) -> bool:
    if attachment.owner_id is None:
        return actor.id is not None and actor.id == attachment.uploaded_by_id
    judge = _judges.get(attachment.owner_type)
    return judge is not None and judge(actor, attachment.owner_id, request)


def of_owner(owner_id: UUID) -> list[Attachment]:
    return list(Attachment.objects.filter(owner_id=owner_id).order_by("id"))


def first_of_each(owner_ids: list[UUID], owner_type: str) -> dict[UUID, Attachment]:
    """The first photo of each of these rows that has one; one query."""
    rows = Attachment.objects.filter(owner_id__in=owner_ids, owner_type=owner_type).order_by("owner_id", "id")
    return {row.owner_id: row for row in rows.distinct("owner_id") if row.owner_id is not None}
