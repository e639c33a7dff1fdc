"""候补 on its pages, pressed as people press it. It is Friday 18 September, 14:20."""

import re

import pytest

from centres.rooms import services, waitlist
from centres.rooms.models_booking import Booking
from centres.rooms.models_waitlist import WaitlistEntry
from tests.centres.rooms.people import NOW, at, book
from tests.centres.rooms.test_pages import MINE, book_url, heading, hidden, look, text, wish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def wait_url(room) -> str:
    return f"/rooms/{room.pk}/wait/"


def stand(cast, room, who: str, start="09-21 09:00", end="09-21 10:00") -> WaitlistEntry:
    return waitlist.join(
        actor=cast.actor(who), room=room.pk, starts_at=at(start), ends_at=at(end), purpose="练字", now=NOW
    )


@pytest.fixture
def taken(cast, house) -> Booking:
    """Monday nine to ten is the neighbour's."""
    return book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")


@pytest.fixture
def offered(cast, house, taken) -> WaitlistEntry:
    """The resident waited for it and it came free."""
    entry = stand(cast, house.studio, "resident")
    stand(cast, house.studio, "org_contact")
    services.cancel(actor=cast.actor("neighbour"), booking_id=taken.pk, now=NOW)
    entry.refresh_from_db()
    return entry


# ---------------------------------------------------------------- joining
def test_refusal_offers_to_wait_for_exactly_that_time(cast, house, browse, taken):
    client = browse("resident")
    refused = look(client, house.studio, people="3")
    assert "排个候补" in text(refused)
    done = client.post(wait_url(house.studio), hidden(refused, wait_url(house.studio)))
    entry = WaitlistEntry.objects.get()
    assert done["Location"] == f"/waitlist/{entry.pk}/"
    assert (entry.user, entry.starts_at, entry.ends_at) == (cast.resident, at("09-21 09:00"), at("09-21 10:00"))
    assert (entry.purpose, entry.people) == ("练字", 3)
    page = client.get(done["Location"])
    assert heading(page) == "排上了，您是第一位。"
    assert "9月21日周一9:00" in text(page)


def test_whoever_comes_later_reads_how_many_are_before(cast, house, browse, taken):
    stand(cast, house.studio, "org_contact")
    entry = stand(cast, house.studio, "resident")
    WaitlistEntry.objects.filter(pk=entry.pk).update(created_at=at("09-18 14:21"))
    assert heading(browse("resident").get(f"/waitlist/{entry.pk}/")) == "排上了，前面还有一位。"


def test_quota_and_other_refusals_offer_no_line(cast, house, browse):
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00")
    assert "排个候补" not in text(look(browse("resident"), house.studio))


def test_line_can_be_joined_from_the_day_itself(cast, house, browse, taken):
    client = browse("resident")
    page = client.get(f"{wait_url(house.studio)}?date=2026-09-21")
    assert heading(page) == "要哪一段？空出来就告诉您。"
    assert '<option value="09:00" selected>' in page.content.decode()
    client.post(wait_url(house.studio), wish())
    assert WaitlistEntry.objects.get().user == cast.resident
    assert wait_url(house.studio) in client.get(f"{book_url(house.studio)}?date=2026-09-21").content.decode()


def test_day_that_is_empty_or_shut_has_no_line(house, browse):
    client = browse("resident")
    assert heading(client.get(f"{wait_url(house.studio)}?date=2026-09-21")) == "这一天还空着，不用排。"
    assert heading(client.get(f"{wait_url(house.studio)}?date=2026-10-01")) == "这一天不开门"
    for nonsense in ("?date=x&start=y&minutes=z", "?start=25:99", "?minutes=99999999999"):
        assert client.get(wait_url(house.studio) + nonsense).status_code == 200


def test_what_is_free_leads_to_booking_it(house, browse):
    done = browse("resident").post(wait_url(house.studio), wish())
    assert done["Location"].startswith(book_url(house.studio))
    assert not WaitlistEntry.objects.exists()


def test_standing_there_twice_is_refused_in_words(cast, house, browse, taken):
    stand(cast, house.studio, "resident")
    page = browse("resident").post(wait_url(house.studio), wish())
    assert (page.status_code, page["X-Refusal"]) == (409, "ALREADY_WAITING")
    assert "您已经在排这个时间了" in text(page)


def test_double_click_stands_once(cast, house, browse, taken):
    client = browse("resident")
    given = hidden(look(client, house.studio), wait_url(house.studio))
    first, again = (client.post(wait_url(house.studio), given) for _ in range(2))
    assert (first["Location"], again.status_code) == (again["Location"], 302)


def test_counter_stands_in_line_for_a_person_never_for_the_house(cast, house, browse, settle, taken):
    settle("林秀英", "building", None)
    client = browse("clerk")
    own = look(client, house.studio, whose="centre")
    assert "排个候补" not in text(own)
    assert client.post(wait_url(house.studio), wish(whose="centre")).status_code == 403
    client.post(wait_url(house.studio), wish(whose="neighbour", who="林秀英"))
    entry = WaitlistEntry.objects.get()
    assert entry.resident.name == "林秀英"
    assert "139****0099" in text(client.get(f"/waitlist/{entry.pk}/"))


# ---------------------------------------------------------------- it is their turn
def test_offer_is_said_with_its_end_and_taken_with_one_button(cast, house, browse, offered):
    client, act = browse("resident"), f"/waitlist/{offered.pk}/act/"
    page = client.get(f"/waitlist/{offered.pk}/")
    assert heading(page) == "轮到您了，给您留到明天凌晨两点20分。"
    done = client.post(act, hidden(page, act) | {"event": "accept"})
    booking = Booking.objects.get(user=cast.resident)
    assert done["Location"] == f"/bookings/{booking.pk}/"
    assert client.post(act, hidden(page, act) | {"event": "accept"})["Location"] == done["Location"]
    page = client.get(f"/waitlist/{offered.pk}/")
    assert heading(page) == "要到了，书画室是您的。"
    assert f'href="/bookings/{booking.pk}/"' in page.content.decode()


def test_offer_in_the_evening_is_said_as_tonight(cast, house, browse, offered, friday):
    WaitlistEntry.objects.filter(pk=offered.pk).update(offer_until=at("09-18 20:00"))
    assert heading(browse("resident").get(f"/waitlist/{offered.pk}/")) == "轮到您了，给您留到今晚八点。"


def test_offer_that_is_left_goes_to_the_next(cast, house, browse, offered):
    client = browse("resident")
    client.post(f"/waitlist/{offered.pk}/act/", {"event": "withdraw", "version": str(offered.version)})
    page = client.get(f"/waitlist/{offered.pk}/")
    assert heading(page) == "不等了，位子让给了后面的人。"
    assert WaitlistEntry.objects.get(user=cast.org_contact).state == "offered"


def test_too_late_is_said_in_words_and_changes_nothing(cast, house, browse, offered, friday):
    friday.move_to(at("09-19 03:00"))
    page = browse("resident").post(f"/waitlist/{offered.pk}/act/", {"event": "accept"})
    assert (page.status_code, "现在过了，已经给了后面的人" in text(page)) == (409, True)
    assert "我要" not in re.findall(r"<h1.*?</h1>", page.content.decode())[0]
    assert not Booking.objects.filter(user=cast.resident).exists()


def test_stale_page_is_refused(browse, offered):
    page = browse("resident").post(f"/waitlist/{offered.pk}/act/", {"event": "accept", "version": "1"})
    assert (page.status_code, "什么也没有改动" in text(page)) == (409, True)


def test_place_in_line_of_somebody_else_is_not_there(cast, browse, offered):
    for who in ("neighbour", "clerk_b", "grid_worker", "auditor"):
        assert browse(who).get(f"/waitlist/{offered.pk}/").status_code == 404
        assert browse(who).post(f"/waitlist/{offered.pk}/act/", {"event": "accept"}).status_code == 404
    assert browse("street_supervisor").post(f"/waitlist/{offered.pk}/act/", {"event": "accept"}).status_code == 403
    offered.refresh_from_db()
    assert offered.state == "offered"


@pytest.mark.parametrize("event", ["", "offer", "lapse", "join", "nonsense"])
def test_event_that_is_no_button_is_404(browse, offered, event):
    assert browse("resident").post(f"/waitlist/{offered.pk}/act/", {"event": event}).status_code == 404


# ---------------------------------------------------------------- where it is seen
def test_offer_stands_first_wherever_one_looks(cast, house, browse, offered):
    book(cast, house.east, "09-19 09:00", "09-19 10:00", purpose="喝茶")
    client = browse("resident")
    mine = client.get(MINE)
    assert heading(mine).startswith("轮到您了，给您留到")
    said = text(mine)
    assert said.index("书画室9:00–10:00") < said.index("喝茶")
    my = text(client.get("/my/"))
    assert "轮到您了：书画室" in my
    assert my.index("书画室9:00–10:00") < my.index("喝茶")


def test_waiting_only_is_said_so(cast, house, browse, taken):
    stand(cast, house.studio, "resident")
    assert heading(browse("resident").get(MINE)) == "您在排候补，轮到就告诉您。"
    assert "轮到您了" not in text(browse("resident").get("/my/"))


def test_what_was_not_to_be_is_said_plainly(cast, house, browse, taken, friday):
    entry = stand(cast, house.studio, "resident")
    WaitlistEntry.objects.filter(pk=entry.pk).update(state="lapsed")
    page = browse("resident").get(f"/waitlist/{entry.pk}/")
    assert heading(page) == "没有等到，对不起。"
    assert "再排一次" in text(page)
