"""Deadlines by worked examples: 国庆 and 调休 2026, the unpublished year, pauses, rework, extension."""

from datetime import timedelta

import pytest

from petitions.cases.enums import ClockName, Outcome
from petitions.cases.models import CaseClock, ClockChange, Term
from portal.errors import Refusal
from portal.flow.models import DueRow
from tests.petitions.cases.conftest import FILED_AT, at


@pytest.mark.parametrize(
    ("filed", "sla", "due"),
    [
        ("2026-09-30 17:30", "consultation", "2026-10-08 17:30"),  # 国庆 in between
        ("2026-09-18 17:30", "consultation", "2026-09-20 17:30"),  # that Sunday is worked (调休)
        ("2026-09-16 10:12", "help", "2026-09-22 10:12"),
        ("2026-09-14 09:00", "complaint", "2026-09-28 09:00"),  # 中秋 and the worked Sunday in between
        ("2026-09-30 17:30", "utility", "2026-10-01 17:30"),  # natural: holidays count
        ("2026-09-30 23:30", "emergency", "2026-10-01 23:30"),
    ],
)
def test_result_is_due_by_class(desk, filed, sla, due):
    case = desk.file(now=at(filed), sla=sla)
    assert case.due_at == at(due)


def test_a_deadline_falls_at_the_end_of_a_span(desk):
    case = desk.file(now=at("2026-09-14 08:30"), sla="consultation")
    assert case.due_at == at("2026-09-14 18:00")


def test_emergency_clocks_run_at_night(desk):
    case = desk.file(now=at("2026-09-30 23:30"), sla="emergency")
    assert case.sign_by == at("2026-09-30 23:45")
    assert case.respond_by == at("2026-10-01 01:30")
    assert CaseClock.objects.get(case=case, name=ClockName.RESULT).due_at == at("2026-10-01 01:30")


def test_utility_is_signed_and_answered_in_working_time(desk):
    case = desk.file(now=at("2026-09-30 17:30"), sla="utility")
    assert case.sign_by == at("2026-10-08 10:00")
    assert case.respond_by == at("2026-10-08 12:00")


def test_unpublished_year_is_provisional(desk):
    assert desk.file(now=at("2026-12-30 09:00"), sla="help").provisional
    assert not desk.file(now=at("2026-12-21 09:00"), sla="consultation").provisional


def test_waiting_for_the_reporter_stops_the_clock(desk):
    case = desk.file(now=at("2026-09-14 09:00"), sla="consultation")  # due 09-15 09:00
    desk.act(case, "request_info", "clerk", at("2026-09-14 10:00"), reason="是哪一层？")
    case = desk.act(case, "provide_info", "resident", at("2026-09-16 10:00"), reason="三层")
    # One of eight hours was used before the pause.
    assert case.due_at == at("2026-09-17 09:00")
    assert case.state == "submitted"
    assert ClockChange.objects.filter(clock__case=case, clock__name="finish", why="resumed").count() == 1


def test_a_clock_that_ran_out_before_the_pause_stays_late(desk):
    case = desk.at("in_progress", sla="consultation")
    desk.act(case, "request_info", "grid_worker", at("2026-09-16 10:00"), reason="在家吗？")
    case = desk.act(case, "provide_info", "resident", at("2026-09-18 10:00"), reason="在")
    assert case.due_at == at("2026-09-15 09:00")


def test_shelving_stops_the_clock_until_the_review_date(desk):
    case = desk.at("shelved", sla="help")
    assert (case.paused_at, case.step_due_at) == (FILED_AT, at("2026-11-02 09:00"))
    desk.sweep(at("2026-11-02 09:01"))
    case.refresh_from_db()
    assert (case.state, case.paused_at) == ("in_progress", None)
    assert case.due_at == at("2026-11-09 09:01")


def test_more_time_is_asked_before_and_at_most_half(desk):
    case = desk.at("in_progress", sla="consultation")  # 8 WH, due 09-15 09:00
    desk.act(case, "ask_extend", "grid_worker", reason="等配件", until=at("2026-09-15 15:00"))
    with pytest.raises(Refusal, match="OUT_OF_RANGE"):
        desk.act(case, "grant", "secretary")
    desk.act(case, "refuse", "secretary", reason="太久")
    desk.act(case, "ask_extend", "grid_worker", reason="等配件", until=at("2026-09-15 14:00"))
    case = desk.act(case, "grant", "secretary")
    assert case.due_at == at("2026-09-15 14:00")


def test_more_time_is_not_asked_after_the_deadline(desk):
    case = desk.at("in_progress", sla="consultation")
    with pytest.raises(Refusal, match="TOO_LATE"):
        desk.act(
            case, "ask_extend", "grid_worker", at("2026-09-15 09:01"), reason="等配件", until=at("2026-09-16 10:00")
        )


def test_who_asked_for_time_before_the_deadline_may_be_granted_it_after(desk):
    """A community that answers late does not take it from the holder."""
    case = desk.at("in_progress", sla="consultation")  # due 09-15 09:00
    until = at("2026-09-15 14:00")
    desk.act(case, "ask_extend", "grid_worker", at("2026-09-15 08:50"), reason="等配件", until=until)
    case = desk.act(case, "grant", "secretary", at("2026-09-15 10:00"))
    assert (case.due_at, case.extended) == (until, True)


def test_whoever_has_more_time_is_reminded_later(desk):
    case = desk.at("in_progress", sla="help")  # 40 WH, due 09-19 → 09-21 09:00; a fifth of it are 8 WH
    desk.act(case, "ask_extend", "grid_worker", reason="等配件", until=case.due_at + timedelta(days=2))
    case = desk.act(case, "grant", "secretary")
    clock = CaseClock.objects.get(case=case, name="finish")
    assert clock.due_at - clock.warn_at == timedelta(days=1)
    assert DueRow.objects.get(key=f"case:{case.pk}:r1:warn").due_at == clock.warn_at


WAITED = (at("2026-09-14 10:00"), at("2026-09-16 10:00"))


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [
        ("help", "consultation", at("2026-09-17 09:00")),  # 8 WH, one of them used before the question
        ("consultation", "help", at("2026-09-22 09:00")),  # the worked Sunday among it
        ("help", "emergency", at("2026-09-17 09:00")),  # 24 h, one of them used
        ("emergency", "consultation", at("2026-09-17 09:00")),
    ],
)
def test_what_waited_for_the_reporter_does_not_count_in_the_right_class_either(desk, before, after, due):
    case = desk.file(now=at("2026-09-14 09:00"), sla=before)
    desk.act(case, "request_info", "clerk", WAITED[0], reason="是哪一单元？")
    desk.act(case, "provide_info", "resident", WAITED[1], reason="三单元")
    case = desk.act(case, "accept", "clerk", WAITED[1], sla=after)
    assert case.due_at == due
    if after == "emergency":
        assert CaseClock.objects.get(case=case, name="result").due_at == at("2026-09-16 11:00")


def test_what_ran_out_before_the_question_stays_late_in_its_right_class(desk):
    case = desk.file(now=at("2026-09-14 09:00"), sla="help")
    desk.act(case, "request_info", "clerk", at("2026-09-15 15:00"), reason="是哪一单元？")
    desk.act(case, "provide_info", "resident", at("2026-09-17 10:00"), reason="三单元")
    case = desk.act(case, "accept", "clerk", at("2026-09-17 10:00"), sla="consultation")
    assert case.due_at == at("2026-09-15 09:00")


def test_accepting_sets_the_class_right_from_the_start(desk):
    case = desk.file(now=at("2026-09-14 09:00"), sla="help")
    case = desk.act(case, "accept", "clerk", at("2026-09-14 10:00"), sla="emergency")
    assert case.due_at == at("2026-09-15 09:00")
    assert CaseClock.objects.get(case=case, name="result").due_at == at("2026-09-14 11:00")


def test_result_counts_from_when_it_was_handed_in(desk):
    case = desk.at("under_review", sla="consultation")
    desk.act(case, "verify_pass", "secretary", at("2026-09-16 09:00"))
    clock = CaseClock.objects.get(case=case, name="finish")
    assert (clock.outcome, clock.ended_at) == (Outcome.MET, FILED_AT)


def test_a_result_sent_back_counts_as_not_handed_in(desk):
    case = desk.at("under_review", sla="consultation")
    desk.act(case, "verify_fail", "secretary", reason="灯还是不亮")
    desk.act(case, "submit_result", "grid_worker", at("2026-09-15 10:00"), answer="这回亮了", solved="yes")
    desk.act(case, "verify_pass", "secretary", at("2026-09-15 11:00"))
    assert CaseClock.objects.get(case=case, name="finish").outcome == Outcome.MISSED


def test_rework_has_its_own_terms(desk):
    case = desk.at("awaiting_feedback", sla="complaint")
    case = desk.act(case, "rate", "resident", at("2026-09-16 09:00"), satisfaction="dissatisfied", solved="no")
    assert (case.round, case.state) == (2, "assigned")
    assert case.due_at == at("2026-09-18 09:00")
    assert case.sign_by == at("2026-09-16 11:00")


def test_signing_is_late_or_not_by_its_own_clock(desk):
    case = desk.at("assigned")
    desk.act(case, "sign", "grid_worker", at("2026-09-14 11:01"))
    assert CaseClock.objects.get(case=case, name="sign").outcome == Outcome.MISSED


def test_reassigning_starts_the_signing_anew(desk):
    case = desk.at("in_progress")
    case = desk.act(case, "reassign", "clerk", at("2026-09-15 10:00"), reason="换人", person=desk.cast.secretary)
    assert case.sign_by == at("2026-09-15 12:00")
    assert list(CaseClock.objects.filter(case=case, name="sign").values_list("outcome", flat=True)) == ["met", ""]


def test_withdrawing_voids_the_clocks(desk):
    case = desk.at("withdrawn")
    assert set(CaseClock.objects.filter(case=case).values_list("outcome", flat=True)) == {Outcome.VOID}


def test_a_community_may_promise_otherwise(desk):
    Term.objects.create(scope_code="620902001001", sla="help", clock="finish", minutes=16 * 60)
    assert desk.file(sla="help").due_at == at("2026-09-16 09:00")
    assert desk.file(sla="help", grid=desk.cast.place.grid_c).due_at == at("2026-09-20 09:00")


def test_warning_comes_at_four_fifths(desk):
    case = desk.file(sla="consultation")
    clock = CaseClock.objects.get(case=case, name="finish")
    assert clock.warn_at == FILED_AT + timedelta(hours=7, minutes=54)  # 6.4 of 8 working hours, lunch in between
