"""Every state × event × role, denials included. What is expected is written by hand from domain.md, in table.csv."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from grids.postings.models import Posting
from grids.tree.enums import Kind, Level
from grids.tree.planting import Seedling, plant
from petitions.cases.enums import Event, State
from petitions.cases.event_forms import FORMS
from petitions.cases.models import Case, CaseRecord
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.errors import Forbidden, IllegalTransition, Refusal
from tests.petitions.cases.conftest import ACCEPT, ASSIGN, FILED_AT, PASS, PATHS, RATE, RESULT, SIGN, WORK, at

# The table's columns → the people of the cast.
WHO = {
    "reporter": "resident",
    "slip": "slip",
    "neighbour": "neighbour",
    "worker": "grid_worker",
    "other_worker": "grid_worker_b",
    "clerk": "clerk",
    "secretary": "secretary",
    "other_clerk": "clerk_b",
    "street": "street_supervisor",
    "other_street": "street_supervisor_b",
    "district": "district_admin",
    "department": "department_handler",
    "other_department": "other_department",
    "auditor": "auditor",
    "sysadmin": "sysadmin",
    "system": "system",
}
CODES = {"403": "FORBIDDEN", "409": "ILLEGAL_TRANSITION", "ok": "ok"}
BECAUSE = {"reason": "因为"}
# ---------------------------------------------------------------- how one gets into each condition of the table
RETURN = (Event.RETURN, "grid_worker", BECAUSE)
REWORK = (Event.RATE, "resident", {"satisfaction": "dissatisfied", "solved": "no"})
ROUND = [SIGN, RESULT, PASS]
TO_DEPARTMENT = (Event.ASSIGN, "clerk", {"department": lambda cast: cast.place.sector})
SIGNED_THERE = (Event.SIGN, "department_handler", {})
UP = (Event.ESCALATE, "grid_worker", BECAUSE)
CLERK_UP = [UP, (Event.RECEIVE, "clerk", {}), (Event.ESCALATE, "clerk", BECAUSE)]
STREET_UP = [*CLERK_UP, (Event.RECEIVE, "street_supervisor", {}), (Event.ESCALATE, "street_supervisor", BECAUSE)]
ANSWER = {"answer": "办了。", "solved": "yes"}
ASK_SHELVE = (Event.ASK_SHELVE, "grid_worker", BECAUSE | {"until": at("2026-11-02 09:00")})
ASK_EXTEND = (Event.ASK_EXTEND, "grid_worker", BECAUSE | {"until": at("2026-09-22 09:00")})
RULING = [ACCEPT, ASSIGN, RETURN, ASSIGN, RETURN]
CONDITIONS = {
    "asked_at_work": [*WORK, (Event.REQUEST_INFO, "grid_worker", BECAUSE)],
    "returned": [ACCEPT, ASSIGN, RETURN],
    "returned_once": [ACCEPT, ASSIGN, RETURN, ASSIGN],
    "ruling": RULING,
    "ruled": [*RULING, (Event.RULE, "street_supervisor", BECAUSE | {"upheld": False})],
    "with_department": [ACCEPT, TO_DEPARTMENT],
    "at_department": [ACCEPT, TO_DEPARTMENT, SIGNED_THERE],
    "answered_by_department": [
        *(ACCEPT, TO_DEPARTMENT, SIGNED_THERE),
        (Event.SUBMIT_RESULT, "department_handler", ANSWER),
    ],
    "at_community": [*WORK, UP, (Event.RECEIVE, "clerk", {})],
    "answered_by_clerk": [*WORK, UP, (Event.RECEIVE, "clerk", {}), (Event.SUBMIT_RESULT, "clerk", ANSWER)],
    "escalated_to_street": [*WORK, *CLERK_UP],
    "at_street": [*WORK, *CLERK_UP, (Event.RECEIVE, "street_supervisor", {})],
    "answered_by_street": [
        *WORK,
        *CLERK_UP,
        (Event.RECEIVE, "street_supervisor", {}),
        (Event.SUBMIT_RESULT, "street_supervisor", ANSWER),
    ],
    "escalated_to_district": [*WORK, *STREET_UP],
    "at_district": [*WORK, *STREET_UP, (Event.RECEIVE, "district_admin", {})],
    "asked_shelve": [*WORK, ASK_SHELVE],
    "asked_extend": [*WORK, ASK_EXTEND],
    "extended": [*WORK, ASK_EXTEND, (Event.GRANT, "secretary", {})],
    "second_round": [*WORK, RESULT, PASS, REWORK],
    "third_round": [*WORK, RESULT, PASS, REWORK, *ROUND, REWORK],
    "closed_again": [*WORK, RESULT, PASS, RATE, (Event.REOPEN, "resident", BECAUSE), *ROUND, RATE],
    "closed_long_ago": PATHS[State.CLOSED],
}
WHEN = {"closed_long_ago": at("2026-08-14 08:59")}
DATA = {
    "assign": lambda cast, other: {"person": cast.grid_worker},
    "reassign": lambda cast, other: {"person": cast.grid_worker},
    "merge": lambda cast, other: {"target": other},
    "rule": lambda cast, other: {"upheld": True},
    "whistle": lambda cast, other: {"departments": [cast.place.sector]},
    "ask_shelve": lambda cast, other: {"until": at("2026-10-20 09:00")},
    "ask_extend": lambda cast, other: {"until": at("2026-09-22 09:00")},
    "submit_result": lambda cast, other: {"answer": "换好了。", "solved": "yes"},
    "rate": lambda cast, other: {"satisfaction": "satisfied", "solved": "yes"},
}


# ---------------------------------------------------------------- the table, read
def table() -> dict[tuple[str, str], dict[str, str]]:
    """(situation, event) → column → ok, 403 or 409. `*` is every state that the event's other lines do not name."""
    text = (Path(__file__).parent / "table.csv").read_text()
    lines = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in sorted(lines, key=lambda line: line["situations"] == "*"):
        event, situations = line.pop("event"), line.pop("situations").split()
        rest = [state for state in State.values if (state, event) not in found]
        for situation in rest if situations == ["*"] else situations:
            assert (situation, event) not in found, f"{event} from {situation} stands twice"
            found[situation, event] = line
    return found


TABLE = table()


@pytest.fixture
def everybody(desk):
    """The cast, and somebody of another department."""
    node = plant(
        [Seedling("620902-S02", "620902", {"level": Level.BASIC_GRID, "name": "水务网格", "kind": Kind.SECTOR})]
    )
    user = User.objects.create(username="other_department", name="other_department", phone="+8613800000099")
    role = Role.DEPARTMENT_HANDLER
    Posting.objects.create(user=user, role=role, grid=node["620902-S02"], starts_at=at("2026-01-01 00:00"))
    desk.cast.users["other_department"] = user
    desk.known["system"] = SYSTEM
    return desk


def came_to(desk, situation: str) -> Case:
    """A case in this state or condition."""
    if situation == State.MERGED:
        return desk.act(desk.file(), Event.MERGE, "clerk", target=desk.file())
    steps, now = CONDITIONS.get(situation) or PATHS[situation], WHEN.get(situation, FILED_AT)
    case = desk.file(now=now)
    for event, who, data in steps:
        case = desk.act(case, event, who, now, **{k: v(desk.cast) if callable(v) else v for k, v in data.items()})
    return case


def outcome(desk, case, event, who, other, *, undo: bool) -> str:
    """ "ok", or the code it was refused with. undo: nothing of it is kept."""
    data = DATA.get(event, lambda cast, other: {})(desk.cast, other)
    try:
        if not undo:
            desk.act(case, event, who, **BECAUSE, **data)
            return "ok"
        with transaction.atomic():
            desk.act(case, event, who, **BECAUSE, **data)
            transaction.set_rollback(True)
    except Refusal as refused:
        return refused.code
    return "ok"


def wrong_cells(desk, situation: str) -> Iterator[str]:
    """What the services do otherwise than the table says, of every event that it names from here, by everybody."""
    other, case = desk.file(), came_to(desk, situation)
    for (named, event), cells in TABLE.items():
        if named != situation:
            continue
        for column, who in WHO.items():
            # Nothing to undo after what is refused; should it not be, the cells after it are red too.
            got = outcome(desk, case, event, who, other, undo=cells[column] == "ok")
            if got != CODES[cells[column]]:
                yield f"{situation} --{event}--> by {column}: {got}, by the table {cells[column]}"


def test_the_table_is_whole():
    """Every state × event × column has a word, and no word is unknown."""
    assert {(state, event) for state in State.values for event in Event.values} <= set(TABLE)
    assert {situation for situation, _event in TABLE} == {*State.values, *CONDITIONS, "nothing"}
    for cells in TABLE.values():
        assert set(cells) == set(WHO)
        assert set(cells.values()) <= set(CODES)


@pytest.mark.parametrize("state", State.values)
def test_state_by_event_by_role(everybody, state):
    assert list(wrong_cells(everybody, state)) == []


def test_condition_by_event_by_role(everybody):
    wrong = []
    for condition in CONDITIONS:
        with transaction.atomic():
            wrong += wrong_cells(everybody, condition)
            transaction.set_rollback(True)
    assert wrong == []


def test_filing_by_role(everybody):
    """On 第 1 网格: residents and visitors for themselves, the people of that ground on behalf of somebody."""
    wrong = []
    for column, who in WHO.items():
        actor = Actor(channel="slip") if who == "slip" else everybody.actor(who)
        try:
            with transaction.atomic():
                everybody.known["now"] = actor
                everybody.file("now")
            got = "ok"
        except Refusal as refused:
            got = refused.code
        if got != CODES[TABLE["nothing", "submit"][column]]:
            wrong.append(f"filed by {column}: {got}")
    assert wrong == []


# ---------------------------------------------------------------- the doors
# The states where the least is possible, and one where a clerk may do much.
BEHIND_DOORS = ("submitted", "closed", "rejected", "merged", "withdrawn")
BY_CODE = {"ok": 200, "403": 403, "409": 409}


@pytest.mark.parametrize("state", BEHIND_DOORS)
def test_the_api_opens_nothing_that_the_table_does_not(everybody, call, state):
    case, client = came_to(everybody, state), call("clerk")
    other = everybody.file()
    person = {"person": str(everybody.cast.grid_worker.pk)}
    more = {"merge": {"target": other.ref}, "assign": person, "reassign": person, "rule": {"upheld": True}}
    wrong = []
    for event in [*Event.values, "whistles", "nonsense", "closed"]:
        cells = TABLE.get((state, event), {"clerk": "409"})
        body = {"event": event, "reason": "因为", **more.get(event, {})}
        with transaction.atomic():
            got = client.post(f"/api/v1/cases/{case.ref}/events/", body, format="json")
            transaction.set_rollback(True)
        if got.status_code != BY_CODE[cells["clerk"]]:
            wrong.append(f"{state} --{event}--> {got.status_code} {got.content.decode()[:80]}")
    assert wrong == []


@pytest.mark.parametrize("state", BEHIND_DOORS)
def test_the_page_opens_nothing_that_the_table_does_not(everybody, browse, state):
    """A form that was never offered, posted all the same."""
    case, client = came_to(everybody, state), browse("clerk")
    full = {
        "reason": "因为", "to": f"person:{everybody.cast.grid_worker.pk}", "upheld": "yes", "until": "2026-10-20",
        "target": everybody.file().ref, "answer": "换好了。", "solved": "yes", "satisfaction": "satisfied",
        "departments": [str(everybody.cast.place.sector.pk)],
    }  # fmt: skip
    wrong = []
    for event in Event.values:
        with transaction.atomic():
            got = client.post(reverse("case-event", args=[case.ref, event]), full).status_code
            moved = Case.objects.get(pk=case.pk).version != case.version
            transaction.set_rollback(True)
        word = TABLE[state, event]["clerk"]
        expected = 404 if event not in FORMS else 302 if word == "ok" else BY_CODE[word]
        if got != expected or moved != (word == "ok" and event in FORMS):
            wrong.append(f"{state} --{event}--> {got}, moved: {moved}")
    assert wrong == []


def test_open311_files_and_reads_and_moves_nothing(everybody, browse):
    case = came_to(everybody, "submitted")
    client = browse("clerk")
    for name in ("open311-request-json", "open311-request-xml"):
        url = reverse(name, args=[case.ref])
        for method in ("post", "put", "patch", "delete"):
            got = getattr(client, method)(url, {"event": "accept", "status": "closed"}, content_type="application/json")
            assert got.status_code in (400, 403, 404, 405), (method, got.status_code)
    assert CaseRecord.objects.filter(subject=case).count() == 1
    assert Case.objects.get(pk=case.pk).version == case.version


def test_the_back_office_has_no_door_to_cases():
    open_ = {model.__name__ for model in admin.site._registry if model.__module__.startswith("petitions.cases")}
    assert open_ <= {"Category", "Term"}


# ---------------------------------------------------------------- what a refusal leaves
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
