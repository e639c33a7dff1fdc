"""Asking for new tickets: page by page, resumable, safe to run twice, and deaf to nonsense."""

from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.bridge import pulling, receiving
from petitions.bridge.models import ExternalSystem, ExternalTicket, InboundProblem
from petitions.cases.models import Case
from portal.flow.models import DueRow
from tests.petitions.bridge.conftest import a_ticket


def numbered(*numbers: int) -> list[dict]:
    return [a_ticket(id=f"GD-{n}") for n in numbers]


@pytest.fixture
def pulled(bridge, remote) -> ExternalSystem:
    system = bridge.system
    system.pull_url = f"{remote.url}/new?area=620902"
    system.save()
    return system


def state(system) -> tuple[str, str, bool]:
    system.refresh_from_db()
    return system.cursor, system.pull_error, system.pull_claimed_at is not None


def test_pages_are_taken_to_the_end_and_the_place_is_kept(pulled, remote):
    remote.pages = {
        "": {"tickets": numbered(1, 2), "cursor": "b"},
        "b": {"tickets": numbered(3), "cursor": "c"},
    }
    assert pulling.pull(system_id=pulled.pk) == 3
    assert state(pulled) == ("c", "", False)
    remote.pages["c"] = {"tickets": numbered(4), "cursor": "d"}
    assert pulling.pull(system_id=pulled.pk) == 1
    assert [asked.get("cursor", "") for asked in remote.asked] == ["", "b", "c", "c", "d"]
    assert all(asked["area"] == "620902" and asked["signature"] for asked in remote.asked)


def test_the_same_pages_again_make_nothing_new(pulled, remote):
    remote.pages = {"": {"tickets": numbered(1, 2), "cursor": ""}}
    assert [pulling.pull(system_id=pulled.pk) for _again in range(3)] == [2, 0, 0]
    assert Case.objects.count() == 2


def test_killed_in_the_middle_of_a_page_it_goes_on_there(pulled, remote, monkeypatch):
    remote.pages = {"": {"tickets": numbered(1), "cursor": "b"}, "b": {"tickets": numbered(2, 3), "cursor": "c"}}
    take, seen = pulling._take, []

    def die_at_the_third(system, one):
        seen.append(one)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return take(system, one)

    monkeypatch.setattr(pulling, "_take", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        pulling.pull(system_id=pulled.pk)
    assert state(pulled)[0] == "b"
    assert pulling.pull(system_id=pulled.pk) == 1
    assert sorted(ExternalTicket.objects.values_list("external_id", flat=True)) == ["GD-1", "GD-2", "GD-3"]


def test_a_second_worker_finds_it_claimed_and_a_lost_claim_ends(pulled, remote):
    now = timezone.now()
    remote.pages = {"": {"tickets": numbered(1), "cursor": ""}}
    ExternalSystem.objects.filter(pk=pulled.pk).update(pull_claimed_at=now - timedelta(minutes=1))
    assert pulling.pull(system_id=pulled.pk) == 0
    assert remote.asked == []
    ExternalSystem.objects.filter(pk=pulled.pk).update(pull_claimed_at=now - pulling.LEASE * 2)
    assert pulling.pull(system_id=pulled.pk) == 1


def test_whoever_lost_the_claim_does_not_set_the_place_back(pulled, remote, monkeypatch):
    remote.pages = {"": {"tickets": numbered(1), "cursor": "b"}}
    ask = pulling._ask

    def slow(system):
        found = ask(system)
        ExternalSystem.objects.filter(pk=pulled.pk).update(pull_claimed_at=timezone.now(), cursor="far")
        return found

    monkeypatch.setattr(pulling, "_ask", slow)
    pulling.pull(system_id=pulled.pk)
    assert state(pulled)[0] == "far"


NONSENSE = [
    b"", b"no json", b"\xff\xfe", b"[]", b"null", b"3", b"{}", b'{"tickets": 5}', b'{"tickets": {}, "cursor": "x"}',
    b'{"tickets": [], "cursor": {"a": 1}}', b'{"tickets": [], "cursor": "' + b"x" * 300 + b'"}', b"[" * 100_000,
]  # fmt: skip


def test_nonsense_is_no_error_and_moves_nothing(pulled, remote):
    ExternalSystem.objects.filter(pk=pulled.pk).update(cursor="a")
    for page in NONSENSE:
        remote.pages = {"a": page}
        assert pulling.pull(system_id=pulled.pk) == 0
        assert state(pulled) == ("a", "对方给的内容读不懂。", False), page[:40]


@pytest.mark.parametrize("status", [204, 301, 403, 404, 500])
def test_a_system_that_gives_nothing_is_asked_again_later(pulled, remote, status):
    remote.status = status
    assert pulling.pull(system_id=pulled.pk) == 0
    assert str(status) in state(pulled)[1]


def test_a_page_too_big_is_not_read(pulled, remote, monkeypatch):
    monkeypatch.setattr(pulling.wire, "LARGEST", 1000)
    remote.pages = {"": {"tickets": numbered(*range(20)), "cursor": ""}}
    assert pulling.pull(system_id=pulled.pk) == 0
    assert state(pulled)[1] == "对方一次给得太多，读不下。"


def test_one_that_cannot_be_read_goes_to_the_desk_and_the_others_are_taken(pulled, remote):
    bad = [{"id": "GD-9"}, None, "text", {"id": "x" * 99, "description": "灯坏了"}, {"a": float("nan")}]
    remote.pages = {"": {"tickets": [numbered(1)[0], *bad, numbered(2)[0]], "cursor": ""}}
    for _again in range(2):
        pulling.pull(system_id=pulled.pk)
    assert Case.objects.count() == 2
    problems = InboundProblem.objects.all()
    assert {one.kind for one in problems} == {"unreadable"}
    assert len(problems) == len(bad)
    assert problems.get(external_id="GD-9").detail == "没有写是什么事。"


def test_another_body_in_a_pull_is_the_desk_s_too(pulled, remote):
    remote.pages = {"": {"tickets": numbered(1), "cursor": ""}}
    pulling.pull(system_id=pulled.pk)
    remote.pages = {"": {"tickets": [a_ticket(id="GD-1", description="别的事情")], "cursor": ""}}
    assert pulling.pull(system_id=pulled.pk) == 0
    assert InboundProblem.objects.get().kind == "conflict"


def test_pulls_follow_one_another_by_rows(bridge, pulled, monkeypatch):
    woken = []
    monkeypatch.setattr(pulling, "wake", woken.append)
    actor = bridge.desk.actor("sysadmin")
    receiving.configure(actor=actor, system=pulled)
    receiving.configure(actor=actor, system=pulled)
    rows = DueRow.objects.filter(kind="bridge.pull")
    assert rows.filter(done_at=None).count() == 1
    # An outage of days: one pull catches up.
    assert bridge.sweep(timedelta(minutes=1)).done == 1
    assert rows.filter(done_at=None).count() == 1
    pulled.is_active = False
    pulled.save()
    bridge.sweep(timedelta(days=2))
    assert rows.filter(done_at=None).count() == 0
    assert rows.filter(outcome="skipped").count() == 1
