"""Where the floors below meet cases: postings that end, communities that move, photos asked for, the night."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids.postings.queries import left_behind_by
from grids.tree.services import Touched, on_community_moved, on_grids_changed, on_grids_counted
from petitions.cases import forgetting, moved, queries
from portal.accounts.actors import Actor
from portal.attachments.queries import shown_by
from portal.flow import due
from portal.privacy.housekeeping import at_night

if TYPE_CHECKING:
    from grids.postings.models import Posting


def posting_saved(sender: Any, instance: "Posting", **kwargs: Any) -> None:
    """Written with the posting itself: whoever ends it, by whichever door, the hand-over is due at that moment."""
    if instance.ends_at is not None:
        key = f"posting:{instance.pk}:ends:{instance.ends_at:%Y%m%dT%H%M%S}"
        due.schedule(key=key, kind="case.posting", subject_id=instance.user_id, due_at=instance.ends_at)


@left_behind_by
def cases_left(posting: "Posting") -> str:
    n = queries.in_hands_of(posting.user_id, posting.grid.path)
    words = ngettext(
        "手上 %(n)d 件诉求，到时候自动转给同一片的人，没有人就转给社区",
        "手上 %(n)d 件诉求，到时候自动转给同一片的人，没有人就转给社区",
        n,
    )
    return words % {"n": n} if n else ""


on_community_moved(moved.follow)
on_grids_changed(moved.follow_grids)


@on_grids_counted
def open_cases(paths: list[str]) -> list[Touched]:
    return [Touched(_("没办完的诉求"), moved.open_under(paths).count())]


@at_night("petitions.Case")
def what_never_closed_is_forgotten(now: datetime) -> int:
    """Guardrail 10, for what was turned down, taken back or merged."""
    return forgetting.forget_never_closed(now)


post_save.connect(posting_saved, sender="grids.Posting", dispatch_uid="cases.posting_saved")


@shown_by("case")
def may_see_photo(actor: Actor, case_id: UUID, request: Any) -> bool:
    """Those who reach the case, and whoever holds its slip (`?slip=` carries the 128 bits of the link)."""
    token = request.GET.get("slip", "") if request is not None else ""
    if token:
        case = queries.by_token(token)
        return case is not None and case.pk == case_id
    return queries.may_see(actor, case_id)


@shown_by("case_result")
def may_see_result(actor: Actor, case_id: UUID, request: Any) -> bool:
    """The same, but the reporter's only once it has been verified, as the answer it belongs to."""
    colleague = bool(actor.reach.scopes) and queries.may_see(actor, case_id)
    return colleague or (queries.is_answered(case_id) and may_see_photo(actor, case_id, request))
