"""What a page says of a wish: the answer in a sentence, who has it, until when. Ready to print, decided once."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from petitions.wishes import rules
from petitions.wishes.enums import TAKEN, Event, WishState
from petitions.wishes.models import Wish, WishClaim, WishRecord
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.ui.words import day, when
from volunteers.service.enums import CapacityKind

WISHER, HELPER, COMMUNITY, STAFF, PUBLIC = "wisher", "helper", "community", "staff", "public"
TAGS = {
    WishState.FULFILLED: "done",
    WishState.IN_REVIEW: "wait",
    WishState.NEEDS_CHANGES: "wait",
    WishState.TO_CONFIRM: "wait",
    WishState.CLAIMED: "wait",
    WishState.IN_PROGRESS: "wait",
}


def side_of(actor: Actor, wish: Wish) -> str:
    """As whom this person looks at the wish. Their own comes first, then what they have taken on, then their work."""
    if rules.speaks_for_wisher(actor, wish) and not rules.is_community(actor, wish):
        return WISHER
    if rules.is_wisher(actor, wish):
        return WISHER
    if rules.is_claimant(actor, wish):
        return HELPER
    if rules.is_community(actor, wish):
        return COMMUNITY
    return STAFF if rules.is_party(actor, wish) else PUBLIC


@dataclass(frozen=True)
class Standing:
    """`headline` carries `|` between phrases. `who` is whose turn it is; `until` is empty where no clock runs."""

    headline: str
    state: str
    tag: str
    who: str
    until: str
    note: str = ""


def standing(wish: Wish, side: str, *, elder: bool = False) -> Standing:
    claim = wish.live_claim if wish.state in TAKEN else None
    until = when(wish.due_at, elder=elder) if wish.due_at else ""
    return Standing(
        headline=_headline(wish, side, claim, until),
        state=str(WishState(wish.state).label),
        tag=TAGS.get(WishState(wish.state), ""),
        who=_who(wish, side, claim),
        until=until,
        note=_("日历还没公布全，这个时间是暂定的。") if wish.due_provisional else "",
    )


def helper_name(claim: WishClaim, side: str) -> str:
    """A team or a unit by its name; a person's name is for the wisher and the community only."""
    if claim.kind == CapacityKind.VOLUNTEER and side == PUBLIC:
        return _("一位志愿者")
    return claim.claimant_name


def _headline(wish: Wish, side: str, claim: WishClaim | None, until: str) -> str:
    say = {"until": until, "who": helper_name(claim, side) if claim else ""}
    own = {
        WishState.IN_REVIEW: _("收到了，|最迟 |%(until)s |告诉您。"),
        WishState.NEEDS_CHANGES: _("请您改一改，|再送一次。"),
        WishState.DECLINED: _("这个心愿|没能挂出来。"),
        WishState.OPEN: _("挂上墙了，|等人来认领。"),
        WishState.CLAIMED: _("%(who)s认领了，|最迟 |%(until)s |办成。"),
        WishState.IN_PROGRESS: _("%(who)s正在办，|最迟 |%(until)s |办成。"),
        WishState.TO_CONFIRM: _("说是办好了，|请您点个头。"),
        WishState.FULFILLED: _("心愿|实现了。"),
        WishState.EXPIRED: _("挂到期了，|这次没等到人。"),
        WishState.WITHDRAWN: _("这个心愿|您撤回了。"),
    }
    helper = own | {
        WishState.CLAIMED: _("在您手里，|最迟 |%(until)s |办成。"),
        WishState.IN_PROGRESS: _("您正在办，|最迟 |%(until)s |办成。"),
        WishState.TO_CONFIRM: _("您办好了，|等许愿的人点头。"),
    }
    others = own | {
        WishState.IN_REVIEW: _("等社区点头，|最迟 |%(until)s。"),
        WishState.NEEDS_CHANGES: _("等许愿的人|改一改。"),
        WishState.OPEN: _("等人认领，|挂到 |%(until)s。"),
        WishState.TO_CONFIRM: _("说是办好了，|等许愿的人点头。"),
        WishState.EXPIRED: _("挂到期了，|没等到人。"),
        WishState.WITHDRAWN: _("许愿的人|撤回了。"),
    }
    if wish.state == WishState.OPEN and wish.due_at:
        say["until"] = day(wish.due_at)
    return {WISHER: own, HELPER: helper}.get(side, others)[WishState(wish.state)] % say


def _who(wish: Wish, side: str, claim: WishClaim | None) -> str:
    if wish.state in (WishState.TO_CONFIRM, WishState.NEEDS_CHANGES):
        return _("您") if side == WISHER else _("许愿的人")
    if claim is not None:
        return _("您") if side == HELPER else helper_name(claim, side)
    return {
        WishState.IN_REVIEW: _("社区"),
        WishState.OPEN: _("还没有人") if side == WISHER else _("还没有人，等您"),
        WishState.FULFILLED: _("办好了"),
    }.get(WishState(wish.state), _("已经了结"))


def thanks(event: str) -> str:
    """What the page answers after an event."""
    return {
        Event.APPROVE: _("挂上墙了。"),
        Event.GIVE_UP: _("放回墙上了。没关系，下次再来。"),
        Event.HAND_IN: _("记下了，等许愿的人点头。谢谢您。"),
        Event.CONFIRM: _("心愿实现了。"),
        Event.RESUBMIT: _("又送去了，社区会再看。"),
    }.get(Event(event), _("记下了。"))


# ---------------------------------------------------------------- what happened
@dataclass(frozen=True)
class Happened:
    at: Any
    what: str
    who: str
    reason: str
    newest: bool


_DID = {
    Event.SUBMIT: lambda: _("写下了心愿。"),
    Event.APPROVE: lambda: _("社区看过了，挂上墙。"),
    Event.REQUEST_CHANGES: lambda: _("社区请许愿的人改一改。"),
    Event.DECLINE: lambda: _("社区没有挂。"),
    Event.RESUBMIT: lambda: _("改好了，又送来。"),
    Event.CLAIM: lambda: _("有人认领了。"),
    Event.START: lambda: _("动手办了。"),
    Event.GIVE_UP: lambda: _("这次没办成，放回墙上。"),
    Event.REVOKE: lambda: _("社区收回了认领，放回墙上。"),
    Event.RELEASE: lambda: _("到时候没办成，放回墙上。"),
    Event.HAND_IN: lambda: _("说是办好了。"),
    Event.CONFIRM: lambda: _("点头了，心愿实现。"),
    Event.NOT_YET: lambda: _("还差一点，接着办。"),
    Event.EXPIRE: lambda: _("挂到期，取了下来。"),
    Event.WITHDRAW: lambda: _("许愿的人撤回了。"),
}
# What the public reads: how the slip fared, not what was said between the people.
_IN_PUBLIC = (
    Event.APPROVE,
    Event.CLAIM,
    Event.START,
    Event.GIVE_UP,
    Event.REVOKE,
    Event.RELEASE,
    Event.HAND_IN,
    Event.CONFIRM,
)


def history(records: list[WishRecord], side: str) -> list[Happened]:
    """Newest first. Reasons and roles for wisher, community and staff; the rest read what happened and when."""
    inside = side in (WISHER, COMMUNITY, STAFF)
    shown = [record for record in records if inside or record.event in _IN_PUBLIC]
    newest_first = sorted(shown, key=lambda record: record.version, reverse=True)
    return [
        Happened(
            at=record.at,
            what=_said(record),
            who=role_name(record.actor_role) if inside else "",
            reason=record.reason if inside else "",
            newest=number == 0,
        )
        for number, record in enumerate(newest_first)
    ]


def _said(record: WishRecord) -> str:
    if record.event in (Event.CONFIRM, Event.NOT_YET) and record.data.get("on_behalf"):
        spoken = {Event.CONFIRM: _("社区替许愿的人点头，心愿实现。"), Event.NOT_YET: _("社区替许愿的人说：还差一点。")}
        return spoken[Event(record.event)]
    return _DID[Event(record.event)]()


def role_name(role: str) -> str:
    if role == "system":
        return _("系统")
    return str(Role(role).label) if role in Role.values else ""
