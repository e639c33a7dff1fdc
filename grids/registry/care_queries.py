"""Reading care needs: whose they are to see. No words: those are read one by one, each time written down (care.py)."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from grids.registry.care import REMIND_BEFORE
from grids.registry.enums_care import LIVE, CareState
from grids.registry.models_care import CareNeed, CareNeedQuerySet
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.errors import NotFound


def needs_within(actor: Actor) -> CareNeedQuerySet:
    found = CareNeed.objects.visible_to(actor.reach).defer("need", "guardian_name", "guardian_phone")
    return found.select_related("resident__household__building", "assignee")


def now_within(actor: Actor) -> CareNeedQuerySet:
    """Those that wait and those that hold, what ends first before the others; people without anybody on top."""
    return needs_within(actor).live().order_by("expires_on", "pk")


def over_within(actor: Actor) -> CareNeedQuerySet:
    return needs_within(actor).exclude(state__in=LIVE).order_by("-ended_at", "-pk")


def need_for(actor: Actor, need_id: UUID) -> CareNeed:
    """Raises NotFound: out of reach is not there."""
    found: CareNeed | None = needs_within(actor).filter(pk=need_id).first()
    if found is None:
        raise NotFound()
    return found


def to_see_to(actor: Actor, now: datetime) -> CareNeedQuerySet:
    """What waits for this person: to be confirmed (the secretary), to be renewed within thirty days."""
    until = timezone.localdate(now) + REMIND_BEFORE
    found = needs_within(actor).live()
    soon = found.filter(state=CareState.OPEN, expires_on__lte=until)
    if not actor.holds(Role.SECRETARY):
        return soon.order_by("expires_on", "pk")
    return (soon | found.filter(state=CareState.ASKED)).order_by("expires_on", "pk")
