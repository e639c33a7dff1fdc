"""吹哨报到: who is called, who answers, how long they have, and what becomes of a call when the case moves on."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from grids.postings.models import Posting
from grids.tree.enums import Kind, Level
from grids.tree.planting import Seedling, plant
from petitions.cases import services, whistle_queries, whistles
from petitions.cases.enums import CallState
from petitions.cases.models import Case, Term, WhistleCall, WhistleRecord
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import User
from portal.errors import Conflict, Forbidden, IllegalTransition, Refusal, Stale
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import FILED_AT, PATHS, RESULT, at

DONE = {"reason": "棚子拆了，垃圾运走了"}


@pytest.fixture
def sanitation(desk):
    """A second department, 环卫网格, with a handler of its own."""
    return another_department(desk)


def another_department(desk):
    more = {"level": Level.BASIC_GRID, "name": "环卫网格", "kind": Kind.SECTOR}
    with transaction.atomic():
        node = plant([Seedling("620902-S02", desk.cast.place.district.code, more)])["620902-S02"]
    user = User.objects.create(username="sweeper", name="sweeper", phone="+8613800000044", phone_verified=True)
    Posting.objects.create(user=user, role="department_handler", grid=node, starts_at=at("2026-01-01 00:00"))
    desk.cast.users["sweeper"] = user
    return node


def whistled(desk, *nodes, now=FILED_AT, **fields) -> tuple[Case, WhistleCall]:
    case = desk.at("in_progress", **fields)
    departments = list(nodes) or [desk.cast.place.sector]
    case = desk.act(case, "whistle", "street_supervisor", now, reason="一起去拆违建", departments=departments)
    return case, WhistleCall.objects.filter(case=case).order_by("id")[0]


def answer(desk, call, event, who, now=FILED_AT, **data) -> WhistleCall:
    return whistles.answer(actor=desk.actor(who), call_id=call.pk, event=event, now=now, **data)


# What leads a call to each state.
STEPS = {
    "arrived": [("arrive", "department_handler", {})],
    "reported": [("arrive", "department_handler", {}), ("report", "department_handler", DONE)],
    "rated": [
        ("arrive", "department_handler", {}),
        ("report", "department_handler", DONE),
        ("rate", "street_supervisor", {"rating": "satisfied"}),
    ],
    "called": [],
    "called_off": [("call_off", "street_supervisor", {"reason": "自己解决了"})],
}


def call_at(desk, state: str) -> WhistleCall:
    _case, call = whistled(desk)
    for event, who, data in STEPS[state]:
        call = answer(desk, call, event, who, **data)
    assert call.state == state
    return call


# ---------------------------------------------------------------- the table of a call, by hand
ROLES = (
    *("resident", "slip", "neighbour", "grid_worker", "grid_worker_b", "clerk", "secretary", "secretary_b"),
    *("street_supervisor", "street_supervisor_b", "district_admin", "department_handler", "sweeper"),
    *("auditor", "sysadmin"),
)
MATRIX = {
    "call": {},  # the case's own event makes it
    "arrive": {"called": {"department_handler"}},
    "report": {"arrived": {"department_handler"}},
    "rate": {"reported": {"street_supervisor"}},
    "call_off": {"called": {"street_supervisor"}, "arrived": {"street_supervisor"}},
}
MAY = {
    "arrive": {"department_handler"},
    "report": {"department_handler"},
    "rate": {"street_supervisor"},
    "call_off": {"street_supervisor"},
}


def outcome(desk, call, event, who) -> str:
    data = {"rating": "satisfied"} if event == "rate" else {}
    actor = desk.actor(who, call.case)
    try:
        with transaction.atomic():
            whistles.answer(actor=actor, call_id=call.pk, event=event, reason="因为", now=FILED_AT, **data)
            transaction.set_rollback(True)
    except Refusal as refused:
        return refused.code
    return "ok"


@pytest.mark.parametrize("state", CallState.values)
def test_state_by_event_by_role(desk, sanitation, state):
    call = call_at(desk, state)
    wrong = []
    for event, starts in MATRIX.items():
        for who in ROLES:
            may, now = who in MAY.get(event, set()), who in starts.get(state, set())
            expected = "ok" if now else "ILLEGAL_TRANSITION" if may or event == "call" else "FORBIDDEN"
            got = outcome(desk, call, event, who)
            if got != expected:
                wrong.append(f"{state} --{event}--> by {who}: {got}, expected {expected}")
    assert wrong == []


@pytest.mark.parametrize("event", ["report", "call_off"])
def test_a_blank_word_is_refused(desk, event):
    call = call_at(desk, "arrived")
    who = "department_handler" if event == "report" else "street_supervisor"
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        answer(desk, call, event, who, reason=" ")


def test_a_rating_that_is_none_and_a_stale_version_are_refused(desk):
    call = call_at(desk, "reported")
    for rating, code in (("great", "INVALID"), ("", "MISSING")):
        with pytest.raises(Refusal, match=code):
            answer(desk, call, "rate", "street_supervisor", rating=rating)
    with pytest.raises(Stale):
        answer(desk, call, "rate", "street_supervisor", rating="satisfied", version=1)


# ---------------------------------------------------------------- calling
def test_several_are_called_at_once_and_each_goes_its_own_way(desk, sanitation):
    case, first = whistled(desk, desk.cast.place.sector, sanitation)
    assert (case.state, case.holder_user) == ("in_progress", desk.cast.grid_worker)
    answer(desk, first, "arrive", "department_handler")
    states = dict(WhistleCall.objects.filter(case=case).values_list("label", "state"))
    assert states == {"城管网格": "arrived", "环卫网格": "called"}


def test_who_is_there_already_is_not_called_twice(desk, sanitation):
    case, _call = whistled(desk)
    both = {"departments": [desk.cast.place.sector, sanitation], "reason": "再来"}
    desk.act(case, "whistle", "street_supervisor", **both)
    assert WhistleCall.objects.filter(case=case).count() == 2
    with pytest.raises(Conflict, match="ALREADY_CALLED"):
        desk.act(case, "whistle", "street_supervisor", **both)


def test_reported_it_may_be_called_again(desk):
    call = call_at(desk, "reported")
    desk.act(call.case, "whistle", "street_supervisor", reason="又搭起来了", departments=[call.department])
    assert WhistleCall.objects.filter(case=call.case, department=call.department).count() == 2


@pytest.mark.parametrize("node", ["grid", "community", "street_b", "district"])
def test_only_departments_are_called(desk, node):
    with pytest.raises(Refusal, match="NOT_A_DEPARTMENT"):
        whistled(desk, desk.cast.place.sector, getattr(desk.cast.place, node))
    assert not WhistleCall.objects.exists()


def test_nobody_named_and_nothing_said_are_refused(desk):
    case = desk.at("in_progress")
    for data, code in (
        ({"departments": [], "reason": "来"}, "MISSING"),
        ({"departments": [1], "reason": ""}, "REASON"),
    ):
        with pytest.raises(Refusal, match=code):
            desk.act(case, "whistle", "street_supervisor", **data)


def test_whoever_holds_it_is_not_called(desk):
    case = desk.at("accepted")
    case = desk.act(case, "assign", "clerk", department=desk.cast.place.sector)
    case = desk.act(case, "sign", "department_handler")
    with pytest.raises(Refusal, match="HOLDS_IT"):
        desk.act(case, "whistle", "street_supervisor", reason="来", departments=[desk.cast.place.sector])


def test_the_database_holds_one_live_call(desk):
    _case, call = whistled(desk)
    call.pk, call.version = None, 1
    with pytest.raises(IntegrityError), transaction.atomic():
        WhistleCall(
            **{f.attname: getattr(call, f.attname) for f in call._meta.concrete_fields if f.name != "id"}
        ).save()


# ---------------------------------------------------------------- the clock
@pytest.mark.parametrize(
    ("sla", "called", "due"),
    [
        ("help", "2026-09-18 17:30", "2026-09-20 17:30"),  # the make-up Sunday works
        ("complaint", "2026-09-30 17:30", "2026-10-08 17:30"),  # the holidays do not
        ("emergency", "2026-09-30 23:30", "2026-10-01 01:30"),  # two hours by the wall
    ],
)
def test_a_department_has_eight_working_hours_or_two_by_the_wall(desk, sla, called, due):
    _case, call = whistled(desk, now=at(called), sla=sla)
    assert call.due_at == at(due)


def test_a_community_may_promise_another_time(desk):
    code = desk.cast.place.community.code
    Term.objects.create(scope_code=code, sla="", clock="arrive", minutes=120)
    Term.objects.create(scope_code=code, sla="emergency", clock="arrive", minutes=30, natural=True)
    assert whistled(desk)[1].due_at == FILED_AT + timedelta(hours=2)
    assert whistled(desk, sla="emergency")[1].due_at == FILED_AT + timedelta(minutes=30)


def late_told(call) -> list[str]:
    return sorted(
        Notice.objects.filter(key__startswith=f"whistle:{call.pk}:late:").values_list("recipient__username", flat=True)
    )


def test_nobody_has_come_the_street_is_told_once(desk):
    _case, call = whistled(desk)  # Monday 09:00, due Tuesday 09:00
    desk.sweep(at("2026-09-15 08:59"))
    assert late_told(call) == []
    for moment in ("2026-09-15 09:00", "2026-09-15 09:00", "2026-09-25 09:00"):
        desk.sweep(at(moment))
    assert late_told(call) == ["department_handler", "street_supervisor"]
    assert list(whistle_queries.late(desk.actor("street_supervisor").reach, at("2026-09-15 10:00"))) == [call]


@pytest.mark.parametrize("state", ["arrived", "reported", "called_off"])
def test_who_has_come_or_need_not_come_is_not_late(desk, state):
    call = call_at(desk, state)
    desk.sweep(at("2026-09-25 09:00"))
    assert late_told(call) == []
    assert DueRow.objects.get(key=f"whistle:{call.pk}:arrive").outcome == "cancelled"
    assert not whistle_queries.late(desk.actor("secretary").reach, at("2026-09-25 09:00")).exists()


def test_a_row_that_falls_due_after_all_is_skipped(desk):
    from petitions.cases.whistle_notices import tell_late

    call = call_at(desk, "arrived")
    assert tell_late(call.pk, at("2026-09-25 09:00")) is False


def test_a_published_year_moves_what_is_awaited(desk):
    """The last days of 2026 are reckoned by what 2027's notice says of them."""
    from portal.workdays.models import CalendarDay, CalendarVersion, CalendarYear

    _case, call = whistled(desk, now=at("2026-12-31 17:30"))
    before = call.due_at
    assert call.provisional
    year, _new = CalendarYear.objects.update_or_create(year=2027, defaults={"official": True})
    for day in range(1, 7):
        CalendarDay.objects.update_or_create(
            year=year, date=f"2027-01-0{day}", defaults={"kind": "holiday", "name": "x"}
        )
    assert CalendarVersion.objects.exists()
    with transaction.atomic():
        assert whistles.recompute_calls(year=2027) == 1
    call.refresh_from_db()
    assert call.due_at > before
    assert DueRow.objects.get(key=f"whistle:{call.pk}:arrive").due_at == call.due_at


# ---------------------------------------------------------------- when the case moves on
@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([RESULT], "called_off"),
        (
            [
                ("ask_shelve", "grid_worker", {"reason": "等批复", "until": at("2026-11-02 09:00")}),
                ("grant", "street_supervisor", {}),
            ],
            "called_off",
        ),
        ([("request_info", "clerk", {"reason": "哪一间？"})], "called"),
        ([("escalate", "grid_worker", {"reason": "办不了"})], "called"),
        ([("reassign", "clerk", {"reason": "换人", "person": lambda cast: cast.secretary})], "called"),
    ],
    ids=["handed in", "shelved", "asked", "escalated", "reassigned"],
)
def test_a_call_lives_while_the_case_is_worked_on(desk, steps, state):
    case, call = whistled(desk)
    for event, who, data in steps:
        given = {key: value(desk.cast) if callable(value) else value for key, value in data.items()}
        case = desk.act(case, event, who, **given)
    call.refresh_from_db()
    assert call.state == state
    desk.sweep(at("2026-09-25 09:00"))
    assert bool(late_told(call)) is (state == "called")


def test_withdrawn_after_it_came_back_to_nobody_it_ends(desk):
    case, call = whistled(desk)
    case = desk.act(case, "reassign", "clerk", reason="换人", person=desk.cast.secretary)
    case = desk.act(case, "return", "secretary", reason="不归我")
    desk.act(case, "withdraw", "resident")
    call.refresh_from_db()
    assert (call.state, call.records.last().actor_role) == ("called_off", "system")


def test_reported_stays_to_be_rated_after_the_case_is_closed(desk):
    call = call_at(desk, "reported")
    case = desk.act(call.case, *RESULT[:2], **RESULT[2])
    case = desk.act(case, "verify_pass", "secretary")
    desk.act(case, "rate", "resident", satisfaction="satisfied", solved="yes")
    assert answer(desk, call, "rate", "street_supervisor", rating="fairly").state == "rated"


def test_the_next_round_calls_anew(desk):
    call = call_at(desk, "called")
    case = desk.act(call.case, *RESULT[:2], **RESULT[2])
    case = desk.act(case, "verify_pass", "secretary")
    case = desk.act(case, "rate", "resident", satisfaction="dissatisfied", solved="no")
    case = desk.act(case, "sign", "grid_worker")
    desk.act(case, "whistle", "street_supervisor", reason="再来一次", departments=[call.department])
    rounds = WhistleCall.objects.filter(case=case).order_by("round").values_list("round", "state")
    assert list(rounds) == [(1, "called_off"), (2, "called")]


# ---------------------------------------------------------------- who reads it
def test_the_called_read_the_case_while_and_after_and_nobody_else_does(desk, sanitation):
    def readers(case):
        names = ("department_handler", "sweeper", "grid_worker_b", "neighbour")
        return [who for who in names if Case.objects.visible_to(desk.cast.actor(who).reach).filter(pk=case.pk).exists()]

    case, call = whistled(desk)
    assert readers(case) == ["department_handler"]
    for event, who, data in STEPS["rated"]:
        answer(desk, call, event, who, **data)
    assert readers(case) == ["department_handler"]


def test_the_called_do_not_hold_it(desk):
    case, call = whistled(desk)
    answer(desk, call, "arrive", "department_handler")
    for event in ("submit_result", "escalate", "ask_shelve", "contact", "sign"):
        with pytest.raises(Forbidden):
            desk.act(case, event, "department_handler", reason="我来", answer="好了", solved="yes")
    with pytest.raises(Forbidden):
        answer(desk, call, "report", "grid_worker", **DONE)


def test_without_a_name_nobody_answers(desk):
    _case, call = whistled(desk)
    for actor in (Actor(), Actor(channel="slip", slip_of=call.case_id)):
        with pytest.raises(Forbidden):
            whistles.answer(actor=actor, call_id=call.pk, event="arrive")


def test_the_system_answers_for_nobody(desk):
    _case, call = whistled(desk)
    with pytest.raises(IllegalTransition):
        whistles.answer(actor=SYSTEM, call_id=call.pk, event="call")
    for event in whistles.EVENTS:
        with pytest.raises(Forbidden):
            whistles.answer(actor=SYSTEM, call_id=call.pk, event=event, reason="因为", rating="satisfied")


# ---------------------------------------------------------------- records and notices
def test_every_step_leaves_one_record_and_tells_whom_it_concerns(desk):
    call = call_at(desk, "rated")
    records = WhistleRecord.objects.filter(subject=call).values_list("version", "event", "actor_role")
    assert list(records) == [
        (1, "call", "street_supervisor"),
        (2, "arrive", "department_handler"),
        (3, "report", "department_handler"),
        (4, "rate", "street_supervisor"),
    ]
    told = Notice.objects.filter(key__startswith=f"whistle:{call.pk}:").values_list("key", "recipient__username")
    assert sorted((key.split(":")[2], who) for key, who in told) == [
        ("arrive", "grid_worker"),
        ("arrive", "street_supervisor"),
        ("call", "department_handler"),
        ("rate", "department_handler"),
        ("report", "grid_worker"),
        ("report", "street_supervisor"),
    ]
    case = Case.objects.get(pk=call.case_id)
    assert Notice.objects.filter(recipient=case.reporter, subject__contains="请了城管网格一起来办").count() == 1


def test_a_whistle_costs_a_constant_number_of_queries_for_each_department(
    desk, sanitation, django_assert_max_num_queries
):
    case = desk.at("in_progress")
    desk.actor("street_supervisor")
    with django_assert_max_num_queries(55):
        services.act(
            actor=desk.actor("street_supervisor"), case_id=case.pk, event="whistle", reason="一起来", now=FILED_AT,
            departments=[desk.cast.place.sector, sanitation],
        )  # fmt: skip


def test_paths_are_walked(desk):
    assert set(STEPS) == set(CallState.values)
    assert "in_progress" in PATHS
