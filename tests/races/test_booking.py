"""Whoever wants what only one can have, over HTTP, of the real server on the real database: one of them has it.

Rounds of two rivals and of fifty for each thing they may meet over (RACE_ROUNDS=100 for a hundred of each): never two,
never nobody, never an answer that is not 201, 200 or a clean 409. Each race has its negative control: with what keeps
them apart taken out, it must go wrong.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice

import pytest
from django.db import connection, connections
from django.utils import timezone
from rest_framework.authtoken.models import Token

from centres.rooms import services, steps, waitlist
from centres.rooms.hours import on_day
from centres.rooms.models import OpeningHour, Part, Room, RoomPart
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.models_waitlist import WaitlistEntry
from grids.postings.models import Posting
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.workdays.enums import DayKind
from tests.centres.rooms.people import DAY, House, furnish
from tests.races.rivals import Sent, all_at_once, serving

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
EXCLUSION = next(one for one in Occupancy._meta.constraints if one.name == "occupancy_excludes")
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
FEW_AND_MANY = pytest.mark.parametrize("rivals", [2, 50])
MADE, CONFLICT = (201, ""), (409, "CONFLICT")


@pytest.fixture
def house(cast) -> House:
    """Open every day, with a quota nobody uses up."""
    house = furnish(cast.place.community)
    OpeningHour.objects.create(centre=house.centre, day_kind=DayKind.HOLIDAY, opens=DAY[0], closes=DAY[1])
    OpeningHour.objects.filter(day_kind=DayKind.REST).update(opens=DAY[0], closes=DAY[1])
    house.centre.monthly_quota = 1000
    house.centre.save()
    return house


@pytest.fixture
def people() -> list[User]:
    return User.objects.bulk_create([User(username=f"rival-{n}", name=f"邻居{n}") for n in range(50)])


@pytest.fixture
def tokens(people) -> list[str]:
    return [Token.objects.create(user=person).key for person in people]


def hours(number: int, days: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """As many hours, from tomorrow on, or from as many days on."""
    first = timezone.localtime().date() + timedelta(days=days)
    for n in range(number):
        start = on_day(first + timedelta(days=n // 12), DAY[0]) + timedelta(hours=n % 12)
        yield start, start + timedelta(hours=1)


def hours_to_offer(number: int) -> Iterator[tuple[datetime, datetime]]:
    """As many hours, none so near that the first's twelve hours of grace end where nobody may book any more.

    In the evening that is true of tomorrow's morning: what lapses then goes to nobody, and rightly so.
    """
    return hours(number, days=2)


def wants(room: Room, slot: tuple[datetime, datetime], token: str) -> Sent:
    body = {"room": str(room.pk), "starts_at": slot[0].isoformat(), "ends_at": slot[1].isoformat(), "purpose": "练字"}
    return Sent("/api/v1/bookings/", token, body)


def wants_three(room: Room, slot: tuple[datetime, datetime], token: str) -> Sent:
    """The hour, and the same of two other days that nobody asks for."""
    start, end = (timezone.localtime(moment) for moment in slot)
    body = {"room": str(room.pk), "start_time": f"{start:%H:%M}", "end_time": f"{end:%H:%M}", "purpose": "书法班"}
    body |= {"dates": [str(start.date() + timedelta(days=n)) for n in (0, 10, 20)], "mode": "all"}
    return Sent("/api/v1/bookings/series/", token, body)


def overlapping() -> int:
    """Pairs of occupancies that stand on one part at one time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM centres_occupancy a JOIN centres_occupancy b "
            "ON a.part_id = b.part_id AND a.id < b.id AND a.period && b.period"
        )
        found: int = cursor.fetchone()[0]
        return found


@pytest.fixture
def no_constraint():
    with connection.schema_editor() as editor:
        editor.remove_constraint(Occupancy, EXCLUSION)
    yield
    Occupancy.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Occupancy, EXCLUSION)


# ---------------------------------------------------------------- what they meet over
Race = Callable[[House, list[User], list[str], int, tuple[datetime, datetime]], list[Sent]]


def one_hour(house: House, people: list[User], tokens: list[str], rivals: int, slot) -> list[Sent]:
    return [wants(house.studio, slot, token) for token in tokens[:rivals]]


def series_against_single(house: House, people: list[User], tokens: list[str], rivals: int, slot) -> list[Sent]:
    each = (wants_three, wants)
    return [each[n % 2](house.studio, slot, token) for n, token in enumerate(tokens[:rivals])]


def hall_against_half(house: House, people: list[User], tokens: list[str], rivals: int, slot) -> list[Sent]:
    rooms = islice(cycle((house.hall, house.east)), rivals)
    return [wants(room, slot, token) for room, token in zip(rooms, tokens, strict=False)]


def two_approvers(house: House, people: list[User], tokens: list[str], rivals: int, slot) -> list[Sent]:
    """Half would nod, half would not."""
    outsider = User.objects.get(username="outsider")
    booking = services.book(
        actor=Actor.of(outsider), room=house.stage.pk, starts_at=slot[0], ends_at=slot[1], purpose="排练"
    )
    words = islice(cycle(("approve", "decline")), rivals)
    return [
        Sent(f"/api/v1/bookings/{booking.pk}/{word}/", token, {"reason": "那天布展"} if word == "decline" else {})
        for word, token in zip(words, tokens, strict=False)
    ]


def last_of_the_month(house: House, people: list[User], tokens: list[str], rivals: int, slot) -> list[Sent]:
    """One person, one time left, as many wishes in as many rooms and hours."""
    rooms = (house.studio, house.east, house.west)
    starts = [slot[0] + timedelta(minutes=15 * (n // 3 % 4)) for n in range(rivals)]
    month = timezone.localtime(slot[0]).date().replace(day=1)
    house.centre.monthly_quota = Booking.objects.filter(user=people[0], counts=True, quota_month=month).count() + 1
    house.centre.save(update_fields=["monthly_quota"])
    return [wants(rooms[n % 3], (start, start + timedelta(minutes=30)), tokens[0]) for n, start in enumerate(starts)]


RACES: dict[str, tuple[Race, set[tuple[int, str]]]] = {
    "one hour": (one_hour, {CONFLICT}),
    "series against single": (series_against_single, {CONFLICT, (409, "SERIES")}),
    "hall against half": (hall_against_half, {CONFLICT}),
    "two approvers": (two_approvers, {(409, "ILLEGAL_TRANSITION")}),
    # In the second half of a month a slot may belong to the next; both are counted, one after the other.
    "last of the month": (last_of_the_month, {(409, "QUOTA"), CONFLICT}),
}


@pytest.fixture
def everybody_is_a_clerk(cast, people):
    Posting.objects.bulk_create(
        Posting(user=person, role=Role.DESK_CLERK, grid=cast.place.community) for person in people
    )


@FEW_AND_MANY
@pytest.mark.parametrize("over", RACES)
def test_one_has_it_and_everybody_else_is_told_so(request, house, people, tokens, over, rivals):
    if over == "two approvers":
        request.getfixturevalue("everybody_is_a_clerk")
    race, losers = RACES[over]
    with serving() as port:
        for slot in hours(ROUNDS):
            said = all_at_once(port, race(house, people, tokens, rivals, slot))
            won = sum(count for (status, _code), count in said.items() if status < 300)
            assert won == 1, said
            assert {answer for answer in said if answer[0] >= 300} <= losers, said
            Occupancy.objects.filter(booking__starts_at__gte=slot[1]).delete()  # the other days of a series
    assert overlapping() == 0


@pytest.mark.parametrize("over", RACES)
def test_without_what_keeps_them_apart_it_goes_wrong(request, house, people, tokens, no_constraint, over):
    """The negative control: were this green with it all taken out, the races above would prove nothing."""
    if over == "two approvers":
        request.getfixturevalue("everybody_is_a_clerk")
    race, _losers = RACES[over]
    with serving("--without-locks") as port:
        for slot in hours(20):
            said = all_at_once(port, race(house, people, tokens, 8, slot))
            won = sum(count for (status, _code), count in said.items() if status < 300)
            if won != 1 or any(status >= 500 for status, _code in said):
                return
    pytest.fail("nothing went wrong")


def test_without_the_locks_the_constraint_still_lets_one_through(house, people, tokens):
    """What stands behind the locks: still one, still a clean 409, never a 500."""
    with serving("--without-locks") as port:
        for slot in hours(3):
            assert all_at_once(port, one_hour(house, people, tokens, 50, slot)) == {MADE: 1, CONFLICT: 49}


# ---------------------------------------------------------------- seats
@pytest.fixture
def study(house) -> Room:
    room = Room.objects.create(
        centre=house.centre, name="静心自习室", kind="study", by_place=True, uses_quota=False, order=20
    )
    for n in range(2):
        RoomPart.objects.create(room=room, part=Part.objects.create(centre=house.centre, name=f"{n + 1} 号", order=n))
    return room


@pytest.mark.parametrize(("rivals", "left"), [(2, 1), (3, 2), (50, 2)])
def test_last_seats_are_had_once_each(house, study, people, tokens, rivals, left):
    with serving() as port:
        for slot in hours(ROUNDS):
            for _n in range(2 - left):
                outsider = Actor.of(User.objects.get(username="outsider"))
                services.book(actor=outsider, room=study.pk, starts_at=slot[0], ends_at=slot[1], purpose="读书")
            said = all_at_once(port, [wants(study, slot, token) for token in tokens[:rivals]])
            assert said == Counter({MADE: left, CONFLICT: rivals - left})
    assert overlapping() == 0


def test_without_what_keeps_them_apart_a_seat_is_had_twice(house, study, people, tokens, no_constraint):
    with serving("--without-locks") as port:
        slot = next(hours(1))
        assert all_at_once(port, [wants(study, slot, token) for token in tokens[:8]])[MADE] > 2


# ---------------------------------------------------------------- the offer
def offered(house: House, people: list[User], slot: tuple[datetime, datetime]) -> WaitlistEntry:
    """Taken, waited for by two, given back: the first has it offered."""
    first, second = Actor.of(people[0]), Actor.of(people[1])
    given = {"room": house.studio.pk, "starts_at": slot[0], "ends_at": slot[1]}
    outsider = Actor.of(User.objects.get(username="outsider"))
    booking = services.book(actor=outsider, purpose="练字", **given)
    entry = waitlist.join(actor=first, **given)
    waitlist.join(actor=second, **given)
    services.cancel(actor=outsider, booking_id=booking.pk)
    return entry


@FEW_AND_MANY
def test_accept_against_lapse_and_outsiders_one_of_them_has_it(house, people, tokens, rivals):
    """The first in line says yes, several times over, as their time runs out, and others try to book it."""
    outcomes: Counter[str] = Counter()
    with serving() as port:
        for n, slot in enumerate(hours_to_offer(ROUNDS)):
            entry = offered(house, people, slot)
            accept = Sent(f"/api/v1/waitlist/{entry.pk}/accept/", tokens[0])
            sent = [accept] * max(1, rivals // 2) + [wants(house.studio, slot, one) for one in tokens[2 : rivals // 2]]

            def lapse(entry: WaitlistEntry = entry, late: float = n % 10 * 0.05) -> None:
                time.sleep(late)  # in this process it would always be the quicker one
                steps.lapse(entry_id=entry.pk, now=WaitlistEntry.objects.get(pk=entry.pk).offer_until)
                connections.close_all()

            said = all_at_once(port, sent, lapse)
            state = WaitlistEntry.objects.get(pk=entry.pk).state
            won = said[200, ""]
            assert (state, won) in {("accepted", 1), ("lapsed", 0)}, said
            assert all(status in (200, 409) for status, _code in said), said
            # Never nobody: booked by the first, or offered to the second.
            assert Occupancy.objects.filter(period__startswith=slot[0]).count() == 1
            if state == "lapsed":
                assert WaitlistEntry.objects.get(user=people[1], starts_at=slot[0]).state == "offered"
            outcomes[state] += 1
            WaitlistEntry.objects.filter(user=people[1], starts_at=slot[0]).update(state="withdrawn")
    assert overlapping() == 0
    assert set(outcomes) == {"accepted", "lapsed"}, outcomes


def test_without_what_keeps_them_apart_an_offer_is_taken_twice(house, people, tokens, no_constraint):
    with serving("--without-locks") as port:
        for slot in hours_to_offer(20):
            entry = offered(house, people, slot)
            said = all_at_once(port, [Sent(f"/api/v1/waitlist/{entry.pk}/accept/", tokens[0])] * 8)
            if said[200, ""] != 1 or any(status >= 500 for status, _code in said):
                return
    pytest.fail("nothing went wrong")
