"""The counter's day: whoever walks in is in with one field and one tap; nods in place; what is kept for whom."""

import re

import pytest

from centres.rooms import services, waitlist
from centres.rooms.models import Centre, Room
from centres.rooms.models_booking import Booking
from tests.centres.rooms.people import NOW, at, book, furnish
from tests.centres.rooms.test_pages import DESK, heading, hidden, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
WALK_IN = "/desk/walk-in/"


@pytest.fixture
def lin(settle):
    """林秀英, known to the register by the tail of her telephone."""
    found = settle("林秀英", "building", None)
    found.phone_tail = "0099"
    found.save()
    return found


def sent(page, **given):
    """What the form of the walk-in sends by itself, and what was typed and pressed."""
    return hidden(page, WALK_IN) | given


def slots(page) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page.content.decode())


# ---------------------------------------------------------------- under twenty seconds
def test_four_digits_and_one_tap(cast, house, browse, lin):
    """What it takes by hand: the tail of a telephone and one button. The field has the focus already."""
    client = browse("clerk")
    page = client.get(DESK)
    source = page.content.decode()
    assert re.search(r'<input[^>]*name="who"[^>]*autofocus', source)
    typed, taps = "0099", 0
    slot = next(one for one in slots(page) if one == f"{house.studio.pk}|60")
    taps += 1
    done = client.post(WALK_IN, sent(page, who=typed, slot=slot))
    assert (len(typed), taps, done["Location"]) == (4, 1, DESK)
    booking = Booking.objects.get()
    assert (booking.resident, booking.state) == (lin, "checked_in")
    assert (booking.starts_at, booking.ends_at) == (at("09-18 14:15"), at("09-18 15:15"))
    assert "登记好了：林秀英，书画室，用到15:15。" in text(client.get(DESK))


def test_by_keyboard_enter_finds_and_enter_takes_the_first_room(cast, house, browse, lin):
    """0099 Enter Enter: six keys. The first button of the form is what Enter presses."""
    client = browse("clerk")
    page = client.get(DESK)
    form = next(one for one in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if WALK_IN in one)
    assert re.findall(r'<button[^>]*name="(\w+)" value="(\w+)"', form)[0] == ("step", "find")
    found = client.post(WALK_IN, sent(page, who="0099", step="find"))
    assert (found.status_code, "林秀英" in text(found)) == (200, True)
    focused = re.findall(r'<button[^>]*name="slot" value="([^"]+)"[^>]*autofocus', found.content.decode())
    assert focused == [slots(found)[0]]
    assert not re.search(r'<input[^>]*name="who"[^>]*autofocus', found.content.decode())
    assert client.post(WALK_IN, sent(found, who="0099", slot=focused[0])).status_code == 302
    assert Booking.objects.get().resident == lin


def test_what_for_is_kept_in_chinese_whatever_the_clerk_reads(house, browse, lin, english):
    client = browse("clerk")
    client.cookies["django_language"] = "en"
    page = client.get(DESK)
    assert client.post(WALK_IN, sent(page, who="0099", slot=slots(page)[0])).status_code == 302
    assert Booking.objects.get().purpose == "当场用"


def test_double_tap_is_one_booking(house, browse, lin):
    client = browse("clerk")
    page = client.get(DESK)
    given = sent(page, who="0099", slot=slots(page)[0])
    assert [client.post(WALK_IN, given).status_code for _ in range(2)] == [302, 302]
    assert Booking.objects.count() == 1


# ---------------------------------------------------------------- which rooms, how long
def test_only_what_can_be_had_is_offered(cast, house, browse):
    book(cast, house.studio, "09-18 15:30", "09-18 17:00", "neighbour")
    Room.objects.filter(pk=house.east.pk).update(max_minutes=60)
    Room.objects.filter(pk=house.west.pk).update(min_minutes=60)
    page = browse("clerk").get(DESK)
    of = {str(room.pk): [] for room in Room.objects.all()}
    for slot in slots(page):
        room, minutes = slot.split("|")
        of[room].append(int(minutes))
    assert of[str(house.studio.pk)] == [30, 60]
    assert of[str(house.east.pk)] == [30, 60]
    assert of[str(house.west.pk)] == [60, 90, 120]
    assert of[str(house.reading.pk)] == []


def test_day_that_is_not_today_and_other_houses_have_no_counter(cast, house, browse):
    assert "谁来了" not in text(browse("clerk").get(DESK, {"date": "2026-09-19"}))
    assert "谁来了" not in text(browse("street_supervisor").get(DESK))
    furnish(cast.place.community_b, "南大街社区党群服务中心")
    slot = f"{house.studio.pk}|60"
    assert browse("clerk_b").post(WALK_IN, {"who": "13800000001", "slot": slot}).status_code in (403, 422)
    for who in ("resident", "grid_worker", "street_supervisor"):
        assert browse(who).post(WALK_IN, {"who": "1", "slot": slot}).status_code == 403
    assert not Booking.objects.exists()


# ---------------------------------------------------------------- who it is
def test_several_answer_to_it_and_one_is_pointed_at(house, browse, settle):
    first, second = settle("林秀英", "building", None), settle("林秀", "building_b", None)
    client = browse("clerk")
    page = client.post(WALK_IN, {"who": "林秀", "slot": f"{house.studio.pk}|60"})
    assert "有几位对得上，点一位" in text(page)
    assert {str(first.pk), str(second.pk)} <= set(re.findall(r'value="([0-9a-f-]{36})"', page.content.decode()))
    assert not Booking.objects.exists()
    # The room that was pressed is kept: the one tap more is enough.
    client.post(WALK_IN, sent(page, who="林秀", on_behalf_of=str(second.pk)))
    assert Booking.objects.get().resident == second


@pytest.mark.parametrize(
    ("who", "said"),
    [("", "说一声是哪一位"), ("没有人", "没找到这一位"), ("\0", "说一声是哪一位"), ("9" * 500, "没找到")],
)
def test_nobody_answers_to_it(house, browse, who, said):
    page = browse("clerk").post(WALK_IN, {"who": who, "slot": f"{house.studio.pk}|60"})
    assert (page.status_code, said in text(page)) == (422, True)


@pytest.mark.parametrize("slot", ["nonsense", "|", "x|60", "00000000-0000-0000-0000-000000000000|60"])
def test_button_that_is_none_books_nothing(house, browse, lin, slot):
    assert browse("clerk").post(WALK_IN, {"who": "0099", "slot": slot}).status_code == 200
    assert not Booking.objects.exists()


@pytest.mark.parametrize("minutes", ["", "0", "-60", "9999999", "x"])
def test_length_that_is_none_is_refused(house, browse, lin, minutes):
    page = browse("clerk").post(WALK_IN, {"who": "0099", "slot": f"{house.studio.pk}|{minutes}"})
    assert page.status_code == 422
    assert not Booking.objects.exists()


def test_taken_meanwhile_is_said_and_quota_is_set_aside_with_a_reason(cast, house, browse, lin):
    client = browse("clerk")
    page = client.get(DESK)
    book(cast, house.studio, "09-18 14:30", "09-18 15:30", "neighbour")
    refused = client.post(WALK_IN, sent(page, who="0099", slot=f"{house.studio.pk}|60"))
    assert (refused.status_code, "刚好有人约了" in text(refused)) == (409, True)
    assert "照样登记" not in text(refused)
    Centre.objects.update(monthly_quota=0)
    refused = client.post(WALK_IN, sent(page, who="0099", slot=f"{house.east.pk}|60"))
    assert (refused.status_code, "照样登记" in text(refused)) == (409, True)
    given = sent(refused, who="0099", slot=f"{house.east.pk}|60", override_reason="下雨，进来避一避")
    assert client.post(WALK_IN, given).status_code == 302
    assert Booking.objects.get(resident=lin).overridden == "QUOTA"
    assert "破例：下雨，进来避一避" in text(client.get(DESK))


def test_answer_that_is_loaded_again_is_the_day(house, browse):
    assert browse("clerk").get(WALK_IN, {"date": "2026-09-19"})["Location"] == f"{DESK}?date=2026-09-19"


# ---------------------------------------------------------------- all rooms of the day
def test_timeline_names_who_is_in_and_leads_there(cast, house, browse, settle):
    settle("林秀英", "building", "resident")
    mine = book(cast, house.studio, "09-18 15:00", "09-18 16:00", purpose="练字")
    own = book(cast, house.hall, "09-18 18:00", "09-18 20:00", "clerk", purpose="夜场电影")
    page = browse("secretary").get(DESK).content.decode()
    timeline = page[page.index('id="all"') : page.index('id="day"')]
    assert "林秀英" in timeline
    assert timeline.count(mine.get_absolute_url()) == 1
    assert timeline.count(own.get_absolute_url()) == 3  # the hall and both halves
    assert 'id="all"' not in browse("street_supervisor").get(DESK).content.decode()


def test_what_is_kept_for_somebody_is_seen(cast, house, browse):
    taken = book(cast, house.studio, "09-19 10:00", "09-19 11:00", "neighbour")
    entry = waitlist.join(
        actor=cast.actor("resident"), room=house.studio.pk, starts_at=taken.starts_at, ends_at=taken.ends_at, now=NOW
    )
    page = browse("clerk").get(DESK, {"date": "2026-09-19"})
    assert "候补中" in text(page)
    services.cancel(actor=cast.actor("neighbour"), booking_id=taken.pk, now=NOW)
    page = browse("clerk").get(DESK, {"date": "2026-09-19"})
    assert "留到" in text(page)
    assert page.content.decode().count(f'href="/waitlist/{entry.pk}/"') == 2


def test_room_let_by_the_place_says_how_many_are_out(cast, house, browse):
    Room.objects.filter(pk=house.hall.pk).update(by_place=True, place_word="座位")
    book(cast, house.hall, "09-18 15:00", "09-18 16:00")
    assert "约出去1个座位" in text(browse("clerk").get(DESK))


def test_no_is_said_on_the_spot_and_comes_back(cast, house, browse):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    client = browse("clerk")
    page, act = client.get(DESK), f"/bookings/{booking.pk}/act/"
    assert f'hx-post="{act}"' in page.content.decode()
    done = client.post(act, hidden(page, act) | {"event": "decline", "reason": "那天要布展"})
    assert done["Location"] == DESK
    booking.refresh_from_db()
    assert booking.state == "declined"
    assert heading(client.get(DESK)) == "今天 0 场"
