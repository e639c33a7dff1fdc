"""Erasure: asked by the person, decided by those in charge of their place, done now or once nothing is open."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role
from portal.accounts.models import User
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, IllegalTransition, NotFound
from portal.flow import due
from portal.notifications.services import queue
from portal.privacy import erasing, outside, subjects
from portal.privacy.declarations import declaration
from portal.privacy.enums import OPEN_ERASURES, ErasureState
from portal.privacy.exporting import says_something
from portal.privacy.models import Erasure
from portal.privacy.subjects import Person, Subject

DECIDERS = (Role.SECRETARY, *STREET, *DISTRICT)
# A case that is open today may be closed tomorrow.
LOOK_AGAIN = timedelta(days=1)


# ---------------------------------------------------------------- asking
def ask_erasure(*, actor: Actor, reason: str = "", resident_id: UUID | None = None) -> Erasure:
    """Ask that what is held about oneself be erased; at the desk, for somebody within reach (`resident_id`).

    Asked twice is asked once: the open one is answered. Raises NotFound for somebody out of reach.
    """

    def work() -> Erasure:
        account_id, person = _whose(actor, resident_id)
        path = person.path if person else subjects.register().home()
        made = Erasure(
            resident_id=person.resident_id if person else None,
            account_id=account_id,
            path=path,
            reason=" ".join(reason.split())[:200],
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            return Erasure.objects.get(
                resident_id=made.resident_id, account_id=made.account_id, state__in=OPEN_ERASURES
            )
        subject_id = made.resident_id or made.account_id
        record(actor=actor, verb="erasure.ask", target=made, path=path, subject_id=subject_id)
        return made

    return in_one_transaction(work)


def _whose(actor: Actor, resident_id: UUID | None) -> tuple[UUID | None, Person | None]:
    """Whom it is asked for: account and person. One's own, or somebody's who stands at the desk."""
    mine = subjects.of_account(actor.user) if actor.user else None
    own = {one.resident_id: one for one in mine.people} if mine else {}
    if resident_id is None:
        if mine is None:
            raise NotFound()
        return mine.account_id, next(iter(own.values()), None)
    if resident_id in own:
        # An account that stands for several people is not one person's to erase.
        return (actor.id if len(own) == 1 else None), own[resident_id]
    person = subjects.register().within_reach(actor, resident_id)
    if person is None or not actor.reach.covers(person.path, *COMMUNITY):
        raise NotFound()
    return subjects.of_person(person).account_id, person


def take_back(*, actor: Actor, erasure_id: UUID) -> Erasure:
    """The person thinks better of it, while nothing has been erased. Raises NotFound for anybody else's."""

    def work() -> Erasure:
        one = Erasure.objects.select_for_update().filter(own(actor), pk=erasure_id).first()
        if one is None:
            raise NotFound()
        if one.state in OPEN_ERASURES:
            one.state = ErasureState.BACK
            one.save(update_fields=["state"])
            due.cancel(subject_id=one.pk, kinds=("privacy.erasure",))
            record(actor=actor, verb="erasure.take_back", target=one, path=one.path, subject_id=_subject_id(one))
        return one

    return in_one_transaction(work)


def own(actor: Actor) -> Q:
    mine = subjects.of_account(actor.user) if actor.user else None
    if mine is None:
        return Q(pk__in=[])
    return Q(account_id=mine.account_id) | Q(resident_id__in=mine.resident_ids)


def _subject_id(one: Erasure) -> UUID | None:
    return one.resident_id or one.account_id


# ---------------------------------------------------------------- deciding
def to_decide(actor: Actor) -> QuerySet[Erasure]:
    """Requests of the places this person is in charge of; never one's own."""
    return Erasure.objects.filter(actor.reach.q("path", *DECIDERS)).exclude(account_id=actor.id)


def for_decider(actor: Actor, erasure_id: UUID, *, lock: bool = False) -> Erasure:
    rows = to_decide(actor)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound()
    return found


def subject_of(one: Erasure) -> Subject:
    return subjects.by_ids(account_id=one.account_id, resident_id=one.resident_id)


def decide_erasure(*, actor: Actor, erasure_id: UUID, erase: bool, answer: str, now: datetime | None = None) -> Erasure:
    """Erase, or refuse with a reason the person can understand. While something is being done for them, it waits.

    Raises NotFound out of reach, Forbidden without the role, IllegalTransition once decided.
    """
    moment = now or timezone.now()

    def work() -> Erasure:
        one = for_decider(actor, erasure_id, lock=True)
        if not actor.reach.covers(one.path, *DECIDERS):
            raise Forbidden()
        if one.state != ErasureState.ASKED:
            raise IllegalTransition()
        one.answer, one.decided_by, one.decided_at = says_something(answer), actor.user, moment
        one.state = ErasureState.DEFERRED if erase else ErasureState.REFUSED
        one.save(update_fields=["answer", "decided_by", "decided_at", "state"])
        verb = "erasure.grant" if erase else "erasure.refuse"
        record(actor=actor, verb=verb, target=one, path=one.path, subject_id=_subject_id(one), reason=one.answer)
        if not erase:
            _tell(one, _("您请求删除的事，没有同意"), one.answer)
        elif waits := _carry_out(one, moment):
            _tell(one, _("您请求删除的事：办完手上的就删"), why_it_waits(waits))
        return one

    return in_one_transaction(work)


def why_it_waits(waits: list[str]) -> str:
    """What is still open, and when it is done: it is tried every day (LOOK_AGAIN)."""
    if not waits:
        return _("手上的事都办完了，一天之内就删，不用再来。")
    return _("%(what)s。办完以后一天之内自动删，不用再来。") % {"what": _("、").join(waits)}


def carry_out(*, erasure_id: UUID, now: datetime) -> bool:
    """Try again what was put off. True once it is done; safe to run twice."""
    one = Erasure.objects.select_for_update().filter(pk=erasure_id, state=ErasureState.DEFERRED).first()
    return one is not None and not _carry_out(one, now)


def _carry_out(one: Erasure, now: datetime) -> list[str]:
    """Erase, and answer nothing; or put it off, and answer why."""
    subject = subject_of(one)
    if waits := erasing.holds(subject):
        later = now + LOOK_AGAIN
        due.schedule(
            key=f"privacy:erasure:{one.pk}:{later:%Y%m%d}", kind="privacy.erasure", subject_id=one.pk, due_at=later
        )
        return waits
    one.counts = erasing.erase(subject, now)
    one.state, one.done_at, one.reason = ErasureState.DONE, now, ""
    one.save(update_fields=["counts", "state", "done_at", "reason"])
    record(actor=SYSTEM, verb="erasure.done", target=one, path=one.path, subject_id=_subject_id(one))
    # Last, and on the disk before the commit: what was erased and is not on the list would come back with a backup.
    outside.note(outside.Line(one.pk, one.account_id, tuple(subject.resident_ids), now))
    return []


def _tell(one: Erasure, subject: str, body: str) -> None:
    user = User.objects.filter(pk=one.account_id).first() if one.account_id else None
    if user is not None:
        queue(key=f"erasure:{one.pk}:{one.state}", to=user, subject=subject, body=body, url="/my/data/", about=one.pk)


# ---------------------------------------------------------------- looking
def record_print(*, actor: Actor, person: Person, reason: str) -> None:
    """The printed twin shows everything: it is a look like any other, with its reason."""
    why = says_something(reason)
    record(
        actor=actor,
        verb="privacy.print",
        target=_row_of(person),
        path=person.path,
        subject_id=person.resident_id,
        fields=["all"],
        reason=why,
    )


def _row_of(person: Person):
    said = declaration("grids.Resident")
    assert said is not None
    return said.model(pk=person.resident_id)
