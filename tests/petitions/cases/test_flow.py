"""What the steps of a case do, beyond where they lead."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.cases import services
from petitions.cases.models import Case, CaseRecord, Rating
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Forbidden, IllegalTransition, Refusal, Stale
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT, at

UNHAPPY = {"satisfaction": "dissatisfied", "solved": "no"}


def test_every_step_leaves_one_record_with_its_role(desk):
    case = desk.at("closed")
    told = list(CaseRecord.objects.filter(subject=case).values_list("version", "event", "actor_role"))
    assert told == [
        (1, "submit", "resident"),
        (2, "accept", "desk_clerk"),
        (3, "assign", "desk_clerk"),
        (4, "sign", "grid_worker"),
        (5, "submit_result", "grid_worker"),
        (6, "verify_pass", "secretary"),
        (7, "rate", "resident"),
    ]


def test_a_stale_version_is_refused(desk):
    case = desk.at("submitted")
    desk.act(case, "accept", "clerk", version=1)
    with pytest.raises(Stale):
        desk.act(case, "assign", "clerk", version=1, person=desk.cast.grid_worker)


# ---------------------------------------------------------------- who verifies
def test_whoever_handled_the_round_never_verifies_it(desk):
    case = desk.at("accepted")
    for event, who, data in [
        ("assign", "clerk", {"person": desk.cast.secretary}),
        ("sign", "secretary", {}),
        ("submit_result", "secretary", {"answer": "好了", "solved": "yes"}),
    ]:
        case = desk.act(case, event, who, **data)
    with pytest.raises(Forbidden):
        desk.act(case, "verify_pass", "secretary")
    assert desk.act(case, "verify_pass", "clerk").state == "awaiting_feedback"


def test_who_handed_it_up_still_does_not_verify(desk):
    case = desk.at("escalated")
    case = desk.act(case, "receive", "clerk")
    case = desk.act(case, "submit_result", "clerk", answer="好了", solved="yes")
    with pytest.raises(Forbidden):
        desk.act(case, "verify_pass", "grid_worker")


def test_a_level_below_the_holder_does_not_verify(desk):
    case = desk.at("escalated")
    case = desk.act(case, "receive", "secretary")
    case = desk.act(case, "escalate", "secretary", reason="要街道出面")
    case = desk.act(case, "receive", "street_supervisor")
    case = desk.act(case, "submit_result", "street_supervisor", answer="好了", solved="yes")
    with pytest.raises(Forbidden):
        desk.act(case, "verify_pass", "clerk")
    assert desk.act(case, "verify_pass", "district_admin").state == "awaiting_feedback"


# ---------------------------------------------------------------- return and ruling
def test_first_return_goes_back_second_is_ruled_on_third_is_refused(desk):
    case = desk.at("assigned")
    case = desk.act(case, "return", "grid_worker", reason="不是我这一片")
    assert (case.state, case.holder_user) == ("accepted", None)
    case = desk.act(case, "assign", "clerk", person=desk.cast.grid_worker)
    case = desk.act(case, "return", "grid_worker", at("2026-09-14 10:00"), reason="真不是")
    assert (case.state, case.ruling_open, case.step_due_at) == ("assigned", True, at("2026-09-14 15:30"))
    with pytest.raises(IllegalTransition):
        desk.act(case, "return", "grid_worker", reason="还是不是")
    case = desk.act(case, "rule", "street_supervisor", reason="归你们", upheld=False)
    assert (case.state, case.ruling_open) == ("assigned", False)
    with pytest.raises(IllegalTransition):
        desk.act(case, "return", "grid_worker", reason="还是不是")


def test_an_upheld_return_is_assigned_anew(desk):
    case = desk.at("assigned")
    for _time in range(2):
        case = desk.act(case, "return", "grid_worker", reason="不归我")
        if case.state == "accepted":
            case = desk.act(case, "assign", "clerk", person=desk.cast.grid_worker)
    case = desk.act(case, "rule", "street_supervisor", reason="确实不归他", upheld=True)
    assert (case.state, case.holder_label) == ("accepted", "")


# ---------------------------------------------------------------- whose hands
def test_a_department_reaches_it_through_its_sector_grid(desk):
    case = desk.at("accepted")
    handler = desk.cast.actor("department_handler")
    assert not Case.objects.visible_to(handler.reach).exists()
    case = desk.act(case, "assign", "clerk", department=desk.cast.place.sector)
    assert Case.objects.visible_to(handler.reach).get() == case
    case = desk.act(case, "sign", "department_handler")
    assert case.holder_label == "城管网格 department_handler"


def test_nobody_is_given_what_lies_outside_their_ground(desk):
    with pytest.raises(Refusal, match="NOT_ON_DUTY"):
        desk.act(desk.at("accepted"), "assign", "clerk", person=desk.cast.grid_worker_b)
    with pytest.raises(Refusal, match="NOT_ON_DUTY"):
        desk.act(desk.at("accepted"), "assign", "clerk", person=desk.cast.resident)
    with pytest.raises(Refusal, match="NOT_FOR_THEM"):
        desk.act(desk.at("accepted"), "assign", "clerk", department=desk.cast.place.grid_c)


def test_escalation_goes_up_one_level_at_a_time(desk):
    case = desk.at("in_progress")
    levels = []
    for receiver in ("secretary", "street_supervisor", "district_admin"):
        case = desk.act(case, "escalate", desk_name(case, desk), reason="办不了")
        levels.append(case.holder_level)
        case = desk.act(case, "receive", receiver)
    assert levels == ["community", "street", "district"]
    with pytest.raises(IllegalTransition):
        desk.act(case, "escalate", "district_admin", reason="还能报给谁")


def desk_name(case, desk) -> str:
    return next(name for name, user in desk.cast.users.items() if user == case.holder_user)


def test_sent_back_it_is_with_who_had_it_before(desk):
    case = desk.at("escalated")
    case = desk.act(case, "send_back", "secretary", reason="你们自己能办")
    assert (case.state, case.holder_user, case.holder_level) == ("in_progress", desk.cast.grid_worker, "grid")


def test_a_posting_that_ends_passes_its_cases_on(desk):
    case = desk.at("in_progress")
    posting = desk.cast.grid_worker.postings.get()
    posting.ends_at = at("2026-09-14 12:00")
    posting.save()
    desk.sweep(at("2026-09-14 12:01"))
    case.refresh_from_db()
    assert (case.state, case.holder_user, case.holder_label) == ("assigned", None, "文昌花园社区")
    assert CaseRecord.objects.filter(subject=case, event="reassign").get().actor_role == "system"
    assert services.hand_over_all(user_id=desk.cast.grid_worker.pk, now=at("2026-09-14 12:02")) == 0


# ---------------------------------------------------------------- the verdict
def test_not_solved_goes_back_to_work_as_another_round(desk):
    case = desk.at("awaiting_feedback")
    case = desk.act(case, "rate", "resident", satisfaction="satisfied", solved="no")
    assert (case.state, case.round, case.holder_user) == ("assigned", 2, desk.cast.grid_worker)
    assert case.handled_by == []
    assert Rating.objects.get(case=case).round == 1


def test_the_third_round_is_the_streets(desk):
    case = desk.at("awaiting_feedback")
    for _round in range(2):
        case = desk.act(case, "rate", "resident", **UNHAPPY)
        if case.round == 2:
            case = desk.act(case, "sign", "grid_worker")
            case = desk.act(case, "submit_result", "grid_worker", answer="又修了", solved="yes")
            case = desk.act(case, "verify_pass", "secretary")
    assert (case.round, case.holder_level, case.holder_label) == (3, "street", "曲江街道")


def test_partly_is_closed_but_said_so(desk):
    case = desk.at("awaiting_feedback")
    case = desk.act(case, "rate", "slip", satisfaction="fairly", solved="partly")
    assert (case.state, case.satisfaction) == ("closed", "fairly")
    assert CaseRecord.objects.filter(subject=case).last().actor_role == "slip"


def test_rating_works_once(desk):
    case = desk.at("closed")
    with pytest.raises(IllegalTransition):
        desk.act(case, "rate", "resident", satisfaction="satisfied", solved="yes")


def test_unrated_it_closes_after_seven_days_and_is_not_satisfied(desk):
    case = desk.at("awaiting_feedback")
    desk.sweep(FILED_AT + timedelta(days=7, seconds=-1))
    assert Case.objects.get(pk=case.pk).state == "awaiting_feedback"
    for _twice in range(2):
        desk.sweep(FILED_AT + timedelta(days=7))
    case.refresh_from_db()
    assert (case.state, case.satisfaction) == ("closed", "")
    assert CaseRecord.objects.filter(subject=case, event="lapse").count() == 1


def test_reopening_is_once_and_within_thirty_days(desk):
    case = desk.at("closed")
    with pytest.raises(IllegalTransition):
        desk.act(case, "reopen", "resident", FILED_AT + timedelta(days=30, minutes=1), reason="又坏了")
    case = desk.act(case, "reopen", "slip", FILED_AT + timedelta(days=30), reason="又坏了")
    assert (case.state, case.round, case.closed_at) == ("assigned", 2, None)
    assert case.first_closed_at == FILED_AT


def test_who_handled_it_does_not_rate_it_slip_in_hand(desk):
    case = desk.at("awaiting_feedback")
    worker = replace(desk.cast.actor("grid_worker"), slip_of=case.pk)
    with pytest.raises(Forbidden):
        services.act(actor=worker, case_id=case.pk, event="rate", satisfaction="satisfied", solved="yes")


# ---------------------------------------------------------------- missing information, merging
def test_after_forty_working_hours_without_an_answer_it_goes_on(desk):
    case = desk.at("needs_info")
    assert case.step_due_at == at("2026-09-20 09:00")
    desk.sweep(at("2026-09-20 09:00"))
    case.refresh_from_db()
    assert (case.state, case.back_to, case.step_due_at) == ("submitted", "", None)


def test_merged_reporters_hear_the_answer(desk):
    main = desk.file()
    other = desk.file("neighbour", title="三楼灯坏了")
    other = desk.act(other, "merge", "clerk", target=main)
    assert (other.state, other.merged_into) == ("merged", main)
    with pytest.raises(Conflict, match="MERGE_CLOSED"):
        desk.act(desk.file(), "merge", "clerk", target=other)
    for event, who, data in [
        ("accept", "clerk", {}),
        ("assign", "clerk", {"person": desk.cast.grid_worker}),
        ("sign", "grid_worker", {}),
        ("submit_result", "grid_worker", {"answer": "都亮了", "solved": "yes"}),
        ("verify_pass", "secretary", {}),
    ]:
        desk.act(main, event, who, **data)
    assert Notice.objects.filter(recipient=desk.cast.neighbour, body__contains="都亮了").exists()


def test_one_request_at_a_time(desk):
    case = desk.at("in_progress")
    desk.act(case, "ask_shelve", "grid_worker", reason="等", until=at("2026-10-20 09:00"))
    with pytest.raises(IllegalTransition):
        desk.act(case, "ask_extend", "grid_worker", reason="等", until=at("2026-09-22 09:00"))
    with pytest.raises(Forbidden):
        desk.act(case, "grant", "secretary")  # shelving is the street's to grant
    assert desk.act(case, "grant", "street_supervisor").state == "shelved"


def test_the_system_may_do_only_what_the_table_has(desk):
    case = desk.at("submitted")
    with pytest.raises(IllegalTransition):
        services.act(actor=SYSTEM, case_id=case.pk, event="lapse", now=timezone.now())
