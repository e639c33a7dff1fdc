"""Whose a loan is: an account, a person of the register, or both. What they have in hand is counted over either."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from grids.registry.queries import resident_for, residents_of
from portal.accounts.actors import Actor
from portal.errors import NotFound


@dataclass(frozen=True)
class Person:
    """`account_is_theirs`: what the account took before it was linked counts to this person of the register."""

    user: Any = None
    resident: Any = None
    account_is_theirs: bool = True

    @property
    def owns(self) -> Q:
        """Which loans and places in a line are theirs. Several may share one account: each is counted by name."""
        if self.resident is None:
            return Q(user=self.user, resident=None)
        mine = Q(resident=self.resident)
        return mine | Q(user=self.user, resident=None) if self.user and self.account_is_theirs else mine

    @property
    def id(self) -> UUID:
        """How a form names them: the person of the register, else the account."""
        found: UUID = (self.resident or self.user).pk
        return found

    @property
    def name(self) -> str:
        return self.resident.name if self.resident else self.user.get_full_name()

    @property
    def phone(self) -> str:
        return (self.user.phone if self.user else "") or (self.resident.phone if self.resident else "") or ""


def of_account(user: Any) -> Person:
    """The person behind an account: the one it was first confirmed to be, or the account alone."""
    return Person(user, next(iter(residents_of(user)), None))


def of_resident(resident: Any) -> Person:
    first = next(iter(residents_of(resident.user)), None) if resident.user_id else None
    return Person(resident.user, resident, account_is_theirs=first is not None and first.pk == resident.pk)


def of_row(row: Any) -> Person:
    """Whose a loan or a place in a line is."""
    return of_resident(row.resident) if row.resident is not None else Person(row.user)


def at_the_counter(actor: Actor, person_id: UUID) -> Person:
    """Whoever stands there: a person of the register within reach, else an account the register does not know.

    Raises NotFound for somebody out of reach.
    """
    resident = resident_for(actor.reach, person_id)
    if resident is not None:
        return of_resident(resident)
    user = get_user_model()._default_manager.filter(pk=person_id, is_active=True).first()
    if user is None:
        raise NotFound()
    known = residents_of(user)
    if known and resident_for(actor.reach, known[0].pk) is None:
        raise NotFound()
    return of_account(user)
