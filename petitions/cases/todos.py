"""What waits for a colleague: each row is somebody's next step, with its deadline."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from petitions.cases import queries, whistle_queries
from petitions.cases.enums import CallState, State
from petitions.cases.models import Case, WhistleCall
from portal.accounts.actors import Actor
from portal.accounts.enums import STREET, Role
from portal.ui.words import spoken_ref
from portal.workbench.registry import Todo, todo_source

FEW = 20


@todo_source
def waiting(actor: Actor, now: datetime) -> list[Todo]:
    """Of everything that waits, the few most urgent of each kind; the list of cases has the rest."""
    reach = actor.reach
    if not reach.scopes:
        return []
    kinds: list[tuple[str, QuerySet[Case], str]] = [
        (_("受理"), queries.to_accept(reach), "respond_by"),
        (_("分派"), queries.to_assign(reach), "respond_by"),
        (_("接收"), queries.to_receive(reach), "step_due_at"),
        (_("核查"), queries.to_verify(reach), "step_due_at"),
        (_("裁定"), queries.to_rule(reach), "step_due_at"),
        (_("延期"), queries.to_extend(reach), "due_at"),
    ]
    found = [_todo(case, kind, getattr(case, by), now) for kind, rows, by in kinds for case in rows[:FEW]]
    for case in queries.in_hand(reach)[:FEW]:
        if case.state == State.ASSIGNED:
            found.append(_todo(case, _("签收"), case.sign_by, now))
        elif case.state == State.IN_PROGRESS:
            found.append(_todo(case, _("办理"), case.due_at, now))
    return found


@todo_source
def called(actor: Actor, now: datetime) -> list[Todo]:
    """吹哨报到: to come and to report for a department, to rate for the street."""
    reach, found = actor.reach, []
    if reach.holds(Role.DEPARTMENT_HANDLER):
        for call in whistle_queries.to_answer(reach)[:FEW]:
            coming = call.state == CallState.CALLED
            found.append(_call(call, _("到场") if coming else _("回话"), call.due_at if coming else None, now))
    if reach.holds(*STREET):
        found += [_call(call, _("评一评"), None, now) for call in whistle_queries.to_rate(reach)[:FEW]]
    return found


def _call(call: WhistleCall, kind: str, due: datetime | None, now: datetime) -> Todo:
    return Todo(
        title=call.case.title,
        url=call.get_absolute_url(),
        kind=kind,
        detail=f"{call.label} · {call.case.address or call.case.grid.label}",
        due_at=due,
        late=due is not None and due < now,
    )


def _todo(case: Case, kind: str, due: datetime | None, now: datetime) -> Todo:
    late: Any = due is not None and due < now
    return Todo(
        title=case.title,
        url=case.get_absolute_url(),
        kind=kind,
        detail=f"{spoken_ref(case.ref)} · {case.address or case.grid.label}",
        due_at=due,
        late=bool(late),
    )
