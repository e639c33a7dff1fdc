"""Guardrail 18: seals over real connections: nothing slips behind one, and what an owner changes is found."""

import threading
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.actors import SYSTEM
from portal.audit import sealing
from portal.audit.models import AuditEntry, AuditNote, AuditSeal
from portal.audit.services import record
from tests.quiet import wait_until_quiet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path


def write(cast, n: int = 1, reason: str = "") -> list[AuditEntry]:
    return [record(actor=SYSTEM, verb="test.look", target=cast.resident, reason=reason) for _ in range(n)]


def seal(**options) -> list[AuditSeal]:
    wait_until_quiet()
    return sealing.seal(**options)


def as_owner(statement: str) -> None:
    """What somebody with the owner's password could do."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jiamenkou.maintenance = 'on'")
        cursor.execute(statement)


def test_what_is_written_is_sealed_once(cast):
    write(cast, 3)
    (made,) = seal()
    assert made.count == 3
    assert seal() == []
    assert sealing.verify().trouble == ""


def test_seals_are_chained(cast):
    write(cast)
    (first,) = seal()
    write(cast, 2)
    (second,) = seal()
    assert (first.previous, second.previous) == (sealing.FIRST, first.hash)
    assert second.from_txid == first.to_txid
    assert sealing.verify() == sealing.Finding(seals=2, entries=3, expired=0, unsealed=0)


@pytest.fixture
def late():
    """A second connection, whose transaction stays open until the test commits it."""
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    yield other
    other.close()


def test_transaction_that_commits_late_is_not_passed_over(cast, late):
    """Written before the others, committed after: a seal that took only what it saw would leave it out for ever."""
    cursor = late.cursor()
    columns = "at, actor_role, channel, verb, object_type, object_id, fields, digest"
    cursor.execute(
        f"INSERT INTO portal_auditentry ({columns}) VALUES (now(), 'system', 'web', 'test.late', 'x', 'x', '{{}}', '')"
    )
    write(cast)
    assert sealing.seal() == []
    late.commit()
    assert sum(made.count for made in seal()) == 2
    assert sealing.verify().trouble == ""


def test_two_sealers_at_once_make_one_chain(cast):
    write(cast, 200)
    wait_until_quiet()
    start, made, failed = threading.Barrier(4), [], []

    def one() -> None:
        connection.ensure_connection()
        start.wait()
        try:
            made.extend(sealing.seal())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    assert [one.count for one in made] == [200]
    assert sealing.verify().trouble == ""


def test_chain_cannot_fork(cast):
    write(cast)
    seal()
    fork = AuditSeal(from_txid=0, to_txid=1, upto_id=1, count=0, previous=sealing.FIRST, hash="x")
    with pytest.raises(Exception, match="portal_auditseal_previous"), transaction.atomic():
        fork.save()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE portal_auditentry SET verb = 'test.other' WHERE id = {second}", "被改过"),
        ("UPDATE portal_auditentry SET at = at - interval '1 second' WHERE id = {second}", "被改过"),
        ("UPDATE portal_auditentry SET subject_id = gen_random_uuid() WHERE id = {second}", "被改过"),
        ("DELETE FROM portal_auditentry WHERE id = {second}", "被删掉"),
        (
            "INSERT INTO portal_auditentry (txid, at, actor_role, channel, verb, object_type, object_id,"
            " fields, digest) "
            "SELECT txid, at, actor_role, channel, verb, object_type, object_id, fields, digest "
            "FROM portal_auditentry WHERE id = {second}",
            "塞进去",
        ),
        ("UPDATE portal_auditnote SET text = 'another' WHERE entry_id = {second}", "原因被改过"),
        ("DELETE FROM portal_auditseal WHERE id = (SELECT min(id) FROM portal_auditseal)", "接不上"),
        ("DELETE FROM portal_auditseal WHERE id = (SELECT max(id) FROM portal_auditseal)", "末尾被剪掉"),
        ("TRUNCATE portal_auditseal, portal_auditentry, portal_auditnote", "末尾被剪掉"),
        ("UPDATE portal_auditseal SET count = 9 WHERE id = (SELECT min(id) FROM portal_auditseal)", "被删掉"),
        ("UPDATE portal_auditseal SET at = now() WHERE id = (SELECT min(id) FROM portal_auditseal)", "被改过"),
    ],
)
def test_tampering_by_the_owner_is_told_in_one_sentence(cast, statement, said):
    entries = write(cast, 3, reason="家属来电")
    seal()
    write(cast, 2)
    seal()
    as_owner(statement.format(second=entries[1].pk))
    assert said in sealing.verify().trouble


def test_tampering_that_recomputes_the_hash_without_the_key_is_found(cast, settings):
    (entry,) = write(cast)
    (made,) = seal()
    as_owner(f"UPDATE portal_auditentry SET verb = 'test.other' WHERE id = {entry.pk}")
    right, settings.AUDIT_KEY = settings.AUDIT_KEY, "a guess"
    forged = sealing._hash(made, AuditEntry.objects.all())
    settings.AUDIT_KEY = right
    as_owner(f"UPDATE portal_auditseal SET hash = '{forged}'")
    assert sealing.verify().trouble


def test_erased_reason_does_not_break_the_seal(cast):
    (entry,) = write(cast, reason="家属来电")
    seal()
    AuditNote.objects.filter(entry=entry).delete()
    assert sealing.verify().trouble == ""


def test_batch_that_retention_ended_is_not_tampering(cast):
    write(cast, 2)
    seal(now=timezone.now() - sealing.KEPT_AT_LEAST - timedelta(days=1))
    write(cast)
    seal()
    as_owner("DELETE FROM portal_auditentry WHERE id IN (SELECT id FROM portal_auditentry ORDER BY id LIMIT 2)")
    assert sealing.verify() == sealing.Finding(seals=2, entries=1, expired=1, unsealed=0)


def test_batch_that_went_before_its_time_is(cast):
    write(cast, 2)
    seal(now=timezone.now() - sealing.KEPT_AT_LEAST + timedelta(days=1))
    as_owner("DELETE FROM portal_auditentry")
    assert "被删掉" in sealing.verify().trouble


def moved_to_another_cluster() -> None:
    """As after a restore: everything that is there bears numbers this cluster has not reached."""
    as_owner("UPDATE portal_auditentry SET txid = txid + 1000000000")


def test_trail_goes_on_in_another_cluster(cast):
    """Transaction numbers begin anew there; a seal that only looked at them would never seal again."""
    write(cast, 2)
    moved_to_another_cluster()
    old = AuditEntry.objects.order_by("id").first()
    made = sealing._batch(None, 0, old.txid + 1, 0, None)  # what the old cluster had sealed
    sealing.note_outside(made[-1])
    write(cast, 3)
    closing, new = seal()
    assert (made[0].count, closing.count, new.count) == (1, 1, 3)
    assert new.after_id == closing.upto_id
    write(cast)
    assert [one.count for one in seal()] == [1]
    assert sealing.verify() == sealing.Finding(seals=4, entries=6, expired=0, unsealed=0)


def test_last_seal_is_noted_outside_the_database(cast):
    write(cast)
    (made,) = seal()
    assert made.hash in sealing.outside().read_text()
    assert [path.name for path in sealing.outside().parent.iterdir()] == ["last_seal.json"]


def test_seal_whose_note_was_lost_in_a_crash_is_not_tampering(cast):
    write(cast)
    (first,) = seal()
    write(cast)
    seal()
    sealing.note_outside(first)
    assert sealing.verify().trouble == ""
