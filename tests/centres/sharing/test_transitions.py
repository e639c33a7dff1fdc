"""Every event in every state by everybody: what the table allows happens, everything else is refused."""

import pytest
from django.db import transaction

from centres.sharing.enums import Event, LoanState
from centres.sharing.lifecycle import flow
from centres.sharing.models_loan import Loan, LoanRecord
from centres.sharing.transitions import TABLE
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Forbidden, IllegalTransition, NotFound
from tests.centres.sharing.people import NOW, act, bring_to

pytestmark = pytest.mark.django_db

COMMUNITY, BORROWER = ("clerk", "secretary"), ("resident",)
# event: ({state before: state after}, who).
MOVES = {
    Event.HAND_OVER: ({"reserved": "out"}, COMMUNITY),
    Event.RENEW: ({"out": "out"}, BORROWER),
    Event.RETURN: ({"out": "returned"}, COMMUNITY),
    Event.CANCEL: ({"reserved": "cancelled"}, (*BORROWER, *COMMUNITY)),
}
EVERYBODY = (
    "resident", "neighbour", "volunteer", "outsider", "org_contact", "grid_worker", "grid_worker_b", "clerk", "clerk_b",
    "secretary", "secretary_b", "street_supervisor", "district_admin", "department_handler", "auditor", "sysadmin",
)  # fmt: skip


def refusal_of(actor, loan, event) -> str:
    try:
        act(actor, loan.pk, event)
    except (Forbidden, IllegalTransition, NotFound) as refused:
        return type(refused).__name__
    return "ok"


@pytest.mark.parametrize("state", LoanState.values)
def test_event_is_refused_to_whom_and_where_the_table_does_not_name_it(cast, shelf, state):
    loan = bring_to(cast, state, shelf.copy(shelf.kit))
    records, wrong = loan.records.count(), []
    for event, (moves, allowed) in MOVES.items():
        for who in EVERYBODY:
            if state in moves and who in allowed:
                continue
            sees = who in (*COMMUNITY, *BORROWER)
            expected = "IllegalTransition" if who in allowed else "Forbidden" if sees else "NotFound"
            got = refusal_of(cast.actor(who), loan, event)
            if got != expected:
                wrong.append(f"{event} by {who}: {got}, not {expected}")
    after = Loan.objects.get(pk=loan.pk)
    assert wrong == []
    assert (after.state, after.version, loan.records.count()) == (state, loan.version, records)


@pytest.mark.parametrize(
    ("event", "before", "after", "who"),
    [(e, b, a, who) for e, (moves, allowed) in MOVES.items() for b, a in moves.items() for who in allowed],
)
def test_allowed_event_moves_and_is_recorded(cast, shelf, event, before, after, who):
    loan = bring_to(cast, before, shelf.copy(shelf.kit))
    moved = act(cast.actor(who), loan.pk, event)
    record = LoanRecord.objects.filter(subject=loan).latest("version")
    assert (moved.state, record.from_state, record.event, record.to_state) == (after, before, event, after)
    assert (record.version, record.actor_id) == (moved.version, cast.users[who].pk)


@pytest.mark.parametrize("state", [state for state in LoanState.values if state != "reserved"])
def test_only_what_is_kept_lapses(cast, shelf, state):
    loan = bring_to(cast, state, shelf.copy(shelf.kit))
    with pytest.raises(IllegalTransition):
        flow.fire(loan.pk, event=Event.LAPSE, actor=SYSTEM, now=NOW)


def test_nobody_fires_what_is_the_systems_or_begins_a_loan(cast, shelf):
    loan = bring_to(cast, "reserved", shelf.copy(shelf.kit))
    for who in EVERYBODY:
        for event in (Event.LAPSE, Event.RESERVE, Event.OFFER, Event.LEND, Event.TAKE_OVER):
            with pytest.raises((Forbidden, IllegalTransition)):
                flow.fire(loan.pk, event=event, actor=cast.actor(who), now=NOW)


def test_kit_is_never_passed_on_and_a_book_only_by_somebody_else(cast, shelf):
    kit, book = bring_to(cast, "out", shelf.copy(shelf.kit)), bring_to(cast, "out", shelf.copy(shelf.book))
    for who in EVERYBODY:
        with pytest.raises(Forbidden):
            flow.fire(kit.pk, event=Event.PASS_ON, actor=cast.actor(who), now=NOW)
        if who == "resident":
            with pytest.raises(Forbidden):
                flow.fire(book.pk, event=Event.PASS_ON, actor=cast.actor(who), now=NOW)
            continue
        with transaction.atomic():
            assert flow.fire(book.pk, event=Event.PASS_ON, actor=cast.actor(who), now=NOW).state == "returned"
            transaction.set_rollback(True)


def test_table_is_all_there_is():
    """Every event has a test here or in test_services.py; a new row of the table asks for one."""
    begins = {Event.RESERVE, Event.OFFER, Event.LEND, Event.TAKE_OVER}
    assert set(TABLE.events) == set(MOVES) | begins | {Event.PASS_ON, Event.LAPSE}
    targets = {row.target for row in TABLE.rows if row.target}
    assert targets == set(LoanState.values)


def test_stale_page_is_told_so(cast, shelf):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    with pytest.raises(Conflict) as refused:
        act(cast.actor("clerk"), loan.pk, Event.RETURN, version=1)
    assert refused.value.code == "STALE"
