"""What each event does to a loan while the engine holds its lock: its term, what falls due, who is next."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.sharing import notices
from centres.sharing.enums import Event, LoanState
from centres.sharing.models import LoanWait
from centres.sharing.models_loan import Loan, LoanRecord
from centres.sharing.transitions import TABLE
from portal.errors import Conflict
from portal.flow import due
from portal.flow.engine import Flow, Step

LAPSE, BEFORE, DUE, LATE = "loan.lapse", "loan.before", "loan.due", "loan.late"
KINDS = (LAPSE, BEFORE, DUE, LATE)
# Picked up within this time, or it is the next one's.
HOLD = dt.timedelta(days=2)
# Days from the day it is due, at this hour.
REMIND = {BEFORE: -1, DUE: 0, LATE: 3}
REMIND_AT = dt.time(9, 0)

flow: Flow[Loan] = Flow(
    room="loan",
    model=Loan,
    record=LoanRecord,
    table=TABLE,
    path_of=lambda loan: loan.copy.item.centre.grid.path,
    subject_of=lambda loan: loan.resident_id or loan.user_id,
    private=("condition",),
)


# ---------------------------------------------------------------- effects: before it is saved
@flow.on(Event.RESERVE, Event.OFFER)
def _keep(step: Step[Loan]) -> None:
    step.subject.hold_until = step.now + HOLD


@flow.on(Event.LEND, Event.TAKE_OVER, Event.HAND_OVER)
def _out(step: Step[Loan]) -> None:
    loan = step.subject
    loan.out_on = timezone.localtime(step.now).date()
    loan.due_on = loan.out_on + dt.timedelta(days=loan.copy.item.loan_days)
    loan.hold_until = None


@flow.on(Event.RENEW)
def _renew(step: Step[Loan]) -> None:
    loan = step.subject
    if loan.renewed:
        raise Conflict(_("已经续过一次了。还来以后，没人等还可以再借。"), code="RENEWED")
    if loan.is_overdue(timezone.localtime(step.now).date()):
        raise Conflict(_("已经过了该还的日子，续不了，请先还到窗口。"), code="OVERDUE")
    if LoanWait.objects.live().filter(item=loan.copy.item_id).exists():
        raise Conflict(_("后面有人等着，这次续不了。请按时还来。"), code="AWAITED")
    assert loan.due_on is not None
    loan.due_on += dt.timedelta(days=loan.copy.item.loan_days)
    loan.renewed = True


@flow.on(Event.RETURN)
def _note(step: Step[Loan]) -> None:
    step.subject.condition = str(step.data.get("condition", "")).strip()[:200]


@flow.on(Event.RETURN, Event.PASS_ON, Event.CANCEL, Event.LAPSE)
def _end(step: Step[Loan]) -> None:
    step.subject.ended_at = step.now


# ---------------------------------------------------------------- after every event
@flow.after
def _keep_due_rows(step: Step[Any]) -> None:
    loan = step.subject
    due.cancel(subject_id=loan.pk, kinds=KINDS)
    due.schedule_many([row for row in due_rows(loan) if row.due_at > step.now])


def due_rows(loan: Loan) -> list[due.Due]:
    """What falls due for a loan as it stands. Keys carry the day: a renewed one is reminded of its new day."""
    if loan.state == LoanState.RESERVED and loan.hold_until is not None:
        return [due.Due(f"loan:{loan.pk}:lapse", LAPSE, loan.pk, loan.hold_until)]
    if loan.state != LoanState.OUT or loan.due_on is None:
        return []
    return [due.Due(due_key(loan, kind), kind, loan.pk, remind_at(loan.due_on, days)) for kind, days in REMIND.items()]


def due_key(loan: Loan, kind: str) -> str:
    assert loan.due_on is not None
    return f"{kind}:{loan.pk}:{loan.due_on:%Y%m%d}"


def remind_at(due_on: dt.date, days: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(due_on + dt.timedelta(days=days), REMIND_AT))


flow.after(notices.tell)
