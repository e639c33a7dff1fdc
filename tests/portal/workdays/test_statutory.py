"""What is known of a year with nothing published, held against the years that were."""

import datetime as dt

import chinese_calendar
import pytest

from portal.workdays import official
from portal.workdays.enums import DayKind
from portal.workdays.statutory import expected, lunar_words, statutory_days


def test_an_unpublished_year_has_the_days_the_law_names():
    days = {day.isoformat(): name for day, name in statutory_days(2027).items()}
    assert days == {
        "2027-01-01": "元旦",
        "2027-02-05": "春节",  # 除夕
        "2027-02-06": "春节",
        "2027-02-07": "春节",
        "2027-02-08": "春节",
        "2027-04-05": "清明节",
        "2027-05-01": "劳动节",
        "2027-06-09": "端午节",
        "2027-09-15": "中秋节",
        "2027-10-01": "国庆节",
        "2027-10-02": "国庆节",
        "2027-10-03": "国庆节",
    }


def test_two_festivals_on_one_day_are_both_named():
    assert statutory_days(2031)[dt.date(2031, 10, 1)] == "国庆节、中秋节"


def test_an_unpublished_year_works_no_weekend_and_bridges_nothing():
    assert expected(dt.date(2027, 10, 4)) == (DayKind.WORKING, "")
    assert expected(dt.date(2027, 10, 9)) == (DayKind.REST, "")


@pytest.mark.parametrize("year", sorted(year for year in official.YEARS if year >= 2008))
def test_the_days_of_the_law_were_off_in_every_published_year(year):
    eve = {2014: "2014-01-30", 2024: "2024-02-09"}.get(year)  # 除夕 became a day off for good in 2025
    for day in statutory_days(year):
        if day.isoformat() != eve:
            assert official.published(day)[0] != DayKind.WORKING, day


@pytest.mark.parametrize("year", [1, 1949, 2100, 9999])
def test_any_year_can_be_reckoned(year):
    assert 11 <= len(statutory_days(year)) <= 12


def test_published_days_are_those_of_the_package():
    day = dt.date(2004, 1, 1)
    while day <= dt.date(2026, 12, 31):
        kind, name = official.published(day)
        assert (kind == DayKind.WORKING) == chinese_calendar.is_workday(day), day
        assert bool(name) == (day in chinese_calendar.holidays or day in chinese_calendar.workdays), day
        day += dt.timedelta(days=1)


def test_a_plain_weekend_is_rest_and_a_worked_one_says_for_what():
    assert official.published(dt.date(2026, 9, 19)) == (DayKind.REST, "")
    assert official.published(dt.date(2026, 9, 20)) == (DayKind.WORKING, "国庆节调休")
    assert official.published(dt.date(2026, 9, 26)) == (DayKind.HOLIDAY, "中秋节")


def test_the_package_says_nothing_of_a_year_it_does_not_know():
    assert official.published(dt.date(max(official.YEARS) + 1, 1, 1)) is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-09-18", "农历八月初八"),
        ("2026-02-16", "农历腊月廿九"),
        ("2026-02-17", "农历正月初一"),
        ("2025-07-25", "农历闰六月初一"),
        ("2026-12-20", "农历冬月十二"),
    ],
)
def test_lunar_words_are_those_of_the_wall_calendar(day, words):
    assert lunar_words(dt.date.fromisoformat(day)) == words
