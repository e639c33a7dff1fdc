"""The one call that every service makes: record(). Same transaction, no names, no values."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from portal.accounts.actors import Actor
from portal.audit.models import AuditEntry, AuditNote
from portal.db import array_of


def record(
    *,
    actor: Actor,
    verb: str,
    target: models.Model,
    path: str | None = None,
    subject_id: UUID | None = None,
    fields: Iterable[str] = (),
    reason: str = "",
) -> AuditEntry:
    """Append one line to the trail, in the caller's transaction.

    verb: `<room>.<event>`, e.g. `case.assign`, `registry.reveal`. path: the grid path the act was on (for the role it
    is recorded under). subject_id: the resident or account whose data it is.
    fields: names of the fields read or written.
    """
    entry = AuditEntry.objects.create(
        actor_id=actor.id,
        actor_role=actor.role_on(path),
        channel=actor.channel,
        verb=verb,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        subject_id=subject_id,
        fields=list(fields),
        digest=keyed_hash(reason) if reason else "",
    )
    if reason:
        AuditNote.objects.create(entry=entry, text=reason)
    return entry


def record_many(
    *,
    actor: Actor,
    verb: str,
    targets: Iterable[models.Model],
    path: str | None = None,
    fields: Iterable[str] = (),
    subjects: bool = False,
) -> int:
    """One line for each target, in one INSERT (imports, sweeps). subjects: each target is the person it is about."""
    lines = [(one._meta.label_lower, str(one.pk), str(one.pk) if subjects else None) for one in targets]
    if not lines:
        return 0
    same = [timezone.now(), actor.id, actor.role_on(path), actor.channel, verb, list(fields)]
    with connection.cursor() as cursor:
        # Given column by column: an import writes thousands, and building a row of SQL for each was most of its time.
        cursor.execute(
            "INSERT INTO portal_auditentry"
            " (at, actor_id, actor_role, channel, verb, fields, digest, object_type, object_id, subject_id)"
            " SELECT %s, %s, %s, %s, %s, %s::varchar[], '', line.*"
            " FROM unnest(%s::varchar[], %s::varchar[], %s::uuid[]) AS line",
            [*same, *(array_of(column) for column in zip(*lines, strict=True))],
        )
    return len(lines)


def record_about(
    *,
    actor: Actor,
    verb: str,
    target: models.Model,
    subject_ids: Iterable[UUID],
    path: str | None = None,
    fields: Iterable[str] = (),
    reason: str = "",
) -> int:
    """One act that showed many people's data: a line for each of them, with the reason beside it."""
    names, role, digest = list(fields), actor.role_on(path), keyed_hash(reason) if reason else ""
    facts: dict[str, Any] = {
        "actor_id": actor.id,
        "actor_role": role,
        "channel": actor.channel,
        "verb": verb,
        "digest": digest,
    }
    facts |= {"object_type": target._meta.label_lower, "object_id": str(target.pk), "fields": names}
    made = AuditEntry.objects.bulk_create([AuditEntry(subject_id=one, **facts) for one in subject_ids], batch_size=2000)
    if reason:
        AuditNote.objects.bulk_create([AuditNote(entry=one, text=reason) for one in made], batch_size=2000)
    return len(made)


def erase_notes(subject_ids: Iterable[UUID]) -> int:
    """What was said beside the lines about these people goes; the lines stay, with ids. Returns how many."""
    entries = AuditEntry.objects.filter(subject_id__in=list(subject_ids)).values("pk")
    return AuditNote.objects.filter(entry_id__in=entries).delete()[0]


def keyed_hash(value: Any) -> str:
    """HMAC-SHA256 under a key that is not in the database; hex, 64 characters."""
    key = settings.AUDIT_KEY.encode()
    return hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()
