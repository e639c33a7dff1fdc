"""The system's own steps with a session, when their time has come. Each looks again under the lock before it acts."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from centres.activities import certifying, notices, pickup, seating
from centres.activities.enums import EnrolmentState, Event, Stage
from centres.activities.lifecycle import flow
from centres.activities.models import Session
from centres.activities.models_enrolment import Enrolment
from centres.activities.timetable import ATTENDANCE_OPEN, remind_time
from portal.accounts.actors import SYSTEM


@transaction.atomic
def remind(*, session_id: UUID, now: dt.datetime) -> bool:
    """The evening before: everybody who has a seat, once; children's codes are made. False: nothing to say."""
    session = Session.objects.public().with_activity().filter(pk=session_id, starts_at__gt=now).first()
    if session is None or now < remind_time(session):
        return False
    pool = seating.pool(session.activity, session.pk if session.activity.by_session else None)
    seated = Enrolment.objects.filter(pool, state=EnrolmentState.ENROLLED).with_activity().with_people().order_by("pk")
    key = f"session:{session.pk}:remind:{session.starts_at:%Y%m%dT%H%M}"
    pickup.issue_for(session)
    return notices.tell_everybody(seated, key, notices.remind(session, now)) > 0


@transaction.atomic
def end(*, session_id: UUID, now: dt.datetime) -> bool:
    """It is over: whoever enrolled for it, or for the term whose last it was, has finished. False: not yet."""
    session = _held(session_id)
    return session is not None and _finish(session, now) > 0


def _finish(session: Session, now: dt.datetime) -> int:
    """How many have finished with this session. The caller holds the activity."""
    activity = session.activity
    last = session.ends_at if activity.by_session else seating.term_of(activity).last
    if last is None or last > now:
        return 0
    pool = seating.pool(activity, session.pk if activity.by_session else None)
    seated = list(Enrolment.objects.filter(pool, state=EnrolmentState.ENROLLED).values_list("pk", flat=True))
    for enrolment_id in seated:
        flow.fire(enrolment_id, event=Event.FINISH, actor=SYSTEM, now=now)
    return len(seated)


@transaction.atomic
def certify(*, session_id: UUID, now: dt.datetime) -> bool:
    """A day after the last session of a course: certificates. False: not the last, or nobody to give one to."""
    session = _held(session_id)
    if session is None or session.activity.by_session or not session.activity.gives_certificate:
        return False
    if session.activity.sessions.standing().filter(ends_at__gt=now - ATTENDANCE_OPEN).exists():
        return False
    # A sweep that comes late meets this row before the one that ends the term.
    _finish(session, now)
    return certifying.certify(session.activity, now) > 0


def _held(session_id: UUID) -> Session | None:
    """The session as it is once its activity is locked; None where it was called off."""
    found = Session.objects.standing().filter(pk=session_id).exclude(activity__stage=Stage.DRAFT).first()
    if found is None:
        return None
    seating.hold(found.activity_id)
    held: Session | None = Session.objects.standing().with_activity().filter(pk=session_id).first()
    return held
