"""The table of an order: from → event → to, who, with which reason. Data, no ifs."""

from centres.training import rules
from centres.training.enums import Event, OrderState
from portal.flow.table import UNCHANGED, Table, Transition, states

SUBMITTED, CONFIRMED = OrderState.SUBMITTED, OrderState.CONFIRMED

TABLE = Table(
    [
        Transition(event=Event.SUBMIT, target=SUBMITTED, who=rules.may_begin),
        Transition(event=Event.CHANGE, source=states(SUBMITTED), target=UNCHANGED, who=rules.may_arrange),
        # Once it is promised, the kitchen and the rooms count on it: the organisation asks, the house changes it.
        Transition(event=Event.CHANGE, source=states(CONFIRMED), target=UNCHANGED, who=rules.may_decide),
        Transition(event=Event.CONFIRM, source=states(SUBMITTED), target=CONFIRMED, who=rules.may_decide),
        Transition(
            event=Event.DECLINE,
            source=states(SUBMITTED),
            target=OrderState.DECLINED,
            who=rules.may_decide,
            reason=True,
        ),
        # One's own needs no excuse; taking somebody's away does.
        Transition(
            event=Event.CANCEL,
            source=states(SUBMITTED, CONFIRMED),
            target=OrderState.CANCELLED,
            who=rules.is_contact,
        ),
        Transition(
            event=Event.CANCEL,
            source=states(CONFIRMED),
            target=OrderState.CANCELLED,
            who=rules.may_decide,
            reason=True,
        ),
        Transition(event=Event.LOSE_ROOM, source=states(CONFIRMED), target=UNCHANGED, who=rules.nobody),
        Transition(event=Event.FINISH, source=states(CONFIRMED), target=OrderState.FINISHED, who=rules.nobody),
    ]
)
