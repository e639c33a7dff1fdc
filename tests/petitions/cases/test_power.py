"""权限在谁: who decides, how long it has waited there, when we asked last; and what else was promised."""

from datetime import date

import pytest

from petitions.cases import powers, promises, whistle_queries, words
from petitions.cases.models import Case, Chase
from portal.audit.models import AuditEntry
from portal.errors import Forbidden, IllegalTransition, Invalid
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT, at

POWER = "市住建局"
LATER = at("2026-09-28 10:00")  # the fifteenth day, counted from the fourteenth


def ask(desk, case, who="grid_worker", now=LATER, **data) -> Chase:
    given = {"power": POWER, "words": "打给审批科，说这周五上会"} | data
    return powers.chase(actor=desk.actor(who), case_id=case.pk, now=now, **given)


def promised(case, now=LATER) -> list[str]:
    case = Case.objects.get(pk=case.pk)
    return promises.of(case, whistle_queries.of_case(case), now)


def power(case, now=LATER) -> tuple[str, str]:
    return promises.power(Case.objects.get(pk=case.pk), now)


# ---------------------------------------------------------------- naming it
@pytest.mark.parametrize(
    ("event", "who", "data"),
    [
        ("escalate", "grid_worker", {}),
        ("ask_shelve", "grid_worker", {"until": at("2026-11-02 09:00")}),
        ("whistle", "street_supervisor", {"departments": "sector"}),
    ],
)
def test_handed_up_put_aside_or_whistled_it_says_who_decides(desk, event, who, data):
    given = {key: [desk.cast.place.sector] if value == "sector" else value for key, value in data.items()}
    case = desk.act(desk.at("in_progress"), event, who, reason="我们定不了", power=f"  {POWER} ", **given)
    assert (case.power, case.power_since, case.power_asked_on) == (POWER, FILED_AT, None)
    assert power(case) == ("这件事要由市住建局决定，今天是第 15 天。", "从9月14日等起。还没有追问过。")


def test_the_same_name_again_leaves_the_clock_running_and_another_starts_it_anew(desk):
    case = desk.at("in_progress")
    ask(desk, case, now=FILED_AT)
    ask(desk, case, now=LATER)
    case.refresh_from_db()
    assert case.power_since == FILED_AT
    ask(desk, case, now=LATER, power="市供电局")
    case.refresh_from_db()
    assert (case.power, case.power_since, case.power_asked_on) == ("市供电局", LATER, LATER.date())


def test_nothing_named_nothing_said(desk):
    case = desk.act(desk.at("in_progress"), "escalate", "grid_worker", reason="办不了")
    assert (case.power, power(case)) == ("", ("", ""))


def test_a_new_round_begins_with_the_question_open(desk):
    case = desk.act(desk.at("in_progress"), "escalate", "grid_worker", reason="办不了", power=POWER)
    case = desk.act(case, "receive", "secretary")
    case = desk.act(case, "submit_result", "secretary", answer="批了", solved="partly")
    assert power(case) == ("", "")  # waits for nobody's decision now
    case = desk.act(case, "verify_pass", "clerk")
    case = desk.act(case, "rate", "resident", satisfaction="dissatisfied", solved="no")
    assert case.power == ""


# ---------------------------------------------------------------- asking again
def test_a_chase_is_on_the_page_of_the_resident(desk, browse):
    case = desk.at("in_progress")
    ask(desk, case, asked_on=date(2026, 9, 16), now=LATER)
    text = browse().get(case.track_path).content.decode()
    assert "这件事要由市住建局决定" in text
    assert "说这周五上会" in text
    case.refresh_from_db()
    assert case.power_asked_on == date(2026, 9, 16)
    assert Notice.objects.filter(recipient=case.reporter, subject__startswith="追问过市住建局了").count() == 1
    assert AuditEntry.objects.filter(verb="case.chase", object_id=str(case.pk)).count() == 1


def test_the_clock_says_on_which_day_we_asked(desk):
    case = desk.act(desk.at("in_progress"), "escalate", "grid_worker", reason="定不了", power=POWER)
    for day in (25, 18):  # written down out of order: the latest asking counts
        ask(desk, case, who="secretary", asked_on=date(2026, 9, day))
    assert power(case)[1] == "从9月14日等起。上次追问是9月25日，第 12 天。"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "长" * 201}, "words"),
        ({"power": ""}, "power"),
        ({"power": "长" * 41}, "power"),
        ({"asked_on": date(2026, 9, 29)}, "asked_on"),  # tomorrow
        ({"asked_on": date(2026, 9, 13)}, "asked_on"),  # before it was said
    ],
)
def test_what_cannot_be_is_told_by_field_and_writes_nothing(desk, change, field):
    case = desk.at("in_progress")
    with pytest.raises(Invalid) as refused:
        ask(desk, case, **change)
    assert set(refused.value.extra["errors"]) == {field}
    assert not Chase.objects.exists()


STEERS = {"grid_worker", "clerk", "secretary", "street_supervisor"}


def test_who_holds_or_steers_it_asks_and_nobody_else(desk):
    case = desk.at("in_progress")
    for who in (*STEERS, "grid_worker_b", "secretary_b", "department_handler", "resident", "auditor", "neighbour"):
        if who in STEERS:
            ask(desk, case, who=who)
        else:
            with pytest.raises(Forbidden):
                ask(desk, case, who=who)
    assert Chase.objects.count() == len(STEERS)


@pytest.mark.parametrize("state", ["under_review", "awaiting_feedback", "closed", "rejected", "withdrawn"])
def test_what_waits_for_no_decision_is_not_chased(desk, state):
    with pytest.raises(IllegalTransition):
        ask(desk, desk.at(state), who="secretary")


# ---------------------------------------------------------------- what was promised
def test_shelved_it_says_the_day_and_who_decides(desk):
    case = desk.at("shelved")
    assert promised(case) == ["挂到11月2日 周一 9:00，到了那天自动接着办，不用来催。"]
    ask(desk, case)
    case.refresh_from_db()
    assert words.sentence(case, LATER) == "要等市住建局决定，|先挂着，不会忘。|11月2日上午再看。"


def test_asked_for_and_granted_more_time_is_said(desk):
    case = desk.at("in_progress")
    case = desk.act(case, "ask_extend", "grid_worker", reason="等配件", until=at("2026-09-22 09:00"))
    assert "还没有点头" in promised(case, FILED_AT)[0]
    desk.act(case, "grant", "secretary")
    assert promised(case, FILED_AT) == ["期限延过一次，延到9月22日 周二 9:00，不会再延。"]


def test_a_ruling_is_said(desk):
    case = desk.at("assigned")
    case = desk.act(case, "return", "grid_worker", reason="不归我")
    case = desk.act(case, "assign", "clerk", person=desk.cast.grid_worker)
    desk.act(case, "return", "grid_worker", reason="真不归我")
    assert promised(case, FILED_AT)[0].startswith("该由谁办，说法不一，街道最迟")


def test_who_was_called_is_said_and_that_nobody_came(desk):
    case = desk.at("in_progress")
    desk.act(case, "whistle", "street_supervisor", reason="来", departments=[desk.cast.place.sector])
    assert promised(case, FILED_AT) == ["街道请了城管网格到场，最迟明天 9:00到。"]
    assert "还没有到" in promised(case)[0]


def test_a_later_round_is_said(desk):
    case = desk.act(desk.at("closed"), "reopen", "resident", reason="又坏了")
    assert promised(case, FILED_AT) == ["这是第 2 轮，时限比头一轮短。"]


@pytest.mark.parametrize("state", ["closed", "rejected", "withdrawn"])
def test_what_is_over_promises_nothing(desk, state):
    assert promised(desk.at(state)) == []
