"""Dates of an activity: what a date must be, and what falls due around it."""

import datetime as dt
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.activities import occupying, seating
from centres.activities.models import Activity, Session
from centres.rooms.queries import room_by_id
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.errors import Conflict, NotFound, Refusal
from portal.flow import due

REMIND, END, CERTIFY, FORGET = "session.remind", "session.end", "session.certify", "activity.forget_pickup"
REMIND_AT = dt.time(18, 0)  # the evening before
# Who was there may be written down until then; certificates count what was.
ATTENDANCE_OPEN = dt.timedelta(hours=24)
FURTHEST = dt.timedelta(days=366)
LONGEST = dt.timedelta(hours=24)
# Guardrail 8: who fetches a child is known no longer than this after the term.
PICKUP_KEPT = dt.timedelta(days=30)


def check_times(
    activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime, *, but: Session | None = None
) -> None:
    """Raises Refusal REVERSED, PAST, TOO_FAR, TOO_LONG (422), Conflict TWICE (409)."""
    if ends_at <= starts_at:
        raise Refusal(_("结束要晚于开始。"), code="REVERSED")
    if starts_at <= now:
        raise Refusal(_("这个时间已经过去了。"), code="PAST")
    if starts_at > now + FURTHEST:
        raise Refusal(_("太远了，最多排到一年以后。"), code="TOO_FAR")
    if ends_at - starts_at > LONGEST:
        raise Refusal(_("一场最长 24 小时，请看看结束的时间。"), code="TOO_LONG")
    others = activity.sessions.standing().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise Conflict(_("这个活动那时已经有一场了。"), code="TWICE")


def put(
    actor: Actor, activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, room: UUID | None, now: dt.datetime
) -> Session:
    """Write one session; in a room of this centre it takes the room. The caller holds the activity."""
    check_times(activity, starts_at, ends_at, now)
    found = None
    if room is not None:
        found = room_by_id(room)
        if found is None or found.centre_id != activity.centre_id:
            raise NotFound()
        booking = occupying.take(
            actor=actor, room=room, starts_at=starts_at, ends_at=ends_at, title=activity.title, now=now
        )
    session = Session.objects.create(
        activity=activity,
        starts_at=starts_at,
        ends_at=ends_at,
        room=found,
        booking=booking if found is not None else None,
    )
    record(actor=actor, verb="session.create", target=session, path=activity.centre.grid.path)
    keep_due_rows(session, now)
    return session


def keep_due_rows(session: Session, now: dt.datetime) -> None:
    """What falls due for a session as it stands. Keys carry the time: a moved one is reminded of its new day."""
    due.cancel(subject_id=session.pk, kinds=(REMIND, END, CERTIFY))
    activity, key = session.activity, f"session:{session.pk}"
    rows = []
    if not session.is_cancelled:
        rows.append(due.Due(f"{key}:end:{session.ends_at:%Y%m%dT%H%M}", END, session.pk, session.ends_at))
        if (remind_at := remind_time(session)) > now:
            rows.append(due.Due(f"{key}:remind:{session.starts_at:%Y%m%dT%H%M}", REMIND, session.pk, remind_at))
        if activity.gives_certificate:
            at = session.ends_at + ATTENDANCE_OPEN
            rows.append(due.Due(f"{key}:certify:{session.ends_at:%Y%m%dT%H%M}", CERTIFY, session.pk, at))
        if activity.needs_pickup:
            at = session.ends_at + PICKUP_KEPT
            rows.append(due.Due(f"activity:{activity.pk}:forget:{at:%Y%m%dT%H%M}", FORGET, activity.pk, at))
    elif not activity.by_session:
        rows += _ends_without(session, now)
    if session.is_cancelled and activity.needs_pickup:
        # The one before may have fallen due while this was still to come.
        at = (seating.term_of(activity).last or now) + PICKUP_KEPT
        rows.append(due.Due(f"activity:{activity.pk}:forget:without:{session.pk}", FORGET, activity.pk, at))
    due.schedule_many(rows)


def _ends_without(session: Session, now: dt.datetime) -> list[due.Due]:
    """The last of a term was called off after all the others: the term ended with the one before it."""
    last = session.activity.sessions.standing().order_by("-ends_at").first()
    if last is None or last.ends_at > now:
        return []
    key = f"session:{last.pk}:without:{session.pk}"
    rows = [due.Due(f"{key}:end", END, last.pk, now)]
    if session.activity.gives_certificate:
        rows.append(due.Due(f"{key}:certify", CERTIFY, last.pk, max(now, last.ends_at + ATTENDANCE_OPEN)))
    return rows


def remind_time(session: Session) -> dt.datetime:
    """18:00 of the day before."""
    day = timezone.localtime(session.starts_at).date() - dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, REMIND_AT))
