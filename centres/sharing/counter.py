"""At the counter: who stands there, or which copy lies there. One field takes a name, a telephone tail, a code."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from centres.sharing import persons, queries, services
from centres.sharing.models import LoanCopy
from centres.sharing.models_loan import Loan
from grids.registry.queries import find_residents, residents_of
from portal import phones
from portal.accounts.actors import Actor
from portal.errors import NotFound, Refusal

MOST = 8


@dataclass
class Found:
    """One of three: a copy; one person; several people to choose from. `loans`: who has it, what they have."""

    copy: LoanCopy | None = None
    person: persons.Person | None = None
    loans: list[Loan] = field(default_factory=list)
    people: list[persons.Person] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return self.copy is None and self.person is None and not self.people


def look(actor: Actor, text: str, person_id: UUID | None = None) -> Found:
    """What was typed, or who was pointed at."""
    if person_id is not None:
        try:
            return _one(actor, persons.at_the_counter(actor, person_id))
        except NotFound:
            return Found()
    copy = _copy(actor, text)
    if copy is not None:
        loan = queries.loan_by_copy(copy)
        return Found(copy=copy, loans=[loan] if loan else [])
    people = people_like(actor, text)
    return _one(actor, people[0]) if len(people) == 1 else Found(people=people)


def _one(actor: Actor, person: persons.Person) -> Found:
    return Found(person=person, loans=queries.of_people(actor, person.owns))


def _copy(actor: Actor, text: str) -> LoanCopy | None:
    try:
        copy = services.copy_by_code(text)
    except Refusal:
        return None
    return copy if services.runs_centre(actor, copy.item.centre) else None


def on_the_shelf(actor: Actor, copy_id: UUID | None) -> LoanCopy | None:
    """A copy that was pointed at before the person was looked for; None where it is not to be had here any more."""
    copy = queries.free_copy_by_id(copy_id) if copy_id else None
    return copy if copy is not None and services.runs_centre(actor, copy.item.centre) else None


def people_like(actor: Actor, text: str) -> list[persons.Person]:
    """People of the register within reach, else the account of a whole telephone that the register does not know."""
    if not text.strip():
        return []
    rows = find_residents(actor.reach, text).select_related("household__building", "user")[:MOST]
    return [persons.Person(row.user, row) for row in rows] or _account(text)


def _account(text: str) -> list[persons.Person]:
    try:
        number = phones.e164(text)
    except phones.NotAPhone:
        return []
    user: Any = get_user_model()._default_manager.filter(phone=number, phone_verified=True, is_active=True).first()
    return [persons.Person(user)] if user is not None and not residents_of(user) else []
