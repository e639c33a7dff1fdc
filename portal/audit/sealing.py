"""Seals: batches of the trail in a chain of keyed hashes, and the check that finds what somebody changed.

Sealing waits for every transaction that is older than the batch: a line written early and committed late is never left
outside. The key and the last seal live outside the database, so that whoever owns the tables can neither recompute the
chain nor cut off its end unseen.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.models import AuditEntry, AuditNote, AuditSeal
from portal.audit.services import keyed_hash

CHUNK = 2000
FIRST = "0" * 64
# Nothing ends a line sooner (docs/adr/0028): a batch that is gone earlier was taken away.
KEPT_AT_LEAST = timedelta(days=1096)


def seal(now: datetime | None = None) -> list[AuditSeal]:
    """Seal what is older than every running transaction; returns the new seals. Run twice, the second finds nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two sealers would both continue from the same seal.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jiamenkou.seal'))")
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
                " FROM pg_current_snapshot() s"
            )
            horizon, newest = cursor.fetchone()
        last = AuditSeal.objects.order_by("-id").first()
        made = []
        if last is not None and horizon < last.to_txid:
            # Transaction numbers only grow within a cluster: the database has moved to another one (a restored backup).
            made += _close_era(last, newest, now)
            last = made[-1] if made else last
            # Ids go on counting after a restore, so everything new lies above what the old cluster wrote.
            after, start = AuditSeal.objects.aggregate(upto=Max("upto_id"))["upto"], 0
        else:
            after, start = (last.after_id, last.to_txid) if last else (0, 0)
        made += _batch(last, start, horizon, after, now)
    if made:
        note_outside(made[-1])
    return made


def _close_era(last: AuditSeal, newest: int, now: datetime | None) -> list[AuditSeal]:
    """What the old cluster had written but not sealed: nothing of it is running any more."""
    end = AuditEntry.objects.filter(txid__gte=newest, id__gt=last.after_id).aggregate(txid=Max("txid"))["txid"]
    return _batch(last, last.to_txid, end + 1, last.after_id, now) if end and end >= last.to_txid else []


def _batch(last: AuditSeal | None, start: int, end: int, after: int, now: datetime | None) -> list[AuditSeal]:
    made = AuditSeal(
        from_txid=start, to_txid=end, after_id=after, previous=last.hash if last else FIRST, at=now or timezone.now()
    )
    entries = _entries(made)
    facts = entries.aggregate(upto=Max("id"))
    if facts["upto"] is None:
        return []
    made.upto_id, made.count = facts["upto"], entries.count()
    made.hash = _hash(made, entries)
    made.save(force_insert=True)
    return [made]


def _entries(of: AuditSeal, below: int | None = None) -> QuerySet[AuditEntry]:
    """The entries of a batch; `below`: the first id of the next cluster, whose numbers may overlap."""
    found = AuditEntry.objects.filter(txid__gte=of.from_txid, txid__lt=of.to_txid, id__gt=of.after_id)
    return found.filter(id__lte=below) if below is not None else found


def _hash(of: AuditSeal, entries: QuerySet[AuditEntry]) -> str:
    head = [of.previous, of.from_txid, of.to_txid, of.after_id, of.upto_id, of.count, _moment(of.at)]
    mac = hmac.new(settings.AUDIT_KEY.encode(), json.dumps(head).encode(), hashlib.sha256)
    for line in _lines(entries):
        mac.update(b"\n" + line)
    return mac.hexdigest()


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[bytes]:
    for entry in entries.order_by("id").iterator(CHUNK):
        facts = [
            *(entry.id, entry.txid, _moment(entry.at), str(entry.actor_id), entry.actor_role, entry.channel),
            *(entry.verb, entry.object_type, entry.object_id, str(entry.subject_id), entry.fields, entry.digest),
        ]
        yield json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


# ---------------------------------------------------------------- the last seal, outside
def outside() -> Path:
    return Path(settings.DATA_DIR) / "last_seal.json"


def note_outside(made: AuditSeal) -> None:
    """Write the last seal into the data folder: whole, or the one before stays."""
    path = outside()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps({"seal": made.pk, "hash": made.hash, "at": _moment(made.at)}))
    draft.replace(path)


# ---------------------------------------------------------------- the check
@dataclass(frozen=True)
class Finding:
    """What a check of the whole trail found. `trouble` is one sentence, or empty where all is well."""

    seals: int
    entries: int
    expired: int
    unsealed: int
    trouble: str = ""


def batches() -> Iterator[tuple[AuditSeal, QuerySet[AuditEntry]]]:
    """Every seal with what it stands for, the oldest first."""
    seals = list(AuditSeal.objects.order_by("id"))
    eras = sorted({one.after_id for one in seals})
    for one in seals:
        yield one, _entries(one, next((after for after in eras if after > one.after_id), None))


def verify(now: datetime | None = None) -> Finding:
    """Recompute the chain from its first seal; stops at the first thing that is wrong."""
    moment = now or timezone.now()
    previous, entries, expired, trouble = FIRST, 0, 0, ""
    for one, held in batches():
        there = held.count()
        if there == 0 and one.count and moment - one.at > KEPT_AT_LEAST:
            expired += 1  # its entries have been dropped; what it was chained to still counts
            trouble = "" if one.previous == previous else _broken(one)
        else:
            trouble = _trouble_of(one, previous, there, held)
        if trouble:
            break
        entries += there
        previous = one.hash
    seals = list(AuditSeal.objects.order_by("id"))
    trouble = trouble or _tail_trouble(seals) or _note_trouble()
    return Finding(len(seals), entries, expired, AuditEntry.objects.count() - entries, trouble)


def _trouble_of(one: AuditSeal, previous: str, there: int, held: QuerySet[AuditEntry]) -> str:
    if one.previous != previous:
        return _broken(one)
    words = {"n": one.pk, "upto": one.upto_id, "there": there, "count": one.count}
    if there < one.count:
        said = _("第 %(n)s 号封条（到第 %(upto)s 条）封了 %(count)s 条，现在只有 %(there)s 条：有记录被删掉了。")
        return said % words
    if there > one.count:
        said = _("第 %(n)s 号封条（到第 %(upto)s 条）封了 %(count)s 条，现在有 %(there)s 条：有记录是后来塞进去的。")
        return said % words
    if not hmac.compare_digest(_hash(one, held), one.hash):
        return _("第 %(n)s 号封条（到第 %(upto)s 条）对不上：里面有记录被改过，或者密钥换了。") % words
    return ""


def _broken(one: AuditSeal) -> str:
    return _("第 %(n)s 号封条接不上前一号：中间有封条被删掉或换掉了。") % {"n": one.pk}


def _tail_trouble(seals: list[AuditSeal]) -> str:
    try:
        noted = json.loads(outside().read_text())
    except FileNotFoundError:
        return _("数据文件夹里没有最后一号封条的记录，看不出末尾有没有被剪掉。") if seals else ""
    if any(one.hash == noted["hash"] for one in seals):
        return ""
    return _("数据文件夹里记着第 %(n)s 号封条（%(at)s），数据库里没有：末尾被剪掉了，或者用了更早的备份。") % {
        "n": noted["seal"],
        "at": noted["at"][:16].replace("T", " "),
    }


def _note_trouble() -> str:
    """Reasons beside the trail may be erased, but not rewritten."""
    for note in AuditNote.objects.select_related("entry").order_by("entry_id").iterator(CHUNK):
        if not hmac.compare_digest(keyed_hash(note.text), note.entry.digest):
            return _("第 %(n)s 条记录的原因被改过。") % {"n": note.entry_id}
    return ""
