"""A hotline of the district that talks to a server of this test, and cases that came over it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from petitions.bridge import keys, outbox, receiving, wire
from petitions.bridge.incoming import read
from petitions.bridge.models import ExternalSystem, ExternalTicket, OutboundUpdate
from petitions.cases.models import Case, Category
from portal.flow import due
from portal.flow.models import DueRow
from tests.petitions.bridge.remote import Remote
from tests.petitions.cases.conftest import FILED_AT, PATHS, Desk, category, desk

__all__ = ["category", "desk"]

TOKEN, SECRET = "let-us-in", "shared-between-us"


def a_ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": "GD-2026-0918-01",
        "title": "路灯不亮",
        "description": "东门外两盏路灯三天不亮，老人不敢走。",
        "category": "0302",
        "address": "文昌花园社区东门外",
        "caller": {"name": "林阿姨", "phone": "13800002046"},
        "reported_at": "2026-09-18T09:00:00+08:00",
        "due_at": "2026-09-23T18:00:00+08:00",
    } | more


@pytest.fixture
def remote(monkeypatch) -> Iterator[Remote]:
    monkeypatch.setattr(wire, "TIMEOUT", 0.3)
    monkeypatch.setattr(wire, "PATIENCE", 0.3)
    # A worker is somebody else's process: the tests send themselves.
    monkeypatch.setattr(outbox, "wake", lambda update_id, attempt: None)
    server = Remote()
    yield server
    server.close()


class Bridge:
    """bridge.take() → a ticket that has become a case; bridge.move(ticket, "in_progress"); bridge.work() sends."""

    def __init__(self, desk: Desk, system: ExternalSystem):
        self.desk, self.system = desk, system

    def take(self, via: str = "push", **more: Any) -> ExternalTicket:
        received = receiving.receive(system=self.system, incoming=read(a_ticket(**more)), via=via, now=FILED_AT)
        return received.ticket

    def move(self, ticket: ExternalTicket, state: str) -> Case:
        case = Case.objects.get(pk=ticket.case_id)
        for event, who, data in PATHS[state]:
            values = {key: value(self.desk.cast) if callable(value) else value for key, value in data.items()}
            case = self.desk.act(case, event, "slip" if who == "resident" else who, **values)
        return case

    def sweep(self, after: timedelta = timedelta(0)) -> due.Tally:
        """Only what is the bridge's: the cases were filed long ago, and their own clocks are not asked here."""
        DueRow.objects.exclude(kind__startswith="bridge.").update(done_at=FILED_AT, outcome="cancelled")
        return due.sweep(timezone.now() + after)

    def work(self, after: timedelta = timedelta(0)) -> int:
        """What is due is claimed, and what is claimed is sent: one look of one worker."""
        sent = 0
        while True:
            tally = self.sweep(after)
            claimed = OutboundUpdate.objects.filter(stage="sending", started_at=None)
            todo = list(claimed.values_list("pk", "attempt"))
            sent += sum(outbox.send(update_id=key, attempt=attempt) for key, attempt in todo)
            if not todo and not tally.done:
                return sent


@pytest.fixture
def bridge(desk, remote, category) -> Bridge:
    system = ExternalSystem.objects.create(
        code="12345-gy",
        name="12345 热线",
        kind="hotline",
        grid=desk.cast.place.district,
        token_hash=keys.hash_of(TOKEN),
        answer_url=f"{remote.url}/answers",
        secret_box=keys.locked(SECRET),
    )
    system.mappings.create(external_code="0302", category=category)
    return Bridge(desk, system)


@pytest.fixture
def other_category(db: None) -> Category:
    return Category.objects.create(code="clean", name="垃圾没清", sla="help", order=20)
