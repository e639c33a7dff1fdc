"""How the rooms are used: each number with its rows, in the house's order, counted by the database."""

import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.db import connection
from psycopg2.extras import DateTimeTZRange

from centres.rooms import occupancy_report, services
from centres.rooms.enums import RoomKind
from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, Occupancy
from portal.flow import due
from tests.centres.rooms.people import at, book, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
WHERE = "/rooms/report/"
# Monday to Friday, 8–21: 65 hours.
WEEK = {"from": "2026-09-14", "to": "2026-09-18"}
FIRST, LAST = dt.date(2026, 9, 14), dt.date(2026, 9, 18)


def text(answer) -> str:
    return re.sub(r"<[^>]*>|\s", "", answer.content.decode().split("<main", 1)[-1])


def lines(house, first=FIRST, last=LAST) -> dict[str, occupancy_report.Line]:
    return {line.room.name: line for line in occupancy_report.report_of(house.centre, first, last).lines}


@pytest.fixture
def used(cast, house):
    """Last week in the studio: two hours that were used, one that nobody came to, one called off; and one of today."""
    house.centre.monthly_quota = 30
    house.centre.save()
    done = book(cast, house.studio, "09-14 09:00", "09-14 11:00", now=at("09-14 08:00"))
    services.check_in(actor=cast.actor("clerk"), booking_id=done.pk, now=at("09-14 09:00"))
    due.sweep(at("09-14 11:00"))
    missed = book(cast, house.studio, "09-15 09:00", "09-15 12:00", now=at("09-15 08:00"))
    due.sweep(at("09-15 09:15"))
    gone = book(cast, house.studio, "09-16 09:00", "09-16 12:00", now=at("09-15 13:00"))
    services.cancel(actor=cast.actor("resident"), booking_id=gone.pk, now=at("09-15 14:00"))
    return {"done": done, "missed": missed, "ahead": book(cast, house.studio, "09-18 19:00", "09-18 20:30")}


# ---------------------------------------------------------------- the numbers
def test_share_is_taken_over_open_and_both_are_there(house, used):
    line = lines(house)["书画室"]
    # Two hours, the half an hour that was kept for who did not come, an hour and a half this evening.
    assert (line.open_hours, line.taken_hours, line.share) == (65, 4, 6)
    assert (line.uses, line.no_shows) == (1, 1)


def test_days_are_counted_both_ends_included(cast, house, used):
    assert lines(house, FIRST, FIRST)["书画室"].taken_hours == 2
    assert lines(house, FIRST, FIRST)["书画室"].open_hours == 13
    assert lines(house, LAST, LAST)["书画室"].taken_hours == 1.5
    assert lines(house, dt.date(2026, 9, 16), dt.date(2026, 9, 17))["书画室"].taken_hours == 0


def test_holidays_and_rest_days_are_open_as_they_are(house):
    # 25–27 September is 中秋: shut. 26 would be a Saturday of nine hours.
    assert lines(house, dt.date(2026, 9, 25), dt.date(2026, 9, 27))["书画室"].open_hours == 0
    assert lines(house, dt.date(2026, 9, 25), dt.date(2026, 9, 27))["书画室"].share is None
    assert lines(house, dt.date(2026, 9, 19), dt.date(2026, 9, 20))["书画室"].open_hours == 9 + 13


def test_hall_is_in_use_while_one_of_its_halves_is(cast, house):
    book(cast, house.east, "09-18 15:00", "09-18 17:00", "clerk")
    book(cast, house.west, "09-18 16:00", "09-18 18:00", "clerk")
    book(cast, house.hall, "09-18 19:00", "09-18 20:00", "clerk")
    found = lines(house)
    assert [found[name].taken_hours for name in ("大厅（整间）", "大厅东半", "大厅西半")] == [4, 3, 3]


def test_seats_are_added_up(cast, house):
    house.hall.by_place = True
    house.hall.save()
    for who in ("resident", "neighbour"):
        book(cast, house.hall, "09-18 15:00", "09-18 17:00", who)
    line = lines(house)["大厅（整间）"]
    assert (line.places, line.open_hours, line.taken_hours) == (2, 130, 4)


def test_what_waits_for_a_nod_and_the_buffer_after_a_use_do_not_count(cast, house):
    house.studio.buffer_minutes = 60
    house.studio.save()
    book(cast, house.studio, "09-18 15:00", "09-18 16:00")
    book(cast, house.stage, "09-18 19:00", "09-18 20:00")
    assert [lines(house)[name].taken_hours for name in ("书画室", "排练厅")] == [1, 0]


def test_rooms_stand_in_the_houses_order_whatever_they_did(house, used, browse):
    assert list(lines(house)) == ["书画室", "排练厅", "大厅（整间）", "大厅东半", "大厅西半"]
    page = browse("secretary").get(WHERE, WEEK).content.decode()
    assert re.findall(r'class="bars-l">([^<]+)<', page) == list(lines(house))


# ---------------------------------------------------------------- space
def test_space_for_people_over_all_that_was_measured(house):
    sizes = {"studio": 30, "stage": 60, "east": 100, "west": 100, "hall": 200}
    for name, area in sizes.items():
        Room.objects.filter(pk=getattr(house, name).pk).update(area=area)
    Room.objects.create(centre=house.centre, name="服务厅", kind=RoomKind.SERVICE, area=Decimal("32.5"), order=9)
    space = occupancy_report.report_of(house.centre, FIRST, LAST).space
    # The whole hall is its halves and is not counted twice; nobody has measured the reading room.
    assert (space.for_people, space.all, space.share) == (Decimal("290"), Decimal("322.5"), 90)
    assert [room.name for room in space.office] == ["服务厅"]
    assert [room.name for room in space.within] == ["大厅（整间）"]
    assert [room.name for room in space.unknown] == ["阅览室"]


def test_nobody_measured_nobody_divides(house, browse):
    space = occupancy_report.report_of(house.centre, FIRST, LAST).space
    assert (space.all, space.share) == (0, None)
    assert "还没有量过" in text(browse("secretary").get(WHERE, WEEK))


def test_an_area_of_nothing_is_refused_by_the_database(house):
    with pytest.raises(Exception, match="room_area_is_some"):
        Room.objects.filter(pk=house.studio.pk).update(area=0)


# ---------------------------------------------------------------- the page
def test_page_says_it_and_every_number_opens_its_rows(house, used, browse):
    client = browse("secretary")
    page = client.get(WHERE, WEEK)
    assert "开着的时间里，1%有人用" in text(page)
    assert "4小时÷325小时" in text(page)
    found = (unescape(url) for url in re.findall(r'href="(/rooms/report/rows/[^"]+)"', page.content.decode()))
    links = {parse_qs(urlsplit(url).query)["what"][0]: url for url in found if str(house.studio.pk) in url}
    expected = {
        "taken": {used["done"], used["missed"], used["ahead"]},
        "uses": {used["done"]},
        "no_shows": {used["missed"]},
    }
    for what, bookings in expected.items():
        rows = client.get(links[what]).content.decode()
        assert set(re.findall(r'href="(/bookings/[^"]+)"', rows)) == {one.get_absolute_url() for one in bookings}
    assert "开着的日子：5" in text(client.get(links["open"]))


def test_rows_name_nobody(house, used, browse):
    client = browse("secretary")
    for what in ("taken", "uses", "no_shows"):
        page = text(client.get(f"{WHERE}rows/", WEEK | {"room": house.studio.pk, "what": what}))
        assert "resident" not in page
        assert used["done"].purpose not in page


def test_hours_of_a_half_come_from_the_hall_too(cast, house, browse):
    whole = book(cast, house.hall, "09-18 19:00", "09-18 20:00", "clerk")
    rows = browse("clerk").get(f"{WHERE}rows/", WEEK | {"room": house.east.pk, "what": "taken"})
    assert whole.get_absolute_url() in rows.content.decode()
    assert "大厅（整间）" in text(rows)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ({"from": "2026-09-18", "to": "2026-09-14"}, "结束的那天不能早于开始的那天"),
        ({"from": "2025-09-14", "to": "2026-09-15"}, "一次最多看366天"),
        ({"from": "昨天", "to": "2026-09-14"}, "有效的日期"),
        ({"from": "9999-01-01", "to": "9999-12-31"}, "年份填得不对"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "年份填得不对"),
        ({"from": "2026-02-30", "to": "2026-03-01"}, "有效的日期"),
    ],
)
def test_period_that_is_none_is_refused(house, browse, period, said):
    client = browse("secretary")
    answer = client.get(WHERE, period)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert client.get(f"{WHERE}rows/", period | {"room": house.studio.pk, "what": "taken"}).status_code == 422
    assert client.get(f"{WHERE}table.xlsx", period).status_code == 422


def test_a_whole_leap_year_is_a_period(house, browse):
    given = {"from": "2024-01-01", "to": "2024-12-31"}
    assert browse("secretary").get(WHERE, given).status_code == 200
    assert len(occupancy_report.report_of(house.centre, dt.date(2024, 1, 1), dt.date(2024, 12, 31)).lines) == 5


def test_without_a_period_it_is_this_month(house, browse):
    page = browse("secretary").get(WHERE).content.decode()
    assert 'value="2026-09-01"' in page
    assert 'value="2026-09-18"' in page


# ---------------------------------------------------------------- who
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("clerk", 200),
        ("street_supervisor", 200),
        ("district_admin", 200),
        ("secretary_b", 404),
        ("street_supervisor_b", 404),
        ("resident", 403),
        ("grid_worker", 403),
        ("auditor", 403),
        ("sysadmin", 403),
    ],
)
def test_who_looks_after_the_house_reads_it(house, browse, who, status):
    given = WEEK | {"centre": house.centre.pk}
    assert browse(who).get(WHERE, given).status_code == status
    assert browse(who).get(f"{WHERE}table.xlsx", given).status_code == status
    rows = WEEK | {"room": house.studio.pk, "what": "taken"}
    assert browse(who).get(f"{WHERE}rows/", rows).status_code == status


@pytest.mark.parametrize("given", [{"centre": "x"}, {"centre": "019949f0-0000-7000-8000-000000000000"}])
def test_a_centre_that_is_none(house, browse, given):
    assert browse("secretary").get(WHERE, given).status_code == 404


@pytest.mark.parametrize("given", [{"room": "x", "what": "taken"}, {"what": "taken"}, {"what": "people"}])
def test_a_number_that_is_none(house, browse, given):
    given = {"room": house.studio.pk} | given if given["what"] == "people" else given
    assert browse("secretary").get(f"{WHERE}rows/", given).status_code == 404


def test_street_chooses_among_its_houses(cast, house, browse):
    furnish(cast.place.community_b, "南大街社区党群服务中心")
    assert "哪个中心" in text(browse("district_admin").get(WHERE, WEEK))
    assert "南大街" not in browse("street_supervisor").get(WHERE, WEEK).content.decode().split("<main")[1]


# ---------------------------------------------------------------- as a file
def test_workbook_says_the_same(house, used, browse):
    Room.objects.filter(pk=house.studio.pk).update(name="=1+1", area=30)
    answer = browse("secretary").get(f"{WHERE}table.xlsx", WEEK)
    assert 'filename="rooms-20260914-20260918.xlsx"' in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    used_sheet, space = book.worksheets
    first = next(iter(used_sheet.iter_rows(min_row=2)))
    assert [cell.value for cell in first] == ["=1+1", 65, 4, "6%", 1, 1]
    assert first[0].data_type == "s"
    assert [cell.value for cell in used_sheet[used_sheet.max_row]] == ["合计", 325, 4, "1%", 1, 1]
    assert [cell.value for cell in space[2]] == ["=1+1", "群众活动", 30]


# ---------------------------------------------------------------- how often, and how, the database is asked
def fill(cast, house, number: int) -> None:
    """Bookings of the house in the studio, an hour each, backwards from today: years of them."""
    made = [
        Booking(
            ref=f"X{n}", room=house.studio, booked_by=cast.clerk, starts_at=at("09-18 09:00") - dt.timedelta(days=n),
            ends_at=at("09-18 10:00") - dt.timedelta(days=n), purpose="班", state="completed", counts=False,
            quota_month=dt.date(2026, 9, 1),
        )
        for n in range(number)
    ]  # fmt: skip
    Booking.objects.bulk_create(made)
    part = house.studio.room_parts.get().part
    Occupancy.objects.bulk_create(
        Occupancy(part=part, period=DateTimeTZRange(one.starts_at, one.ends_at), used_until=one.ends_at, booking=one)
        for one in made
    )


@pytest.mark.usefixtures("calendar_known")
def test_constant_in_rooms_bookings_and_days(cast, house, browse, django_assert_num_queries):
    client = browse("secretary")
    client.get(WHERE, WEEK)
    fill(cast, house, 40)
    for given in (WEEK, {"from": "2026-01-01", "to": "2026-12-31"}):
        with django_assert_num_queries(12):
            client.get(WHERE, given)
    for n in range(20):
        Room.objects.create(centre=house.centre, name=f"茶室{n}", kind="elders", order=50 + n)
    with django_assert_num_queries(12):
        client.get(WHERE, WEEK)


def test_time_is_summed_over_an_index(cast, house):
    fill(cast, house, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE centres_occupancy")
        sql, params = occupancy_report.taken_sql([house.studio.pk], FIRST, LAST)
        cursor.execute("EXPLAIN " + sql, params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index Scan (using|on) occupancy_excludes", plan), plan
    assert "Seq Scan on centres_occupancy" not in plan
    assert lines(house)["书画室"].taken_hours == 5
