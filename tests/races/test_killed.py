"""Sweeps that die in the middle, beats that double, a broker that is killed: afterwards the totals are exact.

Nothing lost: every rung and every closing that was due is there. Nothing twice: each once, and each person told once.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from grids.postings.models import Posting
from petitions.cases import services
from petitions.cases.models import Case, CaseRecord, Supervision
from portal.flow import due
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.services.places import Places, open_places
from tests.petitions.cases.conftest import PASS, RESULT, WORK, Desk
from tests.portal.services.up import until
from tests.servers import PREFIX, claim, make_broker, run, url_of_database

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
LATE, UNRATED = 240, 12
# Four rungs each: the warning was missed (跳过), three levels are told.
TOLD = {"L1": "secretary", "L2": "street_supervisor", "L3": "district_admin"}


@pytest.fixture
def desk(cast) -> Desk:
    Posting.objects.update(starts_at=timezone.now() - timedelta(days=60))
    return Desk(cast)


def waiting(desk: Desk, late: int = LATE, unrated: int = UNRATED) -> list[Case]:
    """An outage of days: so many cases whose whole ladder is due, and so many that nobody rated for seven days."""
    filed = timezone.now() - timedelta(days=40)
    grid = desk.cast.place.grid
    cases = [desk.file(["resident", "neighbour"][n % 2], filed, sla="emergency", grid=grid) for n in range(late)]
    for _n in range(unrated):
        case = desk.file("resident", filed, sla="emergency", grid=grid)
        for event, who, data in [*WORK, RESULT, PASS]:
            case = desk.act(case, event, who, filed, **{k: v(desk.cast) if callable(v) else v for k, v in data.items()})
    Notice.objects.all().delete()
    return cases


def totals(desk: Desk) -> dict[str, object]:
    """Everything the sweep has to leave behind, counted."""
    rungs = Supervision.objects.values_list("rung", "skipped")
    told = Notice.objects.filter(channel="inapp", key__contains=":r1:").values_list("key", "recipient__username")
    return {
        "rungs": Counter(f"{rung}{' 跳过' if skipped else ''}" for rung, skipped in rungs),
        "told": Counter(f"{key.split(':')[3]} {who}" for key, who in told),
        "lapsed": Counter(CaseRecord.objects.filter(event="lapse").values_list("subject")).most_common(1)[0][1],
        "closed": CaseRecord.objects.filter(event="lapse").count(),
        "open": DueRow.objects.filter(done_at=None, due_at__lte=timezone.now()).count(),
        "tries": DueRow.objects.filter(attempts__gt=0).count(),
    }


def exact(late: int = LATE, unrated: int = UNRATED) -> dict[str, object]:
    return {
        "rungs": Counter({"warn 跳过": late} | dict.fromkeys(TOLD, late)),
        "told": Counter({f"{rung} {who}": late for rung, who in TOLD.items()}),
        "lapsed": 1,
        "closed": unrated,
        "open": 0,
        "tries": 0,
    }


# ---------------------------------------------------------------- kill -9, twenty times
@contextmanager
def nursery() -> Iterator[subprocess.Popen[str]]:
    database, env = connection.settings_dict["NAME"], os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/races/nursery.py"), database, timezone.now().isoformat()],
        env=env | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


def born(process: subprocess.Popen[str]) -> int:
    process.stdin.write("go\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def people_at_work(desk: Desk) -> Iterator[list[str]]:
    """Somebody files, accepts and withdraws all the while; what went wrong for them."""
    stop, wrong = Event(), []

    def work() -> None:
        try:
            while not stop.is_set():
                case = services.submit(actor=desk.actor("neighbour"), description="灯坏了", grid=desk.cast.place.grid)
                services.act(actor=desk.actor("clerk"), case_id=case.pk, event="accept")
                services.act(actor=desk.actor("neighbour"), case_id=case.pk, event="withdraw")
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    yield wrong
    stop.set()
    thread.join(60)


def done() -> int:
    return DueRow.objects.exclude(done_at=None).exclude(outcome="cancelled").count()


def test_killed_twenty_times_in_the_middle_nothing_is_lost_and_nothing_doubled(desk):
    waiting(desk)
    dice, in_the_middle = random.Random(20260926), 0
    with nursery() as process, people_at_work(desk) as wrong:
        for _kill in range(KILLS):
            victim, before = born(process), done()
            # Until it has done something, then a moment that nobody has chosen.
            for _look in range(500):
                if done() > before or not alive(victim):
                    break
                time.sleep(0.005)
            time.sleep(dice.uniform(0, 0.03))
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            in_the_middle += DueRow.objects.filter(done_at=None, due_at__lte=timezone.now()).exists()
            until(lambda victim=victim: not alive(victim), 20, "the killed one gone")
        last = [born(process), born(process)]  # two beats at once
        until(lambda: not any(alive(pid) for pid in last), 90, "what was left")
    assert wrong == []
    assert in_the_middle >= KILLS // 2, in_the_middle
    due.sweep()  # what fell due meanwhile
    assert totals(desk) == exact()


# ---------------------------------------------------------------- two beats, two workers, a killed broker
@contextmanager
def celery(*args: str, broker: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker or beat on this database, with the portal's own schedule at four beats a second."""
    env = os.environ | {
        "DATABASE_URL": url_of_database(connection.settings_dict["NAME"]),
        "REDIS_URL": broker,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "-m", "celery", "-A", "tests.races.celery_app", "--quiet", *args]
    with (folder / "celery.log").open("ab") as log:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


@contextmanager
def kept(*args: str, broker: str, folder: Path) -> Iterator[None]:
    """The same, started again whenever it ends, as the house and compose keep theirs: kombu lets a worker end that
    holds a task while its broker goes ('NoneType' object has no attribute 'hostname')."""
    over = Event()

    def keep() -> None:
        while not over.is_set():
            with celery(*args, broker=broker, folder=folder) as process:
                while process.poll() is None and not over.wait(0.1):
                    pass

    keeper = Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(60)


@pytest.fixture
def places(monkeypatch, tmp_path) -> Iterator[Places]:
    """A short folder that the servers' account can reach, for a broker of this test's own."""
    monkeypatch.setattr("portal.services.places.SHARED_STATE", tmp_path / "state")
    made = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    made.chmod(0o711)
    with claim(made):
        yield open_places(made, state=made)
    shutil.rmtree(made, ignore_errors=True)


def readyz() -> dict[str, object]:
    return json.loads(Client().get("/readyz").content)


def test_two_beats_two_workers_and_a_killed_broker_change_nothing_but_lateness(desk, tmp_path, places, browse):
    waiting(desk, late=120)
    broker = make_broker(places)
    log = tmp_path / "valkey.log"
    server = run([*broker.command(), "--databases", "4"], signal.SIGTERM, places, log)
    broker.wait_ready(alive=lambda: server.poll() is None)
    try:
        # Nobody has swept for days: that is said, wherever somebody looks.
        assert readyz()["late"] is True
        assert readyz()["oldest_due_seconds"] > due.LATE.total_seconds()
        assert "系统耽搁了" in browse("secretary").get("/board/").content.decode()
        beat = ["beat", "--pidfile=", "--loglevel", "ERROR", "--schedule"]
        worker = [
            "worker",
            "-P",
            "threads",
            "-c",
            "2",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "ERROR",
            "-n",
        ]
        with (
            kept(*beat, str(tmp_path / "one"), broker=broker.url, folder=tmp_path),
            kept(*beat, str(tmp_path / "two"), broker=broker.url, folder=tmp_path),
            celery(*worker, "one@house", broker=broker.url, folder=tmp_path) as first,
            kept(*worker, "two@house", broker=broker.url, folder=tmp_path),
        ):
            until(lambda: done() > 0, 60, "the first rows")
            first.kill()
            more = 0
            for _kill in range(5):
                server.kill()
                server.wait(20)
                # More falls due while there is nobody to wake a sweep.
                more += waiting_again(desk)
                server = run([*broker.command(), "--databases", "4"], signal.SIGTERM, places, log)
                until(lambda: readyz()["oldest_due_seconds"] == 0, 90, "everything done")
    finally:
        server.kill()
        server.wait(20)
    assert readyz()["late"] is False
    assert "系统耽搁了" not in browse("secretary").get("/board/").content.decode()
    assert totals(desk) == exact(late=120 + more)


def waiting_again(desk: Desk) -> int:
    filed = timezone.now() - timedelta(days=40)
    for _n in range(10):
        desk.file("resident", filed, sla="emergency", grid=desk.cast.place.grid)
    # What filing itself says (received, to accept) is no matter of the sweep.
    Notice.objects.exclude(key__contains=":r1:").delete()
    return 10
