"""token, sweep, verify_trail: what somebody types at the centre's server."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.authtoken.models import Token

from portal.accounts.actors import SYSTEM
from portal.audit.models import AuditEntry, AuditSeal
from portal.audit.services import record
from portal.flow import due
from portal.flow.models import DueRow
from portal.management.commands.sweep import moment
from portal.notifications.models import Notice, NoticeState
from portal.notifications.services import queue
from tests.quiet import wait_until_quiet


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_token_prints_one_and_keeps_it(cast, client):
    token = run("token", "clerk")
    assert run("token", "clerk") == token
    answer = client.get("/api/v1/households/", headers={"Authorization": f"Token {token}"})
    assert answer.status_code == 200
    assert AuditEntry.objects.filter(verb="account.token", subject_id=cast.clerk.pk).count() == 1


def test_new_token_ends_the_one_before(cast, client):
    old = run("token", "clerk")
    assert run("token", "clerk", "--new") != old
    assert client.get("/api/v1/households/", headers={"Authorization": f"Token {old}"}).status_code == 401


def test_token_of_nobody_is_refused(cast):
    with pytest.raises(CommandError, match="没有叫"):
        run("token", "nobody")
    assert Token.objects.count() == 0


@pytest.fixture
def bell():
    """A duty that rings; `bell` counts."""
    rung = []
    due._handlers["test.bell"] = lambda row, now: rung.append(now)
    yield rung
    del due._handlers["test.bell"]


@pytest.mark.django_db(transaction=True)
def test_sweep_does_what_is_due_sends_what_waits_and_seals(cast, bell, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    due.schedule(key="bell", kind="test.bell", subject_id=uuid4(), due_at=timezone.now())
    queue(key="hello", to=cast.resident, subject="您好")
    record(actor=SYSTEM, verb="test.look", target=cast.resident)
    wait_until_quiet()
    said = run("sweep")
    assert said == "到期的办了 1 件，没办成 0 件；发出 1 条消息；封存 1 条记录。"
    assert (len(bell), Notice.objects.get().state, AuditSeal.objects.count()) == (1, NoticeState.SENT, 1)
    assert run("sweep").startswith("到期的办了 0 件，没办成 0 件；发出 0 条消息；封存 0")


@pytest.mark.django_db
def test_sweep_can_be_asked_as_of_another_moment(bell):
    tomorrow = timezone.localtime() + timedelta(days=1)
    due.schedule(key="bell", kind="test.bell", subject_id=uuid4(), due_at=tomorrow)
    run("sweep")
    assert bell == []
    run("sweep", "--now", tomorrow.isoformat())
    assert bell == [tomorrow]
    assert DueRow.objects.get().outcome == "done"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["gestern", "2026-13-40T10:00", "2026"])
def test_sweep_at_no_moment_is_refused(text):
    with pytest.raises(CommandError, match="不是时间"):
        run("sweep", "--now", text)


def test_moment_without_an_offset_is_local():
    assert moment("2026-09-18T14:20").isoformat() == "2026-09-18T14:20:00+08:00"


@pytest.mark.django_db(transaction=True)
def test_verify_trail_says_all_is_well_and_exits_with_one_where_not(cast, tmp_path, settings, capsys):
    settings.DATA_DIR = tmp_path
    record(actor=SYSTEM, verb="test.look", target=cast.resident)
    wait_until_quiet()
    run("sweep")
    record(actor=SYSTEM, verb="test.look", target=cast.resident)
    assert run("verify_trail") == "没有动过：1 号封条，1 条记录，条条对得上。还没封的 1 条。"
    AuditSeal.objects.update(count=7)  # the tests' connection has the owner's leave
    with pytest.raises(SystemExit) as ended:
        run("verify_trail")
    assert ended.value.code == 1
    assert "有记录被删掉了" in capsys.readouterr().err
