"""Reading inspections, always narrowed to the reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from grids.tree import queries as tree
from grids.tree.enums import Level
from petitions.cases import queries as cases
from petitions.cases.enums import OPEN as CASE_OPEN
from petitions.inspections.enums import KEEPERS, Found, State
from petitions.inspections.models import Checklist, Inspection, InspectionPlace, InspectionResult
from portal.accounts.reach import Reach

LEVELS = (Level.COMMUNITY, Level.COMMUNITY_GRID, Level.BASIC_GRID)


@dataclass(frozen=True)
class Progress:
    """Of an inspection: how many answers there are to be, how many there are, how many of them are problems."""

    wanted: int
    seen: int
    problems: int

    @property
    def left(self) -> int:
        return max(self.wanted - self.seen, 0)


@dataclass
class Stop:
    """A place with what was found there so far."""

    place: InspectionPlace
    wanted: int
    results: list[InspectionResult] = field(default_factory=list)

    @property
    def left(self) -> int:
        return max(self.wanted - len(self.results), 0)

    @property
    def problems(self) -> int:
        return sum(one.found == Found.PROBLEM for one in self.results)


def by_id(inspection_id: UUID) -> Inspection | None:
    return Inspection.objects.select_related("grid", "checklist", "started_by").filter(pk=inspection_id).first()


def within(reach: Reach, inspection_id: UUID) -> Inspection | None:
    found = Inspection.objects.visible_to(reach).select_related("grid", "checklist__category", "started_by")
    return found.filter(pk=inspection_id).first()


def listed(reach: Reach) -> QuerySet[Inspection]:
    """Open ones first, the first to be finished first; then what is over, the latest first."""
    found = Inspection.objects.visible_to(reach).select_related("grid", "checklist")
    return found.prefetch_related("team").order_by("ended_at", "due_at", "id")


def open_ones(reach: Reach) -> QuerySet[Inspection]:
    return listed(reach).filter(state=State.OPEN)


def over(reach: Reach) -> QuerySet[Inspection]:
    return listed(reach).exclude(state=State.OPEN).order_by("-ended_at", "-id")


def to_go(reach: Reach) -> QuerySet[Inspection]:
    return Inspection.objects.to_go(reach).select_related("grid", "checklist").order_by("due_at", "id")


def late(reach: Reach, now: datetime) -> QuerySet[Inspection]:
    """Past their day, on the ground of somebody who sends people out."""
    found = Inspection.objects.late(now).filter(reach.q("grid__path", *KEEPERS))
    return found.select_related("grid", "checklist").order_by("due_at", "id")


def progress(inspections: Iterable[Inspection]) -> dict[UUID, Progress]:
    """Of several: three queries, however many."""
    rows = list(inspections)
    keys = [one.pk for one in rows]
    places = dict(_count(InspectionPlace.objects.filter(inspection__in=keys), "inspection"))
    lists = Checklist.objects.filter(pk__in={one.checklist_id for one in rows})
    items = dict(lists.order_by().annotate(n=Count("items")).values_list("pk", "n"))
    answers = (
        InspectionResult.objects.filter(place__inspection__in=keys)
        .order_by()
        .values_list("place__inspection")
        .annotate(n=Count("pk"), bad=Count("pk", filter=Q(found=Found.PROBLEM)))
    )
    seen = {key: (n, bad) for key, n, bad in answers}
    return {
        one.pk: Progress(
            places.get(one.pk, 0) * items.get(one.checklist_id, 0), *seen.get(one.pk, (0, 0))
        )
        for one in rows
    }  # fmt: skip


def _count(rows: QuerySet[Any], by: str) -> list[tuple[UUID, int]]:
    return list(rows.order_by().values_list(by).annotate(n=Count("pk")))


def progress_of(inspection: Inspection) -> Progress:
    return progress([inspection])[inspection.pk]


def stops(inspection: Inspection) -> list[Stop]:
    """Every place in walking order, with what was found: three queries."""
    wanted = inspection.checklist.items.count()
    results = InspectionResult.objects.order_by("item__order").select_related("item")
    places = inspection.places.prefetch_related(Prefetch("results", queryset=results))
    return [Stop(place, wanted, list(place.results.all())) for place in places]


def place_within(reach: Reach, inspection_id: UUID, place_id: UUID) -> tuple[Inspection, InspectionPlace] | None:
    found = within(reach, inspection_id)
    place = found.places.filter(pk=place_id).first() if found else None
    return (found, place) if found is not None and place is not None else None


def next_after(inspection: Inspection, place: InspectionPlace) -> InspectionPlace | None:
    """The next place in walking order with something left to look at, then from the beginning."""
    wanted = inspection.checklist.items.count()
    open_places = (
        inspection.places.annotate(n=Count("results")).filter(n__lt=wanted).exclude(pk=place.pk).order_by("order", "id")
    )
    return open_places.filter(order__gte=place.order).first() or open_places.first()


def left_at(inspection: Inspection, place: InspectionPlace) -> int:
    """How many things of the list nobody has looked at there yet."""
    return inspection.checklist.items.count() - place.results.count()


def cases_of(reach: Reach, inspection: Inspection, now: datetime) -> tuple[list[Any], int, int]:
    """The cases it opened that this person may see, late ones first; how many are still open; how many are late."""
    ids = InspectionResult.objects.filter(place__inspection=inspection, case__isnull=False).values("case_id")
    rows = list(cases.visible(reach).filter(pk__in=ids).for_list().in_order())  # type: ignore[attr-defined]
    rows.sort(key=lambda case: (not case.is_open, not case.is_late(now)))
    return rows, sum(case.state in CASE_OPEN for case in rows), sum(case.is_late(now) for case in rows)


def found_by(case_id: UUID) -> InspectionResult | None:
    """What led to a case."""
    found = InspectionResult.objects.select_related("item", "place__inspection__checklist")
    return found.filter(case_id=case_id).first()


# ---------------------------------------------------------------- lists
def lists(reach: Reach) -> QuerySet[Checklist]:
    found = Checklist.objects.usable_by(reach).filter(replaced_at=None)
    return found.select_related("grid", "category").annotate(n=Count("items")).order_by("-is_active", "name", "id")


def list_within(reach: Reach, checklist_id: UUID) -> Checklist | None:
    found = Checklist.objects.usable_by(reach).select_related("grid", "category")
    return found.prefetch_related("items").filter(pk=checklist_id).first()


def usable_lists(reach: Reach) -> list[Checklist]:
    return list(Checklist.objects.usable_by(reach).current().select_related("grid"))


def grounds(reach: Reach) -> list[Any]:
    """Where this person may send people: communities, areas and grids they answer for."""
    paths = reach.paths(*KEEPERS)
    return [node for node in tree.visible(reach, *LEVELS) if node.path.startswith(paths)] if paths else []


def homes(reach: Reach) -> list[Any]:
    """Where this person's lists may stand: their community or their street."""
    nodes = tree.visible(reach, Level.STREET, Level.COMMUNITY)
    paths = reach.paths(*KEEPERS)
    return [node for node in nodes if node.path.startswith(paths)] if paths else []
