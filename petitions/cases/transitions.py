"""The table of domain.md, "Case", as data. What each called department does is a table of its own: whistle_flow.py."""

from typing import TYPE_CHECKING, Any

from petitions.cases import rules
from petitions.cases.enums import Asking, ClockName, Event, Level, Satisfaction, Solved, State
from portal.flow.table import BACK, UNCHANGED, Table, Transition, states

if TYPE_CHECKING:
    from petitions.cases.models import Case

S = State
C = ClockName
FILED = (C.SIGN, C.CONTACT, C.RESULT, C.FINISH)
COMMUNITY_OR_STREET = rules.any_of(rules.community, rules.street)
COMMUNITY_OR_HOLDER = rules.any_of(rules.community, rules.holder)


# ---------------------------------------------------------------- which row applies
def first_return(case: "Case", data: dict[str, Any]) -> bool:
    return case.returns == 0


def second_return(case: "Case", data: dict[str, Any]) -> bool:
    return case.returns == 1 and not case.ruling_open


def ruled_for(case: "Case", data: dict[str, Any]) -> bool:
    return case.ruling_open and bool(data.get("upheld"))


def ruled_against(case: "Case", data: dict[str, Any]) -> bool:
    return case.ruling_open and not data.get("upheld")


def below_district(case: "Case", data: dict[str, Any]) -> bool:
    return case.holder_level != Level.DISTRICT


def nothing_asked(case: "Case", data: dict[str, Any]) -> bool:
    return not case.asking


def not_extended(case: "Case", data: dict[str, Any]) -> bool:
    return not case.asking and not case.extended


def asked_to_shelve(case: "Case", data: dict[str, Any]) -> bool:
    return case.asking == Asking.SHELVE


def asked_to_extend(case: "Case", data: dict[str, Any]) -> bool:
    return case.asking == Asking.EXTEND


def something_asked(case: "Case", data: dict[str, Any]) -> bool:
    return bool(case.asking)


def content(case: "Case", data: dict[str, Any]) -> bool:
    return data.get("satisfaction") != Satisfaction.DISSATISFIED and data.get("solved") != Solved.NO


def not_content(case: "Case", data: dict[str, Any]) -> bool:
    return not content(case, data)


def never_reopened(case: "Case", data: dict[str, Any]) -> bool:
    return not case.reopened


def T(event: Event, source: str | tuple[str, ...] = (), target: str | None = UNCHANGED, **rest: Any) -> Transition:  # noqa: N802
    names = (source,) if isinstance(source, str) else source
    return Transition(event=event.value, source=states(*(str(name) for name in names)), target=target, **rest)


TABLE = Table(
    [
        T(Event.SUBMIT, target=S.SUBMITTED, who=rules.may_file, starts=FILED),
        T(Event.ACCEPT, S.SUBMITTED, S.ACCEPTED, who=COMMUNITY_OR_STREET),
        T(Event.REJECT, S.SUBMITTED, S.REJECTED, who=COMMUNITY_OR_STREET, reason=True, stops=FILED),
        T(Event.MERGE, S.SUBMITTED, S.MERGED, who=COMMUNITY_OR_STREET, needs=("target",), stops=FILED),
        T(Event.CONTACT, (S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS), who=COMMUNITY_OR_HOLDER, stops=(C.CONTACT,)),
        T(
            Event.REQUEST_INFO,
            (S.SUBMITTED, S.IN_PROGRESS),
            S.NEEDS_INFO,
            who=COMMUNITY_OR_HOLDER,
            reason=True,
            pauses=True,
            starts=(C.INFO,),
        ),
        T(Event.PROVIDE_INFO, S.NEEDS_INFO, BACK, who=rules.reporter, reason=True, resumes=True, stops=(C.INFO,)),
        T(Event.ASSIGN, S.ACCEPTED, S.ASSIGNED, who=COMMUNITY_OR_STREET, starts=(C.SIGN,)),
        T(
            Event.REASSIGN,
            (S.ASSIGNED, S.IN_PROGRESS),
            S.ASSIGNED,
            who=COMMUNITY_OR_STREET,
            reason=True,
            stops=(C.SIGN, C.RULING),
            starts=(C.SIGN,),
        ),
        T(Event.SIGN, S.ASSIGNED, S.IN_PROGRESS, who=rules.holder, stops=(C.SIGN, C.RULING)),
        # First: back to whoever assigns. Second: a ruling decides. Third: no row, so 409.
        T(Event.RETURN, S.ASSIGNED, S.ACCEPTED, who=rules.holder, when=first_return, reason=True, stops=(C.SIGN,)),
        T(Event.RETURN, S.ASSIGNED, who=rules.holder, when=second_return, reason=True, starts=(C.RULING,)),
        T(
            Event.RULE,
            S.ASSIGNED,
            S.ACCEPTED,
            who=rules.street,
            when=ruled_for,
            reason=True,
            stops=(C.RULING, C.SIGN),
        ),
        T(Event.RULE, S.ASSIGNED, who=rules.street, when=ruled_against, reason=True, stops=(C.RULING,)),
        T(
            Event.ESCALATE,
            S.IN_PROGRESS,
            S.ESCALATED,
            who=rules.holder,
            when=below_district,
            reason=True,
            starts=(C.RECEIVE,),
        ),
        T(Event.RECEIVE, S.ESCALATED, S.IN_PROGRESS, who=rules.at_holder_level, stops=(C.RECEIVE,)),
        T(Event.SEND_BACK, S.ESCALATED, S.IN_PROGRESS, who=rules.at_holder_level, reason=True, stops=(C.RECEIVE,)),
        T(Event.WHISTLE, S.IN_PROGRESS, who=rules.street, reason=True, needs=("departments",)),
        T(Event.ASK_SHELVE, S.IN_PROGRESS, who=rules.holder, when=nothing_asked, reason=True, needs=("until",)),
        T(Event.ASK_EXTEND, S.IN_PROGRESS, who=rules.holder, when=not_extended, reason=True, needs=("until",)),
        T(Event.GRANT, S.IN_PROGRESS, S.SHELVED, who=rules.may_decide, when=asked_to_shelve, pauses=True),
        T(Event.GRANT, S.IN_PROGRESS, who=rules.may_decide, when=asked_to_extend),
        T(Event.REFUSE, S.IN_PROGRESS, who=rules.may_decide, when=something_asked, reason=True),
        T(Event.UNSHELVE, S.SHELVED, S.IN_PROGRESS, who=rules.any_of(rules.holder, rules.street), resumes=True),
        T(
            Event.SUBMIT_RESULT,
            S.IN_PROGRESS,
            S.UNDER_REVIEW,
            who=rules.holder,
            needs=("answer", "solved"),
            stops=(C.RESULT,),
            starts=(C.VERIFY,),
        ),
        T(
            Event.VERIFY_PASS,
            S.UNDER_REVIEW,
            S.AWAITING_FEEDBACK,
            who=rules.may_verify,
            stops=(C.VERIFY, C.FINISH),
            starts=(C.RATE,),
        ),
        T(Event.VERIFY_FAIL, S.UNDER_REVIEW, S.IN_PROGRESS, who=rules.may_verify, reason=True, stops=(C.VERIFY,)),
        T(
            Event.RATE,
            S.AWAITING_FEEDBACK,
            S.CLOSED,
            who=rules.reporter,
            when=content,
            needs=("satisfaction", "solved"),
            stops=(C.RATE, C.CONTACT, C.SIGN),
        ),
        T(
            Event.RATE,
            S.AWAITING_FEEDBACK,
            S.ASSIGNED,
            who=rules.reporter,
            when=not_content,
            needs=("satisfaction", "solved"),
            stops=(C.RATE, C.CONTACT, C.SIGN),
            starts=FILED,
        ),
        T(Event.LAPSE, S.AWAITING_FEEDBACK, S.CLOSED, who=rules.nobody, stops=(C.RATE, C.CONTACT, C.SIGN)),
        T(Event.REOPEN, S.CLOSED, S.ASSIGNED, who=rules.reporter, when=never_reopened, reason=True, starts=FILED),
        T(Event.WITHDRAW, (S.SUBMITTED, S.ACCEPTED), S.WITHDRAWN, who=rules.reporter, stops=FILED),
    ]
)
# What the clock does by itself, and what follows a posting that ends. Everything else is somebody's decision.
BY_SYSTEM = frozenset({Event.PROVIDE_INFO, Event.REASSIGN, Event.UNSHELVE, Event.LAPSE})
# Clocks that end without anybody having been late or in time: the case ended, or went into other hands.
VOIDED: dict[str, frozenset[str]] = {
    Event.REJECT: frozenset(C.values),
    Event.MERGE: frozenset(C.values),
    Event.WITHDRAW: frozenset(C.values),
    Event.RETURN: frozenset({C.SIGN}),
    Event.RULE: frozenset({C.SIGN}),
    Event.REASSIGN: frozenset({C.SIGN, C.RULING}),
    Event.SIGN: frozenset({C.RULING}),
}
# Whoever did one of these may not verify the round.
HANDLING = frozenset({Event.SIGN.value, Event.RECEIVE.value, Event.ESCALATE.value, Event.SUBMIT_RESULT.value})
