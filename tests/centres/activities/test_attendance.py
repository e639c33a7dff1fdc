"""One tap a person, one back; and what is given to whoever came to the end."""

import datetime as dt

import pytest

from centres.activities import attendance, certifying, enrolling, queries, steps, words
from centres.activities.models_enrolment import Attendance, Certificate
from portal.errors import NotFound
from portal.flow import due
from tests.centres.activities.people import enrol, fill
from tests.centres.activities.test_enrolling import refusal
from tests.centres.rooms.people import NOW, at

pytestmark = pytest.mark.django_db
HERE = at("09-21 08:55")


@pytest.fixture
def tap(cast, programme):
    def act(do, enrolment, now=HERE, session=None, who="clerk"):
        session = session or programme.monday
        return do(actor=cast.actor(who), session_id=session.pk, enrolment_id=enrolment.pk, now=now)

    return act


def test_a_tap_a_second_tap_and_one_back(cast, programme, tap):
    found = enrol(cast, programme.course)
    tap(attendance.arrive, found)
    tap(attendance.arrive, found, HERE + dt.timedelta(minutes=3))
    assert Attendance.objects.get().arrived_at == HERE
    left = tap(attendance.leave, found, at("09-21 10:00"))
    assert left.left_at == at("09-21 10:00")
    assert tap(attendance.undo, found, at("09-21 10:01")).left_at is None
    assert tap(attendance.undo, found, at("09-21 10:02")) is None
    assert tap(attendance.undo, found, at("09-21 10:03")) is None
    assert not Attendance.objects.exists()


def test_leaving_without_having_come_is_refused(cast, programme, tap):
    with refusal("NOT_HERE", 409):
        tap(attendance.leave, enrol(cast, programme.course))


@pytest.mark.parametrize(("now", "code"), [("09-21 07:59", "TOO_EARLY"), ("09-22 10:00", "OVER")])
def test_outside_its_time(cast, programme, tap, now, code):
    with refusal(code):
        tap(attendance.arrive, enrol(cast, programme.course), at(now))


def test_only_who_has_a_seat_is_on_the_list(cast, programme, tap):
    fill(cast, programme.course)
    waits = enrol(cast, programme.course)
    elsewhere = enrol(cast, programme.film, "resident", programme.saturday)
    for one in (waits, elsewhere):
        with pytest.raises(NotFound):
            tap(attendance.arrive, one)
    assert [row.enrolment.name for row in queries.roster(programme.monday)] == ["neighbour", "volunteer"]


@pytest.mark.parametrize("who", ["resident", "grid_worker", "secretary_b", "street_supervisor"])
def test_only_the_house_takes_attendance(cast, programme, tap, who):
    with pytest.raises(NotFound):
        tap(attendance.arrive, enrol(cast, programme.course), who=who)


def test_a_list_nobody_has_gone_through_waits_until_it_is(cast, programme, tap):
    assert queries.untaken(cast.actor("clerk"), HERE + dt.timedelta(minutes=10)) == []
    enrol(cast, programme.course)
    later = programme.monday.starts_at
    assert queries.untaken(cast.actor("clerk"), later) == [programme.monday]
    assert queries.untaken(cast.actor("secretary_b"), later) == []
    attendance.close_list(actor=cast.actor("clerk"), session_id=programme.monday.pk, now=later)
    assert queries.untaken(cast.actor("clerk"), later) == []


# ---------------------------------------------------------------- certificates
def finish(programme) -> None:
    due.sweep(programme.tuesday.ends_at + dt.timedelta(hours=24))


def test_who_came_and_finished_has_a_certificate_with_the_hours_they_came(cast, programme, tap):
    came, absent = fill(cast, programme.course)
    tap(attendance.arrive, came)
    finish(programme)
    given = Certificate.objects.get()
    assert (given.enrolment, given.minutes, given.number) == (came, 60, "JY2026-0001")
    assert given.masked_name == "n*******r"
    assert len(given.code) == 32
    assert not Certificate.objects.filter(enrolment=absent).exists()


def test_certificates_are_given_once(cast, programme, tap):
    came, other = fill(cast, programme.course)
    for one in (came, other):
        tap(attendance.arrive, one)
    finish(programme)
    codes = set(Certificate.objects.values_list("code", flat=True))
    assert not steps.certify(session_id=programme.tuesday.pk, now=programme.tuesday.ends_at + dt.timedelta(hours=25))
    assert certifying.certify(programme.course, NOW) == 0
    assert set(Certificate.objects.values_list("code", flat=True)) == codes
    assert set(Certificate.objects.values_list("number", flat=True)) == {"JY2026-0001", "JY2026-0002"}


def test_whoever_left_has_none(cast, programme, tap):
    came = enrol(cast, programme.course)
    tap(attendance.arrive, came)
    enrolling.withdraw(actor=cast.actor("resident"), enrolment_id=came.pk, now=at("09-21 12:00"))
    finish(programme)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"), [("林秀英", "林*英"), ("林英", "林*"), ("欧阳修文", "欧**文"), ("林", "*"), ("", "*")]
)
def test_a_strangers_view_of_a_name(name, shown):
    assert words.masked(name) == shown
