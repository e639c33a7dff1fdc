"""Fifty people ask for one slot at once, over HTTP, of the real server on the real database: one of them has it."""

import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.authtoken.models import Token

from centres.rooms.hours import on_day
from centres.rooms.models import OpeningHour, Room
from centres.rooms.models_booking import Booking, Occupancy
from portal.accounts.models import User
from portal.workdays.enums import DayKind
from tests.centres.rooms.people import DAY, furnish
from tests.portal.services.up import free_port, until
from tests.servers import url_of_database

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
EXCLUSION = next(one for one in Occupancy._meta.constraints if one.name == "occupancy_excludes")
MANY, ROUNDS, PAIRS = 50, 20, 40


@contextmanager
def serving(*flags: str) -> Iterator[int]:
    """A server of this database on a free port, which is gone afterwards."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/races/booking_server.py"), str(port), *flags],
        env=os.environ
        | {
            "DATABASE_URL": url_of_database(connection.settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(ROOT),
        },
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(port) or server.poll() is not None, 60, "the server")
        assert server.poll() is None
        yield port
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, token: str = "", body: object = None) -> tuple[int, str]:
    """Status and code of one request on a connection of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
    try:
        wire.request(method, path, json.dumps(body) if body else None, headers)
        answer = wire.getresponse()
        text = answer.read()
        said = json.loads(text) if answer.headers.get_content_type().endswith("json") else {}
        return answer.status, said.get("code", "") if isinstance(said, dict) else ""
    finally:
        wire.close()


@pytest.fixture
def room(cast) -> Room:
    """Open every day, with a quota nobody uses up."""
    house = furnish(cast.place.community)
    OpeningHour.objects.create(centre=house.centre, day_kind=DayKind.HOLIDAY, opens=DAY[0], closes=DAY[1])
    OpeningHour.objects.filter(day_kind=DayKind.REST).update(opens=DAY[0], closes=DAY[1])
    house.centre.monthly_quota = 1000
    house.centre.save()
    return house.studio


@pytest.fixture
def tokens() -> list[str]:
    people = [User(username=f"rival-{n}", name=f"邻居{n}") for n in range(MANY)]
    User.objects.bulk_create(people)
    return [Token.objects.create(user=person).key for person in people]


def slots(room: Room, number: int) -> Iterator[dict[str, str]]:
    """As many hours of the room, from tomorrow on, as bodies of the request."""
    tomorrow = timezone.localtime().date() + timedelta(days=1)
    for n in range(number):
        start = on_day(tomorrow + timedelta(days=n // 12), DAY[0]) + timedelta(hours=n % 12)
        end = start + timedelta(hours=1)
        yield {
            "room": str(room.pk),
            "starts_at": start.isoformat(),
            "ends_at": end.isoformat(),
            "purpose": "练字",
        }


def all_at_once(port: int, people: list[str], body: dict[str, str]) -> Counter[tuple[int, str]]:
    """Everybody sends it at one moment; how often each answer came."""
    barrier, said = Barrier(len(people)), []

    def one(token: str) -> None:
        barrier.wait(timeout=60)
        try:
            said.append(ask(port, "POST", "/api/v1/bookings/", token, body))
        except OSError as error:
            said.append((0, repr(error)))

    threads = [Thread(target=one, args=(token,)) for token in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return Counter(said)


def rows(body: dict[str, str]) -> int:
    return Booking.objects.filter(starts_at=body["starts_at"]).count()


def test_fifty_ask_for_one_slot_twenty_times(room, tokens):
    with serving() as port:
        for body in slots(room, ROUNDS):
            said = all_at_once(port, tokens, body)
            assert said == {(201, ""): 1, (409, "CONFLICT"): MANY - 1}
            assert rows(body) == 1
    assert Booking.objects.count() == Occupancy.objects.count() == ROUNDS


def test_two_rivals_forty_times_never_nobody(room, tokens):
    with serving() as port:
        for n, body in enumerate(slots(room, PAIRS)):
            pair = [tokens[n % MANY], tokens[(n + 1) % MANY]]
            assert all_at_once(port, pair, body) == {(201, ""): 1, (409, "CONFLICT"): 1}
            assert rows(body) == 1


def test_without_the_locks_the_constraint_still_lets_one_through(room, tokens):
    """What stands behind the locks: still one, still a clean 409, never a 500."""
    with serving("--without-locks") as port:
        for body in slots(room, 3):
            assert all_at_once(port, tokens, body) == {(201, ""): 1, (409, "CONFLICT"): MANY - 1}


def test_without_locks_and_constraint_it_goes_wrong(room, tokens):
    """The negative control: were this green with both taken out, the tests above would prove nothing."""
    with connection.schema_editor() as editor:
        editor.remove_constraint(Occupancy, EXCLUSION)
    try:
        with serving("--without-locks") as port:
            said = [all_at_once(port, tokens, body)[201, ""] for body in slots(room, 3)]
        assert max(said) > 1
    finally:
        Occupancy.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Occupancy, EXCLUSION)
