"""When a room is open: working days, days of rest and holidays of 2026, dated exceptions, a room's own hours."""

import datetime as dt

import pytest
from django.db import IntegrityError

from centres.rooms import queries
from centres.rooms.diary import hours_book
from centres.rooms.hours import next_half_hour, next_quarter, this_quarter
from centres.rooms.models import DayException, OpeningHour
from portal.workdays.enums import DayKind
from portal.workdays.models import DayOverride
from tests.centres.rooms.people import NOW, at, furnish

FRIDAY, SATURDAY, WORKED_SUNDAY, NATIONAL_DAY = (
    dt.date(2026, 9, 18),
    dt.date(2026, 9, 19),
    dt.date(2026, 9, 20),
    dt.date(2026, 10, 1),
)


def hours(room, day):
    return hours_book([room], day, day).on(room, day)


def spoken(room, day) -> list[str]:
    """08:00–21:00 for each open span of a date."""
    return [f"{opens.astimezone():%H:%M}–{closes.astimezone():%H:%M}" for opens, closes in hours(room, day).spans]


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        (FRIDAY, "working", ["08:00–21:00"]),
        (SATURDAY, "rest", ["09:00–18:00"]),
        (WORKED_SUNDAY, "working", ["08:00–21:00"]),
        (NATIONAL_DAY, "holiday", []),
    ],
)
def test_hours_follow_the_kind_of_day(house, day, kind, expected):
    assert (hours(house.studio, day).kind, spoken(house.studio, day)) == (kind, expected)


def test_shut_day_says_which_holiday_it_is(house):
    shut = hours(house.studio, NATIONAL_DAY)
    assert (shut.code, shut.opens, shut.closes) == ("HOLIDAY", None, None)
    assert "国庆" in shut.name


def test_day_of_rest_without_hours_is_closed_not_a_holiday(house):
    OpeningHour.objects.filter(day_kind=DayKind.REST).delete()
    assert hours(house.studio, SATURDAY).code == "CLOSED"


def test_community_that_works_on_another_day_keeps_its_own_calendar(cast, house):
    DayOverride.objects.create(
        scope_code=cast.place.community.code, date=SATURDAY, kind=DayKind.WORKING, name="社区集中服务日"
    )
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    assert spoken(house.studio, SATURDAY) == ["08:00–21:00"]
    assert spoken(other.studio, SATURDAY) == ["09:00–18:00"]


def test_dated_exception_replaces_the_whole_day(house):
    for opens in (9, 14):
        DayException.objects.create(
            centre=house.centre,
            first_day=FRIDAY,
            last_day=SATURDAY,
            opens=dt.time(opens),
            closes=dt.time(opens + 2),
            reason="换季",
        )
    assert spoken(house.studio, FRIDAY) == spoken(house.studio, SATURDAY) == ["09:00–11:00", "14:00–16:00"]
    assert spoken(house.studio, WORKED_SUNDAY) == ["08:00–21:00"]


def test_exception_without_hours_shuts_and_says_why(house):
    DayException.objects.create(centre=house.centre, first_day=FRIDAY, last_day=FRIDAY, reason="停电")
    shut = hours(house.studio, FRIDAY)
    assert (shut.code, shut.name, shut.spans) == ("CLOSED", "停电", ())


def test_rooms_own_exception_goes_before_its_centres(house):
    DayException.objects.create(centre=house.centre, first_day=FRIDAY, last_day=FRIDAY, reason="停电")
    DayException.objects.create(
        room=house.hall, first_day=FRIDAY, last_day=FRIDAY, opens=dt.time(9), closes=dt.time(10), reason="义诊"
    )
    assert (spoken(house.hall, FRIDAY), spoken(house.studio, FRIDAY)) == (["09:00–10:00"], [])


def test_rooms_own_hours_replace_all_kinds_of_day(house):
    OpeningHour.objects.create(room=house.studio, day_kind=DayKind.HOLIDAY, opens=dt.time(10), closes=dt.time(16))
    assert (spoken(house.studio, NATIONAL_DAY), spoken(house.studio, FRIDAY)) == (["10:00–16:00"], [])
    assert spoken(house.hall, FRIDAY) == ["08:00–21:00"]


def test_spans_that_touch_are_one(house):
    for opens, closes in ((8, 12), (12, 14), (16, 18)):
        OpeningHour.objects.create(
            room=house.studio, day_kind=DayKind.WORKING, opens=dt.time(opens), closes=dt.time(closes)
        )
    assert spoken(house.studio, FRIDAY) == ["08:00–14:00", "16:00–18:00"]
    assert hours(house.studio, FRIDAY).covers(at("09-18 11:00"), at("09-18 13:00"))
    assert not hours(house.studio, FRIDAY).covers(at("09-18 13:00"), at("09-18 17:00"))


@pytest.mark.parametrize(
    "fields",
    [
        {"opens": dt.time(9, 10), "closes": dt.time(10)},
        {"opens": dt.time(10), "closes": dt.time(9)},
        {"opens": dt.time(9), "closes": dt.time(10), "centre": None},
    ],
)
def test_hours_that_cannot_be_are_refused_by_the_database(house, fields):
    with pytest.raises(IntegrityError):
        OpeningHour.objects.create(**({"centre": house.centre, "day_kind": DayKind.WORKING} | fields))


def test_many_rooms_and_days_are_read_at_once(house, calendar_known, django_assert_num_queries):
    rooms = queries.rooms_of(house.centre)
    with django_assert_num_queries(2):
        book = hours_book(rooms, FRIDAY, NATIONAL_DAY)
        assert len([book.on(room, FRIDAY + dt.timedelta(n)) for room in rooms for n in range(14)]) == 84


@pytest.mark.parametrize(
    ("moment", "this", "quarter", "half"),
    [("14:20", "14:15", "14:30", "14:30"), ("14:15", "14:15", "14:15", "14:30"), ("14:31", "14:30", "14:45", "15:00")],
)
def test_quarters_and_half_hours(moment, this, quarter, half):
    given = at(f"09-18 {moment}")
    answers = this_quarter(given), next_quarter(given), next_half_hour(given)
    assert answers == tuple(at(f"09-18 {one}") for one in (this, quarter, half))


# ---------------------------------------------------------------- the front door, in a sentence
@pytest.mark.parametrize(
    ("moment", "is_open", "sentence"),
    [
        ("09-18 14:20", True, "门开着，|到晚上九点。"),
        ("09-18 07:00", False, "还没开门，|上午八点开。"),
        ("09-18 21:00", False, "关门了，|明天上午九点开。"),
        ("09-24 22:00", False, "关门了，|星期一上午八点开。"),
        ("10-01 10:00", False, "今天不开门，|10月8日 周四上午八点开。"),
    ],
)
def test_sentence_of_the_door(house, moment, is_open, sentence):
    today = queries.today_at(house.centre, at(moment))
    assert (today.is_open, today.sentence) == (is_open, sentence)


def test_door_that_stays_shut_says_call(house):
    OpeningHour.objects.all().delete()
    assert queries.today_at(house.centre, NOW).sentence == "这几天不开门，|有事请打电话。"
