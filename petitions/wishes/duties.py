"""What falls due on the wall, and what a newly published year moves."""

from datetime import datetime

from petitions.wishes import notices, services
from petitions.wishes.lifecycle import EXPIRE, RELEASE, REVIEW, due_key
from petitions.wishes.queries import wish_by_id
from portal.flow.due import duty
from portal.flow.models import DueRow
from portal.workdays.services import on_year_published

on_year_published(services.recompute_due)


@duty(REVIEW)
def review(row: DueRow, now: datetime) -> str | None:
    """Nobody has looked at it in time: the community is told, once; the wish stays where it is."""
    wish = wish_by_id(row.subject_id)
    if due_key(wish) != row.key or wish.due_at is None:
        return "skipped"
    notices.tell_review_is_late(wish)
    return None


@duty(RELEASE)
def release(row: DueRow, now: datetime) -> str | None:
    """A claim that outlasted its time. Another clock has begun since: nothing to do."""
    wish = wish_by_id(row.subject_id)
    if due_key(wish) != row.key or wish.due_at is None:
        return "skipped"
    services.release(wish_id=wish.pk, now=now)
    return None


@duty(EXPIRE)
def expire(row: DueRow, now: datetime) -> str | None:
    wish = wish_by_id(row.subject_id)
    if due_key(wish) != row.key or wish.due_at is None:
        return "skipped"
    services.expire(wish_id=wish.pk, now=now)
    return None
