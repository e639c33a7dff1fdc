from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from centres.training.enums import HELD, OrderState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY

PLACE = "base__centre__grid__path"


class CourseQuerySet(models.QuerySet[Any]):
    def active(self) -> "CourseQuerySet":
        return self.filter(is_active=True, category__base__is_active=True)

    def with_category(self) -> "CourseQuerySet":
        return self.select_related("category__base__centre__grid")

    def matching(self, text: str) -> "CourseQuerySet":
        """Title, category, lecturer or what for contains the words."""
        found = Q(title__icontains=text) | Q(category__name__icontains=text)
        return self.filter(found | Q(lecturer__icontains=text) | Q(purpose__icontains=text))


class OrderQuerySet(models.QuerySet[Any]):
    def waiting(self) -> "OrderQuerySet":
        return self.filter(state=OrderState.SUBMITTED)

    def held(self) -> "OrderQuerySet":
        return self.filter(state__in=HELD)

    def of(self, user_id: Any) -> "OrderQuerySet":
        return self.filter(contact_id=user_id)

    def within(self, actor: Actor) -> "OrderQuerySet":
        """Orders of the bases whose house this person keeps."""
        return self.filter(actor.reach.q(PLACE, *COMMUNITY))

    def visible_to(self, actor: Actor) -> "OrderQuerySet":
        """One's own, and those of the house one keeps."""
        if actor.is_system:
            return self
        if actor.id is None:
            return self.none()
        return self.filter(Q(contact_id=actor.id) | actor.reach.q(PLACE, *COMMUNITY))

    def with_base(self) -> "OrderQuerySet":
        return self.select_related("base__centre__grid", "contact")


class LineQuerySet(models.QuerySet[Any]):
    def held(self) -> "LineQuerySet":
        """Lines of orders that stand: what the base has promised."""
        return self.filter(order__state__in=HELD)

    def on(self, first: date, last: date) -> "LineQuerySet":
        return self.filter(day__gte=first, day__lte=last)

    def with_what(self) -> "LineQuerySet":
        return self.select_related("course", "room")
