"""Reading visits and promises, always narrowed to the reader's reach."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from grids.tree.queries import prefixes
from grids.visits import rules
from grids.visits.enums import Outcome
from grids.visits.models import Promise, Visit, VisitRound
from grids.visits.models_door import DoorSign, Objection
from grids.visits.models_errands import Errand, PolicyMaterial, WorkNote
from portal.accounts.enums import COMMUNITY, Role
from portal.accounts.models import User
from portal.accounts.reach import Reach

if TYPE_CHECKING:
    from grids.registry.models import Resident


def day_start(day: date) -> datetime:
    """The first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def week_of(now: datetime) -> date:
    """The Monday of the week."""
    today = timezone.localtime(now).date()
    return today - timedelta(days=today.weekday())


# ---------------------------------------------------------------- rounds
def round_at(path: str, day: date) -> VisitRound | None:
    """The round that runs at this place on this day; of several the nearest."""
    rounds = VisitRound.objects.running(day).select_related("grid").filter(grid__path__in=prefixes(path))
    return rounds.order_by("-grid__depth", "ends_on").first()


def rounds_within(reach: Reach) -> list[VisitRound]:
    """Rounds at or below what the reader holds, and those that come down to them from above; newest first."""
    above = [prefix for path in reach.paths() for prefix in prefixes(path)]
    rounds = VisitRound.objects.filter(reach.q("grid__path")) | VisitRound.objects.filter(grid__path__in=above)
    return list(rounds.select_related("grid").order_by("-starts_on", "pk")[:50])


def round_by_id(round_id: UUID) -> VisitRound | None:
    return VisitRound.objects.select_related("grid", "opened_by", "follows__grid").filter(pk=round_id).first()


def round_for(reach: Reach, round_id: UUID) -> VisitRound | None:
    """A round at, below or above what the reader holds, or None."""
    found = round_by_id(round_id)
    if found is None:
        return None
    mine = any(found.grid.path.startswith(path) or path.startswith(found.grid.path) for path in reach.paths())
    return found if mine else None


def doors_met(rounds: list[VisitRound]) -> dict[UUID, int]:
    """For each round how many doors were opened."""
    rows = Visit.objects.kept().filter(round__in=rounds, outcome=Outcome.MET).values_list("round_id")
    return dict(rows.annotate(doors=Count("household", distinct=True)).order_by("round_id"))


# ---------------------------------------------------------------- visits
def visits_within(reach: Reach, *, since: date | None = None, household: UUID | None = None) -> QuerySet[Visit]:
    """Kept visits the reader may see, newest first; from a day on, or at one door."""
    found = Visit.objects.kept().visible_to(reach)
    if since:
        found = found.filter(visited_at__gte=day_start(since))
    if household:
        found = found.filter(household_id=household)
    return found.select_related("household", "worker").order_by("-visited_at", "-pk")


def visit_for(reach: Reach, visit_id: UUID) -> Visit | None:
    """A visit within reach, or None. Those held back are there for who judges them, and for nobody else."""
    rows = Visit.objects.select_related("household__building", "worker", "round").filter(pk=visit_id)
    found = rows.visible_to(reach).kept() | rows.visible_to(reach, *rules.JUDGES)
    return found.first()


def held_back(reach: Reach) -> list[Visit]:
    """Visits that wait for this reader's word, the oldest first."""
    rows = Visit.objects.quarantined().visible_to(reach, *rules.JUDGES)
    return list(rows.select_related("household", "worker").order_by("created_at"))


def homes_of(residents: Iterable["Resident"]) -> dict[UUID, datetime]:
    """The doors of an account, each with the moment since when it lives there as far as is known."""
    since: dict[UUID, datetime] = {}
    for one in residents:
        since[one.household_id] = min(one.created_at, since.get(one.household_id, one.created_at))
    return since


def _since_there(homes: dict[UUID, datetime], moment: str) -> Q:
    """Whoever moves in later must not read about those before."""
    found = Q(pk__in=[])
    for household, since in homes.items():
        found |= Q(household=household, **{f"{moment}__gte": since})
    return found


def visits_at_homes(homes: dict[UUID, datetime], most: int) -> list[Visit]:
    """The last visits to these doors (`homes_of`), for those who live behind them."""
    rows = Visit.objects.kept().filter(_since_there(homes, "visited_at")).select_related("worker", "household")
    objections = Prefetch("objections", Objection.objects.order_by("created_at"))
    return list(rows.prefetch_related("promises", objections).order_by("-visited_at", "-pk")[:most])


def objections_within(reach: Reach, user_id: UUID | None) -> QuerySet[Objection]:
    """Objections that wait for this reader's word: within reach, and not to what they wrote themselves."""
    found = Objection.objects.waiting().visible_to(reach, Role.SECRETARY, Role.STREET_SUPERVISOR)
    return found.exclude(visit__worker=user_id).select_related("visit__household").order_by("created_at")


# ---------------------------------------------------------------- errands, leaflets, notes
def errands_open_at(household: UUID, day: date) -> list[Errand]:
    rows = Errand.objects.open(day).filter(household=household).select_related("asker")
    return list(rows.order_by("until", "pk"))


def errands_asked(nodes: tuple[UUID, ...]) -> QuerySet[Errand]:
    """What these nodes' people asked for, newest first."""
    rows = Errand.objects.filter(asker__in=nodes).select_related("household", "asker", "done_by")
    return rows.order_by("-created_at", "-pk")


def errands_within(reach: Reach, day: date) -> QuerySet[Errand]:
    """What is still to be done at the doors of one's reach, the most urgent first."""
    rows = Errand.objects.open(day).visible_to(reach, *rules.KNOCKERS).select_related("household", "asker")
    return rows.order_by("until", "pk")


def errand_for(reach: Reach, nodes: tuple[UUID, ...], errand_id: UUID) -> Errand | None:
    """An errand one asked for, or at a door within reach."""
    rows = Errand.objects.select_related("household__building", "asker", "asked_by", "done_by", "visit")
    return rows.filter(Q(asker__in=nodes) | reach.q("household__building__path"), pk=errand_id).first()


def materials_within(reach: Reach) -> QuerySet[PolicyMaterial]:
    """Leaflets of the places one works for, and those that come down to them; with how often each was left."""
    above = [prefix for path in reach.paths() for prefix in prefixes(path)]
    rows = PolicyMaterial.objects.filter(reach.q("grid__path") | Q(grid__path__in=above)).select_related("grid")
    return rows.annotate(left=Count("handed_out")).order_by("-is_active", "review_on", "pk")


def stale_materials(reach: Reach, day: date) -> QuerySet[PolicyMaterial]:
    rows = PolicyMaterial.objects.active().filter(reach.q("grid__path", *COMMUNITY), review_on__lte=day)
    return rows.order_by("review_on", "pk")


def notes_of(user_id: UUID) -> QuerySet[WorkNote]:
    return WorkNote.objects.filter(worker=user_id).select_related("grid").order_by("-day", "-pk")


def notes_within(reach: Reach) -> QuerySet[WorkNote]:
    """For the secretary: what the workers of their grids wrote of their days."""
    rows = WorkNote.objects.filter(reach.q("grid__path", Role.SECRETARY)).select_related("grid", "worker")
    return rows.order_by("-day", "-pk")


# ---------------------------------------------------------------- those behind a door
def accounts_behind(household_id: UUID) -> list[User]:
    """The accounts of those who live there, each confirmed by somebody who knows them."""
    rows = User.objects.filter(residents__household_id=household_id, is_active=True)
    return list(rows.distinct().order_by("pk"))


def sign_of(household_id: UUID) -> DoorSign | None:
    """What the household says about visits, if it has said anything."""
    return DoorSign.objects.filter(household_id=household_id).first()


# ---------------------------------------------------------------- promises
def promises_within(reach: Reach, *, due_by: date | None = None) -> QuerySet[Promise]:
    """Promises that wait, the earliest first; with `due_by` only those of that day and before."""
    found = Promise.objects.visible_to(reach).waiting()
    if due_by:
        found = found.due(due_by)
    return found.select_related("household", "visit__worker").order_by("due_on", "pk")


def promises_at(household: UUID) -> list[Promise]:
    return list(Promise.objects.waiting().filter(household_id=household).order_by("due_on", "pk"))


def promises_waiting_of(user_id: UUID, path: str) -> int:
    """How many promises this person made below a path that are still to be kept."""
    rows = Promise.objects.waiting().filter(visit__worker_id=user_id, household__building__path__startswith=path)
    return rows.count()


def promises_of_homes(homes: dict[UUID, datetime], most: int) -> list[Promise]:
    """What was promised at these doors: what waits first, the earliest first; then what was kept, the last first."""
    rows = Promise.objects.filter(_since_there(homes, "visit__visited_at")).select_related("visit__worker")
    waiting = list(rows.waiting().order_by("due_on", "pk")[:most])
    return waiting + list(rows.filter(kept_at__isnull=False).order_by("-kept_at", "-pk")[: most - len(waiting)])


def promise_by_id(promise_id: UUID) -> Promise | None:
    rows = Promise.objects.select_related("household__building", "visit__worker")
    return rows.filter(pk=promise_id).first()


def open_work_under(paths: list[str]) -> tuple[int, int, int]:
    """Promises that wait, visits that wait for a word, rounds of these very nodes that still run: three queries."""
    within, at = Q(pk__in=[]), Q(pk__in=[])
    for path in paths:
        within |= Q(household__building__path__startswith=path)
        at |= Q(grid__path=path)
    today = timezone.localdate()
    return (
        Promise.objects.waiting().filter(within).count(),
        Visit.objects.quarantined().filter(within).count(),
        VisitRound.objects.filter(at, ended_at=None, ends_on__gte=today).count(),
    )
