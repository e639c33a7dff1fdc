"""Which word about a day wins."""

import datetime as dt

from portal.workdays.calendar import LoadedCalendar
from portal.workdays.enums import DayKind

NATIONAL_DAY = dt.date(2026, 10, 1)


def test_the_package_speaks_where_nothing_was_imported():
    assert LoadedCalendar().named(NATIONAL_DAY) == (DayKind.HOLIDAY, "国庆节")
    assert LoadedCalendar().official(2026)
    assert not LoadedCalendar().official(2027)


def test_an_imported_year_silences_the_package():
    calendar = LoadedCalendar(days={}, years=frozenset({2026}))
    assert calendar.named(NATIONAL_DAY) == (DayKind.WORKING, "")
    assert calendar.named(dt.date(2026, 10, 3)) == (DayKind.REST, "")


def test_an_imported_year_makes_it_official():
    assert LoadedCalendar(years=frozenset({2027})).official(2027)


def test_an_override_wins_over_an_imported_day():
    days = {NATIONAL_DAY: (DayKind.HOLIDAY, "国庆节")}
    overrides = {NATIONAL_DAY: (DayKind.WORKING, "人口普查")}
    assert LoadedCalendar(overrides, days, frozenset({2026})).named(NATIONAL_DAY) == (DayKind.WORKING, "人口普查")


def test_a_notice_may_speak_of_the_last_days_of_the_year_before():
    new_years_eve = dt.date(2026, 12, 31)
    calendar = LoadedCalendar(days={new_years_eve: (DayKind.HOLIDAY, "元旦")}, years=frozenset({2027}))
    assert calendar.kind(new_years_eve) == DayKind.HOLIDAY
    assert calendar.kind(dt.date(2026, 12, 30)) == DayKind.WORKING
