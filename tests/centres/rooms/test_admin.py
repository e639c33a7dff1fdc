"""The office: a room saved without a piece of floor gets its own, for else it could never be booked."""

import pytest

from centres.rooms.admin import give_own_part
from centres.rooms.models import Part, Room
from tests.centres.rooms.people import book

pytestmark = pytest.mark.django_db


def test_room_without_a_part_gets_its_own_and_can_be_booked(cast, house):
    room = Room.objects.create(centre=house.centre, name="茶室", kind="home")
    give_own_part(room)
    give_own_part(room)
    assert [part.name for part in room.parts.all()] == ["茶室"]
    assert book(cast, room, "09-21 09:00", "09-21 10:00").occupancies.count() == 1


def test_room_with_parts_keeps_them(house):
    give_own_part(house.hall)
    assert house.hall.parts.count() == 2


def test_part_of_that_name_is_taken_as_it_is(house):
    Part.objects.create(centre=house.centre, name="茶室")
    room = Room.objects.create(centre=house.centre, name="茶室", kind="home")
    give_own_part(room)
    assert Part.objects.filter(name="茶室").count() == 1
