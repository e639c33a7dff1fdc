"""Reads of the wall, and the door through which other rooms read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from petitions.wishes.enums import TAKEN, WishState
from petitions.wishes.lifecycle import terms_for
from petitions.wishes.models import Wish, WishClaim
from petitions.wishes.querysets import WishQuerySet
from portal.accounts.actors import Actor
from portal.workdays.queries import clock_for

# Fulfilled slips stay on the wall this long.
STAYS_UP = timedelta(days=30)


def wish_by_id(wish_id: UUID) -> Wish:
    return Wish.objects.select_related("grid").get(pk=wish_id)


def on_wall(path: str) -> QuerySet[Wish]:
    """What hangs at or below a place, newest first."""
    return Wish.objects.on_the_wall().under(path).order_by("-id")


def open_under(path: str) -> QuerySet[Wish]:
    """Slips that wait for somebody, those that come down soonest first."""
    return Wish.objects.open().under(path).order_by("due_at", "id")


SHOWN = {
    "open": ((WishState.OPEN,), ("due_at", "id")),
    "taken": (TAKEN, ("due_at", "id")),
    "fulfilled": ((WishState.FULFILLED,), ("-closed_at", "-id")),
}


def shown(show: str, path: str, actor: Actor | None = None) -> QuerySet[Wish]:
    """The rows of a page of the wall: of a place, or (with `actor`) of all places that person works for."""
    states, order = SHOWN.get(show, SHOWN["open"])
    rows = Wish.objects.filter(state__in=states)
    return (rows.within(actor) if actor else rows.under(path)).order_by(*order)


@dataclass(frozen=True)
class WallCounts:
    open: int
    taken: int
    fulfilled: int


def counts_under(path: str) -> WallCounts:
    """How many wait, are being done, have come true: one query."""
    states = Wish.objects.on_the_wall().under(path).order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(states)
    taken = sum(by_state.get(state, 0) for state in TAKEN)
    return WallCounts(by_state.get(WishState.OPEN, 0), taken, by_state.get(WishState.FULFILLED, 0))


def lately_fulfilled(path: str, now: datetime, limit: int = 6) -> list[Wish]:
    found = Wish.objects.filter(state=WishState.FULFILLED, closed_at__gte=now - STAYS_UP).under(path)
    return list(found.order_by("-closed_at", "-id")[:limit])


def alternatives(wish: Wish, limit: int = 3) -> list[dict[str, str]]:
    """Other slips of the same community, for whoever came a moment too late."""
    others = open_under(wish.grid.community_path).exclude(pk=wish.pk)[:limit]
    return [{"label": other.wall_text, "url": other.get_absolute_url()} for other in others]


def claim_until(wish: Wish, now: datetime) -> datetime:
    """When it would have to be done, if somebody claimed it now."""
    return clock_for(wish.grid.code).add_working_time(now, timedelta(hours=terms_for(wish).claim_hours)).at


# ---------------------------------------------------------------- of a person
def wishes_of(user_id: UUID | None, limit: int = 10) -> list[Wish]:
    """What this account wished for or wrote down, newest first, with whoever has it."""
    if user_id is None:
        return []
    return list(Wish.objects.of(user_id).with_live_claim().order_by("-id")[:limit])


def waiting_for_wisher(actor: Actor, states: tuple[str, ...]) -> list[Wish]:
    """One's own wishes, and those one wrote down for somebody without an account, that wait for an answer."""
    if actor.id is None:
        return []
    mine = Q(wisher_id=actor.id) | Q(wisher=None, written_by_id=actor.id, state=WishState.NEEDS_CHANGES)
    return list(Wish.objects.filter(mine, state__in=states).order_by("id"))


def held_by(actor: Actor) -> list[Wish]:
    """Wishes this person, their team or their unit has in hand, the soonest due first."""
    if actor.id is None:
        return []
    live = WishClaim.objects.live().acted_by(actor.id).values("wish_id")
    return list(Wish.objects.taken().filter(pk__in=live).with_live_claim().order_by("due_at", "id"))


def wish_of_claim(claim_id: UUID) -> tuple[Wish | None, WishClaim | None]:
    """A claim with its wish and what its rules ask; None, None for an id that is none."""
    claims = WishClaim.objects.with_claimant().select_related("wish__grid", "volunteer", "team__leader", "unit")
    claim = claims.filter(pk=claim_id).first()
    return (claim.wish, claim) if claim else (None, None)


# ---------------------------------------------------------------- of the community
def to_review(actor: Actor) -> QuerySet[Wish]:
    return Wish.objects.in_review().reviewed_by(actor).select_related("grid").order_by("due_at", "id")


def to_confirm_for(actor: Actor) -> QuerySet[Wish]:
    """Handed in, waiting for the wisher's nod; the community may give it on their behalf. Longest waiting first."""
    waiting = Wish.objects.to_confirm().reviewed_by(actor).with_live_claim()
    return waiting.select_related("grid").order_by("claims__handed_in_at", "id").filter(claims__ended_at=None)


def waiting_for_community(actor: Actor) -> QuerySet[Wish]:
    """To review; and to confirm for somebody without an account."""
    waits = Q(state=WishState.IN_REVIEW) | Q(state=WishState.TO_CONFIRM, wisher=None)
    return Wish.objects.reviewed_by(actor).filter(waits).order_by("due_at", "id")


def visible_to(actor: Actor) -> WishQuerySet:
    return Wish.objects.visible_to(actor).select_related("grid")
