"""Pages: every state, for whoever holds the slip and for colleagues."""

import pytest
from django.urls import reverse

from petitions.cases.enums import State
from tests.petitions.cases.conftest import PATHS


@pytest.mark.parametrize("state", list(PATHS))
def test_the_slip_opens_in_every_state(desk, browse, state):
    case = desk.at(state)
    for elder in ("0", "2"):
        client = browse()
        client.cookies["elder"] = elder
        page = client.get(case.track_path)
        assert page.status_code == 200
        assert str(State(state).label) in page.content.decode()


@pytest.mark.parametrize("state", list(PATHS))
def test_a_case_opens_in_every_state_for_colleagues(desk, browse, state):
    case = desk.at(state)
    for who in ("clerk", "secretary", "street_supervisor", "grid_worker"):
        assert browse(who).get(case.get_absolute_url()).status_code == 200, who
    assert browse("clerk").get(reverse("cases") + "?view=all").status_code == 200
