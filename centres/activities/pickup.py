"""Who fetches a child: the people the guardian named, a code for each day that works once, and forgetting it all.

A code is reckoned from the portal's own key, so that the guardian's page can show it and the database holds only a hash
of it: whoever reads the tables cannot fetch a child.
"""

import datetime as dt
import hmac
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centres.activities import attendance, enrolling, notices, rules, seating
from centres.activities.enums import ON_THE_LIST
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Attendance, Enrolment
from centres.activities.models_pickup import PickupCode, PickupPerson
from centres.activities.timetable import PICKUP_KEPT
from portal import phones
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import keyed_hash, record
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooMany

# What stands where a child's name stood.
ERASED = "（已删）"

MOST_PEOPLE = 4
# Wrong tries on one child's code of one day; then only by name, with a reason.
TRIES = 5
# Kept in Chinese whatever language the clerk reads; `fetched_by` says it in the reader's.
BY_CODE = gettext_noop("凭接送码")


# ---------------------------------------------------------------- the people
@transaction.atomic
def name_person(*, actor: Actor, enrolment_id: UUID, name: str, phone: str, relation: str) -> PickupPerson:
    """The guardian names somebody who may fetch the child. Raises Invalid, Conflict TWICE, Refusal TOO_MANY."""
    enrolment = _of_guardian(actor, enrolment_id)
    name, relation = " ".join(name.split()), " ".join(relation.split())
    errors: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 20:
        errors["name"] = [_("写上姓名，二十个字以内。")]
    if not 1 <= len(relation) <= 12:
        errors["relation"] = [_("写上是孩子的什么人，像：外婆。")]
    try:
        number = phones.e164(phone)
    except phones.NotAPhone as error:
        errors["phone"] = [str(error)]
    if errors:
        raise Invalid(errors=errors)
    if enrolment.pickup_people.filter(name=name).exists():
        raise Conflict(_("%(name)s已经在名单上了。") % {"name": name}, code="TWICE")
    if enrolment.pickup_people.count() >= MOST_PEOPLE:
        raise Refusal(_("最多写 %(n)s 位，先删一位再加。") % {"n": MOST_PEOPLE}, code="TOO_MANY")
    found = PickupPerson.objects.create(enrolment=enrolment, name=name, phone=number, relation=relation)
    _trail(actor, enrolment, "pickup.name")
    return found


@transaction.atomic
def strike_person(*, actor: Actor, enrolment_id: UUID, person_id: UUID) -> None:
    """Somebody may not fetch the child any more. Raises NotFound, Forbidden."""
    enrolment = _of_guardian(actor, enrolment_id)
    gone, _rows = enrolment.pickup_people.filter(pk=person_id).delete()
    if not gone:
        raise NotFound()
    _trail(actor, enrolment, "pickup.strike")


def _of_guardian(actor: Actor, enrolment_id: UUID) -> Enrolment:
    enrolment = enrolling.visible_enrolment(actor, enrolment_id)
    if not rules.may_answer(actor, enrolment):
        raise Forbidden()
    seating.hold(enrolment.activity_id)
    if not (enrolment.is_child and enrolment.activity.needs_pickup):
        raise Conflict(_("这个活动不用接送。"), code="NO_PICKUP")
    return enrolment


# ---------------------------------------------------------------- the code
def session_of_today(enrolment: Enrolment, now: dt.datetime) -> Session | None:
    """The session whose end somebody waits for today."""
    day = timezone.localtime(now).date()
    rows = enrolment.activity.sessions.standing().filter(starts_at__date=day).order_by("starts_at")
    return (rows.filter(pk=enrolment.session_id) if enrolment.session_id else rows).first()


@transaction.atomic
def issue(*, enrolment: Enrolment, session: Session) -> PickupCode:
    """Today's code, made when it is first looked at or the evening before. Twice is once."""
    found = PickupCode.objects.filter(enrolment=enrolment, session=session).first()
    if found is not None:
        return found
    digest = _digest(enrolment.pk, session.pk, 1)
    return PickupCode.objects.get_or_create(enrolment=enrolment, session=session, defaults={"digest": digest})[0]


@transaction.atomic
def renew(*, actor: Actor, enrolment_id: UUID, now: dt.datetime | None = None) -> PickupCode:
    """Another code for today; the one before opens nothing. Raises Conflict USED, Refusal NOT_TODAY, Forbidden."""
    enrolment = _of_guardian(actor, enrolment_id)
    if not rules.speaks_for(actor, enrolment):
        raise Forbidden()
    session = session_of_today(enrolment, now or timezone.now())
    if session is None:
        raise Refusal(_("今天没有课，不用接送码。"), code="NOT_TODAY")
    issue(enrolment=enrolment, session=session)
    code = PickupCode.objects.select_for_update().get(enrolment=enrolment, session=session)
    if code.used_at is not None:
        raise Conflict(_("今天已经接走了，不用再换码。"), code="USED")
    code.round, code.wrong = code.round + 1, 0
    code.digest = _digest(enrolment.pk, session.pk, code.round)
    code.save(update_fields=["round", "wrong", "digest"])
    _trail(actor, enrolment, "pickup.renew")
    return code


def digits_of(code: PickupCode) -> str:
    """The six digits, for the guardian's own page only."""
    return _digits(code.enrolment_id, code.session_id, code.round)


def _digits(enrolment_id: UUID, session_id: UUID, round_: int) -> str:
    number = int(keyed_hash(f"pickup-code:{enrolment_id}:{session_id}:{round_}")[:15], 16)
    return f"{number % 1_000_000:06d}"


def _digest(enrolment_id: UUID, session_id: UUID, round_: int) -> str:
    return keyed_hash(f"pickup-digest:{enrolment_id}:{_digits(enrolment_id, session_id, round_)}")


# ---------------------------------------------------------------- handing over
def hand_over(
    *, actor: Actor, session_id: UUID, enrolment_id: UUID, digits: str, now: dt.datetime | None = None
) -> Attendance:
    """The code is right: the child goes. Raises Conflict USED, WRONG_CODE; TooMany after five wrong tries; NOT_TODAY.

    A wrong try is kept although the answer is no: it is counted in a transaction that ends before the refusal.
    """
    moment = now or timezone.now()
    refusal: Refusal | None = None
    with transaction.atomic():
        session, enrolment, found = _waiting_child(actor, session_id, enrolment_id, moment)
        code = PickupCode.objects.select_for_update().filter(enrolment=enrolment, session=session).first()
        if code is not None and code.wrong >= TRIES:
            refusal = TooMany(_("错了五次，这个码今天不能用了。请对名单，写明原因再交给家长。"))
        elif code is None or not _matches(code, digits):
            left = TRIES
            if code is not None:
                code.wrong += 1
                code.save(update_fields=["wrong"])
                left = TRIES - code.wrong
            said = _("码不对，孩子先不要交出去。还能试 %(n)s 次，也可以对名单。")
            refusal = Conflict(said % {"n": left}, code="WRONG_CODE")
        else:
            code.used_at, code.used_by = moment, actor.user
            code.save(update_fields=["used_at", "used_by"])
            _gone(actor, session, enrolment, found, moment, by=BY_CODE, by_code=True)
    if refusal is not None:
        raise refusal
    return found


@transaction.atomic
def hand_to_listed(
    *,
    actor: Actor,
    session_id: UUID,
    enrolment_id: UUID,
    person_id: UUID,
    reason: str,
    now: dt.datetime | None = None,
) -> Attendance:
    """Without the code, to somebody the guardian named; why is kept. Raises Refusal REASON_REQUIRED, NotFound."""
    moment = now or timezone.now()
    session, enrolment, found = _waiting_child(actor, session_id, enrolment_id, moment)
    person = enrolment.pickup_people.filter(pk=person_id).first()
    if person is None:
        raise NotFound()
    why = " ".join(reason.split())[:200]
    if not why:
        raise Refusal(_("没用接送码，请写一句为什么，像：手机没电，看过身份证。"), code="REASON_REQUIRED")
    PickupCode.objects.filter(enrolment=enrolment, session=session).update(used_at=moment, used_by=actor.user)
    by = f"{person.relation} {person.name}"
    _gone(actor, session, enrolment, found, moment, by=by, by_code=False, reason=why)
    return found


def _waiting_child(
    actor: Actor, session_id: UUID, enrolment_id: UUID, now: dt.datetime
) -> tuple[Session, Enrolment, Attendance]:
    session, enrolment = attendance.on_list(actor, session_id, enrolment_id, now)
    if timezone.localtime(now).date() != timezone.localtime(session.starts_at).date():
        raise Refusal(_("接送码只在当天有用。"), code="NOT_TODAY")
    found = attendance.present(session, enrolment)
    if found.picked_up_at is not None:
        said = {"time": timezone.localtime(found.picked_up_at).strftime("%H:%M"), "by": found.fetched_by}
        raise Conflict(_("%(time)s 已经接走了（%(by)s），这个码用过了。快打电话问家长。") % said, code="USED")
    return session, enrolment, found


def _matches(code: PickupCode, digits: str) -> bool:
    plain = phones.digits_in(digits)
    return hmac.compare_digest(code.digest, keyed_hash(f"pickup-digest:{code.enrolment_id}:{plain}"))


def _gone(
    actor: Actor,
    session: Session,
    enrolment: Enrolment,
    found: Attendance,
    now: dt.datetime,
    *,
    by: str,
    by_code: bool,
    reason: str = "",
) -> None:
    found.picked_up_at, found.left_at, found.picked_up_by = now, max(now, found.arrived_at), by
    found.by_code, found.pickup_reason, found.handed_over_by = by_code, reason, actor.user
    found.save()
    record(
        actor=actor,
        verb="pickup.hand_over",
        target=enrolment,
        path=session.activity.centre.grid.path,
        subject_id=enrolment.resident_id or enrolment.user_id,
        reason=reason,
    )
    notices.picked_up(enrolment, session, by, now)


def _trail(actor: Actor, enrolment: Enrolment, verb: str) -> None:
    record(
        actor=actor,
        verb=verb,
        target=enrolment,
        path=enrolment.activity.centre.grid.path,
        subject_id=enrolment.resident_id or enrolment.user_id,
    )


# ---------------------------------------------------------------- the system's own steps
def issue_for(session: Session) -> int:
    """The codes of a session, the evening before; returns how many there are."""
    if not session.activity.needs_pickup:
        return 0
    pool = seating.pool(session.activity, session.pk if session.activity.by_session else None)
    rows = Enrolment.objects.filter(pool, state__in=ON_THE_LIST).exclude(child_name="")
    return len([issue(enrolment=enrolment, session=session) for enrolment in rows])


@transaction.atomic
def forget(*, activity_id: UUID, now: dt.datetime) -> int:
    """30 days after the last session: who may fetch, who fetched, and every code are gone. Returns how many rows.

    0 where there is a later session, or nothing left: safe to run twice.
    """
    activity = Activity.objects.with_centre().filter(pk=activity_id).first()
    if activity is None or activity.sessions.standing().filter(ends_at__gt=now - PICKUP_KEPT).exists():
        return 0
    seating.hold(activity_id)
    of = {"enrolment__activity": activity}
    gone = PickupPerson.objects.filter(**of).delete()[0] + PickupCode.objects.filter(**of).delete()[0]
    fetched = Attendance.objects.filter(**of, picked_up_at__isnull=False)
    gone += fetched.update(picked_up_at=None, picked_up_by="", handed_over_by=None, by_code=False, pickup_reason="")
    # The seat stays a child's (the words of the consent are kept), its name and the guardian's do not.
    children = Enrolment.objects.filter(activity=activity).exclude(child_name__in=["", ERASED])
    gone += children.update(child_name=ERASED, consent_name="—")
    if gone:
        record(actor=SYSTEM, verb="pickup.forget", target=activity, path=activity.centre.grid.path)
    return gone


def forget_over(*, now: dt.datetime, most: int = 200) -> int:
    """`forget` for every activity that is over and still has a child's name; at most so many a night."""
    named = Enrolment.objects.exclude(child_name__in=["", ERASED]).filter(created_at__lt=now - PICKUP_KEPT)
    late = Session.objects.standing().filter(ends_at__gt=now - PICKUP_KEPT).values("activity")
    over = named.exclude(activity__in=late).values_list("activity_id", flat=True).distinct()[:most]
    with transaction.atomic():
        return sum(forget(activity_id=one, now=now) for one in sorted(over))
