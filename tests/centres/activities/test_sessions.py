"""Sessions and their rooms: a class and a booking never overlap; what is moved or called off is told, once."""

import datetime as dt

import pytest
from icalendar import Calendar

from centres.activities import ics, queries, services, steps
from centres.activities.models import Session
from centres.activities.models_enrolment import Enrolment
from centres.rooms import services as rooms
from centres.rooms.models_booking import Booking, Occupancy
from portal.errors import Forbidden, NotFound, Refusal
from portal.flow import due
from portal.flow.models import DueRow
from tests.centres.activities.people import a_session, an_activity, enrol, enrol_child, fill, told
from tests.centres.activities.test_enrolling import refusal
from tests.centres.rooms.people import NOW, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def cancel(cast, session, who="clerk", reason="老师病了", now=NOW):
    return services.cancel_session(actor=cast.actor(who), session_id=session.pk, reason=reason, now=now)


def move(cast, session, start, end, who="clerk", now=NOW):
    return services.move_session(
        actor=cast.actor(who), session_id=session.pk, starts_at=at(start), ends_at=at(end), now=now
    )


# ---------------------------------------------------------------- the room
def test_a_session_holds_its_room_as_the_centres_own(cast, house, programme):
    booking = programme.monday.booking
    assert (booking.room, booking.purpose, booking.state) == (house.studio, "书法课", "confirmed")
    assert booking.is_centres_own
    assert booking.occupancies.count() == 1


def test_nobody_books_where_a_class_is(cast, house, programme):
    with refusal("CONFLICT", 409):
        book(cast, house.studio, "09-21 09:30", "09-21 10:30")
    with refusal("CONFLICT", 409):
        book(cast, house.hall, "09-19 15:00", "09-19 16:00", "clerk")
    assert Occupancy.objects.count() == 5


def test_no_class_where_somebody_has_booked(cast, house, programme):
    book(cast, house.studio, "09-23 09:00", "09-23 10:00")
    with refusal("CONFLICT", 409):
        a_session(cast, programme.course, "09-23 09:30", "09-23 10:30", house.studio)
    assert programme.course.sessions.count() == 2


def test_a_long_class_far_ahead_is_the_houses_own_affair(cast, house, programme):
    """Longer than the room's three hours, later than its thirty days."""
    long = an_activity(cast, house)
    assert a_session(cast, long, "12-01 09:00", "12-01 17:00", house.studio).booking is not None


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("09-23 10:00", "09-23 09:00", "REVERSED"),
        ("09-23 10:00", "09-23 10:00", "REVERSED"),
        ("09-18 14:00", "09-18 15:00", "PAST"),
        ("09-23 10:00", "09-25 10:00", "TOO_LONG"),
        ("09-23 07:00", "09-23 09:00", "OUTSIDE_HOURS"),
        ("09-25 09:00", "09-25 10:00", "HOLIDAY"),
    ],
)
def test_times_that_cannot_be_are_refused_and_nothing_is_written(cast, house, start, end, code):
    activity = an_activity(cast, house)
    with pytest.raises(Refusal, check=lambda error: error.code == code):
        a_session(cast, activity, start, end, house.studio)
    assert (Session.objects.count(), Booking.objects.count()) == (0, 0)


def test_the_year_9999_is_too_far(cast, house):
    activity, end = an_activity(cast, house), dt.datetime(9999, 12, 31, 10, tzinfo=dt.UTC)
    with refusal("TOO_FAR"):
        services.add_session(
            actor=cast.actor("clerk"), activity_id=activity.pk, starts_at=end - dt.timedelta(hours=1), ends_at=end
        )


def test_the_same_activity_is_not_twice_at_once(cast, house, programme):
    with refusal("TWICE", 409):
        a_session(cast, programme.course, "09-21 09:30", "09-21 10:30", house.east)


def test_a_room_of_another_house_is_not_there(cast, house, programme):
    from tests.centres.rooms.people import furnish

    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    with pytest.raises(NotFound):
        a_session(cast, programme.course, "09-23 09:00", "09-23 10:00", other.studio)


def test_only_the_house_plans_its_sessions(cast, house, programme):
    for who in ("resident", "grid_worker", "secretary_b", "street_supervisor"):
        with pytest.raises(NotFound):
            cancel(cast, programme.monday, who)
        with pytest.raises(Forbidden):
            services.create_activity(actor=cast.actor(who), centre=house.centre.pk, title="课", kind="course")


# ---------------------------------------------------------------- called off
def test_a_called_off_session_gives_the_room_back_and_tells_everybody_once(cast, house, programme):
    fill(cast, programme.course)
    enrol(cast, programme.course)
    cancel(cast, programme.monday)
    said = "书法课 9月21日 周一 9:00–10:00这场取消了：老师病了。对不起。"
    for who in ("neighbour", "volunteer", "resident"):
        assert told(cast.users[who]) == [said]
    programme.monday.refresh_from_db()
    assert (programme.monday.is_cancelled, programme.monday.booking.state) == (True, "cancelled")
    assert book(cast, house.studio, "09-21 09:00", "09-21 10:00").state == "confirmed"
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"enrolled", "waiting"}


def test_a_guardian_of_two_hears_it_once(cast, programme):
    enrol_child(cast, programme.care)
    enrol_child(cast, programme.care, name="小暑")
    cancel(cast, programme.care_day)
    assert len(told(cast.resident)) == 1


def test_enrolments_of_a_called_off_date_go_with_it(cast, programme):
    fill(cast, programme.film, programme.saturday)
    waiting = enrol(cast, programme.film, "resident", programme.saturday)
    stays = enrol(cast, programme.film, "resident", programme.sunday)
    cancel(cast, programme.saturday)
    gone = Enrolment.objects.filter(session=programme.saturday)
    assert set(gone.values_list("state", flat=True)) == {"cancelled"}
    assert Enrolment.objects.get(pk=stays.pk).state == "enrolled"
    assert len(told(cast.resident)) == 1
    assert waiting.records.count() == 2


def test_called_off_without_a_reason_twice_or_after_it_began_is_refused(cast, programme):
    with refusal("REASON_REQUIRED"):
        cancel(cast, programme.monday, reason=" ")
    with refusal("OVER"):
        cancel(cast, programme.monday, now=programme.monday.starts_at)
    cancel(cast, programme.monday)
    with refusal("ILLEGAL_TRANSITION", 409):
        cancel(cast, programme.monday)


def test_a_room_that_is_taken_back_calls_the_session_off_and_tells_once(cast, programme):
    """What a closure does to the bookings it lies over."""
    enrol(cast, programme.course)
    booking = programme.monday.booking
    rooms.cancel(actor=cast.actor("secretary"), booking_id=booking.pk, reason="楼上漏水", now=NOW)
    programme.monday.refresh_from_db()
    assert (programme.monday.is_cancelled, programme.monday.cancel_reason) == (True, "楼上漏水")
    assert told(cast.resident) == ["书法课 9月21日 周一 9:00–10:00这场取消了：楼上漏水。对不起。"]
    services.room_called_off(booking, cast.actor("secretary"), NOW, "楼上漏水")
    assert len(told(cast.resident)) == 1


def test_all_of_it_called_off_is_told_once_and_every_room_comes_free(cast, programme):
    enrol(cast, programme.course)
    services.cancel_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, reason="报的人太少", now=NOW)
    assert told(cast.resident) == ["书法课不办了：报的人太少。对不起。"]
    assert Enrolment.objects.get(activity=programme.course).state == "cancelled"
    states = Booking.objects.filter(session__activity=programme.course).values_list("state", flat=True)
    assert list(states) == ["cancelled", "cancelled"]


# ---------------------------------------------------------------- moved
def test_a_moved_session_takes_the_other_time_and_tells_once(cast, house, programme):
    enrol(cast, programme.course)
    move(cast, programme.monday, "09-21 11:00", "09-21 12:00")
    programme.monday.refresh_from_db()
    assert programme.monday.booking.starts_at == programme.monday.starts_at == at("09-21 11:00")
    assert told(cast.resident) == ["书法课改时间了：9月21日 周一 11:00–12:00，书画室。来不了就说一声。"]
    assert book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour").state == "confirmed"


def test_a_move_onto_somebody_elses_time_changes_nothing(cast, house, programme):
    enrol(cast, programme.course)
    book(cast, house.studio, "09-21 11:00", "09-21 12:00", "neighbour")
    with refusal("CONFLICT", 409):
        move(cast, programme.monday, "09-21 11:30", "09-21 12:30")
    programme.monday.refresh_from_db()
    assert programme.monday.starts_at == programme.monday.booking.starts_at == at("09-21 09:00")
    assert told(cast.resident) == []


def test_the_line_ends_with_the_new_time(cast, programme):
    fill(cast, programme.course)
    waits = enrol(cast, programme.course)
    move(cast, programme.monday, "09-20 11:00", "09-20 12:00")
    assert DueRow.objects.get(subject_id=waits.pk, done_at=None).due_at == at("09-20 11:00")


# ---------------------------------------------------------------- the evening before, and the end
def test_the_evening_before_everybody_with_a_seat_is_reminded_once(cast, programme):
    fill(cast, programme.course)
    enrol(cast, programme.course)
    due.sweep(at("09-20 17:59"))
    assert told(cast.neighbour) == []
    due.sweep(at("09-20 18:00"))
    assert not DueRow.objects.filter(kind="session.remind", due_at__lte=at("09-20 18:00"), done_at=None).exists()
    steps.remind(session_id=programme.monday.pk, now=at("09-20 18:05"))
    assert len(told(cast.neighbour)) == 1
    assert told(cast.neighbour)[0].endswith("9:00–10:00，书法课，书画室，别忘了。")
    assert not any("别忘了" in text for text in told(cast.resident))


def test_a_term_is_finished_after_its_last_session_only(cast, programme):
    found = enrol(cast, programme.course)
    due.sweep(programme.monday.ends_at)
    assert Enrolment.objects.get(pk=found.pk).state == "enrolled"
    due.sweep(programme.tuesday.ends_at)
    assert Enrolment.objects.get(pk=found.pk).state == "finished"
    assert not steps.end(session_id=programme.tuesday.pk, now=programme.tuesday.ends_at)


def test_a_term_whose_last_session_was_called_off_still_finishes(cast, programme):
    found = enrol(cast, programme.course)
    cancel(cast, programme.tuesday)
    due.sweep(programme.monday.ends_at)
    assert Enrolment.objects.get(pk=found.pk).state == "finished"


def test_a_term_ends_with_the_one_before_when_the_last_is_called_off_later(cast, programme):
    found = enrol(cast, programme.course)
    after = programme.monday.ends_at + dt.timedelta(hours=2)
    due.sweep(after)
    cancel(cast, programme.tuesday, now=after)
    due.sweep(after)
    assert Enrolment.objects.get(pk=found.pk).state == "finished"


# ---------------------------------------------------------------- calendars
def events(activity) -> dict[str, tuple[int, str]]:
    """UID → (SEQUENCE, STATUS), as a standard library reads them."""
    read = Calendar.from_ical(ics.calendar(activity, queries.sessions_of(activity)))
    return {str(one["UID"]): (int(one["SEQUENCE"]), str(one["STATUS"])) for one in read.walk("VEVENT")}


def test_calendars_keep_the_uid_and_raise_the_sequence(cast, programme):
    before = events(programme.course)
    assert set(before.values()) == {(0, "CONFIRMED")}
    move(cast, programme.monday, "09-21 11:00", "09-21 12:00")
    cancel(cast, programme.tuesday)
    after = events(programme.course)
    assert set(after) == set(before)
    assert after[f"{programme.monday.pk}@jiamenkou"] == (1, "CONFIRMED")
    assert after[f"{programme.tuesday.pk}@jiamenkou"] == (1, "CANCELLED")
