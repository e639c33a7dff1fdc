from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from petitions.wishes.enums import ON_THE_WALL, TAKEN, WishState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY


def claims_of(model: type[Model]) -> Any:
    """All claims, reached from the wish's model: the queryset cannot import the models that stand on it."""
    related: Any = model._meta.get_field("claims").related_model
    return related.objects.all()


class WishQuerySet(QuerySet):
    def on_the_wall(self) -> Self:
        return self.filter(state__in=ON_THE_WALL)

    def open(self) -> Self:
        return self.filter(state=WishState.OPEN)

    def taken(self) -> Self:
        return self.filter(state__in=TAKEN)

    def in_review(self) -> Self:
        return self.filter(state=WishState.IN_REVIEW)

    def to_confirm(self) -> Self:
        return self.filter(state=WishState.TO_CONFIRM)

    def under(self, path: str) -> Self:
        return self.filter(grid__path__startswith=path)

    def of(self, user_id: object) -> Self:
        return self.filter(wisher_id=user_id)

    def late(self, now: datetime) -> Self:
        return self.filter(due_at__lt=now)

    def reviewed_by(self, actor: Actor) -> Self:
        """Wishes of the community this person works for."""
        return self.filter(actor.reach.q("grid__path", *COMMUNITY))

    def within(self, actor: Actor) -> Self:
        """Wishes of the places this person works for, at whatever level."""
        return self.filter(actor.reach.q("grid__path"))

    def visible_to(self, actor: Actor) -> Self:
        """What is on the wall, what is one's own or one wrote down or once claimed, and what lies within reach."""
        seen = Q(state__in=ON_THE_WALL) | actor.reach.q("grid__path")
        if actor.id is not None:
            claimed = claims_of(self.model).filter(wish=OuterRef("pk"))
            mine = Exists(claimed.filter(claimed_by_id=actor.id))
            seen |= Q(wisher_id=actor.id) | Q(written_by_id=actor.id) | Q(mine)
        return self.filter(seen)

    def with_live_claim(self) -> Self:
        """`live_claims`: the one live claim with its claimant, in one more query for the whole list."""
        claims = claims_of(self.model).live().with_claimant()
        return self.prefetch_related(Prefetch("claims", queryset=claims, to_attr="live_claims"))


class ClaimQuerySet(QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at=None)

    def acted_by(self, user_id: object) -> Self:
        """Claims this account acts for today: `rules.acts_for` as a condition."""
        by_person = Q(team=None, unit=None) | Q(team__leader=None, unit=None) | Q(unit__contact=None, team=None)
        return self.filter(
            (Q(claimed_by_id=user_id) & by_person) | Q(team__leader__user_id=user_id) | Q(unit__contact_id=user_id)
        )

    def with_claimant(self) -> Self:
        return self.select_related("volunteer", "team__leader", "unit")
