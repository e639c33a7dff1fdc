"""The table of a loan: from → event → to, who. Data, no ifs."""

from centres.sharing import rules
from centres.sharing.enums import Event, LoanState
from portal.flow.table import UNCHANGED, Table, Transition, states

RESERVED, OUT = LoanState.RESERVED, LoanState.OUT

TABLE = Table(
    [
        Transition(event=Event.RESERVE, target=RESERVED, who=rules.may_begin),
        Transition(event=Event.OFFER, target=RESERVED, who=rules.nobody),
        Transition(event=Event.LEND, target=OUT, who=rules.is_counter),
        Transition(event=Event.TAKE_OVER, target=OUT, who=rules.begins_to_read),
        Transition(event=Event.HAND_OVER, source=states(RESERVED), target=OUT, who=rules.is_counter),
        Transition(event=Event.RENEW, source=states(OUT), target=UNCHANGED, who=rules.is_borrower),
        Transition(event=Event.RETURN, source=states(OUT), target=LoanState.RETURNED, who=rules.is_counter),
        Transition(event=Event.PASS_ON, source=states(OUT), target=LoanState.RETURNED, who=rules.takes_over),
        Transition(event=Event.CANCEL, source=states(RESERVED), target=LoanState.CANCELLED, who=rules.may_give_up),
        Transition(event=Event.LAPSE, source=states(RESERVED), target=LoanState.LAPSED, who=rules.nobody),
    ]
)
