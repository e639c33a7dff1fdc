"""Twenty lives replayed: what comes out was counted by hand (twenty_cases.md), on the page, by API, in the file."""

import csv
import io
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from petitions.cases.figures import BY_NAME, Period, figures, rows_behind
from petitions.cases.models import Case
from tests.petitions.cases.conftest import SHANGHAI, Desk, at
from tests.petitions.cases.test_table import WHO

HERE = Path(__file__).parent
SEPTEMBER = Period(at("2026-09-01 00:00"), at("2026-10-01 00:00"))
QUERY = "from=2026-09-01&to=2026-09-30"


def lines(name: str) -> list[dict[str, str]]:
    text = (HERE / name).read_text()
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


EXPECTED = {line["figure"]: line for line in lines("twenty_cases_expected.csv")}
BY_HAND = {name: (int(line["numerator"]), int(line["denominator"])) for name, line in EXPECTED.items()}


def data_of(desk: Desk, line: dict[str, str], filed: dict[str, Case]) -> dict[str, Any]:
    """What the event is given: `to=department until=2026-11-02T09:00` as the service takes it."""
    said = dict(part.partition("=")[::2] for part in line["more"].split())
    data: dict[str, Any] = {name: value for name, value in said.items() if name in ("satisfaction", "solved", "sla")}
    if to := said.get("to"):
        data |= {"department": desk.cast.place.sector} if to == "department" else {"person": desk.cast.users[WHO[to]]}
    if until := said.get("until"):
        data["until"] = datetime.fromisoformat(until).replace(tzinfo=SHANGHAI)
    if into := said.get("into"):
        data["target"] = filed[into]
    if line["event"] == "submit_result":
        data["answer"] = "办了。"
    return data


@pytest.fixture
def lives(desk) -> dict[str, Case]:
    """All lines of all lives in the order of time; the sweep runs where it is written."""
    filed: dict[str, Case] = {}
    for line in sorted(lines("twenty_cases.csv"), key=lambda line: line["when"]):
        now, number, event, who = at(line["when"]), line["case"], line["event"], WHO.get(line["who"], "")
        data = data_of(desk, line, filed)
        if event == "sweep":
            desk.sweep(now)
        elif event == "submit":
            filed[number] = desk.file(who, now, **data)
        else:
            desk.act(filed[number], event, who, now, reason="因为", **data)
    return filed


def test_every_figure_has_the_cases_counted_by_hand(desk, lives):
    """Not only how many: which."""
    number_of = {case.ref: int(number) for number, case in lives.items()}
    reach, found = desk.actor("secretary").reach, defaultdict(dict)
    for figure in BY_NAME.values():
        for part, side in (("numerator", "above"), ("denominator", "below")):
            rows = rows_behind(figure.name, part, reach, "", SEPTEMBER)
            found[figure.name][side] = sorted(number_of[row.at_ref] for row in rows)
    by_hand = {
        name: {side: [int(n) for n in line[side].split()] for side in ("above", "below")}
        for name, line in EXPECTED.items()
    }
    assert found == by_hand


def test_page_api_and_file_say_the_same(desk, lives, browse, call):
    counted = figures(desk.actor("secretary").reach, "", SEPTEMBER)
    assert {one.figure.name: (one.numerator, one.denominator) for one in counted} == BY_HAND
    said = call("secretary").get(f"/api/v1/figures/?{QUERY}").json()
    assert {name: (one["numerator"], one["denominator"]) for name, one in said.items()} == BY_HAND
    page = browse("secretary").get(f"/cases/figures/?{QUERY}")
    shown = {one["value"].figure.name: one["value"].percent for one in page.context["figures"]}
    assert shown == {name: line["percent"] for name, line in EXPECTED.items()}
    assert all(percent in page.content.decode() for percent in shown.values())
    assert page.context["export"] in page.content.decode().replace("&amp;", "&")
    file = browse("secretary").get(page.context["export"])
    assert file["Content-Type"].endswith("spreadsheetml.sheet")
    rows = list(load_workbook(io.BytesIO(file.content)).active.iter_rows(min_row=5, values_only=True))
    names = {str(figure.label): figure.name for figure in BY_NAME.values()}
    assert {names[row[0]]: (row[2], row[4]) for row in rows} == BY_HAND
    assert {names[row[0]]: "—" if row[5] is None else f"{row[5]:.0%}" for row in rows} == shown


def test_the_file_is_for_offices_and_of_their_own_ground(desk, browse):
    assert browse("grid_worker").get(f"/cases/figures/table.xlsx?{QUERY}").status_code == 403
    code = desk.cast.place.community.code
    assert browse("secretary_b").get(f"/cases/figures/table.xlsx?grid={code}").status_code == 404


def test_a_clock_that_stands_still_is_not_due(desk):
    """Waiting for the reporter, nobody owes anything: counted when the clock has run on and out."""
    case = desk.at("in_progress", sla="consultation")
    desk.act(case, "request_info", "grid_worker", at("2026-09-14 10:00"), reason="几楼？")
    reach = desk.actor("secretary").reach
    due = {one.figure.name: one.denominator for one in figures(reach, "", SEPTEMBER, ("response", "on_time"))}
    assert due == {"response": 0, "on_time": 0}


def test_what_was_due_before_it_was_shelved_in_a_later_round_counts(desk):
    case = desk.at("awaiting_feedback", sla="consultation")
    desk.act(case, "rate", "resident", at("2026-09-15 09:00"), satisfaction="dissatisfied", solved="no")
    desk.act(case, "sign", "grid_worker", at("2026-09-15 10:00"))
    until = at("2026-11-02 09:00")
    desk.act(case, "ask_shelve", "grid_worker", at("2026-09-15 10:00"), reason="等管道", until=until)
    desk.act(case, "grant", "street_supervisor", at("2026-09-15 11:00"))
    (on_time,) = figures(desk.actor("secretary").reach, "", SEPTEMBER, ("on_time",))
    assert (on_time.numerator, on_time.denominator) == (1, 1)
