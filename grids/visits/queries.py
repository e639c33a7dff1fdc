"""Reading visits and promises, always narrowed to the reader's reach."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from grids.tree.queries import prefixes
from grids.visits import rules
from grids.visits.enums import Outcome
from grids.visits.models import Promise, Visit, VisitRound
from portal.accounts.reach import Reach


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


def visits_at_homes(households: list[UUID], most: int) -> list[Visit]:
    """The last visits to these doors, for those who live behind them."""
    rows = Visit.objects.kept().filter(household__in=households).select_related("worker")
    return list(rows.prefetch_related("promises").order_by("-visited_at")[:most])


# ---------------------------------------------------------------- promises
def promises_within(reach: Reach, *, due_by: date | None = None) -> QuerySet[Promise]:
    """Promises that wait, the earliest first; with `due_by` only those of that day and before."""
    found = Promise.objects.visible_to(reach).waiting()
    if due_by:
        found = found.due(due_by)
    return found.select_related("household", "visit__worker").order_by("due_on", "pk")


def promises_at(household: UUID) -> list[Promise]:
    return list(Promise.objects.waiting().filter(household_id=household).order_by("due_on", "pk"))


def promise_by_id(promise_id: UUID) -> Promise | None:
    rows = Promise.objects.select_related("household__building", "visit__worker")
    return rows.filter(pk=promise_id).first()
