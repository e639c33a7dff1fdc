"""Places come under others: what is in the hands of those who no longer look after them goes to those who do."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from grids.postings import queries as postings
from grids.tree import queries as tree
from grids.tree.enums import Kind
from petitions.cases import holders, notices
from petitions.cases.enums import OVER, ROLES_AT, Event, Level, State
from petitions.cases.models import Case
from petitions.cases.services import act
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record

if TYPE_CHECKING:
    from grids.tree.models import Grid

WORKED_ON = (State.ASSIGNED, State.IN_PROGRESS)


def follow(*, actor: Actor, community: "Grid", left: "Grid", street: "Grid") -> int:
    """Into the hands of the new street's office, each with its record; returns how many. Twice changes nothing.

    What is being worked on is reassigned: somebody has to sign it anew. What waits (for an answer, a check, a verdict)
    waits at the new office. What is closed would come back to it.
    """
    now, moved = timezone.now(), 0
    for key in list(_held_by(left, community).order_by("id").values_list("pk", flat=True)):
        case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("grid").get(pk=key)
        _from_below(case, left, street)
        if case.holder_grid_id == left.pk or _left_behind(case, now):
            _hand_over(actor, case, street, now)
        case.save(update_fields=["below_user", "below_grid", "below_label"])
        moved += 1
    return moved


def _held_by(left: "Grid", community: "Grid") -> QuerySet[Case]:
    """Of this community: at the old street now, or coming back to it where the district sends it back."""
    there = Q(holder_grid=left) | Q(below_grid=left) | Q(holder_level=Level.STREET) | Q(below_level=Level.STREET)
    gone = [state for state in OVER if state != State.CLOSED]
    return Case.objects.under(community.path).filter(there).exclude(state__in=gone)


def _left_behind(case: Case, now: datetime) -> bool:
    """In the name of somebody of the old street, without its office beside them."""
    return case.holder_level == Level.STREET and not holders.still_on_duty(case, now)


def _from_below(case: Case, left: "Grid", street: "Grid") -> None:
    if case.below_level == Level.STREET and case.below_grid_id in (left.pk, None):
        case.below_user, case.below_grid, case.below_label = None, street, holders.label(street)


def _hand_over(actor: Actor, case: Case, street: "Grid", now: datetime, reason: str = "") -> None:
    if case.state in WORKED_ON:
        reason = reason or _("社区划归 %(street)s") % {"street": street.name}
        act(actor=SYSTEM, case_id=case.pk, event=Event.REASSIGN, reason=reason, department=street, now=now)
        return
    case.holder_user, case.holder_grid, case.holder_label = None, street, holders.label(street)
    case.version += 1
    case.save(update_fields=["holder_user", "holder_grid", "holder_label", "version"])
    record(actor=actor, verb="case.move", target=case, path=case.grid.path, fields=["holder"])
    if case.state != State.CLOSED:
        notices.tell_moved(case, now)


# ---------------------------------------------------------------- grids laid out anew
def open_under(paths: list[str]) -> QuerySet[Case]:
    """Not over, at or below these places."""
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(grid__path__startswith=path)
    return Case.objects.filter(within).exclude(state__in=OVER)


def follow_grids(*, actor: Actor, paths: list[str], now: datetime) -> int:
    """Out of the hands of people and nodes that no longer look after the place, into those of the same level that do;
    returns how many. The case goes on pointing at the place it was about. Twice changes nothing."""
    moved = 0
    for key in list(open_under(paths).order_by("id").values_list("pk", flat=True)):
        rows = Case.objects.select_for_update(of=("self",), no_key=True)
        case = rows.select_related("grid", "holder_grid", "below_grid").get(pk=key)
        if below := _strayed(case, case.below_grid):
            office = _office(case, case.below_level, now)
            case.below_user, case.below_grid, case.below_label = None, office, holders.label(office)
            case.save(update_fields=["below_user", "below_grid", "below_label"])
        left = _strayed(case, case.holder_grid) or not holders.still_on_duty(case, now)
        if left:
            reason = gettext_noop("网格有调整，原来的经办人不再负责这一片")
            _hand_over(actor, case, _office(case, case.holder_level, now), now, reason)
        moved += bool(left or below)
    return moved


def _strayed(case: Case, node: "Grid | None") -> bool:
    """The node has ended, or the place no longer lies below it. Departments serve every place."""
    if node is None or node.kind == Kind.SECTOR:
        return False
    return not (node.is_active and case.grid.path.startswith(node.path))


def _office(case: Case, level: str, now: datetime) -> "Grid":
    """Whose people take over: the department, the nearest in use of that level, else the community."""
    node = case.holder_grid
    if node is not None and node.kind == Kind.SECTOR and level == case.holder_level:
        return node
    found = postings.holders(path=case.grid.path, roles=ROLES_AT[Level(level)], at=now)
    nearest = next((one.grid for one in found if one.grid.is_active), None)
    return nearest or tree.by_paths([case.grid.community_path])[case.grid.community_path]
