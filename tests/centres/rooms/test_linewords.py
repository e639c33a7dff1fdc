"""How a place in line reads: to whoever waits, and to the staff."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from centres.rooms import linewords
from centres.rooms.enums import WaitState
from tests.centres.rooms.people import NOW, at

EVERY = [
    (WaitState.WAITING, 0, None),
    (WaitState.WAITING, 2, None),
    (WaitState.OFFERED, 0, NOW + timedelta(hours=2)),
    (WaitState.OFFERED, 0, NOW - timedelta(hours=2)),
    (WaitState.ACCEPTED, 0, None),
    (WaitState.WITHDRAWN, 0, None),
    (WaitState.LAPSED, 0, None),
    (WaitState.LAPSED, 0, NOW - timedelta(hours=2)),
]


def read(state: WaitState, before: int, until: Any, *, mine: bool) -> str:
    entry: Any = SimpleNamespace(
        room=SimpleNamespace(name="书画室"),
        state=state,
        starts_at=at("09-21 09:00"),
        ends_at=at("09-21 10:00"),
        offer_until=until if state == WaitState.OFFERED else None,
        offered_at=until,
    )
    said = linewords.standing(entry, NOW, before=before, mine=mine)
    return f"{said.headline} {said.state} {said.who} {said.note}"


@pytest.mark.parametrize(("state", "before", "until"), EVERY)
def test_staff_are_not_taken_for_whoever_waits(state: WaitState, before: int, until: Any) -> None:
    assert "您" not in read(state, before, until, mine=False)


def test_whoever_waits_is_spoken_to() -> None:
    assert "您是第一位" in read(WaitState.WAITING, 0, None, mine=True)
    assert "轮到您了" in read(WaitState.OFFERED, 0, NOW + timedelta(hours=2), mine=True)
