"""Deadlines over the holidays of 2026 and into the unpublished 2027. Every moment was reckoned by hand.

Worked in 2026 although it is a weekend: 02-14, 02-28 (for 02-15 to 02-23), 09-20, 10-10 (for 10-01 to 10-07).
Off besides: 09-25 to 09-27. A working day: 08:30–12:00 and 13:30–18:00, eight hours.
"""

import datetime as dt

import pytest

from petitions.cases.models import Case, CaseClock, ClockChange, Supervision, Term
from portal.accounts.actors import SYSTEM
from portal.errors import Refusal
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.workdays.clock import Hours
from portal.workdays.enums import DayKind
from portal.workdays.importing import YearDraft
from portal.workdays.services import override_day, publish_year, set_working_hours
from tests.petitions.cases.conftest import PASS, RESULT, SHANGHAI, WORK, Desk, at

HOME = "620902001001"


# ---------------------------------------------------------------- three promises of each class
@pytest.mark.parametrize(
    ("filed", "sla", "sign", "contact", "finish"),
    [
        # Over 中秋: 22, 23, 24, then 28 and 29.
        ("2026-09-21 09:00", "help", "2026-09-21 11:00", "2026-09-21 14:30", "2026-09-29 09:00"),
        # Over both: 24, 28, 29, 30, 10-08, 09, the worked Saturday 10, 12, 13, 14.
        ("2026-09-23 10:12", "complaint", "2026-09-23 13:42", "2026-09-24 10:12", "2026-10-14 10:12"),
        # In the middle of 国庆: everything begins on the morning of the 8th, and ends with that day.
        ("2026-10-03 11:00", "consultation", "2026-10-08 10:30", "2026-10-08 14:00", "2026-10-08 18:00"),
        # Into a worked Saturday; two hours end with the day, not with the next morning.
        ("2026-10-09 16:00", "consultation", "2026-10-09 18:00", "2026-10-10 10:30", "2026-10-10 16:00"),
        # On the worked Sunday itself.
        ("2026-09-20 09:00", "consultation", "2026-09-20 11:00", "2026-09-20 14:30", "2026-09-21 09:00"),
        # Over spring festival: the worked 14th, then 24, 25, 26, 27.
        ("2026-02-13 17:00", "help", "2026-02-14 09:30", "2026-02-14 11:30", "2026-02-27 17:00"),
        # 24, 25, 26, 27, the worked Saturday 28, 03-02 to 03-06.
        ("2026-02-14 09:00", "complaint", "2026-02-14 11:00", "2026-02-24 09:00", "2026-03-06 09:00"),
        ("2026-02-20 12:00", "consultation", "2026-02-24 10:30", "2026-02-24 14:00", "2026-02-24 18:00"),
        # Natural hours for the disposal, working hours for signature and contact.
        ("2026-02-18 20:00", "utility", "2026-02-24 10:30", "2026-02-24 14:00", "2026-02-19 20:00"),
        # New Year's Eve, all by the clock on the wall.
        ("2026-02-16 23:50", "emergency", "2026-02-17 00:05", "2026-02-17 01:50", "2026-02-17 23:50"),
        # At lunch.
        ("2026-09-14 12:30", "consultation", "2026-09-14 15:30", "2026-09-14 17:30", "2026-09-15 12:00"),
    ],
)
def test_signature_contact_and_result(desk, filed, sla, sign, contact, finish):
    case = desk.file(now=at(filed), sla=sla)
    assert (case.sign_by, case.respond_by, case.due_at) == (at(sign), at(contact), at(finish))
    assert not case.provisional


# ---------------------------------------------------------------- the ladder
@pytest.mark.parametrize(
    ("filed", "sla", "warn", "l1", "l2", "l3"),
    [
        # 80 % of 40 hours are 32; then due, eight and twenty-four working hours later: over 国庆.
        ("09-21 09:00", "help", "09-28 09:00", "09-29 09:00", "09-30 09:00", "10-09 09:00"),
        # 6.4 of 8 hours; due on the worked Saturday.
        ("10-09 16:00", "consultation", "10-10 14:24", "10-10 16:00", "10-12 16:00", "10-14 16:00"),
        ("09-30 23:00", "emergency", "10-01 18:12", "10-01 23:00", "10-02 07:00", "10-02 23:00"),
        ("09-25 10:00", "utility", "09-26 05:12", "09-26 10:00", "09-26 18:00", "09-27 10:00"),
    ],
)
def test_rungs_are_due_at_these_moments(desk, filed, sla, warn, l1, l2, l3):
    case = desk.file(now=at(f"2026-{filed}"), sla=sla)
    moments = {"warn": warn, "L1": l1, "L2": l2, "L3": l3}
    assert rungs(case) == {rung: at(f"2026-{moment}") for rung, moment in moments.items()}
    for told, moment in enumerate(rungs(case).values(), start=1):
        desk.sweep(moment - dt.timedelta(seconds=1))
        assert Supervision.objects.filter(case=case).count() == told - 1
        desk.sweep(moment)
        assert Supervision.objects.filter(case=case, skipped=False).count() == told


def rungs(case: Case) -> dict[str, dt.datetime]:
    rows = DueRow.objects.filter(subject_id=case.pk, kind="case.rung").order_by("due_at").values_list("key", "due_at")
    return {key.split(":")[3]: due_at for key, due_at in rows}


def test_an_outage_over_the_holidays_tells_each_level_once_and_skips_the_warning(desk):
    case = desk.at("in_progress", now=at("2026-09-29 16:00"), sla="consultation")  # due 09-30 16:00
    for moment in ("2026-10-12 09:00", "2026-10-12 09:00", "2026-10-13 09:00"):
        desk.sweep(at(moment))  # nobody swept since before 国庆; then twice, then the next day
    rows = Supervision.objects.filter(case=case).order_by("rung").values_list("rung", "skipped", "at")
    back = at("2026-10-12 09:00")
    # L3 is due 24 working hours after 09-30 16:00: 10-08, 10-09, 10-10 at 16:00.
    assert list(rows) == [("L1", False, back), ("L2", False, back), ("L3", False, back), ("warn", True, back)]
    keys = Notice.objects.filter(about_id=case.pk, key__contains=":r1:").values_list("key", flat=True)
    assert sorted(key.split(":")[3] for key in keys) == ["L1", "L2", "L3"]


# ---------------------------------------------------------------- pauses, rework, more time
def test_a_question_over_the_holidays_stops_the_clock(desk):
    case = desk.at("in_progress", now=at("2026-09-30 09:00"), sla="consultation")
    case = desk.act(case, "request_info", "grid_worker", at("2026-09-30 15:00"), reason="几楼？")  # 4.5 of 8 used
    assert case.step_due_at == at("2026-10-13 15:00")  # 3 + 8 + 8 + 8 (Saturday) + 8 + 5 hours
    assert rungs_open(case) == 0
    case = desk.act(case, "provide_info", "resident", at("2026-10-09 10:00"), reason="三楼")
    assert case.due_at == at("2026-10-09 15:00")


def test_a_question_nobody_answers_lets_the_clock_run_on(desk):
    case = desk.at("in_progress", now=at("2026-09-30 09:00"), sla="consultation")
    desk.act(case, "request_info", "grid_worker", at("2026-09-30 15:00"), reason="几楼？")
    desk.sweep(at("2026-10-13 14:59"))
    assert Case.objects.get(pk=case.pk).state == "needs_info"
    desk.sweep(at("2026-10-13 15:00"))
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("in_progress", at("2026-10-14 09:00"))


def test_shelved_to_a_holiday_it_goes_on_with_the_first_working_hour(desk):
    case = desk.at("in_progress", now=at("2026-09-28 09:00"), sla="help")
    until, now = at("2026-10-05 09:00"), at("2026-09-28 14:30")  # four of forty hours used
    desk.act(case, "ask_shelve", "grid_worker", now, reason="等管道", until=until)
    desk.act(case, "grant", "street_supervisor", now)
    assert rungs_open(case) == 0
    desk.sweep(until)
    case.refresh_from_db()
    assert (case.state, case.due_at) == ("in_progress", at("2026-10-13 14:00"))
    assert rungs_open(case) == 4


def rungs_open(case: Case) -> int:
    return DueRow.objects.filter(subject_id=case.pk, kind="case.rung", done_at=None).count()


def test_a_second_round_over_mid_autumn(desk):
    case = desk.file(now=at("2026-09-21 09:00"), sla="complaint")
    for event, who, data in [*WORK, RESULT, PASS]:
        given = {name: value(desk.cast) if callable(value) else value for name, value in data.items()}
        desk.act(case, event, who, at("2026-09-21 10:00"), **given)
    case = desk.act(case, "rate", "resident", at("2026-09-24 16:00"), satisfaction="dissatisfied", solved="no")
    promised = (case.sign_by, case.respond_by, case.due_at)
    assert promised == (at("2026-09-24 18:00"), at("2026-09-28 10:30"), at("2026-09-29 16:00"))


def test_more_time_reaches_over_the_holidays_and_no_minute_further(desk):
    case = desk.at("in_progress", now=at("2026-09-21 09:00"), sla="help")  # due 09-29 09:00; half is 20 hours
    late, latest = at("2026-10-08 14:31"), at("2026-10-08 14:30")
    desk.act(case, "ask_extend", "grid_worker", at("2026-09-21 10:00"), reason="等配件", until=late)
    with pytest.raises(Refusal, match="OUT_OF_RANGE"):
        desk.act(case, "grant", "secretary", at("2026-09-21 10:00"))
    desk.act(case, "refuse", "secretary", at("2026-09-21 10:00"), reason="太久")
    desk.act(case, "ask_extend", "grid_worker", at("2026-09-21 10:00"), reason="等配件", until=latest)
    case = desk.act(case, "grant", "secretary", at("2026-09-21 10:00"))
    assert case.due_at == latest
    moved = rungs(case)
    assert (moved["L1"], moved["L2"], moved["L3"]) == (latest, at("2026-10-09 14:30"), at("2026-10-12 14:30"))


# ---------------------------------------------------------------- 2027
# 元旦 of an arrangement as it might come: Friday 1 to Monday 4 January off, Sunday the 10th worked.
NEW_YEAR = {dt.date(2027, 1, day): (DayKind.HOLIDAY, "元旦") for day in (1, 2, 3, 4)} | {
    dt.date(2027, 1, 10): (DayKind.WORKING, "元旦调休")
}


def publish() -> None:
    publish_year(actor=SYSTEM, draft=YearDraft(2027, "国办发明电〔2026〕", days=dict(NEW_YEAR)))


def held_over_new_year(desk: Desk) -> Case:
    """Due by the law alone: 12-31, 01-04, 05, 06, 07 at nine."""
    return desk.at("in_progress", now=at("2026-12-30 09:00"), sla="help")


def test_the_unpublished_year_is_provisional_and_published_it_moves(desk):
    case = held_over_new_year(desk)
    assert (case.due_at, case.provisional) == (at("2027-01-07 09:00"), True)
    publish()
    case.refresh_from_db()
    assert (case.due_at, case.provisional) == (at("2027-01-08 09:00"), False)
    moved = rungs(case)
    # 32 hours; eight later; twenty-four later, over the worked Sunday: 9 is a Saturday, so 10, 11, 12.
    assert moved == {
        "warn": at("2027-01-07 09:00"),
        "L1": at("2027-01-08 09:00"),
        "L2": at("2027-01-10 09:00"),
        "L3": at("2027-01-12 09:00"),
    }
    change = ClockChange.objects.get(clock__case=case, clock__name="finish", why="calendar")
    assert (change.from_due, change.to_due) == (at("2027-01-07 09:00"), at("2027-01-08 09:00"))
    before = ClockChange.objects.count()
    publish()
    assert ClockChange.objects.count() == before


def test_what_was_told_before_the_year_was_published_is_not_told_again(desk):
    case = held_over_new_year(desk)
    desk.sweep(at("2027-01-06 09:00"))  # 80 % by the law alone
    desk.sweep(at("2027-01-07 09:00"))  # due by the law alone
    publish()
    for day in range(7, 13):
        desk.sweep(at(f"2027-01-{day:02} 09:00"))
    keys = Notice.objects.filter(about_id=case.pk, key__contains=":r1:").values_list("key", flat=True)
    assert sorted(key.split(":")[3] for key in keys) == ["L1", "L2", "L3", "warn"]
    assert Supervision.objects.filter(case=case).count() == 4


def test_what_is_not_late_any_more_is_told_when_it_is(desk):
    case = held_over_new_year(desk)
    publish()
    desk.sweep(at("2027-01-07 09:01"))
    assert list(Supervision.objects.filter(case=case).values_list("rung", flat=True)) == ["warn"]
    desk.sweep(at("2027-01-08 09:00"))
    assert Supervision.objects.filter(case=case, rung="L1").exists()


def test_a_paused_case_is_reckoned_by_the_new_year_when_it_goes_on(desk):
    case = held_over_new_year(desk)
    desk.act(case, "request_info", "grid_worker", at("2026-12-31 09:00"), reason="几楼？")  # 8 of 40 used
    publish()
    case = desk.act(case, "provide_info", "resident", at("2026-12-31 10:00"), reason="三楼")
    # 32 hours from 12-31 10:00: 01-05, 06, 07, 08.
    assert (case.due_at, case.provisional) == (at("2027-01-08 10:00"), False)


# ---------------------------------------------------------------- a community's own hours, days and terms
def test_a_community_keeps_its_own_hours(desk):
    nine_to_five = Hours(((dt.time(9), dt.time(17)),))
    set_working_hours(actor=SYSTEM, scope_code=HOME, hours=nine_to_five)
    early = at("2026-09-14 08:30")
    assert desk.file(now=early, sla="consultation").due_at == at("2026-09-14 17:00")
    assert desk.file(now=early, sla="consultation", grid=desk.cast.place.grid_c).due_at == at("2026-09-14 18:00")
    assert desk.file(now=early, sla="emergency").due_at == at("2026-09-15 08:30")


def test_a_community_keeps_its_own_days(desk):
    override_day(
        actor=SYSTEM, scope_code=HOME, date=dt.date(2026, 9, 15), kind=DayKind.REST, name="停水", reason="全楼停水"
    )
    assert desk.file(now=at("2026-09-14 13:30"), sla="consultation").due_at == at("2026-09-16 12:00")
    elsewhere = desk.file(now=at("2026-09-14 13:30"), sla="consultation", grid=desk.cast.place.grid_c)
    assert elsewhere.due_at == at("2026-09-15 12:00")


def test_a_community_checks_sooner_and_reckons_questions_by_the_wall(desk):
    Term.objects.create(scope_code=HOME, sla="", clock="verify", minutes=4 * 60)
    Term.objects.create(scope_code=HOME, sla="consultation", clock="finish", minutes=24 * 60, natural=True)
    case = desk.at("under_review", now=at("2026-09-30 16:00"), sla="consultation")
    clock = CaseClock.objects.get(case=case, name="finish")
    assert (clock.due_at.astimezone(SHANGHAI), clock.natural) == (at("2026-10-01 16:00"), True)
    assert case.step_due_at == at("2026-10-08 10:30")  # two hours before 国庆, two after
