"""Being put off, and what somebody has to say about it. The house it came from answers, once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import notices, persons, rules
from centres.rooms.enums import AppealState, BookingState
from centres.rooms.models_appeal import SuspensionAppeal
from centres.rooms.models_booking import Booking, Suspension
from centres.rooms.querysets import OVERSEERS
from centres.rooms.steps import ABSENCES
from grids.postings.queries import holders
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

WORDS, REPLY = 300, 200


# ---------------------------------------------------------------- reading
def visible_to(actor: Actor) -> QuerySet[Suspension]:
    """One's own, those of one's family who share the account, and those that came from a house one looks after."""
    if actor.id is None:
        return Suspension.objects.none()
    own = Q(user_id=actor.id) | Q(resident__user_id=actor.id)
    rows = Suspension.objects.filter(own | actor.reach.q("centre__grid__path", *OVERSEERS))
    return rows.select_related("centre__grid", "user", "resident", "appeal")


def visible_suspension(actor: Actor, suspension_id: UUID) -> Suspension:
    """Raises NotFound."""
    found = visible_to(actor).filter(pk=suspension_id).first()
    if found is None:
        raise NotFound()
    return found


def running_of(user_id: UUID, now: datetime) -> list[Any]:
    """What somebody is put off by now, the longest first, with `has_appeal`."""
    mine = Suspension.objects.filter(Q(user_id=user_id) | Q(resident__user_id=user_id), until__gt=now, lifted_at=None)
    said = SuspensionAppeal.objects.filter(suspension=OuterRef("pk"))
    return list(mine.annotate(has_appeal=Exists(said)).order_by("-until"))


def absences_of(suspension: Suspension) -> list[Booking]:
    """The times it was for, the first of them first."""
    if suspension.resident is not None:
        person = persons.of_resident(suspension.resident)
    else:
        person = persons.Person(suspension.user)
    missed = Booking.objects.filter(person.owns, state=BookingState.NO_SHOW, starts_at__lte=suspension.created_at)
    return list(missed.with_room().order_by("-starts_at")[:ABSENCES])[::-1]


def waiting(actor: Actor, now: datetime) -> QuerySet[SuspensionAppeal]:
    """What this person may answer, the first to run out first; one's own is for a colleague."""
    rows = SuspensionAppeal.objects.filter(
        actor.reach.q("suspension__centre__grid__path", *COMMUNITY),
        state=AppealState.WAITING,
        suspension__until__gt=now,
        suspension__lifted_at=None,
    )
    rows = rows.exclude(suspension__user_id=actor.id) if actor.id else rows.none()
    return rows.select_related("suspension__resident", "suspension__user").order_by("suspension__until", "id")


def name_of(suspension: Suspension) -> str:
    """Whose it is, for the staff."""
    if suspension.resident is not None:
        return suspension.resident.name
    return suspension.user.get_full_name() if suspension.user is not None else ""


def is_own(actor: Actor, suspension: Suspension) -> bool:
    resident = suspension.resident
    return actor.id is not None and actor.id in (suspension.user_id, resident.user_id if resident else None)


def may_decide(actor: Actor, suspension: Suspension) -> bool:
    """The community it came from; never on one's own."""
    centre = suspension.centre
    return centre is not None and rules.runs_centre(actor, centre) and not is_own(actor, suspension)


def is_running(suspension: Suspension, now: datetime) -> bool:
    return suspension.lifted_at is None and suspension.until > now


# ---------------------------------------------------------------- writing
def appeal(*, actor: Actor, suspension_id: UUID, words: str, now: datetime | None = None) -> SuspensionAppeal:
    """Say what happened, once, while it runs.

    Raises NotFound, Forbidden for somebody else's, Invalid without words, Refusal OVER, Conflict SAID the second time.
    """
    words, now = " ".join(words.split()), now or timezone.now()

    def work() -> SuspensionAppeal:
        suspension = visible_suspension(actor, suspension_id)
        if actor.user is None or not is_own(actor, suspension):
            raise Forbidden()
        hold(suspension.pk)
        if SuspensionAppeal.objects.filter(suspension=suspension).exists():
            raise Conflict(_("您已经说过一次了，社区看得到，等他们回话。"), code="SAID")
        if not is_running(suspension, now):
            raise Refusal(_("已经恢复了，可以照常约。"), code="OVER")
        if suspension.centre is None:
            raise Refusal(_("这一次请到窗口当面说。"), code="NO_HOUSE")
        if not 1 <= len(words) <= WORDS:
            raise Invalid(errors={"words": [_("写几句怎么回事，三百个字以内。")]})
        made = SuspensionAppeal.objects.create(suspension=suspension, made_by=actor.user, words=words, created_at=now)
        _record(actor, "suspension.appeal", made)
        path = suspension.centre.grid.path
        for posting in holders(path=path, roles=COMMUNITY, at=now, nearest=True):
            if posting.user_id != actor.id:
                notices.said(made, posting.user)
        return made

    return in_one_transaction(work)


def decide(
    *, actor: Actor, suspension_id: UUID, lift: bool, reply: str, now: datetime | None = None
) -> SuspensionAppeal:
    """Lift it, or leave it as it is; either way with words that the person reads.

    Raises NotFound, Forbidden, Refusal REASON_REQUIRED, OVER, Conflict DECIDED where a colleague was quicker.
    """
    reply, now = " ".join(reply.split()), now or timezone.now()

    def work() -> SuspensionAppeal:
        found = visible_suspension(actor, suspension_id)
        if not may_decide(actor, found):
            raise Forbidden()
        hold(found.pk)
        suspension = visible_suspension(actor, suspension_id)
        said: SuspensionAppeal | None = getattr(suspension, "appeal", None)
        if said is None:
            raise NotFound()
        if said.state != AppealState.WAITING:
            raise Conflict(_("同事刚刚已经回过话了，没有再改。"), code="DECIDED", state=said.state)
        if not is_running(suspension, now):
            raise Refusal(_("已经到期了，不用再定。"), code="OVER")
        if not reply:
            raise Refusal(_("请写一句话，对方看得到。"), code="REASON_REQUIRED")
        if len(reply) > REPLY:
            raise Invalid(errors={"reply": [_("短一点，两百个字以内。")]})
        said.state = AppealState.LIFTED if lift else AppealState.KEPT
        said.reply, said.decided_by, said.decided_at = reply, actor.user, now
        said.save(update_fields=["state", "reply", "decided_by", "decided_at"])
        if lift:
            suspension.lifted_at = now
            suspension.save(update_fields=["lifted_at"])
        _record(actor, "suspension.lift" if lift else "suspension.keep", said, reason=reply)
        notices.answered(said, now)
        return said

    return in_one_transaction(work)


def hold(suspension_id: UUID) -> None:
    """Two who answer at once, or one who says it twice, meet here; the second sees what the first has written."""
    Suspension.objects.select_for_update(no_key=True).only("pk").get(pk=suspension_id)


def _record(actor: Actor, verb: str, said: SuspensionAppeal, **more: Any) -> None:
    suspension = said.suspension
    assert suspension.centre is not None
    path = suspension.centre.grid.path
    whose = suspension.resident_id or suspension.user_id
    record(actor=actor, verb=verb, target=suspension, path=path, subject_id=whose, **more)
