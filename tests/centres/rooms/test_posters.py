"""What hangs on the door, one A4 page for each room."""

import re

import pytest

from centres.rooms.models import OpeningHour, Room
from portal.workdays.enums import DayKind
from tests.centres.rooms.people import DAY, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def text(answer) -> str:
    return re.sub(r"<[^>]*>|\s", "", answer.content.decode().split("<main", 1)[-1])


def test_poster_says_what_one_has_to_know_at_the_door(house, browse):
    house.studio.house_rule = "用完请关灯"
    house.studio.save()
    page = text(browse().get(f"/rooms/{house.studio.pk}/poster/"))
    for said in ("书画室", "工作日8:00–21:00", "休息日9:00–18:00", "节假日不开", "用完请关灯", "85550110", "文昌路8号"):
        assert said in page
    assert page.count("用完请关灯") == 1
    assert "先约，再用" in page


def test_room_one_walks_into_says_so(house, browse):
    OpeningHour.objects.create(room=house.reading, day_kind=DayKind.HOLIDAY, opens=DAY[0], closes=DAY[1])
    page = text(browse().get(f"/rooms/{house.reading.pk}/poster/"))
    assert "不用约，开着就进" in page
    assert "节假日8:00–21:00" in page


def test_code_on_it_opens_the_room_under_the_public_address(house, browse, settings, monkeypatch):
    settings.SITE_URL = "https://jia.example.org"
    drawn = []
    monkeypatch.setattr("portal.templatetags.jmk.segno.make", _drawing(drawn))
    browse().get(f"/rooms/{house.studio.pk}/poster/")
    assert drawn == [f"https://jia.example.org/rooms/{house.studio.pk}/"]


def _drawing(drawn: list[str]):
    import segno

    make = segno.make

    def noted(data, **how):
        drawn.append(data)
        return make(data, **how)

    return noted


def test_all_of_a_centre_one_a_page_in_its_order(cast, house, browse):
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    page = browse().get("/rooms/posters/", {"centre": other.centre.pk}).content.decode()
    assert re.findall(r'<h[12] id="p-[^>]+>([^<]+)<', page) == list(
        Room.objects.filter(centre=other.centre).order_by("order").values_list("name", flat=True)
    )
    assert page.count('<article class="poster"') == 6
    assert browse().get("/rooms/posters/", {"centre": "x"}).status_code == 404


@pytest.mark.usefixtures("calendar_known")
def test_however_many_rooms_as_many_questions(house, browse, django_assert_num_queries):
    client, where = browse(), f"/rooms/posters/?centre={house.centre.pk}"
    client.get(where)
    with django_assert_num_queries(6):
        client.get(where)
    for n in range(24):
        Room.objects.create(centre=house.centre, name=f"茶室{n}", kind="elders", order=50 + n)
    with django_assert_num_queries(6):
        client.get(where)
