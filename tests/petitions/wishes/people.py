"""What the wish tests share: helpers of the cast, and a wish brought to any state."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from petitions.wishes import services
from petitions.wishes.enums import Event, WishState
from petitions.wishes.models import Wish
from portal.accounts.actors import Actor
from tests.cast import Cast
from volunteers.service.models import Volunteer
from volunteers.service.services import become_volunteer, found_team

TEXT = "想要一副老花镜，三百度，看报用。"
PHONE = "+8613800009999"


@dataclass
class Helpers:
    volunteer: Volunteer
    rival: Volunteer
    team: object


def helpers(cast: Cast) -> Helpers:
    """volunteer helps in person; neighbour is a volunteer too, and leads 邻里志愿服务队."""
    volunteer = become_volunteer(actor=cast.actor("volunteer"), name="小孙")
    rival = become_volunteer(actor=cast.actor("neighbour"), name="老赵")
    team = found_team(
        actor=cast.actor("secretary"), grid=cast.place.community, name="邻里志愿服务队", kind="neighbour", leader=rival
    )
    return Helpers(volunteer, rival, team)


def a_wish(cast: Cast, **fields) -> Wish:
    """In review; the resident's own, with consent."""
    given = {
        "actor": cast.actor("resident"),
        "grid": cast.place.community,
        "text": TEXT,
        "contact_name": "林奶奶",
        "contact_phone": PHONE,
        "consent": True,
    }
    return services.submit_wish(**(given | fields))


def age(wish: Wish, **ago) -> Wish:
    """Move a wish's clock into the past, as if it had waited."""
    wish.clock_at = timezone.now() - timedelta(**ago)
    wish.save(update_fields=["clock_at"])
    return wish


def bring_to(cast: Cast, state: str, wish: Wish | None = None) -> Wish:
    """A wish of the resident in that state; the volunteer is who has it."""
    wish = wish or a_wish(cast)
    for event, who in ROADS[WishState(state)]:
        wish = do(cast.actor(who) if who else None, wish, event)
    assert wish.state == state
    return wish


def do(actor: Actor | None, wish: Wish, event: str, **given) -> Wish:
    """Fire an event with whatever it needs; None is the system."""
    common = {"wish_id": wish.pk}
    now = timezone.now()
    if actor is None:
        return {Event.RELEASE: services.release, Event.EXPIRE: services.expire}[Event(event)](**common, now=now)
    common["actor"] = actor
    if event == Event.APPROVE:
        return services.approve(**common, **given)
    if event == Event.RESUBMIT:
        return services.resubmit(**common, **given)
    if event == Event.CLAIM:
        return services.claim(**common, **given)
    if event == Event.HAND_IN:
        return services.hand_in(**common, **({"evidence": "买好送到了"} | given))
    return services.act(**common, event=event, **({"reason": "说说为什么"} | given))


_OPEN = [("approve", "secretary")]
_CLAIMED = [*_OPEN, ("claim", "volunteer")]
_GOING = [*_CLAIMED, ("start", "volunteer")]
_DONE = [*_GOING, ("hand_in", "volunteer")]
ROADS = {
    WishState.IN_REVIEW: [],
    WishState.NEEDS_CHANGES: [("request_changes", "secretary")],
    WishState.DECLINED: [("decline", "secretary")],
    WishState.OPEN: _OPEN,
    WishState.CLAIMED: _CLAIMED,
    WishState.IN_PROGRESS: _GOING,
    WishState.TO_CONFIRM: _DONE,
    WishState.FULFILLED: [*_DONE, ("confirm", "resident")],
    WishState.EXPIRED: [*_OPEN, ("expire", "")],
    WishState.WITHDRAWN: [*_OPEN, ("withdraw", "resident")],
}
