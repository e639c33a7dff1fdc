"""The pages of rooms and bookings, pressed as people press them. It is Friday 18 September, 14:20."""

import datetime as dt
import html
import re
import uuid

import pytest
from icalendar import Calendar
from psycopg2.extras import DateTimeTZRange

from centres.rooms.models import Room
from centres.rooms.models_booking import Booking, Occupancy
from tests.centres.rooms.people import at, book, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
ROOMS, MINE, DESK = "/rooms/", "/bookings/", "/desk/bookings/"


def text(response) -> str:
    """What the page says, without its markup and its white space."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", main)))


def heading(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL).group(1)
    return html.unescape(re.sub(r"<[^>]+>", "", found)).strip()


def hidden(response, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address."""
    page = response.content.decode()
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in one)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in fields}


def book_url(room: Room) -> str:
    return f"/rooms/{room.pk}/book/"


def wish(day="2026-09-21", start="09:00", minutes=60, **given):
    return {"date": day, "start": start, "minutes": minutes, "purpose": "练字", "step": "check"} | given


def look(client, room, **given):
    """The first step: 下一步：看一眼."""
    return client.post(book_url(room), wish(**given))


def press(client, room, page):
    """The second: 就约这个."""
    return client.post(book_url(room), hidden(page, book_url(room)))


# ---------------------------------------------------------------- which rooms are free
def test_rooms_of_today_begin_now_and_the_free_ones_come_first(cast, house, browse):
    book(cast, house.studio, "09-18 14:30", "09-18 16:00", "clerk", purpose="书法班")
    Room.objects.filter(pk=house.studio.pk).update(max_minutes=390)
    book(cast, house.studio, "09-18 16:00", "09-18 21:00", "clerk", purpose="展览", override_reason="办展")
    page = browse().get(ROOMS)
    assert (page.status_code, heading(page)) == (200, "今天下午还有四间空着，大厅（整间） 14:30 起。")
    said = text(page)
    assert said.index("排练厅") < said.index("大厅东半") < said.index("书画室")
    assert "展览" in said
    assert "阅览室不用约，推门就进。" in said
    assert f'href="/rooms/{house.hall.pk}/book/?date=2026-09-18&amp;start=14%3A30"' in page.content.decode()


def test_another_day_and_nonsense_instead_of_one(house, browse):
    assert heading(browse().get(ROOMS, {"date": "2026-09-20"})) == "后天还有五间空着。"
    assert heading(browse().get(ROOMS, {"date": "2026-10-01"})) == "10月1日 周四不开门"
    for nonsense in ("yesterday", "2020-01-01", "9999-99-99", "2026-02-30", "\x00"):
        assert heading(browse().get(ROOMS, {"date": nonsense})).startswith("今天下午还有五间空着，")


def test_only_what_suits(house, browse):
    page = browse().get(ROOMS, {"people": "50", "part": "evening"})
    assert "大厅（整间）" in text(page)
    assert "另有四间不合您要的" in text(page)
    assert "18:00" in text(page)
    for nonsense in ({"people": "many"}, {"minutes": "-5"}, {"part": "never"}):
        assert browse().get(ROOMS, nonsense).status_code == 200


def test_rooms_of_another_house_are_a_link_away(cast, house, browse):
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    assert str(other.studio.pk) in browse().get(ROOMS, {"centre": str(other.centre.pk)}).content.decode()
    for nobody in ("nonsense", str(uuid.uuid4())):
        assert browse().get(ROOMS, {"centre": nobody}).status_code == 404


def test_community_without_rooms_says_what_to_do(cast, browse):
    assert "还没有开放的活动室" in heading(browse().get(ROOMS))


def test_what_is_left_of_the_month_is_said(cast, house, browse):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    assert "九月您还能约1次。" in text(browse("resident").get(ROOMS))
    assert "每人每月2次。" in text(browse().get(ROOMS))
    assert "您还能约" not in text(browse("clerk").get(ROOMS))


def test_nobody_reads_who_booked_or_why(cast, house, browse):
    cast.resident.name = "周晓琴"
    cast.resident.save()
    book(cast, house.studio, "09-18 15:00", "09-18 16:00", purpose="心里的事")
    for url in (ROOMS, f"/rooms/{house.studio.pk}/"):
        for who in ("", "neighbour", "clerk_b"):
            page = browse(who).get(url).content.decode()
            assert ("心里的事" in page, "周晓琴" in page) == (False, False)
    assert "您约的" in text(browse("resident").get(ROOMS))


# ---------------------------------------------------------------- one room
def test_room_page_says_how_it_is_its_week_and_its_rules(cast, house, browse):
    page = browse().get(f"/rooms/{house.studio.pk}/")
    said = text(page)
    assert heading(page) == "书画室现在空着，到 21:00。"
    assert "一次30分钟到3小时，按一刻钟约。" in said
    assert "工作日8:00–21:00" in said
    assert "节假日不开" in said
    assert "中秋" not in said
    assert "中秋" in text(browse().get(f"/rooms/{house.studio.pk}/", {"date": "2026-09-22"}))


def test_room_in_use_and_room_one_walks_into(cast, house, browse):
    book(cast, house.studio, "09-18 14:15", "09-18 15:30", "clerk", walk_in=True, purpose="书法班")
    assert heading(browse().get(f"/rooms/{house.studio.pk}/")) == "书画室有人用，到 15:30。"
    reading = browse().get(f"/rooms/{house.reading.pk}/")
    assert heading(reading) == "阅览室开着，到 21:00。"
    assert "我要约这间" not in text(reading)


def test_room_that_is_not_there(house, browse):
    for url in (f"/rooms/{uuid.uuid4()}/", "/rooms/nonsense/"):
        assert browse().get(url).status_code == 404
    assert browse("resident").get(book_url(house.reading)).status_code == 404


# ---------------------------------------------------------------- booking
def test_book_look_confirm(cast, house, browse):
    client = browse("resident")
    first = client.get(f"{book_url(house.studio)}?date=2026-09-21&start=09:00")
    assert heading(first) == "从几点，用多久？"
    assert "第1步，共2步" in text(first)
    second = look(client, house.studio, people="3")
    assert (second.status_code, heading(second)) == (200, "就约这个吗？")
    assert "约好以后，九月您还能约1次。" in text(second)
    assert not Booking.objects.exists()
    done = press(client, house.studio, second)
    booking = Booking.objects.get()
    assert done["Location"] == f"/bookings/{booking.pk}/"
    assert (booking.starts_at, booking.people, booking.purpose) == (at("09-21 09:00"), 3, "练字")
    page = client.get(done["Location"])
    assert heading(page) == "约好了，9月21日 周一 9:00–10:00，书画室。"
    assert "B0918001" in text(page)


def test_double_click_is_one_booking(cast, house, browse):
    client = browse("resident")
    page = look(client, house.studio)
    first, again = press(client, house.studio, page), press(client, house.studio, page)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert Booking.objects.count() == 1


def test_passer_by_is_asked_to_sign_in(house, browse):
    page = browse().get(book_url(house.studio))
    assert (page.status_code, "/accounts/login/" in page["Location"]) == (302, True)
    assert browse().post(book_url(house.studio), wish()).status_code == 302
    assert not Booking.objects.exists()


def test_without_a_time_the_free_ones_of_the_day_are_offered(cast, house, browse):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")
    page = browse("resident").get(f"{book_url(house.studio)}?date=2026-09-21")
    assert heading(page) == "9月21日 周一什么时候？"
    assert "8:00–9:00" in text(page)
    assert "10:00–21:00" in text(page)


def test_day_without_a_free_time_says_where_to_look(house, browse):
    assert "这一天没有空了" in text(browse("resident").get(f"{book_url(house.studio)}?date=2026-10-01"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"purpose": ""}, "做什么"),
        ({"people": "13"}, "坐不下，这间最多12人。"),
        ({"start": "9点"}, "从几点"),
        ({"minutes": "0"}, "用多久"),
        ({"date": ""}, ""),
    ],
)
def test_what_was_typed_wrong_is_said_in_place(house, browse, wrong, said):
    page = look(browse("resident"), house.studio, **wrong)
    assert page.status_code == 422
    assert said in text(page)
    assert not Booking.objects.exists()


def test_children_come_with_somebody(house, browse):
    Room.objects.filter(pk=house.studio.pk).update(guardian_required=True)
    assert look(browse("resident"), house.studio).status_code == 422
    assert heading(look(browse("resident"), house.studio, guardian="on")) == "就约这个吗？"


def test_room_that_wants_a_nod_says_until_when(cast, house, browse):
    client = browse("resident")
    page = look(client, house.stage)
    assert "要等社区点头，最迟9月21日周一7:00告诉您。" in text(page)
    where = press(client, house.stage, page)["Location"]
    assert heading(client.get(where)) == "排练厅先给您留着，等社区点头。"


# ---------------------------------------------------------------- refused
def test_taken_in_between_it_is_refused_with_three_others(cast, house, browse):
    client = browse("resident")
    page = look(client, house.studio)
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")
    refused = press(client, house.studio, page)
    assert (refused.status_code, refused["X-Refusal"], heading(refused)) == (409, "CONFLICT", "没约成，这几个时间行")
    assert "刚好有人约了。" in text(refused)
    picks = re.findall(r'formaction="([^"]+)" name="pick" value="([^"]+)"', refused.content.decode())
    assert picks == [
        (book_url(house.studio), "2026-09-21T08:00|60"),
        (book_url(house.studio), "2026-09-22T09:00|60"),
        (book_url(house.stage), "2026-09-21T09:00|60"),
    ]
    action, pick = picks[1]
    again = client.post(action, hidden(refused, book_url(house.studio)) | {"pick": pick})
    assert heading(again) == "就约这个吗？"
    press(client, house.studio, again)
    assert Booking.objects.get(user=cast.resident).starts_at == at("09-22 09:00")
    assert Booking.objects.get(user=cast.resident).purpose == "练字"


def test_month_that_is_used_up_says_so_and_leads_to_ones_own(cast, house, browse):
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00")
    page = look(browse("resident"), house.studio)
    assert (page.status_code, page["X-Refusal"]) == (409, "QUOTA")
    assert "九月的2次您约满了。" in text(page)
    assert f'href="{MINE}"' in page.content.decode()
    assert "照样约" not in text(page)


def test_desk_sets_it_aside_with_a_reason(cast, house, browse, settle):
    lin = settle("resident", "building")
    for day in ("09-22", "09-23"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00")
    client = browse("clerk")
    refused = look(client, house.studio, whose="neighbour", who="resident")
    assert "情况特殊，照样约" in text(refused)
    again = client.post(
        book_url(house.studio), hidden(refused, book_url(house.studio)) | {"override_reason": "比赛前加练"}
    )
    assert "比赛前加练" in text(again)
    press(client, house.studio, again)
    booking = Booking.objects.get(overridden="QUOTA")
    assert (booking.resident, booking.override_reason) == (lin, "比赛前加练")


# ---------------------------------------------------------------- at the counter
def test_counter_finds_who_stands_there(cast, house, browse, settle):
    settle("林秀英", "building", None)
    client = browse("clerk")
    page = look(client, house.studio, whose="neighbour", who="林秀英")
    assert heading(page) == "就约这个吗？"
    assert "林秀英" in text(page)
    assert "139****0099" in text(page)
    press(client, house.studio, page)
    assert Booking.objects.get().resident.name == "林秀英"


def test_counter_asks_which_of_several(cast, house, browse, settle):
    first, second = settle("林秀英", "building", None), settle("林秀", "building_b", None)
    client = browse("clerk")
    page = look(client, house.studio, whose="neighbour", who="林秀")
    assert page.status_code == 422
    assert "有几位对得上，请点一位。" in text(page)
    assert {str(first.pk), str(second.pk)} <= set(re.findall(r'value="([0-9a-f-]{36})"', page.content.decode()))
    page = look(client, house.studio, whose="neighbour", who="林秀", on_behalf_of=str(second.pk))
    press(client, house.studio, page)
    assert Booking.objects.get().resident == second


def test_counter_is_told_when_nobody_answers_to_it(house, browse):
    assert "没找到这一位" in text(look(browse("clerk"), house.studio, whose="neighbour", who="没有人"))
    assert "说一声是哪一位" in text(look(browse("clerk"), house.studio, whose="neighbour", who=""))


def test_resident_cannot_slip_in_what_is_the_counters(cast, house, browse):
    """Fields of the counter in a resident's form mean nothing."""
    client = browse("resident")
    sneaky = {"on_behalf_of": str(cast.neighbour.pk), "override_reason": "我急", "walk_in": "1", "whose": "centre"}
    client.post(book_url(house.studio), wish(step="book", **sneaky))
    booking = Booking.objects.get()
    assert (booking.user, booking.override_reason, booking.state) == (cast.resident, "", "confirmed")


def test_who_stands_at_the_counter_begins_now(cast, house, browse):
    client = browse("clerk")
    page = client.get(f"{book_url(house.studio)}?walk_in=1")
    assert heading(page) == "现在用到几点？"
    given = wish("2026-09-18", "14:15", whose="neighbour", who="13800000001", walk_in="1")
    press(client, house.studio, client.post(book_url(house.studio), given))
    assert (Booking.objects.get().starts_at, Booking.objects.get().state) == (at("09-18 14:15"), "checked_in")


def test_a_booking_corrected_at_the_counter_is_no_walk_in(cast, house, browse):
    client = browse("clerk")
    form = client.get(f"{book_url(house.studio)}?date=2026-09-21&start=09:00").content.decode()
    sent = re.search(r'name="walk_in" value="([^"]*)"', form).group(1)
    again = client.post(book_url(house.studio), wish("2026-09-21", "09:00", who="", walk_in=sent, whose="neighbour"))
    assert again.status_code == 422
    assert heading(again) == "从几点，用多久？"


# ---------------------------------------------------------------- one booking
def test_booking_of_somebody_else_is_not_there(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    for who in ("neighbour", "clerk_b", "grid_worker", "auditor", "sysadmin"):
        client = browse(who)
        for url in ("", "move/", "calendar.ics"):
            assert client.get(f"/bookings/{booking.pk}/{url}").status_code == 404, (who, url)
        assert client.post(f"/bookings/{booking.pk}/act/", {"event": "cancel", "reason": "-"}).status_code == 404
    assert browse().get(f"/bookings/{booking.pk}/").status_code == 302
    booking.refresh_from_db()
    assert booking.version == 1


def test_staff_read_whose_it_is_masked(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    said = text(browse("secretary").get(f"/bookings/{booking.pk}/"))
    assert "138****0001" in said
    assert "13800000001" not in said


def test_owner_cancels_and_is_thanked(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    client = browse("resident")
    act = f"/bookings/{booking.pk}/act/"
    given = hidden(client.get(f"/bookings/{booking.pk}/"), act)
    assert given["event"] == "cancel"
    done = client.post(act, given)
    page = client.get(done["Location"])
    assert heading(page) == "取消了，书画室让给别人用。"
    assert "这次不算数" in text(page)
    assert "/rooms/?date=2026-09-21" in page.content.decode()  # and may choose again
    assert client.post(act, given)["Location"] == done["Location"]  # the same click again
    again = client.post(act, given | {"_once": "another"})
    assert (again.status_code, "什么也没有改动" in text(again)) == (409, True)


def test_late_cancelling_says_beforehand_that_it_counts(cast, house, browse):
    booking = book(cast, house.studio, "09-18 17:00", "09-18 18:00")
    page = text(browse("resident").get(f"/bookings/{booking.pk}/"))
    assert "取消也算一次" in page
    assert "最晚什么时候退" not in page


def test_day_until_which_one_may_give_it_back_is_called_so(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    page = text(browse("resident").get(f"/bookings/{booking.pk}/"))
    assert "最晚什么时候退" in page
    assert "到什么时候" not in page


def test_staff_calling_off_without_a_reason_are_asked_for_one(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    page = browse("clerk").post(f"/bookings/{booking.pk}/act/", {"event": "cancel", "version": "1"})
    assert (page.status_code, "请写下原因" in text(page)) == (422, True)


def test_stale_page_changes_nothing(cast, house, browse):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    act = {"event": "approve", "version": "1"}
    assert browse("clerk").post(f"/bookings/{booking.pk}/act/", act).status_code == 302
    page = browse("secretary").post(f"/bookings/{booking.pk}/act/", act | {"event": "decline", "reason": "检修"})
    assert page.status_code == 409
    assert Booking.objects.get().state == "confirmed"


@pytest.mark.parametrize("event", ["", "book", "expire", "no_show", "nonsense"])
def test_event_that_is_no_button_is_404(cast, house, browse, event):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    assert browse("resident").post(f"/bookings/{booking.pk}/act/", {"event": event}).status_code == 404


def test_move_by_page(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.studio, "09-22 09:00", "09-22 10:00", "neighbour")
    client, where = browse("resident"), f"/bookings/{booking.pk}/move/"
    assert heading(client.get(f"{where}?date=2026-09-22")) == "改到什么时候？"
    refused = client.post(where, wish("2026-09-22", version="1"))
    assert (refused.status_code, "刚好有人约了。" in text(refused)) == (409, True)
    picks = re.findall(r'name="pick" value="([^"]+)"', refused.content.decode())
    assert picks[0] == "2026-09-22T08:00|60"
    assert client.post(where, {"pick": picks[0], "version": "1"})["Location"] == f"/bookings/{booking.pk}/"
    booking.refresh_from_db()
    assert booking.starts_at == at("09-22 08:00")


def test_what_cannot_be_moved_any_more_leads_back(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    Booking.objects.update(state="cancelled")
    assert browse("resident").get(f"/bookings/{booking.pk}/move/")["Location"] == f"/bookings/{booking.pk}/"


# ---------------------------------------------------------------- mine, and calendars
def test_mine_coming_first_and_the_past_below(cast, house, browse):
    assert heading(browse("resident").get(MINE)) == "您还没有约活动室"
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", purpose="练字")
    old = book(cast, house.studio, "09-22 09:00", "09-22 10:00", purpose="以前")
    book(cast, house.hall, "09-21 09:00", "09-21 10:00", "neighbour", purpose="别人的")
    earlier = dt.timedelta(days=7)
    Booking.objects.filter(pk=old.pk).update(
        starts_at=old.starts_at - earlier, ends_at=old.ends_at - earlier, state="completed"
    )
    page = browse("resident").get(MINE)
    said = text(page)
    assert heading(page) == "您约了一次，还没用"
    assert said.index("练字") < said.index("以前的")
    assert "别人的" not in said
    assert "九月算了2次。" in said


def test_booking_as_a_calendar_file(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    answer = browse("resident").get(f"/bookings/{booking.pk}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="{booking.ref}.ics"' in answer["Content-Disposition"]
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{booking.pk}@jiamenkou", 0, "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (booking.starts_at, booking.ends_at)
    assert str(event["SUMMARY"]) == "书画室 · 练字"
    assert booking.ref in str(event["DESCRIPTION"])


def test_feed_is_the_key_itself_and_strikes_out_what_was_called_off(cast, house, browse):
    client = browse("resident")
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.hall, "09-21 09:00", "09-21 10:00", "neighbour")
    client.post("/bookings/feed/")
    address = re.search(r"/bookings/feed/[^\"]+\.ics", client.get(MINE).content.decode()).group()
    assert len(Calendar.from_ical(browse().get(address).content).walk("VEVENT")) == 1
    client.post(f"/bookings/{Booking.objects.get(user=cast.resident).pk}/act/", {"event": "cancel"})
    event = Calendar.from_ical(browse().get(address).content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")
    client.post("/bookings/feed/")
    assert browse().get(address).status_code == 404


@pytest.mark.parametrize("token", ["nonsense", "a.1~b", "%00", "0" * 32 + ".1~AAAA"])
def test_feed_nobody_signed_is_not_there(house, browse, token):
    assert browse().get(f"/bookings/feed/{token}.ics").status_code == 404


# ---------------------------------------------------------------- the desk
def test_desk_shows_the_day_what_waits_and_who_may_walk_in(cast, house, browse):
    book(cast, house.studio, "09-18 16:00", "09-18 17:00", purpose="练字")
    book(cast, house.stage, "09-21 09:00", "09-21 10:00", "neighbour", purpose="时装队")
    page = browse("clerk").get(DESK)
    assert heading(page) == "今天 1 场，一场等您点头"
    said = text(page)
    assert said.index("时装队") < said.index("练字")
    assert "最迟9月21日周一7:00" in said
    assert "空到16:00" in said
    assert "0场" in text(browse("clerk").get(DESK, {"date": "2026-09-19"})).replace("明天", "")
    only = browse("clerk").get(DESK, {"show": "pending"})
    assert heading(only) == "一场等您点头"
    assert "练字" not in text(only)


def test_desk_nods_and_checks_in_and_comes_back(cast, house, browse):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    now = book(cast, house.studio, "09-18 14:30", "09-18 15:30", "neighbour")
    client = browse("clerk")
    page = client.get(DESK)
    for one, event in ((booking, "approve"), (now, "check_in")):
        act = f"/bookings/{one.pk}/act/"
        done = client.post(act, hidden(page, act) | {"event": event})
        assert done["Location"] == DESK
    assert set(Booking.objects.values_list("state", flat=True)) == {"confirmed", "checked_in"}


def test_next_leads_nowhere_else(cast, house, browse):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    given = {"event": "approve", "next": "https://evil.example/"}
    assert browse("clerk").post(f"/bookings/{booking.pk}/act/", given)["Location"] == f"/bookings/{booking.pk}/"


def test_desk_of_another_house_shows_nothing_of_this_one(cast, house, browse):
    furnish(cast.place.community_b, "南大街社区党群服务中心")
    book(cast, house.studio, "09-18 16:00", "09-18 17:00", purpose="练字")
    assert "练字" not in text(browse("clerk_b").get(DESK))
    assert "练字" in text(browse("street_supervisor").get(DESK))
    assert browse("resident").get(DESK).status_code == 403


# ---------------------------------------------------------------- how often the database is asked
def fill(cast, house, number: int) -> None:
    """Bookings of today and after, straight into the table."""
    part = house.studio.parts.get()
    for n in range(number):
        start = at("09-18 15:00") + dt.timedelta(minutes=15 * n)
        end = start + dt.timedelta(minutes=15)
        booking = Booking.objects.create(
            ref=f"T{n:03}",
            room=house.studio if n % 2 else house.stage,
            user=cast.resident,
            booked_by=cast.resident,
            starts_at=start,
            ends_at=end,
            purpose="练字",
            quota_month=dt.date(2026, 9, 1),
            state="confirmed" if n % 2 else "pending",
        )
        Occupancy.objects.create(part=part, period=DateTimeTZRange(start, end), used_until=end, booking=booking)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("who", "url", "queries"),
    [
        # (community, centre), rooms, calendar, hours and exceptions, what is taken, masthead
        ("", ROOMS, 7),
        # and: session, user, reach, where they live, who they are, their quota
        ("resident", ROOMS, 13),
        ("resident", "room", 12),
        # session, user, reach; coming, past, how many, where they wait; who they are, quota, calendar; masthead
        ("resident", MINE, 13),
        # session, user, reach; waiting, the day, how many, who is in line; the rooms, who is in them; masthead
        ("clerk", DESK, 15),
    ],
)
def test_pages_ask_as_often_for_thirty_as_for_one(
    cast, house, browse, calendar_known, django_assert_num_queries, number, who, url, queries
):
    fill(cast, house, number)
    client = browse(who)
    with django_assert_num_queries(queries):
        client.get(f"/rooms/{house.studio.pk}/" if url == "room" else url)


# ---------------------------------------------------------------- in English
HAN = re.compile(r"[\u4e00-\u9fff]+")


def test_english_pages_leak_no_chinese_but_what_people_wrote(cast, house, browse, english):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00", purpose="choir")
    Room.objects.update(equipment="", house_rule="")
    for number, room in enumerate(Room.objects.all()):
        Room.objects.filter(pk=room.pk).update(name=f"Room {number}")
    house.centre.name, house.centre.address = "Centre", "8 Wenchang Road"
    house.centre.save()
    pages = [
        ("resident", ROOMS),
        ("resident", f"/rooms/{house.studio.pk}/?date=2026-10-12"),  # names of holidays are the calendar's
        ("resident", f"{book_url(house.studio)}?date=2026-09-21&start=09:00"),
        ("resident", f"/bookings/{booking.pk}/"),
        ("resident", f"/bookings/{booking.pk}/move/"),
        ("resident", MINE),
        ("clerk", DESK),
    ]
    for who, url in pages:
        client = browse(who)
        client.cookies["django_language"] = "en"
        said = text(client.get(url))
        assert not HAN.findall(said), (url, HAN.findall(said))
