"""Workers over real connections, started at a barrier; and one that is killed while the gateway has it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as live
from django.db import connection
from django.db.models import F
from django.utils import timezone

from portal.notifications import services
from portal.notifications.models import Notice, NoticeState
from portal.notifications.services import deliver, queue
from tests.servers import url_of_database

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, n: int = 2) -> list:
    """Run `work` in n threads with a connection each, released together; returns what they answered."""
    start, answers = threading.Barrier(n), []

    def one() -> None:
        connection.ensure_connection()
        start.wait()
        try:
            answers.append(work())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(n)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers


def test_two_workers_send_each_message_once(cast, texts):
    for number in range(120):
        queue(key=f"k{number}", to=cast.resident, subject="x", by=("sms",))
    counts = at_once(lambda: deliver(batch=5))
    assert sum(counts) == 120
    assert all(counts)
    assert set(Counter(key for _phone, _text, key in texts.sent).values()) == {1}


def test_without_the_lock_two_workers_would_send_twice(cast, texts, monkeypatch):
    """The negative control: the same race with the claim taken out of the database's hands."""
    together = threading.Barrier(2)

    def naive(batch: int) -> list[Notice]:
        rows = list(Notice.objects.filter(state=NoticeState.QUEUED)[:batch])
        together.wait(10)
        now = timezone.now()
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(state="sending", claimed_at=now)
        for row in rows:
            row.claimed_at = F("claimed_at")
        return rows

    monkeypatch.setattr(services, "_claim", naive)
    for number in range(5):
        queue(key=f"k{number}", to=cast.resident, subject="x", by=("sms",))
    at_once(lambda: deliver(limit=50))
    assert len(texts.sent) > 5


def test_one_key_queued_at_once_is_one_message(cast):
    at_once(lambda: queue(key="k", to=cast.resident, subject="x"), n=6)
    assert Notice.objects.count() == 1


@pytest.mark.races
@pytest.mark.parametrize(("gateway", "after"), [("SlowTexts", "sent"), ("SlowForgetfulTexts", "unknown")])
def test_worker_killed_while_the_gateway_has_it_tells_nobody_twice(cast, tmp_path, settings, gateway, after):
    queue(key="k", to=cast.resident, subject="x", by=("sms",))
    reached = tmp_path / "reached"
    database = live.DATABASES["default"]
    environment = os.environ | {
        "DATABASE_URL": url_of_database(database["NAME"]),
        "SMS_BACKEND": f"tests.gateways.{gateway}",
        "GATEWAY_REACHED": str(reached),
        "JIAMENKOU_DATA": str(tmp_path),
    }
    worker = subprocess.Popen([sys.executable, "manage.py", "sweep"], cwd=ROOT, env=environment)
    deadline = time.monotonic() + 60
    while not reached.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert reached.read_text() == "k:sms"
    assert Notice.objects.get().state == NoticeState.SENDING
    settings.SMS_BACKEND = f"tests.gateways.{gateway.removeprefix('Slow')}"
    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        deliver()
    assert Notice.objects.get().state == after
