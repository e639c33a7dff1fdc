"""Care needs: written down on a consent or a law, given to somebody, renewed or over within twelve months."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.registry import care_told, persons, rules
from grids.registry.enums_care import BY_HAND, LIVE, CareBasis, CareEnd, CareKind, CareState, Statute
from grids.registry.models import Resident
from grids.registry.models_care import CareNeed, CareNeedQuerySet, purpose_of_kind
from grids.registry.roster import BadLine, read_phone
from portal.accounts import colleagues
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due
from portal.privacy import consents
from portal.privacy.enums import Ended

LASTS = timedelta(days=365)
REMIND_BEFORE = timedelta(days=30)
# What nobody confirms stands on no consent: it does not lie about.
CONFIRM_WITHIN = timedelta(days=30)
LONGEST = 200
# Who may be given a need: the door's grid worker, or the secretary themselves.
HELPERS = (Role.GRID_WORKER, Role.SECRETARY)
REMIND, EXPIRE, LAPSE = "registry.care_remind", "registry.care_expire", "registry.care_lapse"


@dataclass(frozen=True)
class Ground:
    """On what it is written down. ref: the number of the paper, or of the document."""

    basis: str = CareBasis.CONSENT
    statute: str = ""
    ref: str = ""
    under_14: bool = False
    guardian_name: str = ""
    guardian_phone: str = ""


# ---------------------------------------------------------------- writes
def ask_need(*, actor: Actor, resident_id: UUID, need: str, kind: str = CareKind.OTHER) -> CareNeed:
    """Say that somebody needs help; it holds when the secretary has confirmed it with their consent.

    Raises NotFound beyond reach, Forbidden for whoever stands at no door, Invalid for no words.
    """
    words = _words(kind, need)

    def work() -> CareNeed:
        resident = persons.within_reach(actor, resident_id)
        path = resident.household.building.path
        if not rules.may_link(actor, path):
            raise Forbidden()
        theirs = actor.user if actor.reach.covers(path, Role.GRID_WORKER) else None
        made = CareNeed.objects.create(
            resident=resident, kind=kind, need=words, asked_by=actor.user, assignee=theirs, under_14=_is_child(kind)
        )
        lapses(made)
        write_trail(actor, "ask", made, "kind", "need")
        care_told.asked(made, path)
        return made

    return in_one_transaction(work)


def write_down(
    *, actor: Actor, resident_id: UUID, need: str, kind: str, ground: Ground, assignee_id: UUID | None
) -> CareNeed:
    """The secretary writes down a need with its ground at once. Raises as ask_need and confirm_need."""

    def work() -> CareNeed:
        made = ask_need(actor=actor, resident_id=resident_id, need=need, kind=kind)
        return confirm_need(actor=actor, need_id=made.pk, need=need, kind=kind, ground=ground, assignee_id=assignee_id)

    return in_one_transaction(work)


def confirm_need(
    *, actor: Actor, need_id: UUID, need: str, kind: str, ground: Ground, assignee_id: UUID | None
) -> CareNeed:
    """The secretary's word: their consent (or the law) is written down, somebody is given it, twelve months begin.

    Twice changes nothing. Raises NotFound for whom it is not there, Conflict OVER or SAME_KIND, Invalid for a ground
    that is none (a child without its guardian) or somebody who does not work at that door.
    """
    words, ground = _words(kind, need), _checked(ground, kind)

    def work() -> CareNeed:
        found = _locked(actor, need_id, secretary=True)
        if found.state == CareState.OPEN:
            return found
        if found.state != CareState.ASKED:
            raise Conflict(_("这一条已经结束了。"), code="OVER")
        found.kind, found.need, found.assignee = kind, words, _helper(found, assignee_id)
        found.state, found.opened_by, found.starts_on = CareState.OPEN, actor.user, timezone.localdate()
        _stand_on(actor, found, ground)
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            raise Conflict(_("他已经有一条同类的需求，续那一条就行。"), code="SAME_KIND") from error
        due.cancel(subject_id=found.pk, kinds=(LAPSE,))
        write_trail(actor, "open", found, "kind", "need", "basis", "assignee", "expires_on")
        care_told.given(found)
        care_told.person(found)
        return found

    return in_one_transaction(work)


def renew_need(*, actor: Actor, need_id: UUID, ground: Ground) -> CareNeed:
    """Twelve months more from today, on a consent given again. The same day twice changes nothing.

    Raises NotFound for whom it is not there, Conflict OVER, Invalid as confirm_need.
    """

    def work() -> CareNeed:
        found = _locked(actor, need_id)
        _must_be_open(found)
        given = _checked(ground, found.kind, under_14=found.under_14)
        if found.expires_on == timezone.localdate() + LASTS:
            return found
        due.cancel(subject_id=found.pk, kinds=(REMIND, EXPIRE))
        _stand_on(actor, found, given)
        found.save()
        write_trail(actor, "renew", found, "basis", "expires_on")
        care_told.person(found)
        return found

    return in_one_transaction(work)


def hand_over(*, actor: Actor, need_id: UUID, assignee_id: UUID | None) -> CareNeed:
    """Give it to somebody else; whoever had it sees it no more. Raises NotFound, Conflict OVER, Invalid."""

    def work() -> CareNeed:
        found = _locked(actor, need_id, secretary=True)
        _must_be_open(found)
        helper = _helper(found, assignee_id)
        if found.assignee_id == helper.pk:
            return found
        found.assignee = helper
        found.save(update_fields=["assignee"])
        write_trail(actor, "hand", found, "assignee")
        care_told.given(found)
        return found

    return in_one_transaction(work)


def end_need(*, actor: Actor, need_id: UUID, why: str) -> CareNeed:
    """It is not needed any more, or not wanted. Twice changes nothing. Raises NotFound, Invalid for no reason."""
    if why not in BY_HAND:
        raise Invalid(_("选一下为什么结束。"), errors={"why": [_("选一下为什么结束。")]})

    def work() -> CareNeed:
        found = _locked(actor, need_id)
        if found.state == CareState.OPEN and found.basis == CareBasis.CONSENT and why == CareEnd.NOT_WANTED:
            # That is a consent taken back by word of mouth: it ends as one, words and all.
            consents.withdraw(actor=actor, subject_id=found.resident_id, purpose=found.purpose, path=found.path)
            found.refresh_from_db()
        elif found.state in LIVE:
            put_end(actor, found, CareState.ENDED, why, timezone.now())
        return found

    return in_one_transaction(work)


def read_need(*, actor: Actor, need_id: UUID, reason: str = "") -> str:
    """The words, once, written into the trail for the person to read; whoever was given it needs no reason.

    Raises NotFound for whom it is not there, Invalid REASON_NEEDED for anybody else without one.
    """
    said = persons.said(reason)

    def work() -> str:
        found = _locked(actor, need_id)
        theirs = found.assignee_id == actor.id and found.state in LIVE
        if not theirs and not rules.says_something(said):
            words = _("请写一句为什么要看，本人查得到。")
            raise Invalid(words, code="REASON_NEEDED", errors={"reason": [words]})
        write_trail(actor, "look", found, "need", reason=said)
        return found.need

    return in_one_transaction(work)


# ---------------------------------------------------------------- what ends it by itself
def consent_over(subject_id: UUID, purpose: str, now: datetime) -> None:
    """A consent was taken back or is over, and what stood on it with it, in that very transaction."""
    ended = next((one.ended for one in consents.of_subject([subject_id]) if one.purpose == purpose), "")
    kind = purpose.removeprefix(purpose_of_kind(""))
    rows = locked().filter(resident_id=subject_id, kind=kind, state=CareState.OPEN, basis=CareBasis.CONSENT)
    for found in rows:
        if ended != Ended.WITHDRAWN:
            put_end(SYSTEM, found, CareState.EXPIRED, "", now)
            continue
        # Nothing allows the words any more: they do not wait for the night.
        found.need = found.guardian_name = found.guardian_phone = ""
        put_end(SYSTEM, found, CareState.ENDED, CareEnd.WITHDRAWN, now)
        care_told.withdrawn(found)


def remind(need_id: UUID, now: datetime) -> bool:
    """Thirty days before: whoever was given it and the secretary. False where it is over or was renewed."""
    found = locked().filter(pk=need_id, state=CareState.OPEN).first()
    if found is None or found.expires_on is None or found.expires_on - REMIND_BEFORE > timezone.localdate(now):
        return False
    care_told.ends_soon(found)
    return True


def expire(need_id: UUID, now: datetime) -> bool:
    """Nobody renewed it. False where somebody did, or it was over before."""
    found = locked().filter(pk=need_id, state=CareState.OPEN).first()
    if found is None or not found.is_over(timezone.localdate(now)):
        return False
    put_end(SYSTEM, found, CareState.EXPIRED, "", now)
    care_told.expired(found)
    return True


def lapse(need_id: UUID, now: datetime) -> bool:
    """Nobody confirmed it, so nobody agreed: the words go at once."""
    found = locked().filter(pk=need_id).first()
    if found is None or found.created_at + CONFIRM_WITHIN > now:
        return False
    if found.state == CareState.ENDED and found.starts_on is None and found.need:
        # It ended with a change of the register that might have been put back.
        found.need = ""
        found.save(update_fields=["need"])
        return True
    if found.state != CareState.ASKED:
        return False
    put_end(SYSTEM, found, CareState.ENDED, CareEnd.LAPSED, now)
    return True


# ---------------------------------------------------------------- shared
def locked() -> CareNeedQuerySet:
    return CareNeed.objects.select_for_update(of=("self",)).select_related(
        "assignee", "resident__user", "resident__household__building"
    )


def _locked(actor: Actor, need_id: UUID, *, secretary: bool = False) -> CareNeed:
    """The need, locked, as this actor may see it. A need of somebody they may not see is not there."""
    found = locked().visible_to(actor.reach).filter(pk=need_id).first()
    if found is None or (secretary and not actor.reach.covers(found.path, Role.SECRETARY)):
        raise NotFound()
    return found


def _must_be_open(found: CareNeed) -> None:
    if found.state != CareState.OPEN or found.is_over(timezone.localdate()):
        raise Conflict(_("这一条已经结束了，还要帮就重新记一条。"), code="OVER")


def _is_child(kind: str) -> bool:
    return kind == CareKind.CHILD


def _words(kind: str, need: str) -> str:
    wrong = {}
    words = " ".join(need.split())
    if not 4 <= len(words) <= LONGEST:
        wrong["need"] = [_("写一句要帮什么，4 到 200 个字。")]
    if kind not in CareKind.values:
        wrong["kind"] = [_("请从列出来的里面选。")]
    if wrong:
        raise Invalid(errors=wrong)
    return words


def _checked(ground: Ground, kind: str, *, under_14: bool = False) -> Ground:
    """The ground as it is kept. For a child the guardian consents, whatever the law asks besides."""
    wrong: dict[str, list[str]] = {}
    child = ground.under_14 or under_14 or _is_child(kind)
    name, phone = " ".join(ground.guardian_name.split())[:40], ""
    if ground.basis not in CareBasis.values:
        wrong["basis"] = [_("选一下凭什么记。")]
    if child:
        if ground.basis == CareBasis.STATUTE:
            wrong["basis"] = [_("孩子的事，要监护人同意才记。")]
        if len(name) < 2:
            wrong["guardian_name"] = [_("写监护人的姓名，是他同意的。")]
        try:
            phone = read_phone(ground.guardian_phone) or ""
        except BadLine:
            phone = ""
        if not phone:
            wrong["guardian_phone"] = [_("写监护人的电话，有事先找他。")]
    statute = ground.statute if ground.basis == CareBasis.STATUTE else ""
    if ground.basis == CareBasis.STATUTE and statute not in Statute.values:
        wrong["statute"] = [_("选一下是哪部法。")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], errors=wrong)
    return Ground(ground.basis, statute, " ".join(ground.ref.split())[:40], child, name if child else "", phone)


def _stand_on(actor: Actor, found: CareNeed, ground: Ground) -> None:
    """Write the ground into the row, the consent beside it, and what falls due."""
    today = timezone.localdate()
    found.basis, found.statute, found.basis_ref = ground.basis, ground.statute, ground.ref
    found.under_14, found.guardian_name, found.guardian_phone = (
        ground.under_14,
        ground.guardian_name,
        ground.guardian_phone,
    )
    found.expires_on = today + LASTS
    if ground.basis == CareBasis.CONSENT:
        consents.give(
            actor=actor,
            subject_id=found.resident_id,
            purpose=found.purpose,
            path=found.path,
            given_by=ground.guardian_name,
            paper_ref=ground.ref,
        )
    falls_due(found)


def falls_due(found: CareNeed) -> None:
    """When it is reminded of, and when it is over."""
    assert found.expires_on is not None
    _schedule(found, REMIND, found.expires_on - REMIND_BEFORE, time(9))
    _schedule(found, EXPIRE, found.expires_on + timedelta(days=1), time(0))


def _schedule(found: CareNeed, kind: str, day: date, hour: time) -> None:
    at = timezone.make_aware(datetime.combine(day, hour))
    # The day is part of the key: what was done for one year is done for ever, and the next year has its own.
    due.schedule(key=f"{kind}:{found.pk}:{found.expires_on}", kind=kind, subject_id=found.pk, due_at=at)


def lapses(found: CareNeed) -> None:
    """What nobody confirms is over by itself."""
    at = found.created_at + CONFIRM_WITHIN
    due.schedule(key=f"care:{found.pk}:lapse", kind=LAPSE, subject_id=found.pk, due_at=at)


def _helper(found: CareNeed, assignee_id: UUID | None) -> User:
    helper = next((one for one in helpers_at(found.path) if one.pk == assignee_id), None)
    if helper is None:
        words = _("选一位在这里上班的人来照看。")
        raise Invalid(words, errors={"assignee": [words]})
    return helper


def helpers_at(path: str) -> list[User]:
    """Who may be given a need behind this door, nearest first."""
    return colleagues.at(path, HELPERS, timezone.now())


def put_end(
    actor: Actor, found: CareNeed, state: str, why: str, now: datetime, *, ended_with: UUID | None = None
) -> None:
    """It is over, and with it the consent that nothing else stands on.

    ended_with: a change of the register that can be put back; until then the words are as safe as they were.
    """
    asked = found.state == CareState.ASKED
    if asked and ended_with is None:
        found.need = ""  # nobody ever agreed that it be kept
    found.state, found.ended_why, found.ended_at, found.ended_with = state, why, now, ended_with
    found.save()
    due.cancel(subject_id=found.pk, kinds=(REMIND, EXPIRE) if ended_with else (REMIND, EXPIRE, LAPSE))
    if found.basis == CareBasis.CONSENT and why not in (CareEnd.WITHDRAWN, CareEnd.NOT_WANTED):
        # A kind has one consent, and the table lets one need of a kind stand on it.
        consents.close(actor=actor, subject_id=found.resident_id, purpose=found.purpose, path=found.path, now=now)
    write_trail(actor, "expire" if state == CareState.EXPIRED else "end", found, "state")


def write_trail(actor: Actor, event: str, found: CareNeed, *fields: str, reason: str = "") -> None:
    record(
        actor=actor,
        verb=f"care.{event}",
        target=found,
        path=found.path,
        subject_id=found.resident_id,
        fields=fields,
        reason=reason,
    )


def resident_at(actor: Actor, resident_id: UUID) -> Resident:
    """Whom a need is written down for, by somebody who may give or have one. Raises NotFound."""
    resident = persons.within_reach(actor, resident_id)
    if not actor.reach.covers(resident.household.building.path, *HELPERS):
        raise NotFound()
    return resident
