"""Who takes part: an account, a person of the register, both; or a child of theirs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from centres.activities import rules
from centres.activities.models import Activity
from grids.registry.queries import find_residents, resident_for, resident_of, residents_of
from portal import phones
from portal.accounts.actors import Actor
from portal.audit.services import keyed_hash
from portal.errors import Forbidden, NotFound, Refusal
from portal.ui.words import phone_masked

ADULT = 18
# Guardrail 8: below it a guardian consents.
BY_THEMSELF = 14
MOST = 8


@dataclass(frozen=True)
class Child:
    """As the guardian says it. `consent`: the box was ticked, or said aloud before the clerk."""

    name: str
    consent: bool = False


@dataclass(frozen=True)
class Person:
    """An account, a person of the register, or both; the guardian where a child takes part."""

    user: Any = None
    resident: Any = None

    @property
    def name(self) -> str:
        return self.resident.name if self.resident else self.user.get_full_name()

    def key(self, child: str) -> str:
        """Keyed hash of who comes: the register before the account, so that both are one person."""
        whose = f"r:{self.resident.pk}" if self.resident else f"u:{self.user.pk}"
        return keyed_hash(f"enrolment:{whose}:{child}")


def enrolled_for(actor: Actor, activity: Activity, on_behalf_of: UUID | None) -> Person:
    """Whose enrolment this will be: one's own, a person linked to one's account, or somebody within reach.

    Raises Forbidden for whoever may not enrol others here, NotFound for a person out of reach.
    """
    if actor.user is None:
        raise Forbidden()
    if on_behalf_of is None or on_behalf_of == actor.id:
        return Person(actor.user, resident_of(actor.user))
    own = next((one for one in residents_of(actor.user) if one.pk == on_behalf_of), None)
    if own is not None:
        return Person(actor.user, own)
    if not rules.may_enrol_others(actor, activity):
        raise Forbidden()
    resident = resident_for(actor.reach, on_behalf_of)
    if resident is not None:
        return Person(resident.user, resident)
    user = get_user_model()._default_manager.filter(pk=on_behalf_of, is_active=True).first()
    if user is None or not rules.runs(actor, activity):
        raise NotFound()
    known = resident_of(user)
    if known is not None and resident_for(actor.reach, known.pk) is None:
        raise NotFound()
    return Person(user, known)


def found_at_counter(actor: Actor, text: str) -> list[tuple[str, str]]:
    """(id, 林秀英 5-1-301 …): people of the register within reach, else the account of a whole telephone."""
    rows = find_residents(actor.reach, text)[:MOST] if text.strip() else []
    found = [(str(row.pk), f"{row.name} {row.household.code} {phone_masked(row.phone)}") for row in rows]
    if found:
        return found
    try:
        number = phones.e164(text)
    except phones.NotAPhone:
        return []
    user: Any = get_user_model()._default_manager.filter(phone=number, phone_verified=True, is_active=True).first()
    if user is None or residents_of(user):
        return []
    return [(str(user.pk), f"{user.get_full_name()} {phone_masked(number)}")]


def age_on(born: dt.date, day: dt.date) -> int:
    """Years completed on a day. Raises Refusal for a birthday that cannot be."""
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if not 0 <= age <= 120:
        raise Refusal(_("出生日期填得不对，请看一眼年份。"), code="BORN")
    return age
