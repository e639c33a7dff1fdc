"""Calendars read by a standard iCalendar library: one UID for ever, a SEQUENCE that grows, cancellations that stay."""

import datetime as dt

import pytest
from icalendar import Calendar

from centres.rooms import ics, links, services
from centres.rooms.enums import LinkKind
from tests.centres.rooms.people import NOW, at, book

pytestmark = pytest.mark.usefixtures("friday")


def events(answer) -> dict[str, dict[str, object]]:
    """UID → what the library reads."""
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = {}
    for one in Calendar.from_ical(answer.content).walk("VEVENT"):
        found[str(one["uid"])] = {
            "sequence": int(one["sequence"]),
            "status": str(one["status"]),
            "start": one["dtstart"].dt,
            "end": one["dtend"].dt,
            "summary": str(one["summary"]),
            "description": str(one["description"]),
            "alarms": len(one.walk("VALARM")),
        }
    return found


def room_feed(cast, room, who="clerk") -> str:
    return links.path_of(links.make_link(actor=cast.actor(who), room_id=room.pk, kind=LinkKind.FEED))


@pytest.fixture
def feeds(cast, house, browse):
    """The same booking as the person's calendar and the room's read it."""
    mine = f"/bookings/feed/{ics.token_of(services.new_feed(actor=cast.actor('resident')))}.ics"
    theirs = room_feed(cast, house.stage)
    return lambda: [events(browse().get(one)) for one in (mine, theirs)]


def test_one_uid_and_a_growing_sequence_from_book_to_cancel(cast, house, feeds):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    uid = f"{booking.pk}@jiamenkou"

    def now(sequence: int, status: str, start: str) -> None:
        for feed in feeds():
            assert set(feed) == {uid}
            one = feed[uid]
            assert (one["sequence"], one["status"], one["start"]) == (sequence, status, at(start))

    now(0, "TENTATIVE", "09-21 09:00")
    given = {"starts_at": at("09-22 15:00"), "ends_at": at("09-22 16:00")}
    services.move(actor=cast.actor("resident"), booking_id=booking.pk, now=NOW, **given)
    now(1, "TENTATIVE", "09-22 15:00")
    services.approve(actor=cast.actor("clerk"), booking_id=booking.pk, now=NOW)
    now(2, "CONFIRMED", "09-22 15:00")
    services.cancel(actor=cast.actor("resident"), booking_id=booking.pk, now=NOW)
    now(3, "CANCELLED", "09-22 15:00")


def test_room_says_when_what_for_and_the_number_and_nobodys_name(cast, house, browse):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00", people=7)
    answer = browse().get(room_feed(cast, house.studio))
    (one,) = events(answer).values()
    assert one["summary"] == "书画室 · 练字"
    assert booking.ref in one["description"]
    assert one["alarms"] == 0
    said = answer.content.decode().replace("\r\n ", "")
    for secret in ("resident", cast.resident.phone, cast.resident.phone[3:]):
        assert secret not in said


def test_room_knows_what_stands_on_the_same_floor(cast, house, browse):
    hall = book(cast, house.hall, "09-21 09:00", "09-21 10:00")
    book(cast, house.west, "09-21 11:00", "09-21 12:00")
    east = book(cast, house.east, "09-21 11:00", "09-21 12:00", "neighbour")
    found = events(browse().get(room_feed(cast, house.east)))
    assert set(found) == {f"{one.pk}@jiamenkou" for one in (hall, east)}


def test_called_off_it_stays_for_a_month_and_then_goes(cast, house, browse, friday):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    services.cancel(actor=cast.actor("resident"), booking_id=booking.pk, now=NOW)
    where = room_feed(cast, house.studio)
    friday.move_to(at("10-22 09:59"))
    assert [one["status"] for one in events(browse().get(where)).values()] == ["CANCELLED"]
    friday.move_to(at("10-22 10:00"))
    assert events(browse().get(where)) == {}


def test_newer_address_and_one_taken_back_read_nothing(cast, house, browse):
    first, second = (room_feed(cast, house.studio) for _n in range(2))
    assert [browse().get(one).status_code for one in (first, second)] == [404, 200]
    links.revoke_link(actor=cast.actor("clerk"), room_id=house.studio.pk, kind=LinkKind.FEED)
    assert browse().get(second).status_code == 404
    assert browse().get("/rooms/feed/x~y.ics").status_code == 404


def test_room_feed_is_two_questions_however_many(cast, house, browse, django_assert_num_queries):
    where, client = room_feed(cast, house.studio), browse()
    for day in range(30):
        start = at("09-21 09:00") + dt.timedelta(minutes=15 * day)
        ends_at = start + dt.timedelta(minutes=15)
        services.book(
            actor=cast.actor("clerk"), room=house.studio.pk, starts_at=start, ends_at=ends_at, purpose="班", now=NOW,
            override_reason="一刻钟一班",
        )  # fmt: skip
        if day in (0, 29):
            with django_assert_num_queries(2):
                assert len(events(client.get(where))) == day + 1


def test_persons_feed_is_as_it_was(cast, house, browse):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    token = ics.token_of(services.new_feed(actor=cast.actor("resident")))
    (one,) = events(browse().get(f"/bookings/feed/{token}.ics")).values()
    assert one["alarms"] == 1
    assert "来不了请早点取消" in one["description"]
