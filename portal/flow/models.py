from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.rows import Row, uuid7

RECORD_FACTS = [
    "id",
    "from_state",
    "event",
    "to_state",
    "actor",
    "actor_role",
    "at",
    "version",
]


class FlowSubject(Row):
    """What a flow moves: it has a state and a version that grows by one with every event."""

    state = models.CharField(max_length=24, db_index=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class FlowRecord(models.Model):
    """One immutable record for each transition, written in its transaction. Rooms add the ForeignKey `subject`.

    The reason is the one column that erasure may blank; concrete models protect the rest with
    `pgtrigger.ReadOnly(fields=RECORD_FACTS)`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField()
    from_state = models.CharField(max_length=24, blank=True)
    event = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    actor_role = models.CharField(max_length=24)
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        abstract = True
        ordering = ["version"]


class DueRow(models.Model):
    """Something that falls due: the truth that a sweep works through. Celery only wakes the sweep.

    `key` is unique for ever and the table is never purged: whoever writes the same key again changes nothing, so a lost
    or doubled message, two workers or two beats change nothing but lateness.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    due_at = models.DateTimeField()
    # Null while it is still to be done; then done, skipped or cancelled.
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    # After a failure: not before this moment, so that one bad row never starves the others.
    retry_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            # The sweep reads only what is open: its cost grows with what is due, never with what was done.
            models.Index(
                fields=["due_at", "id"],
                name="due_open",
                condition=Q(done_at__isnull=True),
            ),
            models.Index(fields=["subject_id", "kind"], name="due_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.key} @ {self.due_at:%F %T}"
