"""Who is told what, after which event. Words only; the outbox is written in the transaction of the event."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.postings.queries import holders
from petitions.wishes.enums import Event
from portal.accounts.enums import COMMUNITY
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import when

if TYPE_CHECKING:
    from petitions.wishes.models import Wish, WishClaim

TO_WISHER = {
    Event.APPROVE: gettext_lazy("您的心愿挂上墙了，等人来认领。"),
    Event.REQUEST_CHANGES: gettext_lazy("您的心愿请改一改：%(reason)s"),
    Event.DECLINE: gettext_lazy("您的心愿没能挂出：%(reason)s"),
    Event.CLAIM: gettext_lazy("%(who)s认领了您的心愿，最迟 %(when)s 办成。"),
    Event.START: gettext_lazy("%(who)s开始办您的心愿了。"),
    Event.GIVE_UP: gettext_lazy("这次没办成，您的心愿又挂回墙上了。"),
    Event.REVOKE: gettext_lazy("社区收回了这次认领，您的心愿又挂回墙上了。"),
    Event.RELEASE: gettext_lazy("到时候还没办成，您的心愿又挂回墙上了。"),
    Event.HAND_IN: gettext_lazy("%(who)s说办好了，请您看一看，点个头。"),
    Event.CONFIRM: gettext_lazy("您的心愿实现了，社区替您点的头。"),
    Event.EXPIRE: gettext_lazy("您的心愿挂到期了，还没等到人。可以再许一次，也可以来社区说说。"),
}
TO_CLAIMANT = {
    Event.REVOKE: gettext_lazy("社区收回了您的认领：%(reason)s"),
    Event.RELEASE: gettext_lazy("时间到了，心愿放回了墙上。谢谢您，下次再来。"),
    Event.CONFIRM: gettext_lazy("许愿的人点头了，心愿实现了。谢谢您。"),
    Event.NOT_YET: gettext_lazy("还差一点：%(reason)s"),
}
# Worth a text message: somebody has to do something, or has waited for it.
BY_SMS = (Event.REQUEST_CHANGES, Event.CLAIM, Event.HAND_IN)


def tell(step: Step[Any]) -> None:
    """Tell the wisher and the one who helps, never whoever did it."""
    wish, event = step.subject, Event(step.row.event)
    claim: WishClaim | None = wish.claims.with_claimant().order_by("-id").first()
    said = {
        "reason": step.reason,
        "who": claim.claimant_name if claim else "",
        "when": when(wish.due_at) if wish.due_at else "",
    }
    if event in TO_WISHER:
        by = (Channel.INAPP, Channel.SMS) if event in BY_SMS else (Channel.INAPP,)
        _queue(step, wish.wisher or wish.written_by, str(TO_WISHER[event]) % said, by)
    if event in TO_CLAIMANT and claim is not None:
        _queue(step, claim.claimed_by, str(TO_CLAIMANT[event]) % said, (Channel.INAPP,))


def _queue(step: Step[Any], to: Any, subject: str, by: tuple[str, ...]) -> None:
    wish = step.subject
    if to.pk == step.actor.id:
        return
    key = f"wish:{wish.pk}:v{wish.version}:{to.pk}"
    queue(key=key, to=to, subject=subject, body=wish.wall_text, url=wish.get_absolute_url(), about=wish.pk, by=by)


def tell_review_is_late(wish: "Wish") -> None:
    """Once for each review that ran out of time, to everybody of the community who could do it."""
    for posting in holders(path=wish.grid.path, roles=COMMUNITY, at=timezone.now(), nearest=True):
        queue(
            key=f"wish:{wish.pk}:review:{wish.clock_version}:{posting.user_id}",
            to=posting.user,
            subject=_("有个心愿等着审核，已经过了说好的时间。"),
            url=wish.get_absolute_url(),
            about=wish.pk,
        )
