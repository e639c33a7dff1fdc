"""The figures by a set small enough to count by hand; the page, the API and the rows behind each number agree."""

import pytest
from django.urls import reverse

from petitions.cases.figures import BY_NAME, Period, figures
from tests.petitions.cases.conftest import at

SEPTEMBER = Period(at("2026-09-01 00:00"), at("2026-10-01 00:00"))
# name → (numerator, denominator), counted by hand from `lives`.
BY_HAND = {
    "response": (2, 6),
    "on_time": (5, 7),
    "solved": (2, 4),
    "satisfaction": (3, 4),
    "coverage": (3, 4),
    "rework": (1, 4),
    "escalation": (1, 6),
    "supervision": (2, 6),
    "return": (1, 6),
    "wishes": (0, 0),
}


@pytest.fixture
def lives(desk):
    """Eight cases of the class 咨询 (contact 4 WH, result 8 WH), all filed on Monday 09-14 at 09:00.

    1 contacted and handed in in time, satisfied, solved · 2 the same, partly solved · 3 never contacted, dissatisfied;
    second round in time, rated before its contact was due, satisfied · 4 never contacted, never rated: lapsed · 5 late,
    not handed in: supervised · 6 returned once, paused, escalated, then late: supervised · 7 rejected · 8 withdrawn.
    Contacts due: six first ones. Results due: six first ones and the second of 3.
    """
    given = {"sla": "consultation"}
    one = desk.at("in_progress", **given)
    desk.act(one, "contact", "grid_worker", at("2026-09-14 10:00"))
    two = desk.at("in_progress", **given)
    desk.act(two, "contact", "grid_worker", at("2026-09-14 10:00"))
    three, four, five = (desk.at("in_progress", **given) for _n in range(3))
    six = desk.at("assigned", **given)
    six = desk.act(six, "return", "grid_worker", reason="不归我")
    six = desk.act(six, "assign", "clerk", person=desk.cast.grid_worker)
    six = desk.act(six, "sign", "grid_worker")
    desk.act(six, "request_info", "grid_worker", at("2026-09-14 10:00"), reason="几层？")
    desk.at("rejected", **given)
    desk.at("withdrawn", **given)
    for case in (one, two, three, four):
        desk.act(case, "submit_result", "grid_worker", at("2026-09-14 16:00"), answer="好了", solved="yes")
        desk.act(case, "verify_pass", "secretary", at("2026-09-14 17:00"))
    desk.act(one, "rate", "resident", at("2026-09-15 09:00"), satisfaction="satisfied", solved="yes")
    desk.act(two, "rate", "resident", at("2026-09-15 09:00"), satisfaction="fairly", solved="partly")
    desk.act(three, "rate", "resident", at("2026-09-15 09:00"), satisfaction="dissatisfied", solved="no")
    desk.act(three, "sign", "grid_worker", at("2026-09-15 10:00"))
    desk.act(three, "submit_result", "grid_worker", at("2026-09-15 11:00"), answer="又修了", solved="yes")
    desk.act(three, "verify_pass", "secretary", at("2026-09-15 12:00"))
    desk.act(three, "rate", "resident", at("2026-09-15 14:00"), satisfaction="satisfied", solved="yes")
    desk.sweep(at("2026-09-15 09:30"))  # five is late now
    desk.act(six, "provide_info", "resident", at("2026-09-16 09:00"), reason="三层")
    desk.act(six, "escalate", "grid_worker", at("2026-09-16 10:00"), reason="办不了")
    desk.sweep(at("2026-09-22 09:00"))  # four lapses
    return [one, two, three, four, five, six]


def test_figures_are_as_counted_by_hand(desk, lives):
    found = figures(desk.actor("secretary").reach, "", SEPTEMBER)
    assert {one.figure.name: (one.numerator, one.denominator) for one in found} == BY_HAND


def test_the_api_says_the_same(desk, lives, call):
    said = call("secretary").get("/api/v1/figures/?from=2026-09-01&to=2026-09-30").json()
    assert {name: (one["numerator"], one["denominator"]) for name, one in said.items()} == BY_HAND
    assert said["satisfaction"]["value"] == 0.75


def test_each_number_opens_exactly_its_rows(desk, lives, browse):
    client = browse("secretary")
    opened = {}
    for name in BY_NAME:
        pages = [
            client.get(f"/cases/figures/{name}/{part}/?from=2026-09-01&to=2026-09-30").context
            for part in ("numerator", "denominator")
        ]
        assert [len(page["rows"]) for page in pages] == [page["page"].paginator.count for page in pages]
        opened[name] = tuple(len(page["rows"]) for page in pages)
    assert opened == BY_HAND


def test_figures_are_of_ones_own_ground(desk, lives, call):
    said = call("secretary_b").get("/api/v1/figures/?from=2026-09-01&to=2026-09-30").json()
    assert {one["denominator"] for one in said.values()} == {0}
    assert {one["value"] for one in said.values()} == {None}
    assert call("secretary_b").get(f"/api/v1/figures/?grid={desk.cast.place.grid.code}").status_code == 404
    assert call("secretary").get(f"/api/v1/figures/?grid={desk.cast.place.community.pk}").status_code == 200


def test_a_page_keeps_its_form_where_the_dates_are_wrong(desk, browse):
    page = browse("secretary").get("/cases/figures/?from=2026-12-01&to=2026-11-01")
    assert page.status_code == 422
    assert all(words in page.content.decode() for words in ("起止日期颠倒了", 'name="from"', "响应率"))


@pytest.mark.parametrize(
    "query", ["from=2026-09-30&to=2026-09-01", "from=gestern", "to=2026-13-01", "from=0001-01-01&to=x"]
)
def test_what_is_no_range_is_422(desk, call, query):
    assert call("secretary").get(f"/api/v1/figures/?{query}").status_code == 422


@pytest.mark.parametrize("who", ["resident", "grid_worker", "department_handler", "auditor"])
def test_figures_are_for_offices(desk, call, who):
    assert call(who).get("/api/v1/figures/").status_code == 403


def test_a_zero_denominator_shows_a_dash(desk, browse):
    page = browse("secretary").get(reverse("case-figures") + "?from=2020-01-01&to=2020-01-31").content.decode()
    assert page.count("—") >= len(BY_NAME)
