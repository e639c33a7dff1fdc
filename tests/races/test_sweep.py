"""Many sweeps at once: every due row is done by one of them, every person is told once."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from grids.postings.models import Posting
from petitions.cases import services
from petitions.cases.models import Case, Supervision
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.petitions.cases.conftest import at

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
FILED, LATE = at("2026-09-14 09:00"), at("2026-09-15 10:00")
ROWS = 500


@pytest.fixture
def late_cases(cast):
    """500 cases whose first rung (L1, the secretary) is due and nothing else."""
    # Whoever holds a posting at that moment is told; those of the cast begin today.
    Posting.objects.update(starts_at=FILED - timedelta(days=1))
    for number in range(ROWS):
        services.submit(
            actor=cast.actor("resident") if number == 0 else cast.actor("neighbour"),
            description=f"第 {number} 件",
            sla="consultation",
            grid=cast.place.grid,
            now=FILED,
        )
    DueRow.objects.exclude(key__endswith=":L1").delete()
    Notice.objects.all().delete()
    assert DueRow.objects.filter(done_at=None, due_at__lte=LATE).count() == ROWS


def race(*flags: str, processes: int = 2) -> list[dict[str, int]]:
    """Start the sweepers, let them go at one moment, and return what each did."""
    database = connection.settings_dict["NAME"]
    command = [sys.executable, str(ROOT / "tests/races/sweeper.py"), database, LATE.isoformat(), *flags]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONPATH": str(ROOT)}
    sweepers = [
        subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _process in range(processes)
    ]
    for sweeper in sweepers:
        assert sweeper.stdout.readline() == "ready\n"
    for sweeper in sweepers:
        sweeper.stdin.write("go\n")
        sweeper.stdin.flush()
    said = [json.loads(sweeper.communicate(timeout=120)[0]) for sweeper in sweepers]
    assert [sweeper.returncode for sweeper in sweepers] == [0] * processes
    return said


def told() -> Counter[object]:
    """How often each case's secretary was told."""
    return Counter(Notice.objects.filter(key__contains=":L1").values_list("about_id", flat=True))


def test_two_sweeps_share_the_work_and_each_notice_goes_out_once(late_cases):
    said = race()
    assert all(one["done"] > 0 for one in said), said
    assert sum(one["done"] for one in said) == ROWS
    assert sum(one["failed"] for one in said) == 0
    assert told() == dict.fromkeys(Case.objects.values_list("pk", flat=True), 1)
    assert Supervision.objects.count() == ROWS
    assert not DueRow.objects.filter(done_at=None, due_at__lte=LATE).exists()


def test_another_sweep_changes_nothing(late_cases):
    race()
    before = list(Notice.objects.order_by("key").values_list("key", flat=True))
    assert [one["done"] for one in race()] == [0, 0]
    assert list(Notice.objects.order_by("key").values_list("key", flat=True)) == before


def test_without_the_claim_and_the_keys_it_goes_wrong(late_cases):
    """The negative control: were this green with the locks out, the two tests above would prove nothing."""
    race("--without-locks")
    assert max(told().values()) > 1
