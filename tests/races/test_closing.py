"""A house that shuts while its own classes are planned and called off: neither locks the other out.

What PostgreSQL counts as a deadlock is counted here, whether or not a second try hid it.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from centres.activities import services as activities
from centres.activities.enums import Kind
from centres.activities.models import Session
from centres.rooms import closures
from centres.rooms.closures import Closure
from centres.rooms.hours import on_day
from centres.rooms.models import DayException
from portal.errors import Refusal
from tests.centres.rooms.people import DAY, House, furnish

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ROUNDS = 12


@pytest.fixture
def house(cast) -> House:
    return furnish(cast.place.community)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found: int = cursor.fetchone()[0]
        return found


def both(*acts: Callable[[], object]) -> list[str]:
    ready, said = Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            act()
            said.append("ok")
        except Refusal as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def rounds(cast, house: House) -> Iterator[list[str]]:
    """A session stands in a room; it is called off, and the house shuts, at one moment."""
    actor = cast.actor("secretary")
    activity = activities.create_activity(
        actor=actor, centre=house.centre.pk, title="书法课", kind=Kind.COURSE, about="练字", capacity=10
    )
    monday = timezone.localdate() + timedelta(days=(7 - timezone.localdate().weekday()) % 7 + 7)
    for n in range(ROUNDS):
        start = on_day(monday, DAY[0]) + timedelta(hours=n)
        session = activities.add_session(
            actor=actor,
            activity_id=activity.pk,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            room=house.hall.pk,
        )
        closure = Closure(house.centre, monday, monday, "停电检修")
        expected = closures.preview(actor=actor, closure=closure).ids
        yield both(
            lambda closure=closure, expected=expected: closures.close(actor=actor, closure=closure, expected=expected),
            lambda session=session: activities.cancel_session(actor=actor, session_id=session.pk, reason="老师病了"),
        )
        assert Session.objects.get(pk=session.pk).is_cancelled
        DayException.objects.all().delete()


def test_neither_locks_the_other_out(cast, house):
    before = deadlocks()
    for said in rounds(cast, house):
        assert set(said) <= {"ok", "STALE", "ILLEGAL_TRANSITION"}
    time.sleep(1.1)  # statistics are sent once a second
    assert deadlocks() == before


def test_without_the_order_they_do(cast, house, monkeypatch):
    """The negative control: rows of one's own first, then the rooms."""
    hold = activities.seating.hold

    def slowly(activity_id):
        found = hold(activity_id)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(activities, "hold_rooms", lambda rooms: None)
    monkeypatch.setattr(activities.seating, "hold", slowly)
    before = deadlocks()
    for _said in rounds(cast, house):
        time.sleep(1.1)
        if deadlocks() > before:
            return
    pytest.fail("nothing went wrong")
