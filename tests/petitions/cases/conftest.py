"""One case, walked to any state by the people of the cast, and moments in Shanghai."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from grids.postings.models import Posting
from petitions.cases import services
from petitions.cases.enums import Event, State
from petitions.cases.models import Case, Category
from portal.accounts.actors import Actor
from portal.flow import due
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """at("2026-09-18 14:20"): a moment in Shanghai."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


FILED_AT = at("2026-09-14 09:00")  # a Monday in an ordinary week


class Desk:
    """desk.file() → a fresh case; desk.at("assigned") → one in that state; desk.act(case, "sign", "grid_worker")."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.known: dict[str, Actor] = {}

    def file(self, who: str = "resident", now: datetime = FILED_AT, **fields: Any) -> Case:
        given = {"title": "楼道灯不亮", "description": "三楼的灯坏了一周了", "grid": self.cast.place.grid} | fields
        return services.submit(actor=self.actor(who), now=now, **given)

    def actor(self, who: str, case: Case | None = None) -> Actor:
        if who == "slip":
            return Actor(channel="slip", slip_of=case.pk if case else None)
        if who not in self.known:
            self.known[who] = self.cast.actor(who) if who else Actor()
        return self.known[who]

    def act(self, case: Case, event: str, who: str, now: datetime = FILED_AT, **data: Any) -> Case:
        return services.act(actor=self.actor(who, case), case_id=case.pk, event=event, now=now, **data)

    def at(self, state: str, now: datetime = FILED_AT, **fields: Any) -> Case:
        """A case in this state, held by the grid worker where somebody holds it."""
        case = self.file(now=now, **fields)
        for event, who, data in PATHS[state]:
            values = {key: value(self.cast) if callable(value) else value for key, value in data.items()}
            case = self.act(case, event, who, now, **values)
        assert case.state == state
        return case

    def sweep(self, now: datetime) -> due.Tally:
        return due.sweep(now)


REASON = {"reason": "因为"}
ACCEPT = (Event.ACCEPT, "clerk", {})
ASSIGN = (Event.ASSIGN, "clerk", {"person": lambda cast: cast.grid_worker})
SIGN = (Event.SIGN, "grid_worker", {})
RESULT = (Event.SUBMIT_RESULT, "grid_worker", {"answer": "换了新灯。", "solved": "yes"})
PASS = (Event.VERIFY_PASS, "secretary", {})
RATE = (Event.RATE, "resident", {"satisfaction": "satisfied", "solved": "yes"})
SHELVE = [
    (Event.ASK_SHELVE, "grid_worker", {"reason": "等管道改造", "until": at("2026-11-02 09:00")}),
    (Event.GRANT, "street_supervisor", {}),
]
WORK = [ACCEPT, ASSIGN, SIGN]
PATHS: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    State.SUBMITTED: [],
    State.NEEDS_INFO: [(Event.REQUEST_INFO, "clerk", {"reason": "是哪一单元？"})],
    State.ACCEPTED: [ACCEPT],
    State.ASSIGNED: [ACCEPT, ASSIGN],
    State.IN_PROGRESS: WORK,
    State.ESCALATED: [*WORK, (Event.ESCALATE, "grid_worker", {"reason": "要动公共管线"})],
    State.SHELVED: [*WORK, *SHELVE],
    State.UNDER_REVIEW: [*WORK, RESULT],
    State.AWAITING_FEEDBACK: [*WORK, RESULT, PASS],
    State.CLOSED: [*WORK, RESULT, PASS, RATE],
    State.REJECTED: [(Event.REJECT, "clerk", {"reason": "是商业广告"})],
    State.WITHDRAWN: [(Event.WITHDRAW, "resident", {})],
}


@pytest.fixture
def desk(cast: Cast) -> Desk:
    # The cast is posted from today on; cases here are filed on days of their own.
    Posting.objects.update(starts_at=at("2026-01-01 00:00"))
    return Desk(cast)


@pytest.fixture
def category(db: None) -> Category:
    return Category.objects.create(code="lamp", name="公共设施坏了", sla="help", order=10)
