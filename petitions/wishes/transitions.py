"""The table of domain.md: from → event → to, who, with which reason. Data, no ifs."""

from petitions.wishes import rules
from petitions.wishes.enums import Event, WishState
from portal.flow.table import Table, Transition, states

WAITING, CHANGES, DECLINED = WishState.IN_REVIEW, WishState.NEEDS_CHANGES, WishState.DECLINED
OPEN, CLAIMED, GOING, CONFIRMING = WishState.OPEN, WishState.CLAIMED, WishState.IN_PROGRESS, WishState.TO_CONFIRM
HELD = states(CLAIMED, GOING)

TABLE = Table(
    [
        Transition(event=Event.SUBMIT, target=WAITING, who=rules.may_write_down),
        Transition(event=Event.APPROVE, source=states(WAITING), target=OPEN, who=rules.is_community),
        Transition(
            event=Event.REQUEST_CHANGES, source=states(WAITING), target=CHANGES, who=rules.is_community, reason=True
        ),
        Transition(event=Event.DECLINE, source=states(WAITING), target=DECLINED, who=rules.is_community, reason=True),
        Transition(event=Event.RESUBMIT, source=states(CHANGES), target=WAITING, who=rules.speaks_for_wisher),
        Transition(event=Event.CLAIM, source=states(OPEN), target=CLAIMED, who=rules.may_claim, needs=("claimant",)),
        Transition(event=Event.START, source=states(CLAIMED), target=GOING, who=rules.is_claimant),
        Transition(event=Event.GIVE_UP, source=HELD, target=OPEN, who=rules.is_claimant, reason=True),
        Transition(event=Event.REVOKE, source=HELD, target=OPEN, who=rules.is_community, reason=True),
        Transition(event=Event.RELEASE, source=HELD, target=OPEN, who=rules.nobody),
        Transition(
            event=Event.HAND_IN, source=states(GOING), target=CONFIRMING, who=rules.is_claimant, needs=("evidence",)
        ),
        Transition(event=Event.CONFIRM, source=states(CONFIRMING), target=WishState.FULFILLED, who=rules.may_confirm),
        Transition(event=Event.NOT_YET, source=states(CONFIRMING), target=GOING, who=rules.may_confirm, reason=True),
        Transition(event=Event.EXPIRE, source=states(OPEN), target=WishState.EXPIRED, who=rules.nobody),
        Transition(
            event=Event.WITHDRAW, source=states(WAITING, OPEN), target=WishState.WITHDRAWN, who=rules.speaks_for_wisher
        ),
    ]
)
