"""Closed is not solved: by whose word, on every page that shows a closed case."""

import pytest

from petitions.cases import verdicts
from petitions.cases.models import Case
from tests.petitions.cases.conftest import FILED_AT, at


def ended(desk, handler: str, verdict: str = "", how: str = "") -> Case:
    case = desk.at("in_progress")
    case = desk.act(case, "submit_result", "grid_worker", answer="看过了。", solved=handler)
    case = desk.act(case, "verify_pass", "secretary")
    if verdict:
        return desk.act(case, "rate", "resident", satisfaction=how, solved=verdict)
    desk.sweep(at("2026-09-30 09:00"))
    return Case.objects.get(pk=case.pk)


UNRATED = [("yes", "办好了"), ("partly", "办了一部分"), ("no", "没办好")]


@pytest.mark.parametrize(("solved", "said"), UNRATED)
def test_unrated_it_is_the_handlers_word_everywhere(desk, browse, call, solved, said):
    case = ended(desk, solved)
    words = f"已结案，经办人说{said}，反映人没有评价"
    clerk = browse("clerk")
    assert words in clerk.get("/cases/?view=all").content.decode()
    assert words in clerk.get("/desk/", {"q": case.ref}).content.decode()
    rows = clerk.get("/cases/figures/coverage/denominator/", {"from": "2026-09-01", "to": "2026-09-30"})
    assert words in rows.content.decode()
    for text in (clerk.get(case.get_absolute_url()), browse().get(case.track_path)):
        assert "没有评价" in text.content.decode()
    expected = [{"by": "handler", "solved": solved}, {"by": "verifier", "solved": solved}]
    assert call("clerk").get(f"/api/v1/cases/{case.ref}/").json()["verdicts"] == expected
    assert call("resident").get("/api/v1/cases/").json()["results"][0]["verdicts"] == expected


@pytest.mark.parametrize(("verdict", "how"), [("yes", "satisfied"), ("partly", "fairly")])
def test_rated_the_residents_word_stands_beside_the_handlers(desk, browse, call, verdict, how):
    case = ended(desk, "yes", verdict, how)
    label = {"yes": "办好了", "partly": "办了一部分"}[verdict]
    assert f"已结案，反映人说{label}" in browse("clerk").get("/cases/?view=all").content.decode()
    text = browse().get(case.track_path).content.decode()
    assert f"您说{label}" in text.replace('<span class="ph">', "").replace("</span>", "")
    said = call("resident").get(f"/api/v1/cases/{case.ref}/").json()["verdicts"]
    assert [one["by"] for one in said] == ["handler", "verifier", "resident"]
    assert said[-1]["solved"] == verdict


def test_the_reporter_hears_the_handler_only_once_it_was_verified(desk, call):
    case = desk.at("under_review")
    assert [one.by for one in verdicts.of(case, staff=True)] == ["handler"]
    assert verdicts.of(case, staff=False) == []
    said = call("resident").get(f"/api/v1/cases/{case.ref}/").json()
    assert (said["solved"], said["verdicts"]) == ("", [])
    assert call("resident").get("/api/v1/cases/").json()["results"][0]["verdicts"] == []
    assert call("clerk").get(f"/api/v1/cases/{case.ref}/").json()["solved"] == "yes"


def test_open_cases_have_no_verdict(desk):
    for state in ("submitted", "in_progress", "shelved", "rejected"):
        case = desk.at(state)
        assert verdicts.of(case, staff=True) == []
        assert verdicts.short(case) == case.get_state_display()


def test_a_verdict_of_the_round_before_is_not_this_rounds(desk):
    case = desk.at("awaiting_feedback")
    case = desk.act(case, "rate", "resident", satisfaction="dissatisfied", solved="no")
    case = desk.act(case, "sign", "grid_worker")
    case = desk.act(case, "submit_result", "grid_worker", answer="又修了", solved="yes")
    case = desk.act(case, "verify_pass", "secretary", FILED_AT)
    assert [(one.by, one.solved) for one in verdicts.of(case, staff=True)] == [("handler", "yes"), ("verifier", "yes")]
