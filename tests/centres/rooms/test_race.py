"""Who wants the same room at the same moment: one has it, everybody else is told so. Real connections, no mocks.

The long rounds over HTTP are in tests/races/test_booking.py.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import psycopg2.errors
import pytest
from django.db import OperationalError, connection, connections

from centres.rooms import closures, limits, locks, services
from centres.rooms.models import DayException, Room
from centres.rooms.models_booking import Booking, Occupancy
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.errors import Refusal
from tests.centres.rooms.people import NOW, House, at, book, furnish

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = dt.date(2026, 9, 21)
EXCLUSION = next(one for one in Occupancy._meta.constraints if one.name == "occupancy_excludes")


def rivals(number: int) -> list[Actor]:
    users = [User(username=f"rival-{n}", name=f"邻居{n}") for n in range(number)]
    User.objects.bulk_create(users)
    return [Actor.of(user) for user in users]


def all_at_once(*acts: Callable[[], object]) -> Counter[str]:
    """Everybody waits at the barrier on a connection of their own; how each of them fared."""
    barrier, answers = Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            act()
            answers.append("ok")
        except Refusal as refused:
            answers.append(f"{refused.status} {refused.code}")
        except Exception as error:
            answers.append(repr(error))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return Counter(answers)


def wants(actor: Actor, room: Room, start: str = "09-21 09:00", end: str = "09-21 10:00") -> Callable[[], object]:
    return lambda: services.book(
        actor=actor, room=room.pk, starts_at=at(start), ends_at=at(end), purpose="练字", now=NOW
    )


def overlapping() -> int:
    """Pairs of occupancies that stand on one part at one time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM centres_occupancy a JOIN centres_occupancy b "
            "ON a.part_id = b.part_id AND a.id < b.id AND a.period && b.period"
        )
        return cursor.fetchone()[0]


@pytest.fixture
def house(cast) -> House:
    return furnish(cast.place.community)


@pytest.mark.parametrize(("number", "hours"), [(8, (9, 10, 11)), (2, (9, 10, 11, 13, 14))])
def test_exactly_one_has_it(house, number, hours):
    """Two rivals as well as many: a check, insert and check again would leave it to nobody."""
    house.centre.monthly_quota = 30
    house.centre.save()
    people = rivals(number)
    for hour in hours:
        slot = f"09-21 {hour:02}:00", f"09-21 {hour + 1}:00"
        answers = all_at_once(*(wants(one, house.studio, *slot) for one in people))
        assert answers == {"ok": 1, "409 CONFLICT": number - 1}
    assert Booking.objects.count() == Occupancy.objects.count() == len(hours)


def test_hall_and_halves_and_rooms_taken_crosswise_never_lock_each_other_out(house):
    """Whole against halves, and two people who each want both rooms the other way round."""
    first, second, third = rivals(3)
    answers = all_at_once(wants(first, house.hall), wants(second, house.east), wants(third, house.west))
    assert set(answers) == {"ok", "409 CONFLICT"}
    assert overlapping() == 0
    assert Occupancy.objects.count() == 2


def test_two_who_move_into_each_others_time_do_not_deadlock(cast, house):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", "resident")
    book(cast, house.studio, "09-21 11:00", "09-21 12:00", "neighbour")
    mine, theirs = Booking.objects.order_by("starts_at")

    def move(who: str, booking: Booking, start: str, end: str) -> Callable[[], object]:
        actor = cast.actor(who)
        return lambda: services.move(actor=actor, booking_id=booking.pk, starts_at=at(start), ends_at=at(end), now=NOW)

    answers = all_at_once(
        move("resident", mine, "09-21 11:30", "09-21 12:30"), move("neighbour", theirs, "09-21 09:30", "09-21 10:30")
    )
    assert set(answers) <= {"ok", "409 CONFLICT"}
    assert overlapping() == 0
    assert Occupancy.objects.count() == 2


def test_last_of_the_month_is_had_once(house):
    (one,) = rivals(1)
    house.centre.monthly_quota = 1
    house.centre.save()
    rooms = (house.studio, house.stage, house.hall)
    assert all_at_once(*(wants(one, room) for room in rooms)) == {"ok": 1, "409 QUOTA": 2}


def test_taking_a_closure_back_is_tried_again_where_two_lock_each_other_out(cast, house, monkeypatch):
    """A deadlock is no error page (domain.md): the loser begins once more."""
    shut = {"first_day": MONDAY, "last_day": MONDAY, "reason": "停电检修"}
    row = DayException.objects.create(centre=house.centre, **shut)
    asked, hold = [], locks.hold_around

    def loses_once(rooms):
        asked.append(rooms)
        if len(asked) == 1:
            raise OperationalError from psycopg2.errors.lookup("40P01")()
        return hold(rooms)

    monkeypatch.setattr(locks, "hold_around", loses_once)
    monkeypatch.setattr("portal.db.sqlstate", lambda error: "40P01")
    closures.reopen(actor=cast.actor("clerk"), exception_id=row.pk, now=NOW)
    assert len(asked) == 2
    assert not DayException.objects.exists()


# ---------------------------------------------------------------- negative controls: what holds it, taken away
@pytest.fixture
def without_locks(monkeypatch):
    """Nobody waits for anybody, and everybody looks before anybody writes."""
    judge = limits.judge

    def slowly(ask, **given):
        verdict = judge(ask, **given)
        time.sleep(0.3)
        return verdict

    monkeypatch.setattr(limits, "judge", slowly)
    monkeypatch.setattr(locks, "hold", lambda person, room: list(room.room_parts.values_list("part_id", flat=True)))


def test_without_the_locks_the_constraint_still_says_conflict(house, without_locks):
    answers = all_at_once(*(wants(one, house.studio) for one in rivals(4)))
    assert answers == {"ok": 1, "409 CONFLICT": 3}
    assert Booking.objects.count() == 1


def test_without_the_locks_a_quota_is_had_twice(house, without_locks):
    """Nothing stands behind the lock of the person: the test of the last of the month measures just that."""
    (one,) = rivals(1)
    house.centre.monthly_quota = 1
    house.centre.save()
    assert all_at_once(*(wants(one, room) for room in (house.studio, house.stage)))["ok"] == 2


def test_without_locks_and_constraint_several_have_it(house, without_locks):
    with connection.schema_editor() as editor:
        editor.remove_constraint(Occupancy, EXCLUSION)
    try:
        answers = all_at_once(*(wants(one, house.studio) for one in rivals(4)))
        assert answers["ok"] > 1
        assert overlapping() > 0
    finally:
        Occupancy.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Occupancy, EXCLUSION)
