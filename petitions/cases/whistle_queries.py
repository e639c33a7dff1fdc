"""Reading calls, always narrowed to the reader: whoever reads the case reads its calls."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case as Either
from django.db.models import IntegerField, QuerySet, Value, When

from grids.tree import queries as tree
from petitions.cases.enums import LIVE_CALLS, CallState
from petitions.cases.models import Case, WhistleCall
from portal.accounts.enums import Role
from portal.accounts.reach import Reach

S = CallState


def visible(reach: Reach) -> QuerySet[WhistleCall]:
    found = WhistleCall.objects.filter(case__in=Case.objects.visible_to(reach).values("pk"))
    return found.select_related("case__grid", "case__holder_user", "case__holder_grid", "department")


def find(reach: Reach, call_id: UUID) -> WhistleCall | None:
    """A call within reach; out of reach is not there."""
    return visible(reach).filter(pk=call_id).first()


def of_case(case: Case) -> list[WhistleCall]:
    """Its calls, of all rounds, the latest first."""
    found = list(WhistleCall.objects.filter(case=case).select_related("department").order_by("-id"))
    for call in found:
        call.case = case
    return found


def to_answer(reach: Reach) -> QuerySet[WhistleCall]:
    """Where this person's department is awaited, or has come and not reported: the soonest first."""
    ours = reach.q("department__path", Role.DEPARTMENT_HANDLER)
    return visible(reach).filter(ours, state__in=LIVE_CALLS).order_by("due_at", "id")


def to_rate(reach: Reach) -> QuerySet[WhistleCall]:
    """Reported to this street, and not rated yet."""
    ground = reach.q("case__grid__path", Role.STREET_SUPERVISOR)
    return visible(reach).filter(ground, state=S.REPORTED).order_by("reported_at", "id")


def concerning(reach: Reach) -> QuerySet[WhistleCall]:
    """Of what may be read, what this person's lists show: a department's own calls, everybody else's ground."""
    if reach.holds(Role.DEPARTMENT_HANDLER):
        return visible(reach).filter(reach.q("department__path", Role.DEPARTMENT_HANDLER))
    return visible(reach)


def late(reach: Reach, now: datetime) -> QuerySet[WhistleCall]:
    """Awaited past its moment, the longest first."""
    return concerning(reach).filter(state=S.CALLED, due_at__lt=now).order_by("due_at", "id")


def awaited(reach: Reach) -> QuerySet[WhistleCall]:
    return concerning(reach).filter(state=S.CALLED).order_by("due_at", "id")


def listing(reach: Reach, now: datetime, *, only_late: bool = False) -> QuerySet[WhistleCall]:
    """What is awaited first, the soonest before; then who has come, who has reported, and what is over."""
    if only_late:
        return late(reach, now)
    order = [When(state=state, then=Value(n)) for n, state in enumerate((S.CALLED, S.ARRIVED, S.REPORTED))]
    place = Either(*order, default=Value(9), output_field=IntegerField())
    return concerning(reach).annotate(place=place).order_by("place", "due_at", "id")


def may_be_called(case: Case) -> list[tuple[str, str]]:
    """(id, label) of the departments of the district that are not there yet: neither called nor holding it."""
    live = WhistleCall.objects.filter(case=case, round=case.round, state__in=LIVE_CALLS)
    there = {*live.values_list("department_id", flat=True), case.holder_grid_id}
    nodes = tree.sectors(case.grid.path[: tree.STEP])
    return [(str(node.pk), node.label) for node in nodes if node.pk not in there]
