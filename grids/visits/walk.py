"""Today's walk: which doors, in which order. Nothing is stored; it follows from the round and from what was knocked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry.queries import doors, households, with_families
from grids.visits.enums import DEFAULT_PURPOSES, Outcome
from grids.visits.models import Promise, Visit, VisitRound
from grids.visits.models_door import DoorSign
from grids.visits.models_errands import Errand
from grids.visits.queries import day_start, round_at
from grids.visits.rounds import narrowed
from portal.accounts.enums import Role
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from grids.registry.models import Household, Resident

# Without a running round nobody is sent anywhere; what was promised still is.
RETRIES = 3


@dataclass
class Stop:
    """One door of today's walk: who lives there, and why it is on the list."""

    door: "Household"
    promises: list[Promise] = field(default_factory=list)
    before: str = ""
    errands: list[Errand] = field(default_factory=list)
    # What the household says about visits, if it has said anything.
    sign: DoorSign | None = None
    # Something promised here is past its day.
    is_late: bool = False

    @property
    def people(self) -> "list[Resident]":
        """Who lives there, already at hand."""
        return list(getattr(self.door, "family", []))

    @property
    def surname(self) -> str:
        return str(self.people[0].surname) if self.people else ""

    @property
    def why(self) -> Any:
        if self.promises:
            return _("答应过：%(what)s") % {"what": self.promises[0].text}
        if self.errands:
            return _("%(who)s托的：%(what)s") % {"who": self.errands[0].asker.name, "what": self.errands[0].text}
        if self.before == Outcome.NOT_HOME:
            return _("上次没人在，再去一次")
        if self.before == Outcome.DECLINED:
            return _("上次说改天来")
        return _("本轮头一次")

    @property
    def is_due(self) -> bool:
        return bool(self.promises)

    @property
    def likes(self) -> list[Any]:
        """When they like to be called on, in words."""
        return self.sign.like_labels if self.sign else []


@dataclass
class Walk:
    """What a worker has before them today. `stops`: still to go, as one walks; `knocked`: done today, newest first.

    quiet: what the doors say that asked not to be called on now; they are on no walk.
    """

    day: date
    round: VisitRound | None
    stops: list[Stop]
    knocked: list[Visit]
    quiet: list[DoorSign] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.stops) + len({visit.household_id for visit in self.knocked})

    @property
    def purposes(self) -> list[str]:
        return list(self.round.purposes) if self.round else list(DEFAULT_PURPOSES)

    def after(self, door: "Household") -> Stop | None:
        """The door after this one: the next on the walk, else the first that is left."""
        left = [stop for stop in self.stops if stop.door.pk != door.pk]
        further = [stop for stop in left if _place(stop.door) > _place(door)]
        return next(iter(further or left), None)


def walk_of(reach: Reach, user_id: UUID | None, now: datetime) -> Walk:
    """Today's walk of the grids somebody holds as a worker. As many queries for one door as for a thousand."""
    today = timezone.localtime(now).date()
    paths = reach.paths(Role.GRID_WORKER)
    current = next(filter(None, (round_at(path, today) for path in paths)), None)
    knocked = list(
        Visit.objects.kept()
        .filter(worker_id=user_id)
        .between(day_start(today), day_start(today + timedelta(days=1)))
        .select_related("household")
        .order_by("-visited_at", "-pk")
    )
    promised: dict[UUID, list[Promise]] = {}
    for promise in Promise.objects.due(today).visible_to(reach, Role.GRID_WORKER).order_by("due_on", "pk"):
        promised.setdefault(promise.household_id, []).append(promise)
    errands: dict[UUID, list[Errand]] = {}
    asked = Errand.objects.open(today).visible_to(reach, Role.GRID_WORKER).select_related("asker")
    for errand in asked.order_by("until", "pk"):
        errands.setdefault(errand.household_id, []).append(errand)
    rows = DoorSign.objects.visible_to(reach, Role.GRID_WORKER).select_related("household__building")
    signs = {sign.household_id: sign for sign in rows.order_by("household__building__path", "household__door_order")}
    quiet = [sign for sign in signs.values() if sign.is_quiet(today)]
    before = _outcomes(current, reach) if current else {}
    done = {visit.household_id for visit in knocked}
    shut = done | {sign.household_id for sign in quiet}
    chosen = _choose(reach, current, (promised.keys() | errands.keys()) - shut, done, shut, before)
    found = with_families(households(reach).filter(pk__in=chosen)) if chosen else []
    late = {household for household, several in promised.items() if several[0].due_on < today}
    stops = [
        Stop(
            door, promised.get(door.pk, []), before.get(door.pk, ""), errands.get(door.pk, []), signs.get(door.pk),
            door.pk in late,
        )
        for door in found
    ]  # fmt: skip
    return Walk(today, current, stops, knocked, quiet)


def _outcomes(current: VisitRound, reach: Reach) -> dict[UUID, str]:
    """Door → what came of this round's last knock there, whoever knocked; in the order of those last knocks."""
    rows = Visit.objects.kept().filter(round=current).visible_to(reach, Role.GRID_WORKER)
    found: dict[UUID, str] = {}
    for door, outcome in rows.order_by("visited_at", "pk").values_list("household_id", "outcome"):
        found.pop(door, None)  # a dict keeps the place of the first knock
        found[door] = outcome
    return found


def _choose(
    reach: Reach,
    current: VisitRound | None,
    wanted: Iterable[UUID],
    done: set[UUID],
    shut: set[UUID],
    before: dict[UUID, str],
) -> set[UUID]:
    """What was promised or asked for always; then some of those not met before; then doors nobody has tried, as they
    come. `shut` (knocked today, or quiet): never."""
    chosen = set(wanted)
    if current is None:
        return chosen
    room = current.per_day - len(done) - len(chosen)
    again = [door for door, outcome in before.items() if outcome != Outcome.MET and door not in shut | chosen]
    # `before` is in the order of the last knocks: who has waited longest comes first.
    taken = again[: max(0, min(room, RETRIES))]
    fresh = _round_doors(reach, current).exclude(pk__in=[*before, *chosen, *shut])
    taken += fresh[: max(0, room - len(taken))]
    return chosen | set(taken)


def _round_doors(reach: Reach, current: VisitRound) -> Any:
    """Doors of the round that lie in the worker's own grids, in walking order."""
    rows = narrowed(doors(reach, Role.GRID_WORKER), current)
    return rows.values_list("pk", flat=True)


def _place(door: "Household") -> tuple[str, int]:
    return (door.building.path, door.door_order)
