"""Rooms and bookings for other systems, as interface.md says them. It is Friday 18 September, 14:20."""

import datetime as dt
import uuid

import pytest

from centres.rooms.models import DayException
from centres.rooms.models_booking import Booking, Suspension
from tests.centres.rooms.people import at, book, furnish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
BOOKINGS = "/api/v1/bookings/"


def wish(room, start="09-21 09:00", end="09-21 10:00"):
    return {"room": str(room.pk), "starts_at": at(start).isoformat(), "ends_at": at(end).isoformat(), "purpose": "练字"}


def ask(client, place, *args, **given):
    return client.post(BOOKINGS, wish(place, *args) | given)


# ---------------------------------------------------------------- rooms, and when they are free
def test_rooms_of_every_centre_are_nobodys_secret(cast, house, call):
    furnish(cast.place.community_b, "南大街社区党群服务中心")
    rows = call().get("/api/v1/rooms/").json()["results"]
    assert len(rows) == 12
    first = call().get("/api/v1/rooms/", {"centre": str(house.centre.pk)}).json()["results"]
    assert {row["name"] for row in first} == {room.name for room in house.centre.rooms.all()}
    studio = next(row for row in first if row["name"] == "书画室")
    assert (studio["capacity"], studio["needs_booking"], studio["min_minutes"]) == (12, True, 30)
    assert studio["centre"]["community"] == "620902001001"


def test_room_that_is_no_uuid_is_not_there(cast, house, call):
    assert call().get("/api/v1/rooms/", {"centre": "nonsense"}).status_code == 404
    assert call().get(f"/api/v1/rooms/{uuid.uuid4()}/availability/").status_code == 404
    assert call().get("/api/v1/rooms/nonsense/availability/").status_code == 404


def test_availability_is_the_day_without_holes_and_without_names(cast, house, call):
    book(cast, house.studio, "09-20 09:00", "09-20 10:00", purpose="心里的事")
    answer = call().get(f"/api/v1/rooms/{house.studio.pk}/availability/", {"date": "2026-09-20"})
    assert [(row["starts_at"][11:16], row["state"], row["code"]) for row in answer.json()] == [
        ("00:00", "closed", "OUTSIDE_HOURS"),
        ("08:00", "free", None),
        ("09:00", "booked", "CONFLICT"),
        ("10:00", "free", None),
        ("21:00", "closed", "OUTSIDE_HOURS"),
    ]
    assert answer.json()[0]["starts_at"] == "2026-09-20T00:00:00+08:00"
    assert set(answer.json()[2]) == {"starts_at", "ends_at", "state", "code"}


def test_availability_of_a_week_begins_today(cast, house, call):
    book(cast, house.stage, "09-24 09:00", "09-24 10:00")
    rows = call().get(f"/api/v1/rooms/{house.stage.pk}/availability/", {"days": 8}).json()
    assert (rows[0]["starts_at"], rows[-1]["ends_at"]) == ("2026-09-18T00:00:00+08:00", "2026-09-26T00:00:00+08:00")
    assert {(row["state"], row["code"]) for row in rows} == {
        ("closed", "OUTSIDE_HOURS"),
        ("closed", "TOO_SOON"),
        ("closed", "HOLIDAY"),
        ("free", None),
        ("held", "CONFLICT"),
    }


@pytest.mark.parametrize("asked", [{"date": "yesterday"}, {"days": 0}, {"days": 32}, {"date": "9999-12-31"}])
def test_availability_of_nonsense_is_422(cast, house, call, asked):
    answer = call().get(f"/api/v1/rooms/{house.studio.pk}/availability/", asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")


# ---------------------------------------------------------------- booking
def test_book_answers_what_was_booked(cast, house, call):
    answer = ask(call("resident"), house.studio, people=3)
    said = answer.json()
    assert answer.status_code == 201
    assert {name: said[name] for name in ("ref", "state", "starts_at", "ends_at", "people", "counts")} == {
        "ref": "B0918001",
        "state": "confirmed",
        "starts_at": "2026-09-21T09:00:00+08:00",
        "ends_at": "2026-09-21T10:00:00+08:00",
        "people": 3,
        "counts": True,
    }
    assert str(Booking.objects.get().pk) == said["id"]
    assert said["url"] == f"/bookings/{said['id']}/"


def test_nobody_books_without_signing_in(cast, house, call):
    answer = ask(call(), house.studio)
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT_SIGNED_IN")


def _holiday_of_the_room(cast, house):
    DayException.objects.create(
        room=house.studio, first_day=dt.date(2026, 9, 21), last_day=dt.date(2026, 9, 21), reason="刷墙"
    )


def _used_up(cast, house):
    for day in ("09-22", "09-23"):
        book(cast, house.hall, f"{day} 09:00", f"{day} 10:00")


def _suspended(cast, house):
    Suspension.objects.create(user=cast.resident, until=at("10-18 00:00"), reason="三次约了没来")


def _before(cast, house):
    house.studio.buffer_minutes = 30
    house.studio.save()
    book(cast, house.studio, "09-21 08:00", "09-21 09:00", "neighbour")


def _taken(cast, house):
    book(cast, house.studio, "09-21 09:30", "09-21 10:30", "neighbour")


@pytest.mark.parametrize(
    ("code", "status", "given", "when"),
    [
        ("TOO_SHORT", 422, None, ("09-21 09:00", "09-21 09:15")),
        ("TOO_LONG", 422, None, ("09-21 09:00", "09-21 13:00")),
        ("TOO_SOON", 422, None, ("09-18 14:15", "09-18 15:15")),
        ("TOO_FAR", 422, None, ("10-19 09:00", "10-19 10:00")),
        ("OFF_GRID", 422, None, ("09-21 09:05", "09-21 10:05")),
        ("HOLIDAY", 422, None, ("10-01 09:00", "10-01 10:00")),
        ("CLOSED", 422, _holiday_of_the_room, ()),
        ("OUTSIDE_HOURS", 422, None, ("09-21 20:30", "09-21 21:30")),
        ("QUOTA", 409, _used_up, ()),
        ("SUSPENDED", 422, _suspended, ()),
        ("BUFFER", 409, _before, ()),
        ("CONFLICT", 409, _taken, ()),
    ],
)
def test_each_refusal_has_its_code_its_status_and_a_way_on(cast, house, call, code, status, given, when):
    if given:
        given(cast, house)
    before = Booking.objects.count()
    answer = ask(call("resident"), house.studio, *when)
    said = answer.json()
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert said["detail"]
    assert Booking.objects.count() == before
    # Whoever may not book at all this month, or until the middle of the next, is sent where no booking is needed.
    walk_in = code == "SUSPENDED"
    assert len(said["alternatives"]) == (1 if walk_in else 3)
    assert all(one["url"] and one["label"] and ("starts_at" not in one) is walk_in for one in said["alternatives"])


def test_alternatives_can_be_had(cast, house, call):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")
    house.centre.monthly_quota = 9
    house.centre.save()
    client = call("resident")
    offered = ask(client, house.studio).json()["alternatives"]
    assert [(one["room_name"], one["starts_at"]) for one in offered] == [
        ("书画室", "2026-09-21T08:00:00+08:00"),
        ("书画室", "2026-09-22T09:00:00+08:00"),
        ("排练厅", "2026-09-21T09:00:00+08:00"),
    ]
    for one in offered:
        again = {name: one[name] for name in ("room", "starts_at", "ends_at")} | {"purpose": "练字"}
        assert client.post(BOOKINGS, again).status_code == 201


def test_quota_says_how_many_and_offers_the_next_month(cast, house, call):
    _used_up(cast, house)
    said = ask(call("resident"), house.studio).json()
    assert (said["used"], said["allowed"]) == (2, 2)
    assert all(one["starts_at"].startswith("2026-10") for one in said["alternatives"])


def test_suspended_is_told_until_when(cast, house, call):
    _suspended(cast, house)
    assert ask(call("resident"), house.studio).json()["until"].startswith("2026-10-18T00:00:00")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"room": "nonsense"}, "room"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"ends_at": None}, "ends_at"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "字" * 61}, "purpose"),
        ({"people": -1}, "people"),
        ({"people": 13}, "people"),
        ({"on_behalf_of": "me"}, "on_behalf_of"),
    ],
)
def test_bad_input_is_422_and_writes_nothing(cast, house, call, wrong, field):
    answer = ask(call("resident"), house.studio, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
    assert field in answer.json()["errors"]
    assert not Booking.objects.exists()


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_ends_of_time_are_refused(cast, house, call, year):
    body = wish(house.studio) | {"starts_at": f"{year}-12-31T09:00:00+08:00", "ends_at": f"{year}-12-31T10:00:00+08:00"}
    assert call("resident").post(BOOKINGS, body).status_code == 422


def test_room_one_walks_into_or_that_is_not_there(cast, house, call):
    assert ask(call("resident"), house.reading).json()["code"] == "WALK_IN"
    house.studio.pk = uuid.uuid4()
    assert ask(call("resident"), house.studio).status_code == 404


def test_desk_books_for_somebody_with_a_reason(cast, house, call, settle):
    lin = settle("resident", "building")
    _used_up(cast, house)
    client = call("clerk")
    assert ask(client, house.studio, on_behalf_of=str(lin.pk)).json()["code"] == "QUOTA"
    answer = ask(client, house.studio, on_behalf_of=str(lin.pk), override_reason="比赛前加练")
    assert answer.status_code == 201
    assert Booking.objects.get(pk=answer.json()["id"]).user == cast.resident


def test_residents_set_no_rule_aside(cast, house, call):
    answer = ask(call("resident"), house.studio, override_reason="我急")
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


# ---------------------------------------------------------------- sent twice
def test_same_key_is_the_same_booking(cast, house, call):
    client = call("resident")
    key = {"Idempotency-Key": "tap"}
    first, again = (client.post(BOOKINGS, wish(house.studio), headers=key) for _n in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert Booking.objects.count() == 1


def test_same_key_of_somebody_else_or_with_another_body_is_another_matter(cast, house, call):
    key = {"Idempotency-Key": "tap"}
    call("resident").post(BOOKINGS, wish(house.studio), headers=key)
    answer = call("resident").post(BOOKINGS, wish(house.hall), headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert call("neighbour").post(BOOKINGS, wish(house.hall), headers=key).status_code == 201


def test_refused_key_may_be_used_again(cast, house, call):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00", "neighbour")
    key = {"Idempotency-Key": "tap"}
    assert call("resident").post(BOOKINGS, wish(house.studio), headers=key).json()["code"] == "CONFLICT"
    call("neighbour").post(f"{BOOKINGS}{booking.pk}/cancel/")
    assert call("resident").post(BOOKINGS, wish(house.studio), headers=key).status_code == 201


# ---------------------------------------------------------------- what becomes of one
def test_owner_and_staff_of_the_place_read_it_and_nobody_else(cast, house, call):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    seen = {who: call(who).get(f"{BOOKINGS}{booking.pk}/").status_code for who in ("", *cast.users)}
    readers = {"resident", "clerk", "secretary", "street_supervisor", "district_admin"}
    assert {who for who, status in seen.items() if status == 200} == readers
    assert {status for who, status in seen.items() if who and who not in readers} == {404}
    assert seen[""] == 401


@pytest.mark.parametrize("verb", ["cancel", "approve", "decline", "check_in", "move"])
def test_what_is_not_yours_is_not_there_to_act_on(cast, house, call, verb):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    body = {"reason": "-", "starts_at": at("09-22 09:00").isoformat(), "ends_at": at("09-22 10:00").isoformat()}
    assert call("neighbour").post(f"{BOOKINGS}{booking.pk}/{verb}/", body).status_code == 404
    assert call("clerk_b").post(f"{BOOKINGS}{booking.pk}/{verb}/", body).status_code == 404
    booking.refresh_from_db()
    assert booking.version == 1


def test_nod_then_move_then_cancel(cast, house, call):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    where = f"{BOOKINGS}{booking.pk}/"
    assert call("resident").post(f"{where}approve/").status_code == 403
    assert call("clerk").post(f"{where}approve/", {"version": 1}).json()["state"] == "confirmed"
    body = {"starts_at": at("09-22 09:00").isoformat(), "ends_at": at("09-22 10:00").isoformat()}
    assert call("resident").post(f"{where}move/", body | {"version": 1}).json()["code"] == "STALE"
    assert call("resident").post(f"{where}move/", body | {"version": 2}).json()["state"] == "pending"
    said = call("resident").post(f"{where}cancel/").json()
    assert (said["state"], said["counts"], said["version"]) == ("cancelled", False, 4)
    again = call("resident").post(f"{where}cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "ILLEGAL_TRANSITION")


def test_decline_owes_a_reason(cast, house, call):
    booking = book(cast, house.stage, "09-21 09:00", "09-21 10:00")
    where = f"{BOOKINGS}{booking.pk}/decline/"
    answer = call("clerk").post(where, {})
    assert (answer.status_code, answer.json()["code"]) == (422, "REASON_REQUIRED")
    assert call("clerk").post(where, {"reason": "要检修"}).json()["state"] == "declined"


def test_move_into_a_taken_time_offers_others(cast, house, call):
    booking = book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    book(cast, house.studio, "09-21 15:00", "09-21 16:00", "neighbour")
    body = {"starts_at": at("09-21 15:00").isoformat(), "ends_at": at("09-21 16:00").isoformat()}
    answer = call("resident").post(f"{BOOKINGS}{booking.pk}/move/", body)
    assert (answer.status_code, answer.json()["code"], len(answer.json()["alternatives"])) == (409, "CONFLICT", 3)


def test_check_in_is_not_too_early(cast, house, call, friday):
    booking = book(cast, house.studio, "09-18 15:00", "09-18 16:00")
    where = f"{BOOKINGS}{booking.pk}/check_in/"
    assert call("clerk").post(where).json()["code"] == "TOO_EARLY"
    friday.move_to(at("09-18 14:45"))
    assert call("clerk").post(where).json()["state"] == "checked_in"


# ---------------------------------------------------------------- lists
def test_list_is_ones_own_paged_by_cursor(cast, house, call):
    house.centre.monthly_quota = 9
    house.centre.save()
    for hour in (9, 15, 11, 13, 17):
        book(cast, house.studio, f"09-21 {hour:02}:00", f"09-21 {hour + 1}:00")
    book(cast, house.hall, "09-21 09:00", "09-21 10:00", "neighbour")
    client, seen = call("resident"), []
    page = client.get(BOOKINGS, {"page_size": 2}).json()
    assert set(page) == {"next", "previous", "results"}
    while True:
        seen += [row["starts_at"][11:13] for row in page["results"]]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert seen == ["17", "15", "13", "11", "09"]
    assert len(call("clerk").get(BOOKINGS).json()["results"]) == 6
    assert call("clerk_b").get(BOOKINGS).json()["results"] == []
    assert call().get(BOOKINGS).status_code == 401


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_as_often_for_thirty_as_for_one(cast, house, call, django_assert_num_queries, number):
    for n in range(number):
        start = at("09-21 08:00") + dt.timedelta(days=n // 6, hours=n % 6)
        Booking.objects.create(
            ref=f"B{n}",
            room=house.studio,
            user=cast.resident,
            booked_by=cast.resident,
            starts_at=start,
            ends_at=start + dt.timedelta(hours=1),
            purpose="-",
            quota_month=dt.date(2026, 9, 1),
            state="confirmed",
        )
    client = call("resident")
    with django_assert_num_queries(2):  # the reach, the rows
        assert len(client.get(BOOKINGS).json()["results"]) == number
