"""Telling people. `queue` writes the outbox in the caller's transaction; `deliver` sends it, each key exactly once."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from portal.accounts.models import User
from portal.notifications import channels
from portal.notifications.enums import Channel, NoticeState
from portal.notifications.models import Notice
from portal.rows import uuid7

log = logging.getLogger(__name__)

# How long a claimed send may take before it is thought lost.
LEASE = timedelta(minutes=2)
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


@dataclass(frozen=True)
class Message:
    """What `queue_many` writes: one message to one person, by each of these channels. Fields as of `queue`."""

    key: str
    to: User | None
    subject: str
    body: str = ""
    url: str = ""
    about: UUID | str | None = None
    by: Iterable[str] = (Channel.INAPP,)
    phone: str = ""
    not_before: datetime | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        """A row of COLUMNS for each channel."""
        to, phone = self.to, self.phone or (self.to.phone if self.to else "") or ""
        not_before, about = self.not_before or timezone.now(), str(self.about) if self.about else None
        return [
            (
                str(uuid7()),
                f"{self.key}:{channel}",
                channel,
                str(to.pk) if to else None,
                phone if channel == Channel.SMS else "",
                self.subject,
                self.body,
                self.url,
                about,
                not_before,
            )
            for channel in self.by
            # Nobody to send a text to: a person without a phone is still told in-app, not by an error.
            if channel != Channel.SMS or phone
        ]


COLUMNS = ("id", "key", "channel", "recipient_id", "address", "subject", "body", "url", "about_id", "not_before")
TYPES = ("uuid", "text", "text", "uuid", "text", "text", "text", "text", "uuid", "timestamptz")


def queue(
    *,
    key: str,
    to: User | None,
    subject: str,
    body: str = "",
    url: str = "",
    about: UUID | None = None,
    by: Iterable[str] = (Channel.INAPP,),
    phone: str = "",
    not_before: datetime | None = None,
) -> int:
    """Write a message to one person into the outbox, once per key and channel; returns how many rows are new.

    key: names the occasion and the person, e.g. `case:<id>:r1:L2:<user>`; the channel is appended to it.
    to: an account, or None with `phone` for someone without one (then only SMS makes sense). by: channels.
    """
    return queue_many([Message(key, to, subject, body, url, about, by, phone, not_before)])


def queue_many(messages: Iterable[Message]) -> int:
    """`queue` for several, in one statement; returns how many rows are new."""
    rows = [row for message in messages for row in message.rows()]
    if not rows:
        return 0
    arrays = ", ".join(f"%s::{kind}[]" for kind in TYPES)
    # By columns, past the model: a sweep writes thousands, and ON CONFLICT says by itself which keys are new.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Notice._meta.db_table} ({', '.join(COLUMNS)}, created_at, state, attempts, last_error) "
            f"SELECT *, %s, %s, 0, '' FROM unnest({arrays}) ON CONFLICT (key) DO NOTHING",
            [timezone.now(), NoticeState.QUEUED.value, *(list(column) for column in zip(*rows, strict=True))],
        )
        fresh: int = cursor.rowcount
    if fresh:
        transaction.on_commit(wake, robust=True)
    return fresh


def wake() -> None:
    """Ask a worker to deliver now. A lost broker only makes it later: the beat asks again."""
    try:
        current_app.send_task("portal.notifications.tasks.deliver", expires=60, retry=False)
    except Exception as error:  # the broker's client raises many kinds; none may undo what was committed
        log.warning("broker unreachable, the outbox waits for the next beat: %r", error)


def deliver(*, batch: int = 50, limit: int = 5000) -> int:
    """Send what waits in the outbox; returns how many went out. Safe to run twice, and in many workers at once."""
    sent = 0
    forget_lost_claims()
    for _round in range(limit // batch):
        claimed = _claim(batch)
        if not claimed:
            break
        for notice in claimed:
            sent += _send(notice)
    return sent


def _claim(batch: int) -> list[Notice]:
    """Claim before trying: whoever dies between the two leaves a row that says 未知, never a second message."""
    again = Q(state=NoticeState.UNKNOWN, channel__in=channels.deduplicating(), attempts__lte=len(RETRIES))
    with transaction.atomic():
        rows = list(
            Notice.objects.select_for_update(skip_locked=True)
            .filter(Q(state=NoticeState.QUEUED) | again, not_before__lte=timezone.now())
            .order_by("not_before", "id")[:batch]
        )
        now = timezone.now()
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=NoticeState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
    for row in rows:
        row.claimed_at = now
    return rows


def _send(notice: Notice) -> int:
    now = timezone.now()
    # A gateway may have been so slow with the others of the batch that this claim was given up and taken by somebody.
    claim = Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING, claimed_at=notice.claimed_at)
    if not claim.update(claimed_at=now):
        return 0
    mine = Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING, claimed_at=now)
    try:
        channels.send(notice)
    except channels.NotSent as error:
        last = notice.attempts >= len(RETRIES)
        mine.update(
            state=NoticeState.FAILED if last else NoticeState.QUEUED,
            not_before=now if last else timezone.now() + RETRIES[notice.attempts],
            last_error=str(error)[:200],
        )
        return 0
    except Exception as error:
        log.warning("notice %s: the gateway's answer was lost: %r", notice.pk, error)
        # Claimed again after the pause, but only where the gateway knows the key and tells nobody twice.
        pause = RETRIES[min(notice.attempts, len(RETRIES) - 1)]
        mine.update(state=NoticeState.UNKNOWN, not_before=timezone.now() + pause, last_error=repr(error)[:200])
        return 0
    mine.update(state=NoticeState.SENT, sent_at=timezone.now(), last_error="")
    return 1


def forget_lost_claims() -> int:
    """Rows whose sender died: in-app ones and deduplicating gateways try again, the others are shown as 未知."""
    lost = Notice.objects.filter(state=NoticeState.SENDING, claimed_at__lt=timezone.now() - LEASE)
    again = lost.filter(channel__in=channels.deduplicating()).update(state=NoticeState.QUEUED)
    return again + lost.update(state=NoticeState.UNKNOWN)


def mark_read(*, user: User) -> int:
    """The person has opened the list of their notices."""
    return Notice.objects.filter(recipient=user, channel=Channel.INAPP, read_at=None).update(read_at=timezone.now())
