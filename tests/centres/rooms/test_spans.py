"""A day of a room without holes: what is free, held, in use, being tidied, shut; and what may be seen of it."""

import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centres.rooms import queries, services
from centres.rooms.enums import RoomKind
from centres.rooms.hours import DayHours, midnight
from centres.rooms.models import Room
from centres.rooms.spans import Taken, day_of
from portal.workdays.enums import DayKind
from tests.centres.rooms.people import NOW, at, book

MONDAY = dt.date(2026, 9, 21)


def spans(room, day=MONDAY, now=NOW, local=True):
    """(from, to, state, code) of one date, the quiet edges of the day left out."""
    diary = queries.open_diary([room], day, 1, now, local=local)
    return [
        (f"{span.starts_at.astimezone():%H:%M}", f"{span.ends_at.astimezone():%H:%M}", str(span.state), str(span.code))
        for span in diary.day(room, day)
    ]


def test_free_day_from_midnight_to_midnight(house):
    assert spans(house.studio) == [
        ("00:00", "08:00", "closed", "OUTSIDE_HOURS"),
        ("08:00", "21:00", "free", ""),
        ("21:00", "00:00", "closed", "OUTSIDE_HOURS"),
    ]


def test_booked_and_held(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.stage, "09-21 09:00", "09-21 10:00", "neighbour")
    assert spans(house.studio)[1:4] == [
        ("08:00", "09:00", "free", ""),
        ("09:00", "10:00", "booked", "CONFLICT"),
        ("10:00", "21:00", "free", ""),
    ]
    assert spans(house.stage)[2] == ("09:00", "10:00", "held", "CONFLICT")


def test_buffer_after_the_use_and_room_for_ones_own(cast, house):
    house.studio.buffer_minutes = 30
    house.studio.save()
    book(cast, house.studio, "09-21 10:00", "09-21 11:00")
    assert spans(house.studio)[1:6] == [
        ("08:00", "09:30", "free", ""),
        ("09:30", "10:00", "buffer", "BUFFER"),
        ("10:00", "11:00", "booked", "CONFLICT"),
        ("11:00", "11:30", "buffer", "BUFFER"),
        ("11:30", "21:00", "free", ""),
    ]


def test_all_that_is_shown_free_can_be_booked(cast, house):
    """The page and the rules agree, buffers included."""
    house.studio.buffer_minutes = 45
    house.studio.save()
    book(cast, house.studio, "09-21 10:00", "09-21 11:00")
    book(cast, house.studio, "09-21 15:00", "09-21 16:00", "neighbour")
    diary = queries.open_diary([house.studio], MONDAY, 1, NOW)
    for span in diary.free(house.studio, MONDAY):
        for start in (span.starts_at, span.ends_at - dt.timedelta(minutes=30)):
            end = start + dt.timedelta(minutes=30)
            services.check(actor=cast.actor("outsider"), room=house.studio.pk, starts_at=start, ends_at=end, now=NOW)


def test_hall_shows_either_half_and_each_half_the_hall(cast, house):
    book(cast, house.east, "09-21 09:00", "09-21 10:00")
    assert ("09:00", "10:00", "booked", "CONFLICT") in spans(house.hall)
    assert ("08:00", "21:00", "free", "") in spans(house.west)
    book(cast, house.hall, "09-21 15:00", "09-21 16:00")
    for room in (house.hall, house.east, house.west):
        assert ("15:00", "16:00", "booked", "CONFLICT") in spans(room)


def test_two_halves_in_turn_are_one_stretch_of_the_hall(cast, house):
    book(cast, house.east, "09-21 09:00", "09-21 10:00")
    book(cast, house.west, "09-21 10:00", "09-21 11:00", "neighbour")
    taken = [one for one in spans(house.hall) if one[2] == "booked"]
    assert taken == [("09:00", "10:00", "booked", "CONFLICT"), ("10:00", "11:00", "booked", "CONFLICT")]


def test_piece_shorter_than_the_shortest_is_free_and_too_short(cast, house):
    book(cast, house.studio, "09-21 08:15", "09-21 09:00")
    assert spans(house.studio)[1] == ("08:00", "08:15", "free", "TOO_SHORT")


def test_today_begins_at_the_next_quarter_after_notice(house):
    friday = NOW.date()
    assert spans(house.studio, friday)[1:3] == [
        ("08:00", "14:30", "closed", "TOO_SOON"),
        ("14:30", "21:00", "free", ""),
    ]
    house.studio.notice_minutes = 60
    assert spans(house.studio, friday)[1] == ("08:00", "15:30", "closed", "TOO_SOON")


def test_beyond_the_horizon_it_is_too_far_for_locals_and_sooner_for_others(house):
    house.studio.others_horizon_days = 2
    assert spans(house.studio, dt.date(2026, 10, 18))[1] == ("09:00", "18:00", "free", "")
    assert spans(house.studio, dt.date(2026, 10, 19))[1] == ("08:00", "21:00", "closed", "TOO_FAR")
    assert spans(house.studio, MONDAY)[1] == ("08:00", "21:00", "free", "")
    assert spans(house.studio, MONDAY, local=False)[1] == ("08:00", "21:00", "closed", "TOO_FAR")


def test_holiday_is_one_shut_span(house):
    assert spans(house.studio, dt.date(2026, 10, 1)) == [("00:00", "00:00", "closed", "HOLIDAY")]


def test_public_reads_the_houses_own_purpose_and_nobody_elses(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", purpose="心里的事")
    book(cast, house.studio, "09-21 10:00", "09-21 11:00", "clerk", purpose="书法班")
    diary = queries.open_diary([house.studio], MONDAY, 1, NOW)
    assert [span.title for span in diary.day(house.studio, MONDAY) if span.state == "booked"] == ["", "书法班"]


def test_what_runs_past_midnight_is_seen_on_both_days(cast, house):
    house.studio.max_minutes = 1440
    house.studio.save()
    start = midnight(MONDAY) + dt.timedelta(hours=23)
    taken = [Taken(start, start + dt.timedelta(hours=2), start + dt.timedelta(hours=2), False, "", None, None)]
    for day, edge in ((MONDAY, -1), (MONDAY + dt.timedelta(1), 0)):
        hours = DayHours(day, DayKind.WORKING, ((midnight(day), midnight(day) + dt.timedelta(days=1)),))
        found = day_of(house.studio, hours, taken, earliest=NOW, last_day=day)
        assert (found[edge].state, found[edge].minutes) == ("booked", 60)


quarters = st.integers(0, 95)


@settings(max_examples=60, deadline=None)
@given(uses=st.lists(st.tuples(quarters, st.integers(1, 20), st.integers(0, 4)), max_size=8), buffer=st.integers(0, 4))
def test_spans_always_fill_the_day_without_holes(uses, buffer):
    room = Room(kind=RoomKind.ARTS, buffer_minutes=buffer * 15, min_minutes=30)
    start, quarter = midnight(MONDAY), dt.timedelta(minutes=15)
    hours = DayHours(MONDAY, DayKind.WORKING, ((start + 32 * quarter, start + 84 * quarter),))
    taken = [
        Taken(
            start + at * quarter, start + (at + n) * quarter, start + (at + n + rest) * quarter, False, "", None, None
        )
        for at, n, rest in uses
    ]
    found = day_of(room, hours, taken, earliest=NOW, last_day=MONDAY)
    assert (found[0].starts_at, found[-1].ends_at) == (start, start + 96 * quarter)
    assert all(before.ends_at == after.starts_at for before, after in itertools.pairwise(found))
    for span in found:
        if span.bookable:
            assert not any(one.starts_at < span.ends_at and span.starts_at < one.free_at for one in taken)


# ---------------------------------------------------------------- rooms as doors
def test_doors_as_they_are_now(cast, house):
    book(cast, house.east, "09-18 14:30", "09-18 16:00", "clerk", purpose="义剪")
    doors = {
        door.room.name: (door.state, door.note, door.until) for door in queries.doors(house.centre, at("09-18 15:00"))
    }
    assert doors == {
        "阅览室": ("open", "开着", "到 21:00"),
        "大厅东半": ("busy", "义剪", "到 16:00"),
        "大厅（整间）": ("busy", "义剪", "到 16:00"),
    }


def test_doors_one_may_walk_into_come_first(cast, house):
    book(cast, house.studio, "09-18 14:30", "09-18 16:00", "clerk")
    assert [door.state for door in queries.doors(house.centre, at("09-18 15:00"))] == ["open", "busy"]


@pytest.mark.parametrize(
    ("moment", "note"), [("09-18 07:00", "还没开"), ("09-18 21:30", "关了"), ("10-01 10:00", "今天不开")]
)
def test_walk_in_room_that_is_shut_says_how(house, moment, note):
    assert [(door.state, door.note) for door in queries.doors(house.centre, at(moment))] == [("shut", note)]


def test_doors_ask_four_times_however_many_rooms(house, calendar_known, django_assert_num_queries):
    with django_assert_num_queries(4):
        queries.doors(house.centre, NOW)


def test_room_that_wants_a_nod_is_not_shown_free_before_one_could_be_given(cast, house, call):
    friday = NOW.date()
    assert spans(house.stage, friday)[1] == ("08:00", "16:30", "closed", "TOO_SOON")
    diary = queries.diary_for(cast.actor("clerk"), house.centre, [house.stage], friday, 1, NOW)
    assert diary.free(house.stage, friday)[0].starts_at == at("09-18 14:30")
