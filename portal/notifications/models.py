from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.notifications.enums import Channel, NoticeState
from portal.rows import Row


class Notice(Row):
    """The outbox: one row for each message to one person by one channel, written in the transaction that causes it.

    `key` is unique for ever and rows are never deleted (retention blanks the text), so nobody is told twice.
    """

    key = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notices",
    )
    # Where it goes, for people without an account (a phone). Empty for in-app.
    address = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    # What it is about, so that a page can find its own notices.
    about_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.QUEUED)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                name="notice_to_send",
                condition=Q(state__in=["queued", "sending", "unknown"]),
            ),
            models.Index(
                fields=["recipient", "-created_at"],
                name="notice_inbox",
                condition=Q(channel="inapp"),
            ),
            models.Index(fields=["about_id"], name="notice_about"),
        ]
        constraints = [
            # A message nobody can receive is a bug in the caller, found here rather than in the worker.
            models.CheckConstraint(
                name="notice_has_recipient",
                condition=Q(recipient__isnull=False) | ~Q(address=""),
            )
        ]

    def __str__(self) -> str:
        return self.subject
