"""Who was there: 签到, 签退, undo. Each is one tap; tapping twice changes nothing."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.activities import services
from centres.activities.enums import ON_THE_LIST
from centres.activities.models import Session
from centres.activities.models_enrolment import Attendance, Enrolment
from centres.activities.timetable import ATTENDANCE_OPEN
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.errors import Conflict, Forbidden, NotFound, Refusal

# People come before it begins.
OPENS = dt.timedelta(hours=1)


@transaction.atomic
def arrive(*, actor: Actor, session_id: UUID, enrolment_id: UUID, now: dt.datetime | None = None) -> Attendance:
    """They are here. Twice is once. Raises Refusal TOO_EARLY, OVER, CALLED_OFF; NotFound."""
    moment = now or timezone.now()
    session, enrolment = on_list(actor, session_id, enrolment_id, moment)
    found, is_new = Attendance.objects.get_or_create(
        session=session, enrolment=enrolment, defaults={"arrived_at": moment, "marked_by": worker(actor)}
    )
    if is_new:
        _write(actor, session, enrolment, "attendance.arrive", moment)
    return found


@transaction.atomic
def leave(*, actor: Actor, session_id: UUID, enrolment_id: UUID, now: dt.datetime | None = None) -> Attendance:
    """They go home by themselves. Raises Conflict NOT_HERE; Refusal NEEDS_PICKUP for a child that somebody fetches."""
    moment = now or timezone.now()
    session, enrolment = on_list(actor, session_id, enrolment_id, moment)
    found = present(session, enrolment)
    if session.activity.needs_pickup and enrolment.is_child:
        raise Refusal(_("这个孩子要大人来接，请对接送码。"), code="NEEDS_PICKUP")
    if found.left_at is None:
        found.left_at = max(moment, found.arrived_at)
        found.save(update_fields=["left_at"])
        _write(actor, session, enrolment, "attendance.leave", moment)
    return found


@transaction.atomic
def undo(*, actor: Actor, session_id: UUID, enrolment_id: UUID, now: dt.datetime | None = None) -> Attendance | None:
    """Take the last tap back: the going, else the coming. A child that was fetched stays fetched."""
    moment = now or timezone.now()
    session, enrolment = on_list(actor, session_id, enrolment_id, moment)
    found = Attendance.objects.select_for_update().filter(session=session, enrolment=enrolment).first()
    if found is None:
        return None
    if found.picked_up_at is not None:
        raise Conflict(_("孩子已经接走，这一步撤不回来。记错了请找书记。"), code="PICKED_UP")
    if found.left_at is not None:
        found.left_at = None
        found.save(update_fields=["left_at"])
    else:
        found.delete()
        found = None
    _write(actor, session, enrolment, "attendance.undo", moment)
    return found


@transaction.atomic
def close_list(*, actor: Actor, session_id: UUID, now: dt.datetime | None = None) -> Session:
    """The list has been gone through; whoever is not marked did not come."""
    moment = now or timezone.now()
    session = services.held_session(actor, session_id)
    _is_time(session, moment)
    if session.taken_at is None:
        session.taken_at = moment
        session.save(update_fields=["taken_at"])
        record(actor=actor, verb="attendance.close", target=session, path=session.activity.centre.grid.path)
    return session


def on_list(actor: Actor, session_id: UUID, enrolment_id: UUID, now: dt.datetime) -> tuple[Session, Enrolment]:
    """The session, and who stands on its list; the activity is held. Raises NotFound; Refusal outside its time."""
    session = services.held_session(actor, session_id)
    rows = Enrolment.objects.filter(activity=session.activity_id, state__in=ON_THE_LIST).with_activity().with_people()
    enrolment = rows.filter(pk=enrolment_id).first()
    if enrolment is None or enrolment.session_id not in (None, session.pk):
        raise NotFound()
    _is_time(session, now)
    return session, enrolment


def worker(actor: Actor) -> Any:
    """The account behind an act of the staff. Raises Forbidden where there is none."""
    if actor.user is None:
        raise Forbidden()
    return actor.user


def present(session: Session, enrolment: Enrolment) -> Attendance:
    found = Attendance.objects.select_for_update().filter(session=session, enrolment=enrolment).first()
    if found is None:
        raise Conflict(_("还没签到，先点“来了”。"), code="NOT_HERE")
    return found


def _is_time(session: Session, now: dt.datetime) -> None:
    if session.is_cancelled:
        raise Conflict(_("这场取消了。"), code="CALLED_OFF")
    if now < session.starts_at - OPENS:
        raise Refusal(_("还没到时候，开始前一小时起可以点名。"), code="TOO_EARLY")
    if now >= session.ends_at + ATTENDANCE_OPEN:
        raise Refusal(_("过了一天，名单已经定下来了。"), code="OVER")


def _write(actor: Actor, session: Session, enrolment: Enrolment, verb: str, now: dt.datetime) -> None:
    if session.taken_at is None:
        session.taken_at = now
        session.save(update_fields=["taken_at"])
    record(
        actor=actor,
        verb=verb,
        target=enrolment,
        path=session.activity.centre.grid.path,
        subject_id=enrolment.resident_id or enrolment.user_id,
    )
