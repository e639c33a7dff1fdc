from datetime import datetime
from typing import Any, Self

from django.db.models import Q, QuerySet

from centres.activities.enums import LIVE, ON_THE_LIST, SEATED, EnrolmentState, Stage
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, Role


class ActivityQuerySet(QuerySet[Any]):
    def published(self) -> Self:
        return self.filter(stage=Stage.PUBLISHED)

    def within(self, actor: Actor) -> Self:
        """Activities of the centres this person runs."""
        return self.filter(actor.reach.q("centre__grid__path", *COMMUNITY))

    def visible_to(self, actor: Actor) -> Self:
        """What is published is for everybody, and stays readable once it was called off; a draft is the house's own."""
        if actor.is_system:
            return self
        return self.filter(~Q(stage=Stage.DRAFT) | actor.reach.q("centre__grid__path", *COMMUNITY))

    def with_centre(self) -> Self:
        return self.select_related("centre__grid")


class SessionQuerySet(QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(is_cancelled=False)

    def public(self) -> Self:
        return self.standing().filter(activity__stage=Stage.PUBLISHED)

    def within(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("activity__centre__grid__path", *COMMUNITY))

    def between(self, first: datetime, last: datetime) -> Self:
        """Starting in [first, last)."""
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def with_activity(self) -> Self:
        return self.select_related("activity__centre__grid", "room")


class EnrolmentQuerySet(QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def seated(self) -> Self:
        return self.filter(state__in=SEATED)

    def in_line(self) -> Self:
        """Those who wait, the first in line first."""
        return self.filter(state=EnrolmentState.WAITING).order_by("line_no")

    def listed(self) -> Self:
        return self.filter(state__in=ON_THE_LIST)

    def within(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("activity__centre__grid__path", *COMMUNITY))

    def visible_to(self, actor: Actor) -> Self:
        """One's own, those a grid worker made for a door that is still theirs, those of the houses one runs."""
        if actor.is_system:
            return self
        if actor.id is None:
            return self.none()
        made = Q(enrolled_by_id=actor.id) & actor.reach.q("resident__household__building__path", Role.GRID_WORKER)
        return self.filter(Q(user_id=actor.id) | made | actor.reach.q("activity__centre__grid__path", *COMMUNITY))

    def with_activity(self) -> Self:
        return self.select_related("activity__centre__grid", "session")

    def with_people(self) -> Self:
        return self.select_related("user", "resident__household__building", "enrolled_by")
