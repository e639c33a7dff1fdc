"""Every write of an enrolment. Each is one transaction: lock the activity, look at seats and line, write."""

import datetime as dt
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.activities import line, persons, seating, words
from centres.activities.enums import EnrolmentState, Event, Stage
from centres.activities.lifecycle import flow
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Enrolment
from centres.activities.persons import ADULT, Child, Person
from portal.accounts.actors import SYSTEM, Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound, Refusal

__all__ = ["Child", "accept", "cancel", "enrol", "visible_enrolment", "withdraw"]


def enrol(
    *,
    actor: Actor,
    activity_id: UUID,
    session_id: UUID | None = None,
    on_behalf_of: UUID | None = None,
    child: Child | None = None,
    born: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Enrolment:
    """Enrol somebody: enrolled while there is a seat, else waiting in line.

    on_behalf_of: a person linked to the account, or within the actor's reach. child: who comes instead of them; they
    are then the guardian. born: reckoned into the age on the first day and not kept.

    Raises Refusal NOT_YET, SHUT, AGE, BORN, NO_CONSENT (422), Conflict ENROLLED (409), Invalid, NotFound, Forbidden.
    """
    moment = now or timezone.now()

    def work() -> Enrolment:
        activity = seating.hold(activity_id)
        session = _session(activity, session_id)
        person = persons.enrolled_for(actor, activity, on_behalf_of)
        _is_open(activity, session, moment)
        child_name = _child(child) if child else ""
        age = _age(activity, session, bool(child), born, moment)
        if child and not child.consent:
            raise Refusal(_("孩子来，要监护人先点头：请在“我同意”前打勾。"), code="NO_CONSENT")
        _only_once(activity, session, person, child_name)
        seats = seating.seats_of(activity, session.pk if session else None)
        enrolment = Enrolment(
            activity=activity,
            session=session,
            user=person.user,
            resident=person.resident,
            enrolled_by=actor.user,
            child_name=child_name,
            age=age,
            who=person.key(child_name),
            line_no=_next_in_line(activity),
            consent_at=moment if child else None,
            consent_words=str(words.CONSENT) if child else "",
            consent_name=person.name if child else "",
        )
        event = Event.ENROL if seats.left else Event.WAIT
        behalf = person.user is None or person.user.pk != actor.id
        return flow.begin(enrolment, event=event, actor=actor, now=moment, on_behalf=behalf)

    return in_one_transaction(work)


def _session(activity: Activity, session_id: UUID | None) -> Session | None:
    if activity.stage == Stage.DRAFT:
        raise NotFound()
    if not activity.by_session:
        if session_id is not None:
            raise Invalid(_("这个活动是整期报名的，不用挑场次。"))
        return None
    if session_id is None:
        raise Invalid(_("请先挑一场。"))
    session = activity.sessions.filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    return session


def _is_open(activity: Activity, session: Session | None, now: dt.datetime) -> None:
    if activity.stage == Stage.CANCELLED or (session is not None and session.is_cancelled):
        raise Conflict(_("这次取消了，报不了名。看看别的活动。"), code="CALLED_OFF")
    if activity.opens_at is not None and now < activity.opens_at:
        said = {"when": words.ui.when(activity.opens_at, now)}
        raise Refusal(_("还没到报名的时候，%(when)s起可以报。") % said, code="NOT_YET")
    shut = seating.shut_of(activity, session)
    if shut is None or now >= shut:
        raise Refusal(_("报名已经截止了。想来可以打电话到窗口问一问。"), code="SHUT")


def _child(child: Child) -> str:
    name = " ".join(child.name.split())
    if not 1 <= len(name) <= 20:
        raise Invalid(errors={"child_name": [_("写上孩子的名字，二十个字以内。")]})
    return name


def _age(
    activity: Activity, session: Session | None, is_child: bool, born: dt.date | None, now: dt.datetime
) -> int | None:
    """On the first day: of this session, of the term, or today where the term has begun."""
    if born is None:
        if is_child or activity.has_ages:
            raise Invalid(errors={"born": [_("请填出生日期，好算年龄。我们只记年龄。")]})
        return None
    first = session.starts_at if session else seating.term_of(activity).first
    day = timezone.localtime(max(first or now, now)).date()
    age = persons.age_on(born, day)
    if is_child and age >= ADULT:
        raise Refusal(_("满 18 岁就是大人了，请用自己的名字报。"), code="AGE")
    if not is_child and age < persons.BY_THEMSELF:
        raise Refusal(_("不满 14 岁，要监护人替他报：请选“孩子”，写上名字，监护人点头。"), code="NO_CONSENT")
    low, high = activity.min_age, activity.max_age
    if (low is not None and age < low) or (high is not None and age > high):
        said = {"title": activity.title, "ages": words.ages(activity), "age": age}
        raise Refusal(_("%(title)s收 %(ages)s，开始那天是 %(age)s 岁，这次来不了。看看别的活动。") % said, code="AGE")
    return age


def _only_once(activity: Activity, session: Session | None, person: Person, child_name: str) -> None:
    mine = Enrolment.objects.live().filter(seating.pool(activity, session.pk if session else None))
    keys = {person.key(child_name)}
    if person.user is not None:
        # What the account enrolled before somebody confirmed who it is.
        keys.add(Person(person.user).key(child_name))
    found = mine.filter(who__in=keys).first()
    if found is not None:
        said = {"name": child_name} if child_name else {}
        text = _("%(name)s已经报过了，不用再报。") % said if child_name else _("已经报过了，不用再报。")
        raise Conflict(
            text, code="ENROLLED", alternatives=[{"label": _("看我的报名"), "url": found.get_absolute_url()}]
        )


def _next_in_line(activity: Activity) -> int:
    return (Enrolment.objects.filter(activity=activity).aggregate(last=Max("line_no"))["last"] or 0) + 1


# ---------------------------------------------------------------- what happens to one
def accept(*, actor: Actor, enrolment_id: UUID, now: dt.datetime | None = None) -> Enrolment:
    """Take the seat that was offered. Raises Conflict OFFER_LAPSED, ENROLLED; NotFound."""
    moment = now or timezone.now()

    def work() -> Enrolment:
        enrolment = _held(actor, enrolment_id)
        if enrolment.state == EnrolmentState.ENROLLED:
            raise Conflict(_("已经报上了，不用再点。"), code="ENROLLED")
        # The sweep may be late; what the message promised to the next one is not.
        over = enrolment.offered_until is not None and moment >= enrolment.offered_until
        if over or enrolment.state == EnrolmentState.LAPSED:
            raise Conflict(_("这个名额留到时间了，已经给下一位。还想来可以再排候补。"), code="OFFER_LAPSED")
        return flow.fire(enrolment_id, event=Event.ACCEPT, actor=actor, now=moment)

    return in_one_transaction(work)


def withdraw(
    *, actor: Actor, enrolment_id: UUID, version: int | None = None, now: dt.datetime | None = None
) -> Enrolment:
    """Give a seat or a place in line back; the seat is offered to the next. Raises Refusal OVER; as Flow.fire."""
    moment = now or timezone.now()

    def work() -> Enrolment:
        enrolment = _held(actor, enrolment_id)
        if enrolment.session is not None and moment >= enrolment.session.starts_at:
            raise Refusal(_("这场已经开始了，不用退。"), code="OVER")
        found = flow.fire(enrolment_id, event=Event.WITHDRAW, actor=actor, version=version, now=moment)
        line.fill(enrolment.activity, enrolment.session, moment)
        return found

    return in_one_transaction(work)


def cancel(
    *, actor: Actor, enrolment_id: UUID, reason: str, version: int | None = None, now: dt.datetime | None = None
) -> Enrolment:
    """The centre takes a seat back and says why. Raises as Flow.fire."""
    moment = now or timezone.now()

    def work() -> Enrolment:
        enrolment = _held(actor, enrolment_id)
        found = flow.fire(
            enrolment_id, event=Event.CANCEL, actor=actor, version=version, reason=reason[:200], now=moment
        )
        line.fill(enrolment.activity, enrolment.session, moment)
        return found

    return in_one_transaction(work)


def _held(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The enrolment as it is once its activity is locked, where this person may see it."""
    seating.hold(visible_enrolment(actor, enrolment_id).activity_id)
    return visible_enrolment(actor, enrolment_id)


def visible_enrolment(actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The enrolment, where this person may see it. Raises NotFound."""
    rows = Enrolment.objects.visible_to(actor).with_activity().with_people()
    enrolment: Enrolment | None = rows.filter(pk=enrolment_id).first()
    if enrolment is None:
        raise NotFound()
    return enrolment


# ---------------------------------------------------------------- the system's own steps
def lapse(*, enrolment_id: UUID, now: dt.datetime) -> bool:
    """An offer nobody answered, or a line that leads nowhere any more. False where there is nothing to do (yet)."""

    def work() -> bool:
        enrolment = _held(SYSTEM, enrolment_id)
        if enrolment.state == EnrolmentState.OFFERED:
            is_over = enrolment.offered_until is not None and now >= enrolment.offered_until
        elif enrolment.state == EnrolmentState.WAITING:
            shut = seating.shut_of(enrolment.activity, enrolment.session)
            is_over = shut is None or now >= shut
        else:
            return False
        if not is_over:
            return False
        flow.fire(enrolment_id, event=Event.LAPSE, actor=SYSTEM, now=now)
        line.fill(enrolment.activity, enrolment.session, now)
        return True

    return in_one_transaction(work)
