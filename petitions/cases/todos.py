"""What waits for a colleague: each row is somebody's next step, with its deadline."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from petitions.cases import queries, whistle_queries
from petitions.cases.enums import CallState, State
from petitions.cases.models import Case, WhistleCall
from portal.accounts.actors import Actor
from portal.accounts.enums import STREET, Role
from portal.ui.words import spoken_ref
from portal.workbench.registry import Todo, todo_source

FEW = 20
# All that a line of the list says; a case is a wide row.
SHOWN = (
    *("ref", "title", "address", "due_at", "respond_by", "sign_by", "step_due_at"),
    *("grid__name", "grid__short_name"),
)


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
        (_("签收"), queries.in_hand(reach).filter(state=State.ASSIGNED), "sign_by"),
        (_("办理"), queries.in_hand(reach).filter(state=State.IN_PROGRESS), "due_at"),
    ]
    first, *others = (_few(rows, n) for n, (_kind, rows, _by) in enumerate(kinds))
    # One question for all of them; a case that waits for two things stands in it twice.
    return [
        _todo(case, kinds[case.kind_of_wait][0], getattr(case, kinds[case.kind_of_wait][2]), now)
        for case in first.union(*others, all=True)
    ]


def _few(rows: QuerySet[Case], kind: int) -> QuerySet[Any]:
    lean = rows.select_related(None).prefetch_related(None).select_related("grid").only(*SHOWN)
    return lean.annotate(kind_of_wait=Value(kind))[:FEW]


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
