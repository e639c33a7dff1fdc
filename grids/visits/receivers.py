"""Photos of a visit are shown to those who may read the visit."""

from typing import Any
from uuid import UUID

from grids.visits.queries import visit_for
from portal.accounts.actors import Actor
from portal.attachments.queries import shown_by


@shown_by("visit")
def may_see_photo(actor: Actor, owner_id: UUID, request: Any) -> bool:
    return visit_for(actor.reach, owner_id) is not None
