"""Reading the register: who lives behind which door, always narrowed to the reader's reach."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Left, Length
from django.utils import timezone

from grids.registry import roster_ref
from grids.registry.anchors import anchor_of as anchor_of
from grids.registry.enums import Leaving, Relation
from grids.registry.found_by import PIECES
from grids.registry.models import Household, Resident
from grids.registry.organisations import Organisation
from grids.registry.persons import is_erased
from grids.registry.querysets import ResidentQuerySet
from grids.registry.roster import DOTS, EMPTY
from grids.tree.enums import Level
from grids.tree.queries import COMMUNITY_DEPTH, STEP, by_code, by_paths, grids_under, third_level
from portal import phones
from portal.accounts.models import User
from portal.accounts.reach import Reach
from portal.privacy.erasing import UNNAMED
from portal.ui.forms import Known

LIMIT = 30


# ---------------------------------------------------------------- of an account
def residents_of(user: User | None) -> list[Resident]:
    """Everybody in the register whom this account was confirmed to be, the first link first."""
    if user is None or not user.is_authenticated:
        return []
    return list(Resident.objects.filter(user=user).select_related("household__building").order_by("linked_at", "pk"))


def resident_of(user: User | None) -> Resident | None:
    """The person of the register this account was confirmed to be; None while nobody has confirmed it."""
    return next(iter(residents_of(user)), None)


@dataclass(frozen=True)
class OfAccount:
    """What the account or its row of the register already says; empty where neither does."""

    name: str = ""
    phone: str = ""
    door: str = ""
    place: str = ""  # path of the community the door lies in

    def reuse(self, *, name: str = "name", phone: str = "phone") -> dict[str, Known]:
        """For a form that asks for both under these names."""
        return {name: Known(self.name), phone: Known(self.phone, phones.masked(self.phone))}


def known_of(user: User | None) -> OfAccount:
    """Name, telephone and door of whoever is signed in: the account's own word first, then the register's."""
    if user is None or not user.is_authenticated:
        return OfAccount()
    resident = resident_of(user)
    name, phone = user.name, user.phone or ""
    if resident is None:
        return OfAccount(name, phone)
    home = resident.household
    lives_there = resident.left_on is None and home.is_active
    door = f"{home.building.label} {home.door_label}" if lives_there else ""
    place = home.building.community_path if lives_there else ""
    return OfAccount(name or resident.name, phone or resident.phone or "", door, place)


def accounts_matching(residents: Iterable[Resident]) -> dict[str, User]:
    """Verified accounts by telephone, for those of these people who have none yet: whom a worker may confirm."""
    numbers = {resident.phone for resident in residents if resident.phone and resident.user_id is None}
    if not numbers:
        return {}
    found = User.objects.filter(phone__in=numbers, phone_verified=True, is_active=True)
    return {str(user.phone): user for user in found}


# ---------------------------------------------------------------- within reach
def household_for(reach: Reach, household_id: UUID) -> Household | None:
    """A household within reach, or None: out of reach is not there."""
    return Household.objects.visible_to(reach).select_related("building").filter(pk=household_id).first()


def resident_for(reach: Reach, resident_id: UUID) -> Resident | None:
    """A person within reach, or None: out of reach is not there."""
    return Resident.objects.visible_to(reach).select_related("household__building").filter(pk=resident_id).first()


def people_of(household: Household) -> list[Resident]:
    return list(household.residents.order_by("pk"))


def gone_from(household: Household) -> list[Resident]:
    """Those who lived here and no longer do, of the last year; erased ones have no name left to show."""
    since = timezone.localdate() - timedelta(days=365)
    gone = (Leaving.MOVED, Leaving.DIED)
    rows = Resident.everyone.filter(household=household, left_on__gte=since, leaving__in=gone)
    return list(rows.exclude(sort_key=UNNAMED).order_by("-left_on", "pk"))


def lived_there(*, household: Any, at: Any) -> QuerySet[Resident]:
    """Those behind a door who were in the register there at a moment, whether they still live there or not."""
    return Resident.everyone.filter(household=household, created_at__lte=at)


def doors(reach: Reach, *roles: str, path: str = "") -> QuerySet[Household]:
    """Doors within reach (in these roles, where named) and below a path, in walking order."""
    found = Household.objects.filter(reach.q("building__path", *roles), is_active=True)
    return (found.under(path) if path else found).walking()


def households(reach: Reach, *, building: UUID | None = None, path: str = "") -> QuerySet[Household]:
    """Doors within reach in walking order, with `people`: how many live there. One building, or below a path."""
    found = doors(reach, path=path).select_related("building")
    if building:
        found = found.filter(building_id=building)
    return found.annotate(people=Count("residents", filter=Q(residents__left_on__isnull=True)))


def with_families(found: QuerySet[Household]) -> QuerySet[Household]:
    """The same doors with their people at hand (`family`): one query more, however many doors."""
    return found.prefetch_related(Prefetch("residents", Resident.objects.order_by("pk"), to_attr="family"))


# ---------------------------------------------------------------- one field for everything
@dataclass
class Found:
    """What one search field found. `too_short`: nothing was looked for, because it would have found half the town.

    more: there are others that are not listed; whoever is not among these may still be registered.
    """

    residents: list[Resident] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    too_short: bool = False
    more: bool = False


def _plain(text: str) -> str:
    """Full-width to half-width, one space at most, no control characters: PostgreSQL refuses a NUL with an error."""
    printable = "".join(char for char in unicodedata.normalize("NFKC", text) if char.isprintable() or char.isspace())
    return " ".join(printable.split())


_STEPS = re.compile(r"号楼|号院|单元|[幢栋座梯]")


def _door(plain: str) -> str:
    """5号楼1单元301室, 5栋1-301 → 5-1-301; other words as they are."""
    if not re.match(r"\d", plain):
        return plain
    joined = re.sub(r"-{2,}", "-", _STEPS.sub("-", plain.replace(" ", "")))
    return re.sub(r"(?<=\d)[室号户]$", "", joined)


def looks_for(text: str, places: list[str]) -> Q | None:
    """What a word at the counter means: a name, pinyin, its initials, a telephone or its tail. None: too little said.

    places: the communities to look in. They are part of every condition, because they lead every index.
    """
    plain = _plain(text)
    here = Q(place__in=places)
    digits = re.sub(r"[\s\-]", "", plain)
    if digits.removeprefix("+").isdigit():
        if len(digits) == 4:
            return here & Q(phone_tail=digits)
        if len(digits) < 4:
            return None
        try:
            return Q(phone=phones.e164(digits))
        except phones.NotAPhone:
            return Q(pk__in=[])
    if plain.isascii():
        letters = plain.lower().replace(" ", "")
        if len(letters) < 2:
            return None
        return here & (Q(initials__startswith=letters) | Q(spelled__startswith=letters))
    name = DOTS.sub("·", plain)
    piece = Q(keys__overlap=[place + name[:PIECES] for place in places])
    return piece & Q(name__contains=name) if len(name) > PIECES else piece


def _in_reach(reach: Reach, text: str) -> ResidentQuerySet | None:
    """Those whom the text may mean, in no order; None: too little said."""
    wanted = looks_for(text, third_level(reach.paths()))
    if wanted is None:
        return None
    rows: ResidentQuerySet = Resident.objects.visible_to(reach).filter(wanted).select_related("household__building")
    return rows


def find_residents(reach: Reach, text: str) -> QuerySet[Resident]:
    """People within reach by name, pinyin, initials, telephone or its last four digits; in pinyin order."""
    if not _plain(text):
        return Resident.objects.visible_to(reach).select_related("household__building").by_name()
    rows = _in_reach(reach, text)
    return Resident.objects.none() if rows is None else rows.found_by_name()


def find(reach: Reach, text: str, *, limit: int = LIMIT) -> Found:
    """People and doors (5-1-301) within reach that the text may mean, at most `limit` of each."""
    text = _plain(text)
    if not text:
        return Found()
    door = _door(text)
    # A number alone is a building, not the first digits of a telephone.
    is_door = re.match(r"^\S*\d\S*-", door + "-") and not (door.isdigit() and len(door) > 3)
    found = list(doors_called(reach, door)[: limit + 1]) if is_door else []
    rows = _in_reach(reach, text)
    if rows is None:
        return Found(households=found[:limit], too_short=not found, more=len(found) > limit)
    people = list(rows.found_by_name()[: limit + 1])
    return Found(people[:limit], found[:limit], more=max(len(people), len(found)) > limit)


def doors_called(reach: Reach, code: str) -> QuerySet[Household]:
    return households(reach).filter(place__in=third_level(reach.paths()), code__startswith=code)


# ---------------------------------------------------------------- in public
def people_per_building(path: str) -> dict[UUID, int]:
    """How many people are registered in each building below a path. Not for the public as it is: see privacy.cells."""
    rows = Resident.objects.under(path).values_list("household__building_id").annotate(people=Count("pk"))
    return dict(rows.order_by("household__building_id"))


def households_per_building(path: str) -> dict[UUID, int]:
    """How many doors in use each building below a path has."""
    rows = Household.objects.under(path).filter(is_active=True).values_list("building_id")
    return dict(rows.annotate(doors=Count("pk")).order_by("building_id"))


def sizes_of_grids(paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Doors in use and people of every node that buildings hang on, by its path, in the communities of these paths."""
    within = Q(pk__in=[])
    for place in {path[: COMMUNITY_DEPTH * STEP] for path in paths}:
        within |= Q(place__startswith=place)
    in_use = Household.objects.filter(within, is_active=True)
    per_node = in_use.annotate(above=Left("building__path", Length("building__path") - STEP)).values("above")
    living = Count("residents", filter=Q(residents__left_on__isnull=True))
    found = per_node.annotate(doors=Count("pk", distinct=True), people=living).order_by()
    return {above: (doors, people) for above, doors, people in found.values_list("above", "doors", "people")}


def sizes_of_buildings(paths: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Doors in use and people of every building at or below these paths, by its path. One query."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(building__path__startswith=path)
    living = Count("residents", filter=Q(residents__left_on__isnull=True))
    per_building = Household.objects.filter(within, is_active=True).values("building__path")
    found = per_building.annotate(doors=Count("pk", distinct=True), people=living).order_by()
    return {path: (doors, people) for path, doors, people in found.values_list("building__path", "doors", "people")}


def doors_of(building_id: UUID) -> list[tuple[UUID, str]]:
    """Doors in use of one building in walking order: id and what the door is called. Nobody behind them."""
    return list(Household.objects.filter(building_id=building_id, is_active=True).walking().values_list("pk", "code"))


def organisations_under(path: str) -> list[Organisation]:
    """Shops and bodies below a path that are in use: what stands over their door, for everybody to read."""
    found = Organisation.objects.filter(grid__path__startswith=path, is_active=True)
    return list(found.select_related("grid").order_by("grid__path", "sort_key"))


# ---------------------------------------------------------------- for rooms that have checked reach themselves
def household_by_id(household_id: UUID) -> Household | None:
    return Household.objects.select_related("building").filter(pk=household_id, is_active=True).first()


def door_of(household_id: UUID) -> Household | None:
    """That door, even where nobody lives behind it any more."""
    return Household.objects.select_related("building").filter(pk=household_id).first()


def doors_under(path: str) -> QuerySet[Household]:
    """Doors in use below a path, in walking order; whoever asks has checked reach."""
    return Household.objects.filter(is_active=True).under(path).walking()


def household_at(community_code: str, code: str) -> Household | None:
    """The door that is written 5-1-301 in this community, as on a letter; None where there is none in use."""
    rows = Household.objects.select_related("building").filter(code=_plain(code), is_active=True)
    here = by_code(_plain(community_code))
    return rows.under(here.path).first() if here and here.level == Level.COMMUNITY else None


def resident_in(household: Household, resident_id: UUID | None) -> Resident | None:
    """That person of this household; without an id its first person. None where nobody is registered."""
    people = household.residents.order_by("pk")
    return (people.filter(pk=resident_id) if resident_id else people).first()


# ---------------------------------------------------------------- as a file
def roster_rows(path: str) -> Iterator[tuple[UUID | None, list[str]]]:
    """The roster of a community line by line as an import reads it (roster.COLUMNS): whose line, and its cells."""
    grids = {one.path: one.name for one in grids_under(path)}
    here = by_paths([path])[path].pk
    doors = Household.objects.under(path).filter(is_active=True).select_related("building").walking()
    labels = {code: str(label) for code, label in Relation.choices}
    for door in with_families(doors).iterator(chunk_size=500):
        above = door.building.path[: -door.building.steplen]
        head = [grids.get(above, ""), door.building.name, door.unit, door.door]
        family = [one for one in door.family if not is_erased(one)]  # type: ignore[attr-defined]
        for one in family:
            phone = (one.phone or "").removeprefix("+86")
            yield one.pk, [*head, one.name, phone, labels.get(one.relation, ""), roster_ref.written(one.pk, here)]
        if not family:
            yield None, [*head, EMPTY, "", "", ""]
