"""What one step asks of the database: a few questions, the same few however long the case's story is."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions.cases import services
from petitions.cases.models import Remark
from tests.petitions.cases.conftest import FILED_AT, at

STEPS = {
    "accept": ("submitted", "clerk", {}),
    "assign": ("accepted", "clerk", {"person": "grid_worker"}),
    "sign": ("assigned", "grid_worker", {}),
    "submit_result": ("in_progress", "grid_worker", {"answer": "换好了。", "solved": "yes"}),
    "verify_pass": ("under_review", "secretary", {}),
}
QUERIES = {"accept": 12, "assign": 12, "sign": 11, "submit_result": 15, "verify_pass": 19}


def cost(desk, event: str, *, story: int) -> int:
    """Queries of one step on a case with so many lines to its story. A savepoint asks nothing."""
    state, who, data = STEPS[event]
    case = desk.at(state)
    Remark.objects.bulk_create(Remark(case=case, by_reporter=False, text="还在等", at=FILED_AT) for _n in range(story))
    if state in ("accepted", "assigned", "in_progress"):
        for minute in range(story // 10):
            desk.act(case, "contact", "clerk", at(f"2026-09-14 09:{minute:02}"))
    given = {name: desk.cast.users[value] if name == "person" else value for name, value in data.items()}
    with CaptureQueriesContext(connection) as asked:
        services.act(actor=desk.actor(who), case_id=case.pk, event=event, now=FILED_AT, **given)
    return len([one for one in asked if "SAVEPOINT" not in one["sql"]])


def test_one_step_costs_the_same_few_queries(desk):
    for who in ("clerk", "grid_worker", "secretary"):
        assert desk.actor(who).reach.scopes  # read once, as in a request
    cost(desk, "accept", story=0)  # the calendar is read once in a process
    assert {event: cost(desk, event, story=0) for event in STEPS} == QUERIES
    assert {event: cost(desk, event, story=30) for event in STEPS} == QUERIES
