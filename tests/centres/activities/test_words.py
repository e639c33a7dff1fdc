"""How an enrolment reads: to whose it is, and to the staff."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from centres.activities import words
from centres.activities.enums import EnrolmentState
from tests.centres.rooms.people import NOW


def read(state: EnrolmentState, *, mine: bool, before: int = 0, child: bool = False) -> str:
    enrolment: Any = SimpleNamespace(
        state=state,
        activity=SimpleNamespace(title="书法课"),
        name="小满",
        is_child=child,
        offered_until=NOW + timedelta(hours=2),
    )
    said = words.standing(enrolment, NOW, before=before, mine=mine)
    return f"{said.headline} {said.state} {said.who} {said.note}"


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("state", EnrolmentState)
def test_staff_are_not_taken_for_whose_it_is(state: EnrolmentState, before: int) -> None:
    assert "您" not in read(state, mine=False, before=before)


def test_whose_it_is_is_spoken_to() -> None:
    assert "您是下一位" in read(EnrolmentState.WAITING, mine=True)
    assert "轮到您了" in read(EnrolmentState.OFFERED, mine=True)


@pytest.mark.parametrize(("minutes", "said"), [(60, "1 小时"), (90, "1.5 小时"), (600, "10 小时")])
def test_hours_are_said_without_needless_nought(minutes: int, said: str) -> None:
    assert words.hours(minutes) == said
