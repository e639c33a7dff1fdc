"""Rooms that let their places one by one: study seats, stalls of a fair; and the same floor taken whole."""

import pytest

from centres.rooms import queries, services
from centres.rooms.models import Part, Room, RoomPart
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.refusals import Refused
from portal.errors import NotFound
from tests.centres.rooms.line import held, state, wait
from tests.centres.rooms.people import NOW, at, book

MONDAY = ("09-21 09:00", "09-21 10:00")


@pytest.fixture
def study(house) -> Room:
    """Three seats; nobody's share of the month."""
    return furnish(house, "静心自习室", ["1 号", "2 号", "10 号"], uses_quota=False)


def furnish(house, name: str, seats: list[str], **fields) -> Room:
    room = Room.objects.create(
        centre=house.centre, name=name, kind="study", by_place=True, place_word="座位", order=20, **fields
    )
    for order, seat in enumerate(seats):
        RoomPart.objects.create(room=room, part=Part.objects.create(centre=house.centre, name=seat, order=order))
    return room


def seats(room) -> list[Part]:
    return [row.part for row in room.room_parts.select_related("part").order_by("part__order")]


def test_each_takes_the_first_free_seat_until_there_is_none(cast, house, study):
    got = [book(cast, study, *MONDAY, who).part.name for who in ("resident", "neighbour", "outsider")]
    assert got == ["1 号", "2 号", "10 号"]
    assert Occupancy.objects.count() == 3
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, study, *MONDAY, "volunteer")


def test_a_seat_of_ones_choice(cast, house, study):
    second = seats(study)[1]
    assert book(cast, study, *MONDAY, part=second.pk).part == second
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, study, *MONDAY, "neighbour", part=second.pk)
    assert book(cast, study, *MONDAY, "neighbour").part.name == "1 号"


def test_a_seat_of_another_room_is_not_there(cast, house, study):
    other = furnish(house, "书吧", ["窗边"])
    with pytest.raises(NotFound):
        book(cast, study, *MONDAY, part=seats(other)[0].pk)
    with pytest.raises(NotFound):
        book(cast, house.studio, *MONDAY, part=house.studio.room_parts.get().part_id)


def test_seats_use_up_nobodys_share_of_the_month(cast, house, study):
    for hour in range(9, 14):
        booking = book(cast, study, f"09-21 {hour:02}:00", f"09-21 {hour + 1}:00")
    assert not booking.counts
    assert book(cast, house.studio, *MONDAY).counts


def test_stall_counts_where_the_room_says_so(cast, house):
    fair = furnish(house, "公益集市", ["甲", "乙", "丙"])
    assert book(cast, fair, *MONDAY).counts
    assert book(cast, fair, *MONDAY).counts
    with pytest.raises(Refused, match="QUOTA"):
        book(cast, fair, *MONDAY)


def test_whole_floor_and_its_places_exclude_each_other(cast, house, study):
    whole = Room.objects.create(centre=house.centre, name="自习室（整间）", kind="study", order=21)
    RoomPart.objects.bulk_create(RoomPart(room=whole, part=part) for part in seats(study))
    one = book(cast, study, *MONDAY)
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, whole, *MONDAY, "neighbour")
    services.cancel(actor=cast.actor("resident"), booking_id=one.pk, now=NOW)
    book(cast, whole, *MONDAY, "neighbour")
    with pytest.raises(Refused, match="CONFLICT"):
        book(cast, study, *MONDAY)


def test_moving_keeps_the_seat_where_it_is_free(cast, house, study):
    second = seats(study)[1]
    booking = book(cast, study, *MONDAY, part=second.pk)
    given = {"starts_at": at("09-21 11:00"), "ends_at": at("09-21 12:00"), "now": NOW}
    moved = services.move(actor=cast.actor("resident"), booking_id=booking.pk, **given)
    assert (moved.part, Occupancy.objects.get().part) == (second, second)
    book(cast, study, *MONDAY, "neighbour", part=second.pk)
    back = services.move(
        actor=cast.actor("resident"), booking_id=booking.pk, starts_at=at(MONDAY[0]), ends_at=at(MONDAY[1]), now=NOW
    )
    assert back.part.name == "1 号"
    assert Occupancy.objects.get(booking=back).part == back.part


def test_freed_seat_is_offered_and_it_is_that_seat(cast, house, study):
    bookings = [book(cast, study, *MONDAY, who) for who in ("resident", "neighbour", "outsider")]
    entry = wait(cast, study, *MONDAY, who="volunteer")
    services.cancel(actor=cast.actor("neighbour"), booking_id=bookings[1].pk, now=NOW)
    assert (state(entry), len(held(entry))) == ("offered", 1)
    assert Occupancy.objects.get(offer=entry).part == bookings[1].part


def spans(room, day="09-21"):
    diary = queries.diary_for(None, room.centre, [room], at(f"{day} 00:00").date(), 1, NOW)
    return [
        (f"{span.starts_at.astimezone(NOW.tzinfo):%H:%M}", str(span.state))
        for span in diary.day(room, at(f"{day} 00:00").date())
    ]


def test_room_is_free_while_one_place_is(cast, house, study):
    for who in ("resident", "neighbour"):
        book(cast, study, *MONDAY, who)
    assert spans(study) == [("00:00", "closed"), ("08:00", "free"), ("21:00", "closed")]
    book(cast, study, *MONDAY, "outsider")
    assert spans(study) == [
        ("00:00", "closed"), ("08:00", "free"), ("09:00", "booked"), ("10:00", "free"), ("21:00", "closed"),
    ]  # fmt: skip


def test_each_place_has_its_own_day(cast, house, study):
    book(cast, study, *MONDAY, part=seats(study)[2].pk)
    day = at("09-21 00:00").date()
    diary = queries.diary_for(None, study.centre, [study], day, 1, NOW)
    busy = {part.name: sum(span.minutes for span in found if span.state == "booked")
            for part, found in diary.each_place(study, day)}  # fmt: skip
    assert busy == {"1 号": 0, "2 号": 0, "10 号": 60}


def test_day_of_a_room_with_places_costs_one_question_more_however_many(
    cast, house, study, calendar_known, django_assert_num_queries
):
    many = furnish(house, "大自习室", [f"{n} 号位" for n in range(40)])
    rooms = [Room.objects.with_centre().get(pk=room.pk) for room in (study, many)]
    day = at("09-21 00:00").date()
    for room in rooms:
        with django_assert_num_queries(4):
            queries.diary_for(None, room.centre, [room], day, 1, NOW).day(room, day)
    assert Booking.objects.count() == 0
