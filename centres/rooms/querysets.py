from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from centres.rooms.enums import LIVE, STANDS_IN_LINE, TOOK_PLACE, BookingState, WaitState
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role

# Who looks after the bookings of a place.
OVERSEERS = (*COMMUNITY, *STREET, *DISTRICT)


class RoomQuerySet(models.QuerySet[Any]):
    def active(self) -> "RoomQuerySet":
        return self.filter(is_active=True, centre__is_active=True)

    def bookable(self) -> "RoomQuerySet":
        return self.active().filter(needs_booking=True)

    def with_centre(self) -> "RoomQuerySet":
        return self.select_related("centre__grid")


class BookingQuerySet(models.QuerySet[Any]):
    def live(self) -> "BookingQuerySet":
        return self.filter(state__in=LIVE)

    def took_place(self) -> "BookingQuerySet":
        return self.filter(state__in=TOOK_PLACE)

    def pending(self) -> "BookingQuerySet":
        return self.filter(state=BookingState.PENDING)

    def of(self, user_id: Any) -> "BookingQuerySet":
        return self.filter(user_id=user_id)

    def within(self, actor: Actor) -> "BookingQuerySet":
        """Bookings of rooms this person looks after."""
        return self.filter(actor.reach.q("room__centre__grid__path", *OVERSEERS))

    def visible_to(self, actor: Actor) -> "BookingQuerySet":
        """One's own, those a grid worker made for a household of theirs, and those of the rooms one looks after."""
        if actor.is_system:
            return self
        if actor.id is None:
            return self.none()
        # Made for others counts only while the door is still theirs: a posting that ended shows nobody's plans.
        made = Q(booked_by_id=actor.id) & actor.reach.q("resident__household__building__path", Role.GRID_WORKER)
        own = Q(user_id=actor.id)
        return self.filter(own | made | actor.reach.q("room__centre__grid__path", *OVERSEERS))

    def between(self, first: datetime, last: datetime) -> "BookingQuerySet":
        """Starting in [first, last)."""
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def with_room(self) -> "BookingQuerySet":
        return self.select_related("room__centre__grid", "part")

    def with_people(self) -> "BookingQuerySet":
        return self.select_related("user", "resident", "booked_by")


class WaitlistQuerySet(models.QuerySet[Any]):
    def in_line(self) -> "WaitlistQuerySet":
        """Still waiting, or being offered it."""
        return self.filter(state__in=STANDS_IN_LINE)

    def waiting(self) -> "WaitlistQuerySet":
        return self.filter(state=WaitState.WAITING)

    def offered(self) -> "WaitlistQuerySet":
        return self.filter(state=WaitState.OFFERED)

    def of(self, user_id: Any) -> "WaitlistQuerySet":
        return self.filter(user_id=user_id)

    def within(self, actor: Actor) -> "WaitlistQuerySet":
        return self.filter(actor.reach.q("room__centre__grid__path", *OVERSEERS))

    def visible_to(self, actor: Actor) -> "WaitlistQuerySet":
        """One's own, those a grid worker took down for a door of theirs, and those for the rooms one looks after."""
        if actor.is_system:
            return self
        if actor.id is None:
            return self.none()
        made = Q(joined_by_id=actor.id) & actor.reach.q("resident__household__building__path", Role.GRID_WORKER)
        return self.filter(Q(user_id=actor.id) | made | actor.reach.q("room__centre__grid__path", *OVERSEERS))

    def with_all(self) -> "WaitlistQuerySet":
        return self.select_related("room__centre__grid", "user", "resident__household__building")
