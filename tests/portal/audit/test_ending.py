"""Guardrail 18: lines of the trail end after three years, in whole batches, by the owner's role alone."""

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from psycopg2.extensions import parse_dsn

from portal.accounts.actors import SYSTEM
from portal.audit import ending, sealing
from portal.audit.models import AuditEntry, AuditNote, AuditSeal
from portal.audit.services import record
from portal.errors import Conflict
from tests.quiet import wait_until_quiet

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def batches(cast):
    """Three of them: a day past their end, the day before it, and of today; two lines each, one with a reason."""
    edge = timezone.now() - sealing.KEPT_AT_LEAST
    for at in (edge - DAY, edge + DAY, None):
        for reason in ("", "家属来电"):
            record(actor=SYSTEM, verb="test.look", target=cast.resident, reason=reason)
        wait_until_quiet()
        sealing.seal(now=at)
    return list(AuditSeal.objects.order_by("id"))


def test_guardrail_18_lines_end_after_their_time_and_the_chain_holds(batches):
    half_a_year = timedelta(days=183)
    assert half_a_year < sealing.KEPT_AT_LEAST
    assert [ending.end() for _again in range(2)] == [2, 0]
    assert AuditEntry.objects.order_by("id").first().pk == batches[0].upto_id + 1
    assert AuditNote.objects.count() == 2
    assert sealing.verify() == sealing.Finding(seals=3, entries=4, expired=1, unsealed=0)


def test_guardrail_18_what_shows_tampering_is_not_ended(batches):
    AuditNote.objects.filter(entry_id=batches[2].upto_id).update(text="another")
    with pytest.raises(Conflict, match="TRAIL_BROKEN"):
        ending.end()
    assert AuditEntry.objects.count() == 6


def test_killed_in_between_the_next_run_goes_on(batches, monkeypatch):
    now, batches_of = timezone.now() + 2 * DAY, sealing.batches

    def killed_after_the_first():
        yield next(iter(batches_of()))
        raise KeyboardInterrupt

    wait_until_quiet()
    monkeypatch.setattr(sealing, "verify", lambda moment: sealing.Finding(3, 6, 0, 0))
    monkeypatch.setattr(sealing, "batches", killed_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        ending.end(now)
    monkeypatch.undo()
    assert [ending.end(now) for _again in range(2)] == [2, 0]
    assert sealing.verify(now).trouble == ""


@pytest.fixture
def serving(batches, monkeypatch):
    """This process's connection is that of the pages and the worker."""
    given = parse_dsn(os.environ["TEST_APP_DATABASE_URL"].replace("postgres:", "postgresql:"))
    connection.close()
    with monkeypatch.context() as patch:
        for name in ("user", "password"):
            patch.setitem(connection.settings_dict, name.upper(), given.get(name, ""))
        yield
        connection.close()


def test_guardrail_18_the_role_that_serves_pages_cannot(serving):
    with pytest.raises(CommandError, match="只有建表的角色"):
        call_command("end_trail")
    assert AuditEntry.objects.count() == 6


def test_command_says_how_many(batches, capsys):
    call_command("end_trail")
    call_command("end_trail")
    said = capsys.readouterr().out.splitlines()
    assert said == ["销毁了满三年的 2 条记录，封条留着。", "没有满三年的记录，什么都没动。"]
