"""The table of an enrolment: from → event → to, who, with which reason. Data, no ifs."""

from centres.activities import rules
from centres.activities.enums import EnrolmentState, Event
from portal.flow.table import Table, Transition, states

ENROLLED, WAITING, OFFERED = EnrolmentState.ENROLLED, EnrolmentState.WAITING, EnrolmentState.OFFERED

TABLE = Table(
    [
        Transition(event=Event.ENROL, target=ENROLLED, who=rules.may_begin),
        Transition(event=Event.WAIT, target=WAITING, who=rules.may_begin),
        Transition(event=Event.OFFER, source=states(WAITING), target=OFFERED, who=rules.nobody),
        Transition(event=Event.ACCEPT, source=states(OFFERED), target=ENROLLED, who=rules.may_answer),
        Transition(event=Event.LAPSE, source=states(OFFERED, WAITING), target=EnrolmentState.LAPSED, who=rules.nobody),
        Transition(
            event=Event.WITHDRAW,
            source=states(ENROLLED, WAITING, OFFERED),
            target=EnrolmentState.WITHDRAWN,
            who=rules.may_answer,
        ),
        Transition(
            event=Event.CANCEL,
            source=states(ENROLLED, WAITING, OFFERED),
            target=EnrolmentState.CANCELLED,
            who=rules.calls_off,
            reason=True,
        ),
        Transition(event=Event.FINISH, source=states(ENROLLED), target=EnrolmentState.FINISHED, who=rules.nobody),
    ]
)
