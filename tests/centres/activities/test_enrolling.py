"""Enrolment: seats and line, offers that are exclusive, children with their guardian's word."""

import datetime as dt

import pytest

from centres.activities import enrolling, seating, services
from centres.activities.enrolling import Child
from centres.activities.models_enrolment import Enrolment, EnrolmentRecord
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow import due
from portal.flow.models import DueRow
from tests.centres.activities.people import BORN, a_session, an_activity, enrol, enrol_child, fill, published, told
from tests.centres.rooms.people import NOW, at

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def refusal(code: str, status: int = 422):
    """The refusal of a code."""
    return pytest.raises(Refusal, check=lambda error: (error.code, error.status) == (code, status))


def withdraw(cast, enrolment, who, now=NOW):
    return enrolling.withdraw(actor=cast.actor(who), enrolment_id=enrolment.pk, now=now)


def accept(cast, enrolment, who, now=NOW):
    return enrolling.accept(actor=cast.actor(who), enrolment_id=enrolment.pk, now=now)


def state(enrolment) -> str:
    return Enrolment.objects.get(pk=enrolment.pk).state


# ---------------------------------------------------------------- seats and line
def test_a_free_seat_is_had_and_recorded(cast, programme):
    found = enrol(cast, programme.course)
    assert (found.state, found.user, found.enrolled_by) == ("enrolled", cast.resident, cast.resident)
    assert EnrolmentRecord.objects.get(subject=found).event == "enrol"
    assert AuditEntry.objects.filter(verb="enrolment.enrol", object_id=str(found.pk)).count() == 1
    assert told(cast.resident) == []


def test_full_is_a_place_in_line(cast, programme):
    fill(cast, programme.course)
    first, second = enrol(cast, programme.course), enrol(cast, programme.course, "outsider")
    assert (first.state, second.state) == ("waiting", "waiting")
    assert (seating.before(first), seating.before(second)) == (0, 1)
    assert seating.seats_of(programme.course, None) == seating.Seats(2, 2, 2)


def test_each_session_has_seats_of_its_own(cast, programme):
    fill(cast, programme.film, programme.saturday)
    assert enrol(cast, programme.film, "resident", programme.saturday).state == "waiting"
    assert enrol(cast, programme.film, "resident", programme.sunday).state == "enrolled"


def test_twice_is_refused_and_leads_to_the_first(cast, programme):
    found = enrol(cast, programme.course)
    with pytest.raises(Conflict) as refused:
        enrol(cast, programme.course)
    assert (refused.value.code, refused.value.status) == ("ENROLLED", 409)
    assert refused.value.extra["alternatives"][0]["url"] == found.get_absolute_url()
    assert Enrolment.objects.count() == 1


def test_twice_as_account_and_as_the_person_it_was_linked_to_is_refused(cast, programme, settle):
    enrol(cast, programme.course)
    settle("resident", "building")
    with refusal("ENROLLED", 409):
        enrol(cast, programme.course)


def test_whoever_withdrew_may_come_again(cast, programme):
    withdraw(cast, enrol(cast, programme.course), "resident")
    assert enrol(cast, programme.course).state == "enrolled"


# ---------------------------------------------------------------- offers
def test_a_seat_given_back_is_offered_to_the_first_in_line_for_twelve_hours(cast, programme):
    seated, _other = fill(cast, programme.course)
    first, second = enrol(cast, programme.course), enrol(cast, programme.course, "outsider")
    withdraw(cast, seated, "neighbour")
    first.refresh_from_db()
    assert (first.state, first.offered_until) == ("offered", NOW + 12 * HOUR)
    assert state(second) == "waiting"
    assert told(cast.resident) == ["轮到您了：书法课有名额了，明天 2:20 以前点“我来”，过时就给下一位。"]
    assert told(cast.outsider) == []


def test_an_offer_ends_when_enrolment_does(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour", at("09-21 06:00"))
    first.refresh_from_db()
    assert first.offered_until == programme.monday.starts_at


def test_an_offered_seat_is_taken_for_everybody_else(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour")
    assert enrol(cast, programme.course, "outsider").state == "waiting"
    with pytest.raises(NotFound):
        accept(cast, first, "outsider")
    assert state(first) == "offered"
    assert accept(cast, first, "resident").state == "enrolled"


def test_accepting_twice_is_said_plainly(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour")
    accept(cast, first, "resident")
    with refusal("ENROLLED", 409):
        accept(cast, first, "resident")


def test_accepting_too_late_is_refused_before_and_after_the_sweep(cast, programme):
    seated, _other = fill(cast, programme.course)
    first, second = enrol(cast, programme.course), enrol(cast, programme.course, "outsider")
    withdraw(cast, seated, "neighbour")
    late = NOW + 12 * HOUR
    with refusal("OFFER_LAPSED", 409):
        accept(cast, first, "resident", late)
    due.sweep(late)
    assert (state(first), state(second)) == ("lapsed", "offered")
    with refusal("OFFER_LAPSED", 409):
        accept(cast, first, "resident", late)
    assert told(cast.resident)[-1] == "书法课的名额没等到您回话，给下一位了。"


@pytest.mark.parametrize("step", ["accept", "lapse", "withdraw"])
def test_whatever_becomes_of_an_offer_the_next_is_heard(cast, programme, step):
    seated, other = fill(cast, programme.course)
    first, second = enrol(cast, programme.course), enrol(cast, programme.course, "outsider")
    withdraw(cast, seated, "neighbour")
    if step == "accept":
        accept(cast, first, "resident")
        assert state(second) == "waiting"
        withdraw(cast, other, "volunteer")
    elif step == "lapse":
        due.sweep(NOW + 12 * HOUR)
    else:
        withdraw(cast, first, "resident")
    assert state(second) == "offered"


def test_lapsing_twice_changes_nothing(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour")
    late = NOW + 12 * HOUR
    assert not enrolling.lapse(enrolment_id=first.pk, now=late - HOUR)
    assert enrolling.lapse(enrolment_id=first.pk, now=late)
    assert not enrolling.lapse(enrolment_id=first.pk, now=late)
    assert EnrolmentRecord.objects.filter(subject=first, event="lapse").count() == 1


def test_the_line_ends_when_it_begins(cast, programme):
    fill(cast, programme.course)
    first = enrol(cast, programme.course)
    due.sweep(programme.monday.starts_at)
    assert state(first) == "lapsed"
    assert told(cast.resident)[-1] == "书法课开始了，这次没轮上。下次早点来。"


def test_nobody_is_offered_a_seat_once_it_has_begun(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour", programme.monday.starts_at)
    assert state(first) == "waiting"


def test_the_counter_takes_a_seat_back_with_a_reason_and_tells(cast, programme):
    seated, _other = fill(cast, programme.course)
    first = enrol(cast, programme.course)
    with refusal("REASON_REQUIRED"):
        enrolling.cancel(actor=cast.actor("clerk"), enrolment_id=seated.pk, reason=" ", now=NOW)
    enrolling.cancel(actor=cast.actor("clerk"), enrolment_id=seated.pk, reason="名字报重了", now=NOW)
    assert (state(seated), state(first)) == ("cancelled", "offered")
    assert told(cast.neighbour) == ["社区取消了您书法课的报名：名字报重了"]


# ---------------------------------------------------------------- capacity
def test_more_seats_are_offered_at_once(cast, programme):
    fill(cast, programme.course)
    line = [enrol(cast, programme.course, who) for who in ("resident", "outsider", "org_contact")]
    services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, capacity=4, now=NOW)
    assert [state(one) for one in line] == ["offered", "offered", "waiting"]


def test_fewer_seats_than_are_taken_are_refused(cast, programme):
    fill(cast, programme.course)
    with pytest.raises(Conflict) as refused:
        services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, capacity=1, now=NOW)
    assert (refused.value.code, refused.value.extra["taken"]) == ("BELOW_ENROLLED", 2)
    programme.course.refresh_from_db()
    assert programme.course.capacity == 2


def test_an_offered_seat_counts_when_seats_are_cut(cast, programme):
    seated, _other = fill(cast, programme.course)
    enrol(cast, programme.course)
    withdraw(cast, seated, "neighbour")
    with refusal("BELOW_ENROLLED", 409):
        services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, capacity=1, now=NOW)


# ---------------------------------------------------------------- when
def test_not_before_it_opens_and_not_once_it_has_begun(cast, house, programme):
    later = an_activity(cast, house, opens_at=NOW + HOUR)
    a_session(cast, later, "09-23 09:00", "09-23 10:00")
    published(cast, later)
    with refusal("NOT_YET"):
        enrol(cast, later)
    assert enrol(cast, later, now=NOW + HOUR).state == "enrolled"
    with refusal("SHUT"):
        enrol(cast, programme.course, now=programme.monday.starts_at)
    with refusal("SHUT"):
        enrol(cast, programme.film, session=programme.saturday, now=programme.saturday.starts_at)
    assert Enrolment.objects.count() == 1


def test_a_term_with_a_written_date_may_be_joined_while_it_runs(cast, programme):
    closes = programme.tuesday.starts_at
    services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, closes_at=closes, now=NOW)
    assert enrol(cast, programme.course, now=programme.monday.ends_at).state == "enrolled"
    with refusal("SHUT"):
        enrol(cast, programme.course, "neighbour", now=closes)


def test_which_session_must_be_said_and_must_be_its_own(cast, programme):
    with pytest.raises(Invalid):
        enrol(cast, programme.film)
    with pytest.raises(Invalid):
        enrol(cast, programme.course, session=programme.monday)
    with pytest.raises(NotFound):
        enrol(cast, programme.film, session=programme.monday)


def test_a_draft_is_not_there_and_what_was_called_off_says_so(cast, house, programme):
    with pytest.raises(NotFound):
        enrol(cast, an_activity(cast, house))
    services.cancel_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, reason="老师病了", now=NOW)
    with refusal("CALLED_OFF", 409):
        enrol(cast, programme.course)


# ---------------------------------------------------------------- whose
def test_children_come_with_their_guardians_word(cast, programme):
    found = enrol_child(cast, programme.care)
    assert (found.child_name, found.age, found.consent_name) == ("小满", 9, "resident")
    assert found.consent_at == NOW
    assert found.consent_words.startswith("我是孩子的监护人")


def test_without_the_word_nothing_is_written(cast, programme):
    with refusal("NO_CONSENT"):
        enrol_child(cast, programme.care, child=Child("小满"))
    assert Enrolment.objects.count() == 0


def test_the_date_of_birth_is_not_kept_anywhere(cast, programme):
    found = enrol_child(cast, programme.care)
    kept = f"{Enrolment.objects.filter(pk=found.pk).values()} {EnrolmentRecord.objects.values_list('data')}"
    assert "2017" not in kept


@pytest.mark.parametrize(
    ("born", "age"),
    [("2020-09-22", None), ("2020-09-21", 6), ("2013-09-22", 12), ("2013-09-21", None)],
)
def test_the_age_counts_on_the_first_day(cast, programme, born, age):
    """The course begins on 21 September: who turns six that day may come, who turns thirteen may not."""
    given = {"born": dt.date.fromisoformat(born)}
    if age is None:
        with refusal("AGE"):
            enrol_child(cast, programme.care, **given)
    else:
        assert enrol_child(cast, programme.care, **given).age == age


@pytest.mark.parametrize(("born", "fits"), [("2012-09-22", False), ("2012-09-21", True)])
def test_guardrail_8_under_fourteen_nobody_enrols_alone(cast, programme, born, fits):
    """On the first day, 21 September: whoever is thirteen then comes by their guardian, whoever types the birthday."""
    services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, min_age=6, max_age=99, now=NOW)
    given = {"born": dt.date.fromisoformat(born)}
    if fits:
        assert enrol(cast, programme.course, **given).age == 14
    else:
        with refusal("NO_CONSENT"):
            enrol(cast, programme.course, **given)


@pytest.mark.parametrize("born", [dt.date(2027, 1, 1), dt.date(1880, 1, 1)])
def test_a_birthday_that_cannot_be_is_refused(cast, programme, born):
    with refusal("BORN"):
        enrol_child(cast, programme.care, born=born)


def test_an_age_band_asks_everybody_and_a_child_is_always_asked(cast, programme):
    with pytest.raises(Invalid):
        enrol(cast, programme.care)
    with pytest.raises(Invalid):
        enrol_child(cast, programme.course, born=None)
    with refusal("AGE"):
        enrol_child(cast, programme.course, born=dt.date(2000, 1, 1))


def test_two_children_of_one_guardian_have_two_seats_the_same_child_one(cast, programme):
    enrol_child(cast, programme.care)
    enrol_child(cast, programme.care, name="小暑")
    with refusal("ENROLLED", 409):
        enrol_child(cast, programme.care, name=" 小满 ")


def test_the_counter_enrols_whoever_stands_there_and_it_is_recorded(cast, programme, settle):
    resident = settle("林秀英", "building", None)
    found = enrol(cast, programme.course, "clerk", on_behalf_of=resident.pk)
    assert (found.resident, found.user, found.enrolled_by) == (resident, None, cast.clerk)
    record = EnrolmentRecord.objects.get(subject=found)
    assert (record.actor_role, record.data["on_behalf"]) == ("desk_clerk", True)


def test_a_grid_worker_enrols_their_own_doors_only(cast, programme, settle):
    mine, other = settle("林秀英", "building", None), settle("赵国平", "building_b", None)
    assert enrol(cast, programme.course, "grid_worker", on_behalf_of=mine.pk).state == "enrolled"
    with pytest.raises(NotFound):
        enrol(cast, programme.course, "grid_worker", on_behalf_of=other.pk)
    with pytest.raises(Forbidden):
        enrol(cast, programme.course, "resident", on_behalf_of=other.pk)
    assert Enrolment.objects.count() == 1


def test_an_account_enrols_whoever_is_linked_to_it(cast, programme, settle):
    settle("resident", "building")
    mother = settle("林奶奶", "building", "resident")
    assert enrol(cast, programme.course, on_behalf_of=mother.pk).name == "林奶奶"
    assert enrol(cast, programme.course).name == "resident"


def test_waiting_rows_fall_due_when_it_shuts(cast, programme):
    fill(cast, programme.course)
    found = enrol(cast, programme.course)
    row = DueRow.objects.get(subject_id=found.pk, done_at=None)
    assert (row.kind, row.due_at) == ("enrolment.lapse", programme.monday.starts_at)


def test_the_guardians_own_date_of_birth_is_not_asked_of_adults(cast, programme):
    assert enrol(cast, programme.course).age is None
    assert enrol(cast, programme.course, "neighbour", born=BORN.replace(year=1990)).age == 36
