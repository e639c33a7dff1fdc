"""Whose a booking is. An account, a person of the register, or both; the quota is counted over either."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from centres.rooms import rules
from centres.rooms.models import Room
from grids.registry.queries import resident_for, residents_of
from portal.accounts.actors import Actor
from portal.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from centres.rooms.models_booking import Booking


@dataclass(frozen=True)
class Person:
    """`account_is_theirs`: what the account booked before it was linked counts to this person of the register."""

    user: Any = None
    resident: Any = None
    account_is_theirs: bool = True

    @property
    def home_path(self) -> str | None:
        return self.resident.household.building.path if self.resident else None

    @property
    def keys(self) -> tuple[UUID | None, UUID | None]:
        """The account (None: what it booked is not theirs) and the person of the register that things are theirs by.

        Several people may share one account: then each is counted by their own name.
        """
        theirs = self.user if self.resident is None or self.account_is_theirs else None
        return (theirs and theirs.pk, self.resident and self.resident.pk)

    @property
    def owns(self) -> Q:
        """Which bookings and suspensions are theirs."""
        user, resident = self.keys
        by_account = Q(user=user, resident=None) if user else Q(pk__in=())
        return by_account if resident is None else Q(resident=resident) | by_account

    @property
    def name(self) -> str:
        return self.resident.name if self.resident else self.user.get_full_name()

    @property
    def phone(self) -> str:
        """Where a message reaches them; empty where nobody knows."""
        return (self.user.phone if self.user else "") or (self.resident.phone if self.resident else "") or ""


def of_account(user: Any) -> Person:
    """The person behind an account: the one it was first confirmed to be, or the account alone."""
    return Person(user, next(iter(residents_of(user)), None))


def of_resident(resident: Any) -> Person:
    first = next(iter(residents_of(resident.user)), None) if resident.user_id else None
    return Person(resident.user, resident, account_is_theirs=first is not None and first.pk == resident.pk)


def of_booking(booking: "Booking") -> Person | None:
    """Whose it is and whose quota it counts in; None for the centre's own."""
    if booking.is_centres_own:
        return None
    return of_resident(booking.resident) if booking.resident is not None else Person(booking.user)


def booked_for(actor: Actor, room: Room, on_behalf_of: UUID | None) -> Person | None:
    """Whose booking this will be; None for the centre's own.

    on_behalf_of: a person of the register within the actor's reach, or an account that nobody of the register has.
    Raises Forbidden for whoever may not book for others here, NotFound for a person out of reach.
    """
    if actor.user is None:
        raise Forbidden()
    if on_behalf_of is None:
        return None if rules.runs(actor, room) else of_account(actor.user)
    if on_behalf_of == actor.id:
        return of_account(actor.user)
    own = next((one for one in residents_of(actor.user) if one.pk == on_behalf_of), None)
    if own is not None:
        return of_resident(own)
    if not rules.may_book_for_others(actor, room):
        raise Forbidden()
    resident = resident_for(actor.reach, on_behalf_of)
    if resident is not None:
        return of_resident(resident)
    user = get_user_model()._default_manager.filter(pk=on_behalf_of, is_active=True).first()
    if user is None:
        raise NotFound()
    known = residents_of(user)
    if known and resident_for(actor.reach, known[0].pk) is None:
        raise NotFound()
    return of_account(user)
