"""What rooms are told about days and hours, how often the database is asked, and that nothing stale is told."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, TimeoutError

import pytest
from django.db import IntegrityError, connection, connections, transaction

from portal.workdays import queries
from portal.workdays.clock import DEFAULT_HOURS, SHANGHAI, Hours
from portal.workdays.enums import DayKind
from portal.workdays.models import CalendarDay, CalendarVersion, CalendarYear, DayOverride, WorkingHours

COMMUNITY, OTHER = "620902001001", "620902002001"
TUESDAY = dt.date(2026, 11, 24)
WH = dt.timedelta(hours=1)


@pytest.fixture
def flood(db):
    return DayOverride.objects.create(scope_code=COMMUNITY, date=TUESDAY, kind=DayKind.REST, name="抗洪")


def publish(year: int, **days: str) -> CalendarYear:
    row = CalendarYear.objects.create(year=year, source="通知")
    for day, kind in days.items():
        CalendarDay.objects.create(year=row, date=dt.date(year, int(day[1:3]), int(day[3:5])), kind=kind, name="测试")
    return row


def test_an_override_holds_in_its_community_only(flood):
    assert queries.calendar_for(COMMUNITY).kind(TUESDAY) == DayKind.REST
    assert queries.calendar_for(OTHER).kind(TUESDAY) == DayKind.WORKING
    assert queries.calendar_for().kind(TUESDAY) == DayKind.WORKING


def test_a_grid_keeps_the_days_of_its_community(flood):
    assert queries.calendar_for(f"{COMMUNITY}-0101").kind(TUESDAY) == DayKind.REST


def test_an_override_for_everybody_yields_to_the_communitys_own(flood):
    DayOverride.objects.create(date=TUESDAY, kind=DayKind.HOLIDAY, name="停电")
    assert queries.calendar_for(COMMUNITY).name(TUESDAY) == "抗洪"
    assert queries.calendar_for(OTHER).name(TUESDAY) == "停电"


@pytest.mark.django_db
def test_an_imported_year_wins_over_the_package():
    publish(2026, d1001=DayKind.HOLIDAY)
    calendar = queries.calendar_for()
    assert calendar.name(dt.date(2026, 10, 1)) == "测试"
    assert calendar.kind(dt.date(2026, 10, 2)) == DayKind.WORKING


@pytest.mark.django_db
def test_a_year_not_yet_official_is_kept_but_not_used():
    year = publish(2027, d0301=DayKind.HOLIDAY)
    CalendarYear.objects.filter(pk=year.pk).update(official=False)
    calendar = queries.calendar_for()
    assert calendar.kind(dt.date(2027, 3, 1)) == DayKind.WORKING
    assert not calendar.official(2027)


@pytest.mark.django_db
def test_the_later_notice_has_the_last_word_on_a_day_of_both():
    later = publish(2027)  # and written first, so that the order of rows does not hide the rule
    CalendarDay.objects.create(year=later, date=dt.date(2026, 12, 31), kind=DayKind.HOLIDAY, name="元旦")
    publish(2026, d1231=DayKind.REST)
    assert queries.calendar_for().named(dt.date(2026, 12, 31)) == (DayKind.HOLIDAY, "元旦")


@pytest.mark.django_db
def test_hours_are_the_communitys_else_everybodys_else_the_default():
    assert queries.hours_for(COMMUNITY) == DEFAULT_HOURS
    WorkingHours.objects.create(opens=dt.time(9))
    WorkingHours.objects.create(scope_code=COMMUNITY, lunch_from=None, lunch_to=None, closes=dt.time(16))
    assert queries.hours_for(COMMUNITY) == Hours(((dt.time(8, 30), dt.time(16)),))
    assert queries.hours_for(OTHER).spans[0] == (dt.time(9), dt.time(12))


def test_a_community_with_days_of_its_own_keeps_everybodys_hours(flood):
    WorkingHours.objects.create(opens=dt.time(9))
    assert queries.hours_for(COMMUNITY).spans[0] == (dt.time(9), dt.time(12))


def test_deadlines_run_on_the_communitys_clock(flood):
    filed = dt.datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI)
    due = {code: queries.clock_for(code).add_working_time(filed, 8 * WH).at for code in (COMMUNITY, OTHER)}
    assert due[COMMUNITY] == dt.datetime(2026, 11, 25, 17, 30, tzinfo=SHANGHAI)
    assert due[OTHER] == dt.datetime(2026, 11, 24, 17, 30, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_day_info_says_what_the_home_page_says():
    holiday = queries.day_info(dt.date(2026, 10, 1))
    assert (holiday.kind, holiday.name, holiday.lunar, holiday.official) == (
        DayKind.HOLIDAY,
        "国庆节",
        "农历八月廿一",
        True,
    )
    assert not queries.day_info(dt.date(2027, 3, 1)).official


def test_a_warm_calendar_is_one_query_for_any_number_of_days(flood, django_assert_num_queries):
    queries.calendar_for(COMMUNITY)
    with django_assert_num_queries(1):
        clock = queries.clock_for(COMMUNITY)
    with django_assert_num_queries(0):
        clock.add_working_time(dt.datetime(2026, 1, 1, tzinfo=SHANGHAI), 1_000 * WH)
        [clock.calendar.name(TUESDAY + dt.timedelta(days=offset)) for offset in range(400)]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_cold_calendar_is_five_queries_at_one_row_and_at_thirty(rows, db, django_assert_num_queries):
    year = publish(2027)
    for day in range(1, rows + 1):
        date = dt.date(2027, 3, day)
        CalendarDay.objects.create(year=year, date=date, kind=DayKind.HOLIDAY, name="x")
        DayOverride.objects.create(scope_code=COMMUNITY, date=date, kind=DayKind.HOLIDAY, name="x")
        WorkingHours.objects.create(scope_code=f"{620902001000 + day}")
    with django_assert_num_queries(5):
        queries.clock_for(COMMUNITY)


WRITES = {
    "insert": lambda row: DayOverride.objects.create(date=TUESDAY, kind=DayKind.REST, name="x"),
    "update": lambda row: type(row).objects.filter(pk=row.pk).update(name="改名"),
    "delete": lambda row: row.delete(),
    "bulk": lambda row: DayOverride.objects.bulk_create([DayOverride(date=TUESDAY, kind=DayKind.REST, name="x")]),
    "raw": lambda row: connection.cursor().execute("DELETE FROM portal_dayoverride"),
    "hours": lambda row: WorkingHours.objects.create(),
    "year": lambda row: publish(2027),
    "day": lambda row: publish(2027, d0301=DayKind.HOLIDAY),
}


@pytest.mark.parametrize("write", WRITES)
def test_no_way_of_writing_leaves_a_stale_calendar(write, flood):
    before = queries.clock_for(COMMUNITY)
    version = CalendarVersion.objects.get().version
    WRITES[write](flood)
    assert CalendarVersion.objects.get().version != version
    assert queries.clock_for(COMMUNITY) is not before


def test_what_was_rolled_back_is_forgotten(flood):
    with transaction.atomic():
        DayOverride.objects.update(kind=DayKind.HOLIDAY)
        assert queries.calendar_for(COMMUNITY).kind(TUESDAY) == DayKind.HOLIDAY
        transaction.set_rollback(True)
    assert queries.calendar_for(COMMUNITY).kind(TUESDAY) == DayKind.REST


@pytest.mark.parametrize(
    "row",
    [
        lambda: DayOverride(scope_code=COMMUNITY, date=TUESDAY, kind=DayKind.HOLIDAY, name="又一个"),
        lambda: DayOverride(scope_code="620902", date=TUESDAY, kind=DayKind.HOLIDAY, name="不是社区"),
        lambda: DayOverride(date=TUESDAY, kind="festival", name="没有这种"),
        lambda: WorkingHours(opens=dt.time(18), lunch_from=None, lunch_to=None, closes=dt.time(9)),
        lambda: WorkingHours(lunch_from=dt.time(13), lunch_to=dt.time(12)),
        lambda: WorkingHours(lunch_from=None),
        lambda: WorkingHours(scope_code="x"),
        lambda: CalendarDay(year_id=2027, date=dt.date(2028, 1, 1), kind=DayKind.HOLIDAY),
        lambda: CalendarDay(year_id=2027, date=dt.date(2026, 12, 1), kind=DayKind.HOLIDAY),
    ],
)
def test_the_database_refuses_rows_that_make_no_calendar(row, flood):
    publish(2027)
    with pytest.raises(IntegrityError), transaction.atomic():
        row().save()


@pytest.mark.django_db
def test_two_rows_for_everybody_are_one_too_many():
    WorkingHours.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingHours.objects.create()


@pytest.mark.django_db(transaction=True)
def test_holding_needs_a_transaction():
    with pytest.raises(RuntimeError, match="transaction"):
        queries.clock_for(hold=True)


def in_another_connection(work):
    def run():
        try:
            return work()
        finally:
            connections.close_all()

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ever_written", [False, True])
def test_a_held_calendar_is_not_replaced_until_the_deadline_is_stored(ever_written):
    if ever_written:
        publish(2028)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            queries.clock_for(COMMUNITY, hold=True)
            publishing = pool.submit(in_another_connection(lambda: publish(2027)))
            with pytest.raises(TimeoutError):
                publishing.result(timeout=0.5)
        assert publishing.result(timeout=10).year == 2027


@pytest.mark.django_db(transaction=True)
def test_two_who_store_deadlines_do_not_wait_for_each_other():
    def hold():
        with transaction.atomic():
            return queries.clock_for(hold=True)

    publish(2027)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        queries.clock_for(hold=True)
        assert pool.submit(in_another_connection(hold)).result(timeout=10)
