"""吹哨报到: the table of one department's call, and what each event does to it.

    call → called ── arrive (8 working hours, urgent 2) → arrived ── report → reported ── rate → rated
              └──────────────── call_off ──────────────────┘→ called_off

A call lives while its case is being worked on: accepted, assigned, in progress, handed up, waiting for a word of the
reporter. Other hands or a question do not send a department home, and its clock is its own. Where the case is put down
(shelved), handed in, or over, the calls not yet reported are called off by the system, so that none stays late for
ever; what was reported stays to be rated. A new round knows none of them: the street calls anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from grids.tree import queries as tree
from grids.tree.enums import Kind
from petitions.cases import rules
from petitions.cases.clocks import scope_of
from petitions.cases.enums import LIVE_CALLS, CallEvent, CallState, ClockName, Event, Satisfaction, Sla, State
from petitions.cases.flow import flow
from petitions.cases.models import Case, Term, WhistleCall, WhistleRecord
from petitions.cases.terms import Span, default
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Invalid, Refusal
from portal.flow import due
from portal.flow.engine import Flow, Step
from portal.flow.table import Table, Transition, states
from portal.workdays.queries import clock_for

if TYPE_CHECKING:
    from grids.tree.models import Grid

S, E = CallState, CallEvent
ARRIVAL = "whistle.arrive"
CallStep = Step[WhistleCall]
CaseStep = Step[Case]

TABLE = Table(
    [
        # Made by the case's own event only: its guard has been passed.
        Transition(event=E.CALL, target=S.CALLED, who=rules.called_by),
        Transition(event=E.ARRIVE, source=states(S.CALLED), target=S.ARRIVED, who=rules.called),
        Transition(event=E.REPORT, source=states(S.ARRIVED), target=S.REPORTED, who=rules.called, reason=True),
        Transition(event=E.RATE, source=states(S.REPORTED), target=S.RATED, who=rules.called_by, needs=("rating",)),
        Transition(event=E.CALL_OFF, source=states(*LIVE_CALLS), target=S.CALLED_OFF, who=rules.called_by, reason=True),
    ]
)
call_flow: Flow[WhistleCall] = Flow(
    room="whistle",
    model=WhistleCall,
    record=WhistleRecord,
    table=TABLE,
    path_of=lambda call: call.case.grid.path,
    subject_of=lambda call: call.case.reporter_id,
)
# Where somebody works on a case, its calls live; where an event leads from here to elsewhere, they end.
AT_WORK = frozenset({State.ACCEPTED, State.ASSIGNED, State.IN_PROGRESS, State.ESCALATED, State.NEEDS_INFO})


# ---------------------------------------------------------------- the case's event
@flow.on(Event.WHISTLE)
def whistle(step: CaseStep) -> None:
    """One call for each department that has none yet. The case is locked, so two streets do not call one twice."""
    case = step.subject
    wanted = _departments(case, step.data["departments"])
    live = WhistleCall.objects.filter(case=case, round=case.round, state__in=LIVE_CALLS)
    there = set(live.values_list("department_id", flat=True))
    new = [node for node in wanted if node.pk not in there]
    if not new:
        raise Conflict(_("已经吹过哨了，正在等他们。"), code="ALREADY_CALLED")
    span = term_of(case)
    for node in new:
        call = WhistleCall(
            case=case, round=case.round, department=node, label=node.label, what=step.reason,
            called_by=step.actor.user, called_at=step.now, amount=span.amount, natural=span.natural,
            created_at=step.now,
        )  # fmt: skip
        reckon(call)
        call_flow.begin(call, event=E.CALL, actor=step.actor, reason=step.reason, now=step.now)
        due.schedule(key=f"whistle:{call.pk}:arrive", kind=ARRIVAL, subject_id=call.pk, due_at=call.due_at)
    step.data["departments"] = new
    step.data["to"] = _("、").join(node.label for node in new)
    step.data["arrive_by"] = call.due_at


def _departments(case: Case, given: Iterable[Any]) -> list["Grid"]:
    """The sector grids that were named, each once, in the order of the tree. Raises Refusal for any other node."""
    known = {node.pk: node for node in tree.sectors(case.grid.path[: tree.STEP])}
    chosen = {getattr(node, "pk", None) for node in given}
    if not chosen or not chosen <= set(known):
        said = _("吹哨只能叫本区的部门，请从列出来的里面选。")
        raise Invalid(said, code="NOT_A_DEPARTMENT", errors={"departments": [said]})
    if case.holder_grid_id in chosen and known[case.holder_grid_id].kind == Kind.SECTOR:
        said = _("这件事就在%(who)s手里，不用再叫他们。") % {"who": known[case.holder_grid_id].label}
        raise Refusal(said, code="HOLDS_IT", errors={"departments": [said]})
    return [node for pk, node in known.items() if pk in chosen]


@flow.after
def end_calls(step: CaseStep) -> None:
    """Nobody works on the case any more: who was called need not come."""
    if step.from_state not in AT_WORK or step.to_state in AT_WORK:
        return
    with translation.override(settings.LANGUAGE_CODE):
        why = _("这件事先挂着了") if step.to_state == State.SHELVED else _("这件事已经有结果了")
    for call in WhistleCall.objects.filter(case=step.subject, state__in=LIVE_CALLS).order_by("id"):
        call_flow.fire(call.pk, event=E.CALL_OFF, actor=SYSTEM, reason=why, now=step.now)


# ---------------------------------------------------------------- the call's events
@call_flow.on(E.ARRIVE)
def arrive(step: CallStep) -> None:
    step.subject.arrived_at = step.now


@call_flow.on(E.REPORT)
def report(step: CallStep) -> None:
    step.subject.report, step.subject.reported_at = step.reason, step.now


@call_flow.on(E.RATE)
def rate(step: CallStep) -> None:
    rating = step.data["rating"]
    if rating not in Satisfaction.values:
        raise Invalid(errors={"rating": [_("请从列出来的里面选。")]})
    step.subject.rating, step.subject.rated_at = rating, step.now


@call_flow.on(E.CALL_OFF)
def call_off(step: CallStep) -> None:
    step.subject.ended_at = step.now


@call_flow.on(E.ARRIVE, E.CALL_OFF)
def awaited_no_more(step: CallStep) -> None:
    due.cancel(subject_id=step.subject.pk, kinds=(ARRIVAL,))


# ---------------------------------------------------------------- the clock
def term_of(case: Case) -> Span:
    """How long a department has to come: by the class it was filed in (urgent stays urgent in a second round)."""
    rows = Term.objects.filter(scope_code=scope_of(case), clock=ClockName.ARRIVE, sla__in=["", case.sla])
    # The class's own before the one that all share.
    for row in sorted(rows, key=lambda row: row.sla == ""):
        return Span(timedelta(minutes=row.minutes), row.natural)
    return default(case.sla, ClockName.ARRIVE) or default(Sla.HELP, ClockName.ARRIVE) or Span(timedelta(hours=8))


def reckon(call: WhistleCall) -> datetime:
    """The moment it must have come, from when it was called. The calendar is held until the transaction ends."""
    working = clock_for(scope_of(call.case), hold=True)
    add = working.add_natural_time if call.natural else working.add_working_time
    deadline = add(call.called_at, call.amount)
    call.due_at, call.provisional = deadline.at, deadline.provisional
    return call.due_at
