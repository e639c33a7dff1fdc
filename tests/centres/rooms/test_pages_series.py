"""约一串 on its pages. It is Friday 18 September, 14:20; the house lets everybody have two a month."""

import re

import pytest

from centres.rooms.models import Centre
from centres.rooms.models_booking import Booking, BookingSeries
from tests.centres.rooms.people import at, book
from tests.centres.rooms.test_pages import heading, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def series_url(room) -> str:
    return f"/rooms/{room.pk}/series/"


def asked(**given):
    """Mondays from 21 September to 19 October at nine: 5 October is the national holiday."""
    return {
        "weekdays": ["0"],
        "first": "2026-09-21",
        "last": "2026-10-12",
        "start": "09:00",
        "minutes": "60",
        "purpose": "练字",
        "step": "check",
    } | given


def sent_on(page) -> dict[str, object]:
    form = next(one for one in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if 'value="book"' in one)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    dates = re.findall(r'name="date" value="([^"]*)"', form)
    return dict(fields) | {"weekdays": [value for name, value in fields if name == "weekdays"], "date": dates}


@pytest.fixture
def generous(house):
    Centre.objects.update(monthly_quota=9)
    return house


def test_form_asks_for_weekdays_hours_and_dates(house, browse):
    page = browse("resident").get(series_url(house.studio))
    assert heading(page) == "每周哪几天，几点到几点？"
    assert "周一" in text(page)
    assert "九月您还能约2次。" in text(page)
    assert series_url(house.studio) in browse().get(f"/rooms/{house.studio.pk}/").content.decode()
    assert browse().get(series_url(house.studio)).status_code == 302


def test_every_date_is_seen_first_and_the_ones_not_to_be_had_are_skipped(cast, generous, browse):
    book(cast, generous.studio, "09-28 09:00", "09-28 10:00", "neighbour")
    client = browse("resident")
    page = client.post(series_url(generous.studio), asked())
    assert (page.status_code, heading(page)) == (200, "两天约得成，两天约不成。")
    said = text(page)
    assert "刚好有人约了。" in said
    assert "国庆" in said
    assert "跳过约不成的2天，约上" in said
    assert not Booking.objects.filter(user=cast.resident).exists()
    done = client.post(series_url(generous.studio), sent_on(page))
    mine = Booking.objects.filter(user=cast.resident).order_by("starts_at")
    assert [one.starts_at for one in mine] == [at("09-21 09:00"), at("10-12 09:00")]
    page = client.get(done["Location"])
    assert heading(page) == "这一串两天还没到，都给您留着。"
    assert "约好了2天。" in text(page)


def test_all_of_them_where_all_can_be_had(cast, generous, browse):
    client = browse("resident")
    page = client.post(series_url(generous.studio), asked(last="2026-09-28"))
    assert heading(page) == "两天都约得成。"
    given = sent_on(page)
    assert given["mode"] == "all"
    first, again = (client.post(series_url(generous.studio), given) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Booking.objects.count() == 2


def test_taken_while_they_looked_nothing_is_written_and_it_is_shown_again(cast, generous, browse):
    client = browse("resident")
    given = sent_on(client.post(series_url(generous.studio), asked(last="2026-09-28")))
    book(cast, generous.studio, "09-28 09:00", "09-28 10:00", "neighbour")
    page = client.post(series_url(generous.studio), given)
    assert (page.status_code, "有1天约不成，所以一天也没有约。" in text(page)) == (409, True)
    assert not Booking.objects.filter(user=cast.resident).exists()
    client.post(series_url(generous.studio), sent_on(page))
    assert Booking.objects.filter(user=cast.resident).count() == 1


def test_dates_that_were_unticked_are_not_booked(generous, browse):
    client = browse("resident")
    given = sent_on(client.post(series_url(generous.studio), asked(last="2026-09-28")))
    client.post(series_url(generous.studio), given | {"date": ["2026-09-28"]})
    assert [one.starts_at for one in Booking.objects.all()] == [at("09-28 09:00")]


def test_month_is_counted_along(house, browse):
    page = browse("resident").post(series_url(house.studio), asked(weekdays=["0", "1"], last="2026-09-29"))
    assert heading(page) == "两天约得成，两天约不成。"
    assert "九月的2次您约满了。" in text(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"weekdays": []}, "每周哪几天"),
        ({"weekdays": ["9"]}, "每周哪几天"),
        ({"first": ""}, "从哪天"),
        ({"last": "2026-09-20"}, "最后一天不能早于第一天"),
        ({"last": "9999-12-31"}, "最多看一年"),
        ({"weekdays": ["0", "1", "2", "3", "4", "5", "6"], "last": "2026-12-31"}, "一次最多约60天"),
        ({"first": "2026-09-22", "last": "2026-09-23"}, "没有您选的那几天"),
        ({"start": "23:30"}, "要在当天用完"),
        ({"minutes": "0"}, "用多久"),
        ({"purpose": ""}, "做什么"),
        ({"people": "13"}, "坐不下"),
    ],
)
def test_what_was_typed_wrong_is_said_in_place(house, browse, wrong, said):
    page = browse("resident").post(series_url(house.studio), asked(**wrong))
    assert (page.status_code, said in text(page)) == (422, True)


@pytest.mark.parametrize(
    "wrong",
    [{"date": []}, {"date": ["nonsense"]}, {"mode": "never"}, {"date": ["0001-01-01"]}, {"date": ["2026-09-21"] * 200}],
)
def test_nonsense_in_the_second_step_books_nothing_or_what_can_be(house, browse, wrong):
    client = browse("resident")
    given = sent_on(client.post(series_url(house.studio), asked(last="2026-09-21")))
    assert client.post(series_url(house.studio), given | wrong).status_code in (302, 409, 422)
    assert Booking.objects.count() <= 1


def test_nothing_can_be_had_says_so(house, browse):
    page = browse("resident").post(series_url(house.studio), asked(first="2026-10-05", last="2026-10-05"))
    assert heading(page) == "这些天都约不成"
    assert "全约" not in text(page)


def test_counter_books_one_for_a_person(cast, generous, browse, settle):
    settle("林秀英", "building", None)
    client = browse("clerk")
    page = client.post(series_url(generous.studio), asked(whose="neighbour", who="林秀英", last="2026-09-28"))
    client.post(series_url(generous.studio), sent_on(page))
    assert {one.resident.name for one in Booking.objects.all()} == {"林秀英"}
    page = client.post(series_url(generous.stage), asked(whose="centre", last="2026-09-28", purpose="合唱队"))
    client.post(series_url(generous.stage), sent_on(page))
    assert Booking.objects.filter(user=None, resident=None, state="confirmed").count() == 2


# ---------------------------------------------------------------- one series
@pytest.fixture
def mine(generous, browse):
    client = browse("resident")
    page = client.post(series_url(generous.studio), asked(last="2026-09-28"))
    client.post(series_url(generous.studio), sent_on(page))
    return BookingSeries.objects.get()


def test_each_is_called_off_alone_and_names_its_sisters(browse, mine):
    client = browse("resident")
    first, second = Booking.objects.order_by("starts_at")
    page = client.get(first.get_absolute_url())
    assert "这是一串里的" in text(page)
    assert second.get_absolute_url() in page.content.decode()
    client.post(f"{first.get_absolute_url()}act/", {"event": "cancel"})
    second.refresh_from_db()
    assert second.state == "confirmed"
    assert heading(client.get(f"/bookings/series/{mine.pk}/")) == "这一串一天还没到，都给您留着。"


def test_what_has_not_come_is_called_off_at_once(browse, mine, friday):
    friday.move_to(at("09-22 08:00"))
    client = browse("resident")
    done = client.post(f"/bookings/series/{mine.pk}/cancel/", {"_once": "a"})
    assert "取消了1天" in text(client.get(done["Location"]))
    first, second = Booking.objects.order_by("starts_at")
    assert (first.state, second.state) == ("confirmed", "cancelled")
    again = client.post(f"/bookings/series/{mine.pk}/cancel/", {"_once": "b"})
    assert (again.status_code, "剩下的几次都过了" in text(again)) == (409, True)


def test_staff_calling_off_a_series_owe_a_reason(browse, mine):
    client = browse("clerk")
    page = client.post(f"/bookings/series/{mine.pk}/cancel/", {"_once": "a"})
    assert page.status_code == 422
    assert not Booking.objects.filter(state="cancelled").exists()
    client.post(f"/bookings/series/{mine.pk}/cancel/", {"_once": "b", "reason": "装修"})
    assert Booking.objects.filter(state="cancelled", counts=False).count() == 2


def test_series_of_somebody_else_is_not_there(browse, mine):
    for who in ("neighbour", "clerk_b", "grid_worker", "auditor"):
        assert browse(who).get(f"/bookings/series/{mine.pk}/").status_code == 404
        assert browse(who).post(f"/bookings/series/{mine.pk}/cancel/").status_code == 404
    assert not Booking.objects.filter(state="cancelled").exists()
