"""The same push by many at one moment: one case. Real threads, real connections."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.conf import settings as live
from django.db import connection
from django.utils import timezone

from petitions.bridge import outbox, receiving
from petitions.bridge.incoming import read
from petitions.bridge.models import ExternalTicket, InboundProblem, OutboundUpdate
from petitions.cases.models import Case
from tests.petitions.bridge.conftest import a_ticket
from tests.servers import url_of_database

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def race(rivals: int, act) -> Counter[str]:
    """How it ended for each: what `act(n)` answered, or the name of an error."""
    barrier, ends = Barrier(rivals), []

    def run(number: int) -> None:
        try:
            barrier.wait(20)
            ends.append(str(act(number)))
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(rivals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(ends)


def push(bridge, **more):
    incoming = read(a_ticket(**more))
    return receiving.receive(system=bridge.system, incoming=incoming, via="push").outcome


def test_twenty_pushes_of_one_ticket_make_one_case(bridge):
    ends = race(20, lambda n: push(bridge))
    assert ends == {"new": 1, "same": 19}
    assert (Case.objects.count(), ExternalTicket.objects.count(), OutboundUpdate.objects.count()) == (1, 1, 1)


def test_of_different_bodies_one_is_taken_and_the_others_are_listed(bridge):
    ends = race(10, lambda n: push(bridge, description=f"说法之{n % 5}"))
    assert ends == {"new": 1, "same": 1, "conflict": 8}
    assert (Case.objects.count(), InboundProblem.objects.count()) == (1, 4)


def test_without_the_lock_it_goes_wrong(bridge, monkeypatch):
    """The negative control: both find that it is not there, and only the constraint stops the second."""
    met = Barrier(2)
    known = receiving._known

    def look(system, external_id):
        found = known(system, external_id)
        with suppress(BrokenBarrierError):
            met.wait(10)
        return found

    monkeypatch.setattr(receiving, "_alone", lambda system, external_id: None)
    monkeypatch.setattr(receiving, "_known", look)
    assert race(2, lambda n: push(bridge)) == {"new": 1, "IntegrityError": 1}


def test_ten_workers_send_one_attempt_once(bridge, remote):
    push(bridge)
    bridge.sweep()
    update = OutboundUpdate.objects.get(stage="sending")
    ends = race(10, lambda n: outbox.send(update_id=update.pk, attempt=1))
    assert ends == {"True": 1, "False": 9}
    assert len(remote.got) == 1


def test_four_sweeps_at_once_claim_it_once(bridge, remote):
    push(bridge)
    race(4, lambda n: bridge.sweep())
    update = OutboundUpdate.objects.get()
    assert (update.stage, update.attempt) == ("sending", 1)
    assert update.claimed_at < timezone.now()


def test_a_step_and_the_end_of_the_one_before_do_not_miss_each_other(bridge, remote):
    """The first answer ends while the second is written: whoever comes last lets the second leave."""
    for n in range(6):
        ticket = ExternalTicket.objects.get(
            pk=receiving.receive(system=bridge.system, incoming=read(a_ticket(id=f"GD-{n}")), via="push").ticket.pk
        )
        bridge.sweep()
        update = OutboundUpdate.objects.get(ticket=ticket)
        clerk = bridge.desk.actor("clerk")
        case = Case.objects.get(pk=ticket.case_id)

        def act(number, update=update, case=case, clerk=clerk):
            if number:
                return outbox.send(update_id=update.pk, attempt=1)
            return receiving.cases.act(actor=clerk, case_id=case.pk, event="accept").state

        race(2, act)
        assert bridge.work() == 1
        assert not OutboundUpdate.objects.filter(ticket=ticket).exclude(stage="sent").exists()


@pytest.mark.races
def test_a_worker_killed_while_they_have_it_tells_them_twice_under_one_key_at_most(bridge, remote, tmp_path):
    push(bridge)
    bridge.sweep()
    update = OutboundUpdate.objects.get(stage="sending")
    remote.answers = ["hang"]
    environment = os.environ | {
        "DATABASE_URL": url_of_database(live.DATABASES["default"]["NAME"]),
        "JIAMENKOU_DATA": str(tmp_path),
    }
    said = f"from petitions.bridge import outbox; outbox.send(update_id='{update.pk}', attempt=1)"
    worker = subprocess.Popen([sys.executable, "manage.py", "shell", "-v0", "-c", said], cwd=ROOT, env=environment)
    until = time.monotonic() + 60
    while not remote.got and time.monotonic() < until:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    update.refresh_from_db()
    assert (update.stage, len(remote.got)) == ("sending", 1)
    assert bridge.work(timedelta(minutes=2)) == 1
    assert len(remote.got) == 2
    assert len(set(remote.keys)) == 1
    assert bridge.work(timedelta(days=1)) == 0
