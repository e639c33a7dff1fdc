"""What the day answers before anybody asks; seats and stalls on their map. It is Friday 18 September, 14:20."""

import re

import pytest

from centres.rooms.models import Part, Room, RoomPart
from centres.rooms.models_booking import Booking
from tests.centres.rooms.people import at, book, furnish
from tests.centres.rooms.test_pages import ROOMS, book_url, heading, hidden, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


@pytest.fixture
def study(house) -> Room:
    """自习室: four seats, let one by one."""
    room = Room.objects.create(
        centre=house.centre, name="自习室", kind="study", by_place=True, place_word="座位", uses_quota=False, order=9
    )
    for n in range(1, 5):
        RoomPart.objects.create(room=room, part=Part.objects.create(centre=house.centre, name=f"{n} 号座", order=n))
    return room


def seat(room: Room, n: int) -> Part:
    return room.parts.get(order=n)


def seats_url(room: Room) -> str:
    return f"/rooms/{room.pk}/places/"


# ---------------------------------------------------------------- what is free this afternoon
def fill_up(cast, house, start: str, end: str) -> None:
    Room.objects.update(max_minutes=900)
    for room in (house.studio, house.stage, house.hall):
        book(cast, room, f"09-18 {start}", f"09-18 {end}", "clerk", override_reason="开放日")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("09-18 08:50", "今天上午还有五间空着，书画室 9:00 起。"),
        ("09-18 14:20", "今天下午还有五间空着，书画室 14:30 起。"),
        ("09-18 18:00", "今天晚上还有五间空着，书画室 18:00 起。"),
    ],
)
def test_heading_answers_for_what_is_left_of_the_day(house, browse, friday, moment, said):
    friday.move_to(at(moment))
    assert heading(browse().get(ROOMS)) == said


def test_afternoon_that_is_full_says_what_is_left_after(cast, house, browse):
    fill_up(cast, house, "14:30", "18:00")
    assert heading(browse().get(ROOMS)) == "今天下午没有空了，晚一点还有五间。"


def test_house_that_is_full_leads_to_others_of_its_street(cast, house, browse):
    far = furnish(cast.place.community_b, "南大街社区党群服务中心")
    far.centre.address = "南大街 2 号"
    far.centre.save()
    assert "附近还有空着的" not in text(browse().get(ROOMS))
    fill_up(cast, house, "14:30", "21:00")
    page = browse().get(ROOMS)
    assert heading(page) == "今天都约满了"
    near = cast.place.community.path[:8] == cast.place.community_b.path[:8]
    assert ("附近还有空着的" in text(page)) is near
    assert (str(far.centre.pk) in page.content.decode()) is near


def test_neighbour_of_the_same_street_is_named_with_what_it_has(cast, house, browse):
    other = furnish(cast.place.community, "文昌花园分馆")
    fill_up(cast, house, "14:30", "21:00")
    page = browse().get(ROOMS, {"centre": str(house.centre.pk)})
    assert "文昌花园分馆" in text(page)
    assert "还有五间空着" in text(page)
    assert f"/rooms/?centre={other.centre.pk}&amp;date=2026-09-18" in page.content.decode()


def test_only_ones_own_wishes_are_no_reason_to_send_people_away(cast, house, browse):
    furnish(cast.place.community, "文昌花园分馆")
    page = browse().get(ROOMS, {"centre": str(house.centre.pk), "people": "50", "minutes": "180", "part": "morning"})
    assert heading(page) == "今天没有合适的了"
    assert "附近还有" not in text(page)


# ---------------------------------------------------------------- seats
def test_row_says_how_many_seats_are_left_and_leads_to_the_map(cast, house, study, browse):
    book(cast, study, "09-18 14:30", "09-18 16:00", part=seat(study, 2).pk)
    page = browse().get(ROOMS)
    assert "还有3个座位" in text(page)
    assert f"{seats_url(study)}?date=2026-09-18&amp;start=14%3A30" in page.content.decode()


def test_map_tells_free_from_taken_by_word(cast, study, browse):
    book(cast, study, "09-21 09:00", "09-21 10:00", part=seat(study, 2).pk)
    book(cast, study, "09-21 09:00", "09-21 10:00", "neighbour", part=seat(study, 3).pk)
    page = browse("resident").get(seats_url(study), {"date": "2026-09-21", "start": "09:30", "minutes": "60"})
    assert heading(page) == "还有两个座位空着，挑一个。"
    said = text(page)
    assert "1号座空2号座您的3号座有人4号座空" in said
    assert "练字" not in said
    links = re.findall(r'class="place" href="([^"]+)"', page.content.decode())
    assert [link.rpartition("part=")[2] for link in links] == [str(seat(study, n).pk) for n in (1, 4)]
    assert all("start=09%3A30&amp;minutes=60" in link for link in links)


def test_seat_that_was_pressed_is_the_one_that_is_booked(cast, study, browse):
    client = browse("resident")
    page = client.get(f"{book_url(study)}?date=2026-09-21&start=09:00&part={seat(study, 3).pk}")
    assert "自习室3号座" in text(page)
    given = hidden(page, book_url(study)) | {"start": "09:00", "minutes": "60", "purpose": "看书"}
    page = client.post(book_url(study), given)
    assert "自习室3号座" in text(page)
    done = client.post(book_url(study), hidden(page, book_url(study)))
    assert Booking.objects.get().part == seat(study, 3)
    assert "自习室3号座" in text(client.get(done["Location"]))
    assert "自习室3号座" in text(client.get("/bookings/"))


def test_seat_taken_meanwhile_is_refused_and_one_of_another_room_is_not_there(cast, house, study, browse):
    client = browse("resident")
    given = {"date": "2026-09-21", "start": "09:00", "minutes": "60", "purpose": "看书", "step": "book"}
    book(cast, study, "09-21 09:00", "09-21 10:00", "neighbour", part=seat(study, 3).pk)
    page = client.post(book_url(study), given | {"part": str(seat(study, 3).pk)})
    assert (page.status_code, page["X-Refusal"]) == (409, "CONFLICT")
    assert client.post(book_url(study), given | {"part": str(house.studio.parts.get().pk)}).status_code == 404
    assert client.post(book_url(study), given | {"part": "nonsense"}).status_code == 422
    assert client.get(f"{book_url(study)}?date=2026-09-21&start=09:00&part=nonsense").status_code == 200


def test_full_stretch_offers_the_line(cast, study, browse):
    for n in range(1, 5):
        book(cast, study, "09-21 09:00", "09-21 10:00", "neighbour", part=seat(study, n).pk)
    page = browse().get(seats_url(study), {"date": "2026-09-21", "start": "09:00", "minutes": "60"})
    assert heading(page) == "这一段座位都有人了，换个时间。"
    assert f"/rooms/{study.pk}/wait/?date=2026-09-21" in page.content.decode()


def test_day_that_is_shut_says_when_it_opens(study, browse):
    page = browse().get(seats_url(study), {"date": "2026-10-01"})
    assert heading(page) == "这一天不开"
    assert "10月8日" in text(page)


@pytest.mark.parametrize(
    "asked",
    [{"date": "x"}, {"start": "25:00"}, {"start": "23:59"}, {"minutes": "-1"}, {"minutes": "99999"}, {"minutes": "７"}],
)
def test_nonsense_is_as_good_as_not_asked(study, browse, asked):
    assert heading(browse().get(seats_url(study), asked)) == "还有四个座位空着，挑一个。"


def test_room_that_is_let_whole_has_no_map(house, browse):
    assert browse().get(seats_url(house.studio))["Location"] == book_url(house.studio)
    assert browse().get(seats_url(house.reading)).status_code == 404


# ---------------------------------------------------------------- what the script that drags has to know
def test_free_time_carries_its_minutes_and_the_rooms_limits(house, browse):
    page = browse().get(ROOMS).content.decode()
    assert 'data-least="30" data-most="180"' in page
    assert 'data-since="870" data-until="1260"' in page
    assert page.count('src="/static/centres/rooms/pick.js"') == 1


@pytest.mark.parametrize("rooms", [1, 30])
def test_rooms_let_by_the_place_add_one_question(
    house, study, browse, calendar_known, django_assert_num_queries, rooms
):
    for n in range(rooms - 1):
        room = Room.objects.create(centre=house.centre, name=f"自习室{n}", kind="study", by_place=True)
        RoomPart.objects.create(room=room, part=Part.objects.create(centre=house.centre, name=f"{n} 号"))
    with django_assert_num_queries(8):
        browse().get(ROOMS)
