"""The telephone rings (社区110): who is calling, what they have open, and a slip resumed by its spoken number."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from grids.registry import queries as registry
from petitions.cases import queries, refs
from petitions.cases.enums import OPEN
from petitions.cases.models import Case
from portal import phones
from portal.accounts.actors import Actor
from portal.accounts.reach import Reach
from portal.throttle import services as throttle

FEW = 4
# What a caller still waits for: an open case, or one that is worked on within another.
GOES_ON = Q(state__in=OPEN) | Q(merged_into__state__in=OPEN)


@dataclass(frozen=True)
class Caller:
    """Somebody known by their number. `resident`: their row in the register, where there is exactly one."""

    phone: str
    name: str = ""
    door: str = ""
    resident: UUID | None = None
    # Several people of the register share the telephone: the clerk asks which of them it is.
    shared: bool = False
    cases: list[Case] = field(default_factory=list)

    @property
    def masked(self) -> str:
        return phones.masked(self.phone)


def caller(reach: Reach, text: str) -> Caller | None:
    """Who rings from this number, within reach; None where it is no whole number. A number nobody knows has no name.

    The register first; else the name and place given with the last case from this telephone, so that nothing is asked
    twice. Three queries.
    """
    try:
        phone = phones.e164(text) if len(text) >= 7 else ""
    except phones.NotAPhone:
        return None
    if not phone:
        return None
    mine = Case.objects.visible_to(reach).filter(contact_phone=phone).select_related("grid", "holder_grid")
    found = list(mine.filter(GOES_ON).order_by("-id")[:FEW])
    people = list(registry.find_residents(reach, phone)[:2])
    if len(people) == 1:
        home = people[0].household
        door = f"{home.building.label} {home.door_label}"
        return Caller(phone, people[0].name, door, people[0].pk, cases=found)
    if people:
        return Caller(phone, shared=True, cases=found)
    last = found[0] if found else mine.order_by("-id").first()
    if last is None:
        return Caller(phone)
    # Not the place of a restricted case: what was wrong there is not where the caller lives.
    return Caller(phone, last.reporter_name, "" if last.restricted else last.address, cases=found)


def of_resident(reach: Reach, resident_id: UUID) -> Caller | None:
    """Somebody chosen from the register, with what they have open; None where they are out of reach."""
    resident = registry.resident_for(reach, resident_id)
    if resident is None:
        return None
    home, found = resident.household, []
    if resident.phone:
        mine = Case.objects.visible_to(reach).filter(GOES_ON, contact_phone=resident.phone)
        found = list(mine.select_related("grid", "holder_grid").order_by("-id")[:FEW])
    return Caller("", resident.name, f"{home.building.label} {home.door_label}", resident.pk, cases=found)


def number_and_tail(text: str) -> tuple[str, str] | None:
    """ "WC 1124 0067 3 2046" → the number and the last four digits of a telephone; None where it is not both."""
    plain = "".join(char for char in text if not char.isspace())
    number, tail = plain[:-4], plain[-4:]
    if refs.parse(text) or not tail.isdigit():
        return None
    stored = refs.parse(number)
    return (stored, tail) if stored else None


def resumed(actor: Actor, text: str) -> tuple[bool, Case | None]:
    """(asked, case): whether a number and a tail were said, and the case they open together, wherever it lies.

    Counted like a try on the page of the slip, by number: a clerk's desk is no way around the throttle. Raises TooMany.
    """
    said = number_and_tail(text)
    if said is None:
        return False, None
    throttle.hit("track-number", refs.plain(said[0]), limit=6, window=timedelta(minutes=15))
    case = queries.by_number_and_tail(*said)
    if case is None:
        return True, None
    return True, Case.objects.select_related("grid", "holder_grid", "merged_into").get(pk=case.pk)
