"""Guardrail 10 for what ended without being closed: the same terms, from the step that ended it."""

from datetime import timedelta

import pytest

from petitions.cases import forgetting, services
from petitions.cases.models import Remark
from portal.privacy import retention
from tests.petitions.cases.conftest import FILED_AT

YEAR, THREE = timedelta(days=365), timedelta(days=1096)
DAY = timedelta(days=1)
CONTACT = {"contact_phone": "13800002046", "reply_by": "sms"}


def says(case):
    case.refresh_from_db()
    return [bool(case.contact_phone or case.reporter_name), bool(case.description)]


@pytest.mark.parametrize("state", ["rejected", "withdrawn"])
def test_turned_down_or_taken_back_is_forgotten_as_what_was_closed(desk, state):
    case = desk.file(**CONTACT)
    services.add_remark(actor=desk.actor("resident"), case=case, text="门口第二盏", by_reporter=True)
    desk.act(case, *{"rejected": ("reject", "clerk"), "withdrawn": ("withdraw", "resident")}[state], reason="因为")
    told = {}
    for when in (YEAR - DAY, YEAR + DAY, THREE - DAY, THREE + DAY):
        counts = retention.run(FILED_AT + when).counts, retention.run(FILED_AT + when).counts
        told[when] = says(case)
        assert "petitions.Case" not in counts[1]
    assert list(told.values()) == [[True, True], [False, True], [False, True], [False, False]]
    assert Remark.objects.get(case=case).text == "—"


def test_merged_is_kept_while_its_reporter_waits_for_the_answer(desk):
    target, case = desk.file(), desk.file("neighbour", **CONTACT)
    desk.act(case, "merge", "clerk", target=target)
    late = FILED_AT + 4 * THREE
    assert forgetting.forget_never_closed(late) == 0
    desk.act(target, "reject", "clerk", late - YEAR + DAY, reason="不归社区管")
    assert forgetting.forget_never_closed(late) == 0
    assert says(case) == [True, True]
    # The one it went into, and itself.
    assert [forgetting.forget_never_closed(late + 2 * DAY) for _night in (1, 2)] == [2, 0]
    assert says(case) == [False, True]


def test_merged_into_what_was_closed_ends_with_it(desk):
    target, case = desk.at("awaiting_feedback"), desk.file("neighbour", **CONTACT)
    desk.act(case, "merge", "clerk", target=target)
    desk.act(target, "rate", "resident", FILED_AT + DAY, satisfaction="satisfied", solved="yes")
    assert forgetting.forget_never_closed(FILED_AT + YEAR) == 0
    assert forgetting.forget_never_closed(FILED_AT + YEAR + 2 * DAY) == 1
    assert says(case) == [False, True]
