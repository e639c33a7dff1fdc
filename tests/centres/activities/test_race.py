"""The last seats, raced over real connections: one winner each, never nobody, nobody sees an error. No mocks.

Two rivals as well as many: a check, insert and check again would leave a seat to nobody.
"""

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable

import pytest

from centres.activities import enrolling, seating, services
from centres.activities.models import Activity
from centres.activities.models_enrolment import Enrolment
from portal.accounts.actors import Actor
from tests.centres.activities.people import a_session, an_activity, enrol, published
from tests.centres.rooms.people import NOW, House, furnish
from tests.centres.rooms.test_race import all_at_once, rivals

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NOW + dt.timedelta(hours=12)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))


@pytest.fixture
def house(cast) -> House:
    return furnish(cast.place.community)


@pytest.fixture
def course(cast, house) -> Activity:
    """Two seats."""
    made = an_activity(cast, house)
    a_session(cast, made, "09-21 09:00", "09-21 10:00")
    return published(cast, made)


def wants(actor: Actor, activity: Activity) -> Callable[[], object]:
    return lambda: enrolling.enrol(actor=actor, activity_id=activity.pk, now=NOW)


def states(activity: Activity) -> Counter[str]:
    return Counter(Enrolment.objects.filter(activity=activity).values_list("state", flat=True))


@pytest.mark.parametrize(
    ("number", "rounds"),
    [
        (2, 5),
        (50, 1),
        pytest.param(2, ROUNDS, marks=pytest.mark.races),
        pytest.param(50, ROUNDS, marks=pytest.mark.races),
    ],
)
def test_the_last_seat_has_one_winner_and_the_others_stand_in_line(cast, house, number, rounds):
    people = rivals(number)
    for _round in range(rounds):
        made = an_activity(cast, house, capacity=1)
        a_session(cast, made, "09-21 09:00", "09-21 10:00")
        published(cast, made)
        assert all_at_once(*(wants(one, made) for one in people)) == {"ok": number}
        assert states(made) == {"enrolled": 1, "waiting": number - 1}
        line = Enrolment.objects.filter(activity=made).values_list("line_no", flat=True)
        assert sorted(line) == list(range(1, number + 1))


def test_two_last_seats_have_two_winners(course):
    people = rivals(12)
    assert all_at_once(*(wants(one, course) for one in people)) == {"ok": 12}
    assert states(course) == {"enrolled": 2, "waiting": 10}


def test_one_person_in_two_tabs_has_one_seat(course):
    (one,) = rivals(1)
    assert all_at_once(wants(one, course), wants(one, course)) == {"ok": 1, "409 ENROLLED": 1}
    assert states(course) == {"enrolled": 1}


def offered(cast, course: Activity) -> tuple[Actor, Enrolment]:
    """Somebody whose answer is awaited; another one stands behind them."""
    first, second = rivals(2)
    seated = [enrol(cast, course, who) for who in ("neighbour", "volunteer")]
    waiting = [enrolling.enrol(actor=one, activity_id=course.pk, now=NOW) for one in (first, second)]
    enrolling.withdraw(actor=cast.actor("neighbour"), enrolment_id=seated[0].pk, now=NOW)
    return first, waiting[0]


def test_accept_against_lapse_has_one_winner(cast, course):
    """Just before its end by one clock, just after by the other: the seat is theirs or the next one's, never both's."""
    actor, mine = offered(cast, course)
    answers = all_at_once(
        lambda: enrolling.accept(actor=actor, enrolment_id=mine.pk, now=LATE - dt.timedelta(seconds=1)),
        lambda: enrolling.lapse(enrolment_id=mine.pk, now=LATE),
    )
    now = states(course)
    if answers == {"ok": 2}:
        assert now == {"enrolled": 2, "waiting": 1, "withdrawn": 1}
    else:
        assert answers == {"ok": 1, "409 OFFER_LAPSED": 1}
        assert now == {"enrolled": 1, "lapsed": 1, "offered": 1, "withdrawn": 1}
    assert now["enrolled"] + now["offered"] == 2


def test_accepted_in_two_tabs_counts_once(cast, course):
    actor, mine = offered(cast, course)

    def accept() -> object:
        return enrolling.accept(actor=actor, enrolment_id=mine.pk, now=NOW)

    assert all_at_once(accept, accept) == {"ok": 1, "409 ENROLLED": 1}
    assert states(course)["enrolled"] == 2


def test_a_cut_and_a_last_seat_cannot_both_happen(cast, course):
    """One seat is taken and there are two: either it becomes one, or a second person has it."""
    enrol(cast, course, "neighbour")
    (one,) = rivals(1)
    actor = cast.actor("secretary")
    answers = all_at_once(
        wants(one, course),
        lambda: services.edit_activity(actor=actor, activity_id=course.pk, capacity=1, now=NOW),
    )
    course.refresh_from_db()
    assert states(course)["enrolled"] == course.capacity
    assert answers in ({"ok": 2}, {"ok": 1, "409 BELOW_ENROLLED": 1})


def test_withdrawals_at_once_offer_each_seat_to_another(cast, course):
    seated = [enrol(cast, course, who) for who in ("neighbour", "volunteer")]
    for one in rivals(3):
        enrolling.enrol(actor=one, activity_id=course.pk, now=NOW)
    acts = [
        lambda who=who, one=one: enrolling.withdraw(actor=cast.actor(who), enrolment_id=one.pk, now=NOW)
        for who, one in zip(("neighbour", "volunteer"), seated, strict=True)
    ]
    assert all_at_once(*acts) == {"ok": 2}
    assert states(course) == {"withdrawn": 2, "offered": 2, "waiting": 1}


# ---------------------------------------------------------------- negative control: the lock, taken away
def test_without_the_lock_the_last_seat_is_had_by_several(cast, house, monkeypatch):
    """Nobody waits for anybody, and everybody looks before anybody writes: this is what the lock is there for."""
    made = an_activity(cast, house, capacity=1)
    a_session(cast, made, "09-21 09:00", "09-21 10:00")
    published(cast, made)
    people, seats_of = rivals(4), seating.seats_of

    def slowly(*given):
        found = seats_of(*given)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(seating, "hold", lambda pk: Activity.objects.with_centre().get(pk=pk))
    monkeypatch.setattr(seating, "seats_of", slowly)
    assert all_at_once(*(wants(one, made) for one in people)) == {"ok": 4}
    assert states(made)["enrolled"] > 1
