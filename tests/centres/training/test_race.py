"""The last beds, wanted by several at the same moment: they are promised once. Real connections, no mocks."""

import time
from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.db.models import Sum

from centres.rooms.models_booking import Booking, Occupancy
from centres.training import capacity, services
from centres.training.models import TrainingBase
from centres.training.models_order import OrderLine, TrainingOrder
from portal.errors import Refusal
from tests.centres.rooms.people import NOW
from tests.centres.training.people import Training, class_, confirm, found, lunch, night, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def training(cast) -> Training:
    return found(cast.place.community)


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


def confirms(cast, order: TrainingOrder) -> Callable[[], object]:
    actor = cast.actor("clerk")
    return lambda: services.confirm(actor=actor, order_id=order.pk, now=NOW)


def promised(kind: str) -> int:
    return OrderLine.objects.held().filter(kind=kind).aggregate(many=Sum("quantity"))["many"] or 0


@pytest.mark.parametrize("rivals", [2, 50])
def test_last_beds_are_promised_once(cast, training, rivals):
    """50 of the 60 are gone; everybody wants ten."""
    confirm(cast, submit(cast, training, [night(quantity=50)], people=50))
    orders = [submit(cast, training, [night(quantity=10)]) for _n in range(rivals)]
    answers = all_at_once(*(confirms(cast, order) for order in orders))
    assert answers == {"ok": 1, "409 UNAVAILABLE": rivals - 1}
    assert promised("lodging") == 60


def test_last_seats_are_promised_as_far_as_they_go(cast, training):
    """30 seats: of five groups of twelve two sit down."""
    TrainingBase.objects.update(seats_per_meal=30)
    orders = [submit(cast, training, [lunch()]) for _n in range(5)]
    assert all_at_once(*(confirms(cast, order) for order in orders)) == {"ok": 2, "409 UNAVAILABLE": 3}
    assert promised("meal") == 24


def test_two_clerks_who_confirm_one_order_promise_it_once(cast, training):
    order = submit(cast, training, [class_(training), night()])
    assert all_at_once(confirms(cast, order), confirms(cast, order)) == {"ok": 1, "409 ILLEGAL_TRANSITION": 1}
    assert Booking.objects.count() == Occupancy.objects.count() == 1


def test_confirming_against_cancelling_leaves_nothing_half_taken(cast, training):
    for _round in range(3):
        order = submit(cast, training, [class_(training), night()])
        contact = cast.actor("org_contact")
        answers = all_at_once(
            confirms(cast, order),
            lambda contact=contact, order=order: services.cancel(actor=contact, order_id=order.pk, now=NOW),
        )
        assert set(answers) <= {"ok", "409 ILLEGAL_TRANSITION"}
        order.refresh_from_db()
        assert (order.state, Occupancy.objects.count(), promised("lodging")) == ("cancelled", 0, 0)


def test_one_room_wanted_by_two_orders_is_had_by_one(cast, training):
    orders = [submit(cast, training, [class_(training), night(quantity=5 + n)]) for n in range(2)]
    answers = all_at_once(*(confirms(cast, order) for order in orders))
    assert answers == {"ok": 1, "409 UNAVAILABLE": 1}
    winner = TrainingOrder.objects.get(state="confirmed")
    assert promised("lodging") == winner.lines.get(kind="lodging").quantity
    assert OrderLine.objects.exclude(booking=None).get().order_id == winner.pk


# ---------------------------------------------------------------- negative control: what holds it, taken away
def test_without_the_lock_the_last_beds_are_promised_twice(cast, training, monkeypatch):
    """Nobody waits for anybody, and everybody adds up before anybody writes."""
    shortages = capacity.shortages

    def slowly(*given):
        found_short = shortages(*given)
        time.sleep(0.5)
        return found_short

    monkeypatch.setattr(capacity, "hold", lambda base_id: TrainingBase.objects.get(pk=base_id))
    monkeypatch.setattr(capacity, "shortages", slowly)
    confirm(cast, submit(cast, training, [night(quantity=50)], people=50))
    orders = [submit(cast, training, [night(quantity=10)]) for _n in range(2)]
    assert all_at_once(*(confirms(cast, order) for order in orders)) == {"ok": 2}
    assert promised("lodging") == 70
