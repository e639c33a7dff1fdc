"""Every state × event × role, denials included; the matrix is written by hand from domain.md, not derived."""

import pytest
from django.db import transaction

from petitions.cases.enums import Event, State
from petitions.cases.models import Case, CaseRecord
from portal.errors import Forbidden, IllegalTransition, Refusal
from tests.petitions.cases.conftest import PATHS, at

ROLES = (
    "resident",  # the reporter
    "slip",  # whoever holds the slip
    "neighbour",
    "grid_worker",  # the holder, wherever somebody holds it
    "grid_worker_b",
    "clerk",
    "clerk_b",
    "secretary",
    "street_supervisor",
    "street_supervisor_b",
    "district_admin",
    "department_handler",
    "auditor",
    "sysadmin",
)
REPORTER = {"resident", "slip"}
COMMUNITY = {"clerk", "secretary"}
STREET = {"street_supervisor"}
DISTRICT = {"district_admin"}
HOLDER = {"grid_worker"}
UP = COMMUNITY | STREET | DISTRICT
# event → states it may start from → who
MATRIX: dict[str, dict[str, set[str]]] = {
    "accept": {"submitted": COMMUNITY | STREET},
    "reject": {"submitted": COMMUNITY | STREET},
    "merge": {"submitted": COMMUNITY | STREET},
    "contact": {
        "accepted": COMMUNITY,
        "assigned": COMMUNITY | HOLDER,
        "in_progress": COMMUNITY | HOLDER,
    },
    "request_info": {"submitted": COMMUNITY, "in_progress": COMMUNITY | HOLDER},
    "provide_info": {"needs_info": REPORTER},
    "assign": {"accepted": COMMUNITY | STREET},
    "reassign": {"assigned": COMMUNITY | STREET, "in_progress": COMMUNITY | STREET},
    "sign": {"assigned": HOLDER},
    "return": {"assigned": HOLDER},
    "rule": {},  # only while a ruling is open: below
    "escalate": {"in_progress": HOLDER},
    "receive": {"escalated": COMMUNITY},  # the grid's went up to the community
    "send_back": {"escalated": COMMUNITY},
    "ask_shelve": {"in_progress": HOLDER},
    "ask_extend": {"in_progress": HOLDER},
    "grant": {},  # only while something is asked: below
    "refuse": {},
    "unshelve": {"shelved": HOLDER | STREET},
    "submit_result": {"in_progress": HOLDER},
    "verify_pass": {"under_review": UP},  # the holder's level or above, never who handled it
    "verify_fail": {"under_review": UP},
    "rate": {"awaiting_feedback": REPORTER},
    "lapse": {},  # the system alone
    "reopen": {"closed": REPORTER},
    "withdraw": {"submitted": REPORTER, "accepted": REPORTER},
}
DATA = {
    "assign": lambda cast, other: {"person": cast.grid_worker},
    "reassign": lambda cast, other: {"person": cast.grid_worker},
    "merge": lambda cast, other: {"target": other},
    "ask_shelve": lambda cast, other: {"until": at("2026-10-20 09:00")},
    "ask_extend": lambda cast, other: {"until": at("2026-09-22 09:00")},
    "submit_result": lambda cast, other: {"answer": "换好了。", "solved": "yes"},
    "rate": lambda cast, other: {"satisfaction": "satisfied", "solved": "yes"},
}


def outcome(desk, case, event, who, other) -> str:
    """ "ok", or the code it was refused with; nothing is kept either way."""
    data = DATA.get(event, lambda cast, other: {})(desk.cast, other)
    try:
        with transaction.atomic():
            desk.act(case, event, who, reason="因为", **data)
            transaction.set_rollback(True)
    except Refusal as refused:
        return refused.code
    return "ok"


def test_matrix_names_every_event_but_the_first():
    assert set(MATRIX) | {"submit"} == set(Event.values)


@pytest.mark.parametrize("state", [state for state in State.values if state in PATHS])
def test_state_by_event_by_role(desk, state):
    other = desk.file()
    case = desk.at(state)
    wrong = []
    for event, starts in MATRIX.items():
        allowed = starts.get(state, set())
        ever = set().union(*starts.values(), *EVER.get(event, []))
        for who in ROLES:
            got = outcome(desk, case, event, who, other)
            # Who may never do it is told so (403); who may, but not from here, is told that (409).
            expected = {"ok"} if who in allowed else {"ILLEGAL_TRANSITION"} if who in ever else {"FORBIDDEN"}
            if who not in allowed and who in HOLDER | COMMUNITY | STREET | DISTRICT | REPORTER:
                # Which of the two refusals depends on who holds it at that moment; that it is one of them does not.
                expected = {"ILLEGAL_TRANSITION", "FORBIDDEN"}
            if got not in expected:
                wrong.append(f"{state} --{event}--> by {who}: {got}, expected {expected}")
    assert wrong == []


# Roles that may do it in some case that the matrix's single holder does not show.
EVER = {"rule": [STREET], "grant": [COMMUNITY, STREET], "refuse": [COMMUNITY, STREET]}


def test_a_refused_event_writes_nothing(desk):
    case = desk.at("assigned")
    before = CaseRecord.objects.count()
    with pytest.raises(IllegalTransition):
        desk.act(case, "accept", "clerk")
    with pytest.raises(Forbidden):
        desk.act(case, "sign", "neighbour")
    assert CaseRecord.objects.count() == before
    assert Case.objects.get(pk=case.pk).version == case.version


def test_the_same_step_twice_is_illegal(desk):
    case = desk.at("submitted")
    desk.act(case, "accept", "clerk")
    with pytest.raises(IllegalTransition):
        desk.act(case, "accept", "secretary")


@pytest.mark.parametrize("event", ["reject", "request_info", "return", "escalate", "verify_fail", "reopen", "reassign"])
def test_a_blank_reason_is_refused(desk, event):
    state, who = {
        "reject": ("submitted", "clerk"),
        "request_info": ("submitted", "clerk"),
        "return": ("assigned", "grid_worker"),
        "reassign": ("assigned", "clerk"),
        "escalate": ("in_progress", "grid_worker"),
        "verify_fail": ("under_review", "secretary"),
        "reopen": ("closed", "resident"),
    }[event]
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        desk.act(desk.at(state), event, who, reason="  ", person=desk.cast.grid_worker)
