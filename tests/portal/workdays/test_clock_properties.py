"""The working clock by its laws, over many moments, amounts and hours, across published and unpublished years."""

import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.workdays.calendar import LoadedCalendar
from portal.workdays.clock import SHANGHAI, Clock, Hours

SPLITS = (
    Hours(),
    Hours(((dt.time(9), dt.time(17)),)),
    Hours(((dt.time(7), dt.time(7, 1)), (dt.time(20), dt.time(23, 59)))),
)

clocks = st.sampled_from([Clock(LoadedCalendar(), hours) for hours in SPLITS])
FIRST = dt.datetime(2025, 12, 1, tzinfo=SHANGHAI)
moments = st.timedeltas(dt.timedelta(), dt.timedelta(days=760)).map(lambda passed: FIRST + passed)
amounts = st.timedeltas(dt.timedelta(microseconds=1), dt.timedelta(hours=400))


@given(clocks, moments, moments, amounts)
def test_a_later_start_is_never_due_earlier(clock, one, other, amount):
    first, second = sorted((one, other))
    assert clock.add_working_time(first, amount).at <= clock.add_working_time(second, amount).at


@given(clocks, moments, amounts, amounts)
def test_more_time_is_due_later(clock, start, one, other):
    assume(one != other)
    less, more = sorted((one, other))
    assert clock.add_working_time(start, less).at < clock.add_working_time(start, more).at


@given(clocks, moments, amounts, amounts)
def test_time_added_in_two_parts_is_time_added_at_once(clock, start, one, other):
    halfway = clock.add_working_time(start, one)
    end, whole = clock.add_working_time(halfway.at, other), clock.add_working_time(start, one + other)
    assert end.at == whole.at
    assert (halfway.provisional or end.provisional) == whole.provisional


@given(clocks, moments, amounts)
def test_between_gives_back_what_was_added(clock, start, amount):
    due = clock.add_working_time(start, amount).at
    assert clock.working_time_between(start, due) == amount
    assert clock.working_time_between(due, start) == -amount


@given(clocks, moments, moments, moments)
def test_between_adds_up_over_any_moment(clock, one, other, third):
    whole = clock.working_time_between(one, third)
    assert clock.working_time_between(one, other) + clock.working_time_between(other, third) == whole


@given(clocks, moments, amounts)
def test_a_deadline_never_lies_outside_hours(clock, start, amount):
    due = clock.add_working_time(start, amount).at
    # Spans are half-open and a deadline may be their end: the instant before it belongs to one, always.
    assert clock.is_working(due - dt.timedelta(microseconds=1))


@given(clocks, moments)
def test_the_next_working_moment_is_the_first(clock, now):
    again = clock.next_working_moment(now)
    assert again >= now
    assert clock.is_working(again)
    assert clock.working_time_between(now, again) == dt.timedelta()


@given(clocks, moments, amounts, st.floats(0.01, 0.99), moments)
def test_a_pause_moves_the_deadline_by_the_working_time_it_took(clock, start, amount, part, resumed):
    paused = clock.add_working_time(start, max(amount * part, dt.timedelta(microseconds=1))).at
    assume(paused <= resumed)
    left = amount - clock.working_time_between(start, paused)
    assume(left > dt.timedelta())
    due = clock.add_working_time(resumed, left).at
    assert clock.working_time_between(start, due) == amount + clock.working_time_between(paused, resumed)


@given(clocks, moments, amounts)
def test_provisional_is_having_seen_an_unpublished_year(clock, start, amount):
    due = clock.add_working_time(start, amount)
    assert due.provisional == (due.at.astimezone(SHANGHAI).year >= 2027)
