"""Whose data a page is about: an account, and the people of the register it was confirmed to be.

The register is a storey above; it supplies what is known of its people (grids/registry/receivers.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol
from uuid import UUID

from portal.accounts.actors import Actor
from portal.accounts.models import User


@dataclass(frozen=True)
class Person:
    """Somebody of the register as this room needs them: who, where, which account."""

    resident_id: UUID
    name: str
    path: str
    door: str = ""
    account_id: UUID | None = None


class Register(Protocol):
    def of_account(self, account_id: UUID) -> list[Person]: ...

    def by_id(self, resident_id: UUID) -> Person | None: ...

    def within_reach(self, actor: Actor, resident_id: UUID) -> Person | None: ...

    def merged_into(self, resident_ids: Iterable[UUID]) -> list[UUID]: ...

    def home(self) -> str: ...


_register: Register | None = None


def supplied_by(register: Register) -> Register:
    """Register the one who knows the people (used by grids/registry)."""
    global _register
    _register = register
    return register


def register() -> Register:
    if _register is None:
        raise RuntimeError("nobody has said who the people of the register are")
    return _register


Places = Callable[[set[UUID]], dict[UUID, str]]
_places: Places | None = None


def places_supplied_by(places: Places) -> Places:
    """Register who knows where each account works, or last worked (used by grids/postings)."""
    global _places
    _places = places
    return places


def places_of(account_ids: set[UUID]) -> dict[UUID, str]:
    """The office that a resident may ask, by account."""
    return _places(account_ids) if _places is not None and account_ids else {}


@dataclass(frozen=True)
class Subject:
    """One human being as the tables know them: at most one account, and their rows of the register."""

    account_id: UUID | None
    people: tuple[Person, ...] = ()
    name: str = ""

    @property
    def resident_ids(self) -> list[UUID]:
        return [one.resident_id for one in self.people]

    @cached_property
    def merged_ids(self) -> list[UUID]:
        """Rows of the register that turned out to be them and were merged into theirs: one query, once asked."""
        return register().merged_into(self.resident_ids)

    @property
    def row_ids(self) -> list[UUID]:
        """Every row of the register that is them. No way to a door: a merged row may stand behind a stranger's."""
        return [*self.resident_ids, *self.merged_ids]

    @property
    def ids(self) -> list[UUID]:
        """As the trail names them, whichever of their rows was looked at."""
        return [*([self.account_id] if self.account_id else []), *self.row_ids]

    @property
    def path(self) -> str:
        """Whose place it is to decide: where they live, else the centre's own."""
        return self.people[0].path if self.people else register().home()


def of_account(user: User) -> Subject:
    return Subject(user.pk, tuple(register().of_account(user.pk)), str(user.get_full_name()))


def of_person(person: Person) -> Subject:
    """As the desk knows them. An account that stands for several people is left out: it is nobody's alone."""
    account = person.account_id
    if account is not None and len(register().of_account(account)) > 1:
        account = None
    return Subject(account, (person,), person.name)


def by_ids(*, account_id: UUID | None, resident_id: UUID | None) -> Subject:
    """From what an erasure wrote down, for when it is carried out: rows may be gone by then, ids are not."""
    person = register().by_id(resident_id) if resident_id else None
    if person is None and resident_id is not None:
        person = Person(resident_id, "", "", account_id=account_id)
    user = User.objects.filter(pk=account_id).first() if account_id else None
    people: tuple[Person, ...] = (person,) if person else ()
    return Subject(account_id, people, str(user.get_full_name()) if user else (person.name if person else ""))
