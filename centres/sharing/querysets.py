import datetime as dt
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from centres.sharing.enums import LIVE, LoanState, PledgeState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET

# Who looks after a drive of a place. Loans are the community's alone.
OVERSEERS = (*COMMUNITY, *STREET, *DISTRICT)


class ItemQuerySet(QuerySet[Any]):
    def active(self) -> Self:
        return self.filter(is_active=True, centre__is_active=True)

    def with_centre(self) -> Self:
        return self.select_related("centre__grid")


class CopyQuerySet(QuerySet[Any]):
    def active(self) -> Self:
        return self.filter(is_active=True, item__is_active=True)

    def free(self) -> Self:
        """Nobody has it and nobody is waited for."""
        loans: Any = self.model._meta.get_field("loans").related_model
        return self.active().filter(~Exists(loans.objects.filter(copy=OuterRef("pk"), state__in=LIVE)))

    def with_item(self) -> Self:
        return self.select_related("item__centre__grid")


class LoanQuerySet(QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def out(self) -> Self:
        return self.filter(state=LoanState.OUT)

    def reserved(self) -> Self:
        return self.filter(state=LoanState.RESERVED)

    def overdue(self, today: dt.date) -> Self:
        return self.filter(state=LoanState.OUT, due_on__lt=today)

    def of(self, user_id: Any) -> Self:
        return self.filter(user_id=user_id)

    def within(self, actor: Actor) -> Self:
        """Loans of the houses whose counter this person keeps."""
        return self.filter(actor.reach.q("copy__item__centre__grid__path", *COMMUNITY))

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of the houses whose counter one keeps."""
        if actor.is_system:
            return self
        if actor.id is None:
            return self.none()
        return self.filter(Q(user_id=actor.id) | actor.reach.q("copy__item__centre__grid__path", *COMMUNITY))

    def with_copy(self) -> Self:
        return self.select_related("copy__item__centre__grid")

    def with_people(self) -> Self:
        return self.select_related("user", "resident")


class WaitQuerySet(QuerySet[Any]):
    def live(self) -> Self:
        return self.filter(ended_at=None)

    def in_line(self) -> Self:
        """The first to be served first."""
        return self.live().order_by("created_at", "id")

    def of(self, user_id: Any) -> Self:
        return self.filter(user_id=user_id)


class DriveQuerySet(QuerySet[Any]):
    def running(self, today: dt.date) -> Self:
        return self.filter(first_day__lte=today, last_day__gte=today)

    def covering(self, paths: list[str]) -> Self:
        """Drives of a place or of what lies above it: `paths` are the prefixes from the root down."""
        return self.filter(grid__path__in=paths)

    def looked_after_by(self, actor: Actor) -> Self:
        """Drives of places this person works in: at, above or below what they reach."""
        within = actor.reach.q("grid__path", *OVERSEERS)
        for path in actor.reach.paths(*OVERSEERS):
            within |= Q(grid__path__in=[path[:end] for end in range(4, len(path) + 1, 4)])
        return self.filter(within)


class DonationQuerySet(QuerySet[Any]):
    def within(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("community__path", *OVERSEERS))

    def visible_to(self, actor: Actor) -> Self:
        """Who gave it, and who looks after the place it was brought to."""
        if actor.id is None:
            return self.none()
        return self.filter(Q(giver_id=actor.id) | actor.reach.q("community__path", *OVERSEERS))

    def standing(self) -> Self:
        """Entries that were neither taken back nor take another one back."""
        return self.filter(reverses=None, reversed_by=None)


class PledgeQuerySet(QuerySet[Any]):
    def waiting(self) -> Self:
        return self.filter(state=PledgeState.PLEDGED)

    def of(self, user_id: Any) -> Self:
        return self.filter(user_id=user_id)

    def within(self, actor: Actor) -> Self:
        return self.filter(actor.reach.q("community__path", *COMMUNITY))

    def visible_to(self, actor: Actor) -> Self:
        if actor.id is None:
            return self.none()
        return self.filter(Q(user_id=actor.id) | actor.reach.q("community__path", *COMMUNITY))
