import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.utils import timezone


class CurrentTransaction(Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Triggers that stand behind the missing privilege: not even the owner changes the trail by accident.

    The owner may, when retention ends a row, by `SET LOCAL jiamenkou.maintenance = 'on'`; the application's role lacks
    the privilege whatever it sets.
    """
    func = """
        IF current_setting('jiamenkou.maintenance', true) = 'on' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the trail is append-only' USING ERRCODE = 'insufficient_privilege';
    """
    return [
        pgtrigger.Trigger(
            name=f"{name}_rows",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=func,
        ),
        pgtrigger.Trigger(
            name=f"{name}_table",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=func,
        ),
    ]


class AuditEntry(models.Model):
    """One line of the trail: who did what to which row, when. Ids and field names only, never a name or a value."""

    id = models.BigAutoField(primary_key=True)
    # Which transaction wrote it: sealing waits until every older one has ended, so no line slips in behind a seal.
    txid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=24)
    channel = models.CharField(max_length=12)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    # Whose data it is, where the row is about a person: what 我的信息谁看过 is read from.
    subject_id = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    # HMAC of the free text beside it, so that erasing the text does not break the seal and changing it does show.
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_id", "-id"],
                name="audit_of_subject",
                condition=models.Q(subject_id__isnull=False),
            ),
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_of_object"),
            models.Index(fields=["txid", "id"], name="audit_by_transaction"),
        ]
        triggers = append_only("audit_entry")

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.verb} {self.object_type} {self.object_id}"


class AuditNote(models.Model):
    """Free text of a line (a reason). It sits beside the trail, where erasure can reach it."""

    entry = models.OneToOneField(
        AuditEntry,
        models.DO_NOTHING,
        primary_key=True,
        related_name="note",
        db_constraint=False,
    )
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]


class AuditSeal(models.Model):
    """A batch of the trail, chained to the one before by its hash. Written by one job; writers never queue on it.

    The batch holds every entry with from_txid <= txid < to_txid and id > after_id: a set that is complete for ever
    once written. `after_id` is 0 until the database moves to another cluster, where transaction numbers begin anew;
    from then on it is the last entry of the old one.
    """

    id = models.BigAutoField(primary_key=True)
    from_txid = models.BigIntegerField()
    to_txid = models.BigIntegerField()
    after_id = models.BigIntegerField(default=0)
    # The greatest entry in it, for people who look for one.
    upto_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    # Two seals can never follow the same one: a fork of the chain does not fit into the table.
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = append_only("audit_seal")

    def __str__(self) -> str:
        return f"{self.pk}: {self.count} entries to {self.upto_id}, {self.at:%F %T}"
