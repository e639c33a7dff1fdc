"""Every write of activities and their sessions. Each is one transaction that holds the activity first.

Enrolments are written in enrolling.py, many sessions at once in planning.py, who was there in attendance.py, who
fetches a child in pickup.py.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centres.activities import line, notices, occupying, rules, seating, timetable
from centres.activities.enums import Event, Stage
from centres.activities.lifecycle import flow
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Enrolment
from centres.rooms.queries import centre_by_id
from centres.rooms.rules import runs_centre
from centres.rooms.services import hold_rooms
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

__all__ = [
    "add_session",
    "cancel_activity",
    "cancel_session",
    "create_activity",
    "edit_activity",
    "move_session",
    "publish",
    "room_called_off",
]

# What may be written about an activity.
# Kept in Chinese whatever language the clerk reads: it stands on the residents' own pages.
ROOM_GONE = gettext_noop("活动室这天用不了")
FIELDS = (
    *("title", "kind", "about", "bring", "min_age", "max_age", "capacity", "fee_fen", "fee_note", "place", "provider"),
    *("enrols", "opens_at", "closes_at", "needs_pickup", "gives_certificate"),
)


# ---------------------------------------------------------------- the activity
def create_activity(*, actor: Actor, centre: UUID, **fields: Any) -> Activity:
    """Write an activity down as a draft. Raises Invalid, NotFound for a centre that is not there, Forbidden."""

    def work() -> Activity:
        house = centre_by_id(centre)
        if house is None:
            raise NotFound()
        if actor.user is None or not runs_centre(actor, house):
            raise Forbidden()
        activity = Activity(centre=house, created_by=actor.user)
        _write(activity, fields)
        activity.save(force_insert=True)
        record(actor=actor, verb="activity.create", target=activity, path=house.grid.path, fields=fields)
        return activity

    return in_one_transaction(work)


def edit_activity(*, actor: Actor, activity_id: UUID, now: dt.datetime | None = None, **fields: Any) -> Activity:
    """Change what is written. More seats are offered to the line at once.

    Raises Conflict BELOW_ENROLLED for fewer seats than are taken, HAS_ENROLMENTS for another way of enrolling.
    """
    moment = now or timezone.now()

    def work() -> Activity:
        activity = held(actor, activity_id)
        before = {name: getattr(activity, name) for name in FIELDS}
        _write(activity, fields)
        changed = [name for name in FIELDS if getattr(activity, name) != before[name]]
        _keeps_its_word(activity, before)
        activity.save()
        record(actor=actor, verb="activity.edit", target=activity, path=activity.centre.grid.path, fields=changed)
        if "closes_at" in changed:
            for session in activity.sessions.standing() if activity.by_session else (None,):
                line.reset_clocks(activity, session)
        if {"needs_pickup", "gives_certificate"} & set(changed):
            for session in activity.sessions.standing().filter(ends_at__gt=moment):
                timetable.keep_due_rows(session, moment)
        line.fill_all(activity, moment)
        return activity

    return in_one_transaction(work)


def _write(activity: Activity, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    assert not unknown, f"an activity has no {unknown}"
    for name, value in fields.items():
        setattr(activity, name, " ".join(value.split()) if isinstance(value, str) else value)
    errors: dict[str, list[str]] = {}
    try:
        activity.clean_fields(exclude=["centre", "created_by"])
    except ValidationError as error:
        errors = {name: [str(one) for one in said] for name, said in error.message_dict.items()}
    low, high = activity.min_age, activity.max_age
    if not errors and low is not None and high is not None and low > high:
        errors["max_age"] = [_("最大的岁数要不小于最小的。")]
    if not errors and activity.opens_at and activity.closes_at and activity.opens_at >= activity.closes_at:
        errors["closes_at"] = [_("报名截止要晚于开始。")]
    if errors:
        raise Invalid(errors=errors)


def _keeps_its_word(activity: Activity, before: dict[str, Any]) -> None:
    """Whoever has a seat keeps it."""
    if activity.enrols != before["enrols"] and Enrolment.objects.live().filter(activity=activity).exists():
        raise Conflict(_("已经有人报了名，报名的办法不能再换。"), code="HAS_ENROLMENTS")
    if activity.capacity < before["capacity"]:
        taken = max((one.taken for one in seating.seats_of_many([activity]).values()), default=0)
        if activity.capacity < taken:
            said = {"n": taken, "wanted": activity.capacity}
            text = _("已经有 %(n)s 个名额给出去了，不能减到 %(wanted)s 个。先和报名的人说好，再减。")
            raise Conflict(text % said, code="BELOW_ENROLLED", taken=taken)


def publish(*, actor: Actor, activity_id: UUID, now: dt.datetime | None = None) -> Activity:
    """Let everybody see it. Raises Refusal NO_SESSIONS while no date is planned; Conflict when it is not a draft."""
    moment = now or timezone.now()

    def work() -> Activity:
        activity = held(actor, activity_id)
        if activity.stage != Stage.DRAFT:
            raise Conflict(_("已经发布过了。"), code="ILLEGAL_TRANSITION")
        if not activity.sessions.standing().filter(ends_at__gt=moment).exists():
            raise Refusal(_("先排上日子，再发布：不知道哪天，别人没法来。"), code="NO_SESSIONS")
        activity.stage = Stage.PUBLISHED
        activity.save(update_fields=["stage"])
        record(actor=actor, verb="activity.publish", target=activity, path=activity.centre.grid.path)
        return activity

    return in_one_transaction(work)


def cancel_activity(*, actor: Actor, activity_id: UUID, reason: str, now: dt.datetime | None = None) -> Activity:
    """Call all of it off: what is to come gives its rooms back, everybody enrolled is told once."""
    moment = now or timezone.now()

    def work() -> Activity:
        to_come = Session.objects.standing().filter(activity=activity_id, starts_at__gt=moment)
        activity = held(actor, activity_id, rooms=to_come.values_list("room_id", flat=True))
        said = _reason(reason)
        if activity.stage == Stage.CANCELLED:
            raise Conflict(_("已经取消过了。"), code="ILLEGAL_TRANSITION")
        activity.stage, activity.cancel_reason = Stage.CANCELLED, said
        activity.save(update_fields=["stage", "cancel_reason"])
        record(actor=actor, verb="activity.cancel", target=activity, path=activity.centre.grid.path, reason=said)
        for session in activity.sessions.standing().filter(starts_at__gt=moment).select_related("room"):
            session.activity = activity
            _call_off(actor, session, said, moment, tell=False)
        left = list(Enrolment.objects.live().filter(activity=activity).with_activity().with_people().order_by("pk"))
        _cancel_all(actor, left, said, moment)
        text = _("%(title)s不办了：%(reason)s。对不起。") % {"title": activity.title, "reason": said.rstrip("。")}
        notices.tell_everybody(left, f"activity:{activity.pk}:cancelled", text, but=actor.id)
        return activity

    return in_one_transaction(work)


def held(actor: Actor, activity_id: UUID, *, rooms: Iterable[UUID | None] = ()) -> Activity:
    """The activity, locked, where this person runs its house; first the rooms it will take or give back.

    Raises NotFound.
    """
    if not Activity.objects.within(actor).filter(pk=activity_id).exists():
        raise NotFound()
    hold_rooms(rooms)
    return seating.hold(activity_id)


def _reason(reason: str) -> str:
    said = " ".join(reason.split())[:200]
    if not said:
        raise Refusal(_("请写下原因，对方看得到。"), code="REASON_REQUIRED")
    return said


# ---------------------------------------------------------------- one session
def add_session(
    *,
    actor: Actor,
    activity_id: UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    room: UUID | None = None,
    now: dt.datetime | None = None,
) -> Session:
    """One date, and its room. Raises Refusal REVERSED, PAST, TOO_FAR, TOO_LONG, TWICE; the engine's for a room."""
    moment = now or timezone.now()

    def work() -> Session:
        activity = held(actor, activity_id, rooms=[room])
        session = timetable.put(actor, activity, starts_at, ends_at, room, moment)
        line.reset_clocks(activity, None)
        return session

    return in_one_transaction(work)


def move_session(
    *,
    actor: Actor,
    session_id: UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    now: dt.datetime | None = None,
) -> Session:
    """Another time, the same room, in one act; everybody enrolled is told once. Raises as add_session, and OVER."""
    moment = now or timezone.now()

    def work() -> Session:
        session = held_session(actor, session_id, with_room=True)
        _is_to_come(session, moment)
        timetable.check_times(session.activity, starts_at, ends_at, moment, but=session)
        if session.booking_id is not None:
            occupying.shift(
                actor=actor, booking_id=session.booking_id, starts_at=starts_at, ends_at=ends_at, now=moment
            )
        _moved(actor, session, starts_at, ends_at, moment)
        return session

    return in_one_transaction(work)


def _moved(actor: Actor, session: Session, starts_at: dt.datetime, ends_at: dt.datetime, now: dt.datetime) -> None:
    session.starts_at, session.ends_at, session.sequence = starts_at, ends_at, session.sequence + 1
    session.save(update_fields=["starts_at", "ends_at", "sequence"])
    record(actor=actor, verb="session.move", target=session, path=session.activity.centre.grid.path)
    timetable.keep_due_rows(session, now)
    line.reset_clocks(session.activity, session if session.activity.by_session else None)
    key = f"session:{session.pk}:s{session.sequence}"
    notices.tell_everybody(_of(session), key, notices.moved(session, now), but=actor.id)


def cancel_session(*, actor: Actor, session_id: UUID, reason: str, now: dt.datetime | None = None) -> Session:
    """Call one date off: the room is free again, everybody enrolled is told once. Raises Refusal OVER, NotFound."""
    moment = now or timezone.now()

    def work() -> Session:
        session = held_session(actor, session_id, with_room=True)
        said = _reason(reason)
        _is_to_come(session, moment)
        _call_off(actor, session, said, moment)
        return session

    return in_one_transaction(work)


def room_called_off(booking: Any, actor: Actor, now: dt.datetime, reason: str) -> None:
    """The house took a room back (a closure): the session that stood in it is off. In the caller's transaction."""
    session = Session.objects.standing().filter(booking=booking).first()
    if session is None:
        return
    seating.hold(session.activity_id)
    session = Session.objects.standing().with_activity().filter(pk=session.pk).first()
    if session is not None:
        _call_off(actor, session, " ".join(reason.split())[:200] or ROOM_GONE, now, has_room=False)


def held_session(actor: Actor, session_id: UUID, *, with_room: bool = False) -> Session:
    """The session as it is once its activity is locked, where this person runs the house. Raises NotFound.

    with_room: for what takes or gives back its room, which is locked first.
    """
    rows = Session.objects.within(actor).with_activity().filter(pk=session_id)
    found = rows.first()
    if found is None:
        raise NotFound()
    if with_room:
        hold_rooms([found.room_id])
    seating.hold(found.activity_id)
    session: Session = rows.get()
    return session


def _is_to_come(session: Session, now: dt.datetime) -> None:
    if session.is_cancelled:
        raise Conflict(_("这场已经取消了。"), code="ILLEGAL_TRANSITION")
    if now >= session.starts_at:
        raise Refusal(_("这场已经开始了，改不了。"), code="OVER")


def _of(session: Session) -> list[Enrolment]:
    """Whom a session concerns."""
    found = Enrolment.objects.live().filter(
        seating.pool(session.activity, session.pk if session.activity.by_session else None)
    )
    return list(found.with_activity().with_people().order_by("pk"))


def _call_off(
    actor: Actor, session: Session, reason: str, now: dt.datetime, *, tell: bool = True, has_room: bool = True
) -> None:
    concerned = _of(session)
    session.is_cancelled, session.cancel_reason, session.sequence = True, reason, session.sequence + 1
    # Before the room is given back: the engine says so to whoever asked to hear it, and that is us.
    session.save(update_fields=["is_cancelled", "cancel_reason", "sequence"])
    if has_room and session.booking_id is not None:
        occupying.release(actor=actor, booking_id=session.booking_id, reason=reason, now=now)
    path = session.activity.centre.grid.path
    record(actor=actor, verb="session.cancel", target=session, path=path, reason=reason)
    timetable.keep_due_rows(session, now)
    if session.activity.by_session:
        _cancel_all(actor, concerned, reason, now)
    elif tell:
        line.reset_clocks(session.activity, None)
    if tell:
        key = f"session:{session.pk}:cancelled"
        notices.tell_everybody(concerned, key, notices.called_off(session, reason, now), but=actor.id)


def _cancel_all(actor: Actor, enrolments: Iterable[Enrolment], reason: str, now: dt.datetime) -> None:
    """Quietly: everybody is told of the whole, once. One's own goes with the others."""
    for enrolment in enrolments:
        by = actor if rules.calls_off(actor, enrolment) else SYSTEM
        flow.fire(enrolment.pk, event=Event.CANCEL, actor=by, reason=reason, now=now, quiet=True)
