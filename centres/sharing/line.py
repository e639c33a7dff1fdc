"""The line for an item, and whom a copy that comes free is kept for. The caller holds the item."""

from datetime import datetime

from centres.sharing import locks, persons
from centres.sharing.enums import Event, WaitOutcome
from centres.sharing.lifecycle import flow
from centres.sharing.models import LoanCopy, LoanItem, LoanWait
from centres.sharing.models_loan import Loan
from portal.accounts.actors import SYSTEM

# Kept for somebody or in their hands, over all houses.
AT_ONCE = 3


def in_hand(person: persons.Person) -> int:
    return Loan.objects.live().filter(person.owns).count()


def free_copy(item: LoanItem) -> LoanCopy | None:
    """The first copy nobody has and nobody is waited for."""
    found: LoanCopy | None = LoanCopy.objects.free().filter(item=item).with_item().order_by("label", "id").first()
    return found


def keep_for_next(item: LoanItem, now: datetime) -> list[Loan]:
    """Keep what is free for the first in line, two days and for nobody else, then for the next.

    Whoever has their three in hand keeps their place and is passed over this time.
    """
    kept: list[Loan] = []
    for wait in LoanWait.objects.in_line().filter(item=item).select_related("user", "resident"):
        copy = free_copy(item)
        if copy is None:
            break
        person = persons.of_row(wait)
        if in_hand(person) >= AT_ONCE:
            continue
        locks.hold_person(person)
        if in_hand(person) >= AT_ONCE:
            continue
        end(wait, WaitOutcome.SERVED, now)
        loan = Loan(copy=copy, user=wait.user, resident=wait.resident)
        kept.append(flow.begin(loan, event=Event.OFFER, actor=SYSTEM, now=now))
    return kept


def end(wait: LoanWait, outcome: WaitOutcome, now: datetime) -> None:
    wait.ended_at, wait.outcome = now, outcome
    wait.save(update_fields=["ended_at", "outcome"])


def step_out(item: LoanItem, person: persons.Person, now: datetime) -> None:
    """They have one now: their place is the next one's."""
    for wait in LoanWait.objects.live().filter(person.owns, item=item):
        end(wait, WaitOutcome.SERVED, now)
