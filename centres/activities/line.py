"""The line moves: every free seat is offered to the first who waits. The caller holds the activity."""

import datetime as dt

from centres.activities import seating
from centres.activities.enums import EnrolmentState, Event, Stage
from centres.activities.lifecycle import LAPSE, flow, schedule_lapse
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Enrolment
from portal.accounts.actors import SYSTEM
from portal.flow import due

OFFER_STANDS = dt.timedelta(hours=12)


def fill(activity: Activity, session: Session | None, now: dt.datetime) -> int:
    """Offer the free seats of a term or of one session; returns how many. An offer stands 12 hours at most."""
    shut = seating.shut_of(activity, session)
    if activity.stage != Stage.PUBLISHED or shut is None or now >= shut:
        return 0
    session_id = session.pk if session else None
    free = max(0, activity.capacity - seating.seats_of(activity, session_id).taken)
    waiting = Enrolment.objects.filter(seating.pool(activity, session_id)).in_line()
    first = list(waiting[:free])
    for enrolment in first:
        flow.fire(enrolment.pk, event=Event.OFFER, actor=SYSTEM, now=now, until=min(now + OFFER_STANDS, shut))
    return len(first)


def fill_all(activity: Activity, now: dt.datetime) -> int:
    """Every line of an activity, in the order of its sessions: more seats than before."""
    if not activity.by_session:
        return fill(activity, None, now)
    return sum(fill(activity, session, now) for session in activity.sessions.standing().filter(starts_at__gt=now))


def reset_clocks(activity: Activity, session: Session | None) -> None:
    """It begins at another time than before: offers and places in line end with it."""
    shut = seating.shut_of(activity, session)
    pending = (EnrolmentState.WAITING, EnrolmentState.OFFERED)
    rows = Enrolment.objects.filter(seating.pool(activity, session.pk if session else None), state__in=pending)
    for enrolment in rows.with_activity():
        if shut is not None and enrolment.offered_until is not None and enrolment.offered_until > shut:
            enrolment.offered_until = shut
            enrolment.save(update_fields=["offered_until"])
        due.cancel(subject_id=enrolment.pk, kinds=(LAPSE,))
        schedule_lapse(enrolment)
