"""Photos of a visit are shown to those who may read the visit; promises outlive the posting of who made them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import ngettext

from grids.postings.queries import left_behind_by
from grids.visits.queries import promises_waiting_of, visit_for
from portal.accounts.actors import Actor
from portal.attachments.queries import shown_by

if TYPE_CHECKING:
    from grids.postings.models import Posting


@shown_by("visit")
def may_see_photo(actor: Actor, owner_id: UUID, request: Any) -> bool:
    return visit_for(actor.reach, owner_id) is not None


@left_behind_by
def promises_left(posting: "Posting") -> str:
    n = promises_waiting_of(posting.user_id, posting.grid.path)
    words = ngettext(
        "答应居民的 %(n)d 件还没兑现，由接着上门的人兑现", "答应居民的 %(n)d 件还没兑现，由接着上门的人兑现", n
    )
    return words % {"n": n} if n else ""
