"""What each event does to an enrolment while the engine holds its lock: how long an offer stands, what falls due."""

from typing import Any

from centres.activities import notices, seating
from centres.activities.enums import EnrolmentState, Event
from centres.activities.models_enrolment import Enrolment, EnrolmentRecord
from centres.activities.transitions import TABLE
from portal.flow import due
from portal.flow.engine import Flow, Step

LAPSE = "enrolment.lapse"

flow: Flow[Enrolment] = Flow(
    room="enrolment",
    model=Enrolment,
    record=EnrolmentRecord,
    table=TABLE,
    path_of=lambda enrolment: enrolment.activity.centre.grid.path,
    subject_of=lambda enrolment: enrolment.resident_id or enrolment.user_id,
)


@flow.on(Event.OFFER)
def _keep_the_seat(step: Step[Enrolment]) -> None:
    step.subject.offered_until = step.data["until"]


@flow.on(Event.ACCEPT, Event.LAPSE, Event.WITHDRAW, Event.CANCEL)
def _answered(step: Step[Enrolment]) -> None:
    step.subject.offered_until = None


@flow.after
def _keep_due_row(step: Step[Any]) -> None:
    enrolment = step.subject
    due.cancel(subject_id=enrolment.pk, kinds=(LAPSE,))
    schedule_lapse(enrolment)


def schedule_lapse(enrolment: Enrolment) -> None:
    """Write when an offer ends, or when nobody can be reached in line any more."""
    at = enrolment.offered_until
    if enrolment.state == EnrolmentState.WAITING:
        at = seating.shut_of(enrolment.activity, enrolment.session)
    if at is not None:
        key = f"enrolment:{enrolment.pk}:{enrolment.state}:{at:%Y%m%dT%H%M%S}"
        due.schedule(key=key, kind=LAPSE, subject_id=enrolment.pk, due_at=at)


flow.after(notices.tell)
