"""What rooms put on the home page, on 我的, on the board, on to-do lists; each number opens exactly its rows."""

import re

import pytest

from centres.rooms import panels, services, todos
from centres.rooms.models import OpeningHour, Room
from portal.ui.site import Site
from portal.workbench.registry import numbers_from
from tests.centres.rooms.people import NOW, at, book, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def opened(client, url: str) -> set[str]:
    """The bookings a page lists."""
    return set(re.findall(r'href="(/bookings/[0-9a-f-]{36}/)"', client.get(url).content.decode()))


def urls(*bookings) -> set[str]:
    return {booking.get_absolute_url() for booking in bookings}


@pytest.fixture
def busy(cast, house):
    """Today: two stand, one was called off. Monday: one waits for a nod. Elsewhere: one of each."""
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    gone = book(cast, house.hall, "09-18 19:00", "09-18 20:00", "org_contact")
    services.cancel(actor=cast.actor("org_contact"), booking_id=gone.pk, now=NOW)
    book(cast, other.studio, "09-18 16:00", "09-18 17:00", "outsider")
    book(cast, other.stage, "09-21 09:00", "09-21 10:00", "outsider")
    return {
        "own": book(cast, house.studio, "09-18 16:00", "09-18 17:00", "clerk", purpose="书法班"),
        "today": book(cast, house.studio, "09-18 17:00", "09-18 18:00"),
        "tomorrow": book(cast, house.studio, "09-19 17:00", "09-19 18:00", "neighbour"),
        "waits": book(cast, house.stage, "09-21 09:00", "09-21 10:00", "neighbour", purpose="时装队"),
    }


# ---------------------------------------------------------------- home
def test_home_says_whether_the_door_is_open_and_what_one_may_walk_into(cast, house, browse, friday):
    page = browse().get("/").content.decode()
    assert "门开着" in page
    assert "一间推门就能进" in page
    friday.move_to(at("09-18 22:00"))
    page = browse().get("/").content.decode()
    assert "关门了" in page
    assert "现在没有推门就能进的" in page


def test_headline_is_of_the_place_and_silent_without_a_centre(cast, house):
    assert panels.headline(cast.place.community, NOW).sentence == "门开着，|到晚上九点。"
    assert panels.headline(cast.place.community_b, NOW) is None
    assert panels.street(cast.actor("resident"), NOW, cast.place.community_b) is None


def test_six_doors_at_most(cast, house):
    Room.objects.update(needs_booking=False)
    for number in range(4):
        Room.objects.create(centre=house.centre, name=f"茶室{number}", kind="elders", needs_booking=False)
    panel = panels.street(cast.actor("resident"), NOW, cast.place.community)
    assert len(panel.context["doors"]) == 6
    assert panel.title == "十间推门就能进"


def test_masthead_knows_the_centre(cast, house, rf):
    request = rf.get("/")
    assert panels.place(request) == Site(
        name="文昌花园社区",
        centre="文昌花园社区党群服务中心",
        address="文昌路 8 号",
        phone="8555 0110",
        hours="8:00–21:00",
        desk_hours="8:30–18:00",
    )
    OpeningHour.objects.all().delete()
    assert panels.place(rf.get("/")).hours == ""


def test_masthead_of_a_community_without_a_centre(cast, rf):
    assert panels.place(rf.get("/")).phone == "8555 0110"


def test_search_finds_rooms_by_name_by_what_is_in_them_and_by_the_word(cast, house):
    def found(text: str) -> list[str]:
        return [hit.title for hit in panels.find(cast.actor("resident"), cast.place.community, text)]

    assert found("书画") == ["书画室", "排练厅"]  # 书画文艺 is its kind
    assert found("笔墨") == ["书画室"]
    assert found("活动室")[0] == "今天还空着的活动室"
    assert found("无人机") == []


# ---------------------------------------------------------------- 我的
def test_mine_are_the_next_three(cast, house, busy):
    house.centre.monthly_quota = 9
    house.centre.save()
    for hour in (9, 11, 13):
        book(cast, house.hall, f"09-22 {hour:02}:00", f"09-22 {hour + 1}:00")
    panel = panels.mine(cast.actor("resident"), NOW, cast.place.community)
    assert [row["booking"].starts_at for row in panel.context["rows"]] == [
        at("09-18 17:00"),
        at("09-22 09:00"),
        at("09-22 11:00"),
    ]
    assert panels.mine(cast.actor("outsider"), NOW, None).context["rows"][0]["booking"].user == cast.outsider


def test_my_page_shows_them_or_what_to_do(cast, house, browse, busy):
    assert opened(browse("resident"), "/my/") == urls(busy["today"])
    assert "您还没有约活动室" in browse("volunteer").get("/my/").content.decode()


# ---------------------------------------------------------------- the board, each number with its rows
@pytest.mark.parametrize("who", ["clerk", "secretary", "street_supervisor"])
def test_todays_bookings_open_exactly_them(cast, house, browse, busy, who):
    number = numbers_from([panels.today(cast.actor(who), NOW)])[0]
    assert number.value == 2
    page = browse(who).get(number.url).content.decode()
    listed = page[page.index('id="day"') :] if 'id="day"' in page else page[page.index('aria-labelledby="h-day"') :]
    assert set(re.findall(r'href="(/bookings/[0-9a-f-]{36}/)"', listed)) == urls(busy["own"], busy["today"])


@pytest.mark.parametrize(("who", "count"), [("clerk", 1), ("street_supervisor", 1), ("district_admin", 2)])
def test_what_waits_for_a_nod_opens_exactly_it(cast, house, browse, busy, who, count):
    number = numbers_from([panels.waiting(cast.actor(who), NOW)])[0]
    assert number.value == count
    rows = opened(browse(who), number.url)
    assert len(rows) == count
    assert urls(busy["waits"]) <= rows


def test_people_without_a_house_have_no_numbers(cast, house, busy):
    for who in ("resident", "grid_worker", "auditor", "sysadmin", "department_handler"):
        actor = cast.actor(who)
        assert numbers_from([panels.today(actor, NOW), panels.waiting(actor, NOW)]) == []
        assert todos.to_nod(actor, NOW) == []


def test_todo_says_until_when_and_turns_late(cast, house, busy):
    todo = todos.to_nod(cast.actor("clerk"), NOW)[0]
    assert (todo.title, todo.due_at, todo.late) == ("排练厅有人约，点个头", at("09-21 07:00"), False)
    assert todo.url == busy["waits"].get_absolute_url()
    assert todos.to_nod(cast.actor("clerk"), at("09-21 07:01"))[0].late


def test_nobody_is_asked_to_nod_their_own(cast, house):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00", "neighbour")
    booking.user = cast.secretary
    booking.save()
    assert todos.to_nod(cast.actor("secretary"), NOW) == []
    assert len(todos.to_nod(cast.actor("clerk"), NOW)) == 1
