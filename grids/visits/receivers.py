"""What a door said goes with those who said it; photos are shown to readers of the visit; promises outlive a posting;
a change of grids asks what it touches."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids.postings.queries import left_behind_by
from grids.tree.services import Touched, on_grids_counted
from grids.visits import signs
from grids.visits.queries import open_work_under, promises_waiting_of, visit_for
from portal.accounts.actors import Actor
from portal.attachments.queries import shown_by
from portal.privacy.housekeeping import at_night

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


@on_grids_counted
def promises_and_rounds(paths: list[str]) -> list[Touched]:
    promises, pending, rounds = open_work_under(paths)
    return [
        Touched(_("还没兑现的承诺"), promises),
        Touched(_("等书记看的走访"), pending),
        Touched(_("只敲这里的敲门行动"), rounds),
    ]


@at_night("grids.DoorSign")
def signs_of_those_who_left(now: datetime) -> int:
    return signs.take_down_left(now)
