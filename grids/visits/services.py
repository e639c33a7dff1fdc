"""Writes of visits: logging a knock, its photos, judging what came in late. Others: beside it."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings.queries import ended_for, held_over, holders
from grids.registry.queries import door_of, resident_in
from grids.visits import clocks, rules
from grids.visits.entry import ErrandEntry, PromiseEntry, VisitEntry, checked
from grids.visits.enums import Outcome, VisitState
from grids.visits.errands import see_to
from grids.visits.materials import hand_out
from grids.visits.models import Visit, VisitFollowUp, VisitPhoto
from grids.visits.promising import keep_promise as keep_promise
from grids.visits.promising import make_promises
from grids.visits.promising import move_promise as move_promise
from grids.visits.queries import accounts_behind, round_at, sign_of
from grids.visits.rounds import open_round as open_round
from portal.accounts.actors import Actor
from portal.accounts.reach import Reach, Scope
from portal.attachments.services import check_size, keep_photo
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.notifications.services import Message, queue, queue_many
from portal.workbench.registry import follow_up_by_code

if TYPE_CHECKING:
    from grids.registry.models import Household

LATE, QUIET = "late", "quiet"


@dataclass(frozen=True)
class Logged:
    visit: Visit
    is_new: bool

    @property
    def is_held_back(self) -> bool:
        return self.visit.state == VisitState.QUARANTINED


def log_visit(
    *,
    actor: Actor,
    visit_id: UUID,
    entry: VisitEntry,
    uploads: Iterable[bytes] = (),
    sent_at: datetime | None = None,
) -> Logged:
    """Write one visit under the id its writer gave it. The same again answers the first one.

    uploads: photos that come along (the others are announced by `entry.photos`). sent_at: what the writer's own clock
    shows now, where the times are by it. A visit made under a posting that has ended since is taken for a week. Any
    other of somebody who is no longer responsible, or where the household had asked for quiet before and no emergency
    is told, is held back for the secretary (`is_held_back`) with all that follows from it: what was knocked was
    knocked, and a phone must get rid of it.
    Raises NotFound for a door that was never theirs, Invalid DOOR_GONE for one that is no longer lived behind, Conflict
    DIFFERENT_VISIT for another content under the same id, Invalid (422) for what cannot be read.
    """
    if actor.id is None:
        raise NotFound()
    now = timezone.now()
    said_at = entry.visited_at
    entry = checked(replace(entry, visited_at=clocks.set_right(said_at, sent_at, now)), now)
    # Of what was said, not of what we made of it: sent again a minute later it must be the same visit.
    digest = replace(entry, visited_at=said_at).digest

    def work() -> Logged:
        household = door_of(entry.household_id)
        if household is None:
            raise NotFound()
        path = household.building.path
        by, late = _standing(actor, path, entry.visited_at, now)
        why = LATE if late else QUIET if _breaks_quiet(household, entry) else ""
        visit, is_new = _claim(actor, visit_id, entry, household, bool(why), digest)
        if is_new and not household.is_active:
            said = _("%(door)s 已经不在用了（搬空、拆并了），走访记不上。请到住户里找现在的那一户。") % {
                "door": household.code
            }
            raise Invalid(said, code="DOOR_GONE", errors={"household": [said]})
        if is_new and entry.resident_id and resident_in(household, entry.resident_id) is None:
            raise Invalid(errors={"resident": [_("这一户没有登记这个人。")]})
        if is_new and why:
            _hold_back(actor, visit, household, entry, why)
        elif is_new:
            _keep(by, visit, household, entry)
        for data in uploads if is_new else ():
            keep_visit_photo(actor=actor, visit_id=visit.pk, sha256=hashlib.sha256(data).hexdigest(), data=data)
        return Logged(visit, is_new)

    return in_one_transaction(work)


def _breaks_quiet(household: "Household", entry: VisitEntry) -> bool:
    """The household had asked for quiet on that day, before the knock, and no emergency is told."""
    sign = sign_of(household.pk)
    if sign is None or rules.is_excused(entry.purposes, entry.quiet_reason):
        return False
    # What was said after the knock could not be known at the door.
    return sign.set_at <= entry.visited_at and sign.is_quiet(timezone.localtime(entry.visited_at).date())


def _standing(actor: Actor, path: str, visited_at: datetime, now: datetime) -> tuple[Actor, bool]:
    """Who this is at that door, and whether the secretary has to look first. Raises NotFound for a stranger."""
    if rules.may_visit(actor, path):
        return actor, False
    if actor.id is not None:
        then = held_over(actor.id, path, rules.KNOCKERS, visited_at)
        if then is not None and clocks.is_in_time(then.ends_at, now):
            # Everything that follows from this visit is done by the posting of then, and by nothing else.
            return actor.within(Reach((Scope(then.role, then.grid.path, then.grid_id),), actor.id, visited_at)), False
        if any(ended_for(actor.id, path, role, now) for role in rules.KNOCKERS):
            return actor, True
    raise NotFound()


def _claim(
    actor: Actor, visit_id: UUID, entry: VisitEntry, household: "Household", held: bool, digest: str
) -> tuple[Visit, bool]:
    """The row of this id: ours, new or as it was. Two sendings at once meet at the primary key, and one waits there."""
    visit = Visit(
        id=visit_id,
        household=household,
        round=round_at(household.building.path, timezone.localtime(entry.visited_at).date()),
        worker=actor.user,
        purposes=list(entry.purposes),
        outcome=entry.outcome,
        visited_at=entry.visited_at,
        note=entry.note_kept,
        quiet_reason=entry.quiet_reason,
        digest=digest,
        state=VisitState.QUARANTINED if held else VisitState.KEPT,
    )
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
        return visit, True
    except IntegrityError:
        first = Visit.objects.select_related("household__building").filter(pk=visit_id).first()
        # Somebody else's id is answered like one that is not there.
        if first is None or first.worker_id != actor.id:
            raise NotFound() from None
        if first.digest != digest:
            raise Conflict(
                _("这一次走访已经存过了，内容和这次送来的不一样。请看一眼存好的那份。"), code="DIFFERENT_VISIT"
            ) from None
        return first, False


def _keep(actor: Actor, visit: Visit, household: "Household", entry: VisitEntry) -> None:
    path = household.building.path
    fields = ["outcome", "purposes", "visited_at", *(["note"] if visit.note else [])]
    reason = entry.quiet_reason
    record(actor=actor, verb="visit.log", target=visit, path=path, fields=fields, reason=reason)
    VisitPhoto.objects.bulk_create(VisitPhoto(visit=visit, sha256=one) for one in entry.photos)
    _follow_through(actor, visit, household, entry)


def _follow_through(actor: Actor, visit: Visit, household: "Household", entry: VisitEntry) -> None:
    """Everything that a visit which counts brings about, all of it or none."""
    make_promises(visit, household, entry.promises)
    for promise_id in household.promises.filter(pk__in=entry.kept).values_list("pk", flat=True):
        keep_promise(actor=actor, promise_id=promise_id, note=visit.note)
    hand_out(visit=visit, path=household.building.path, materials=entry.materials)
    see_to(actor=actor, visit=visit, household=household, ticked=entry.errands)
    _follow(actor, visit, household, entry.follow_ups, entry.resident_id)
    if visit.outcome == Outcome.MET:
        queue_many(
            Message(
                f"visit:{visit.pk}:receipt:{user.pk}",
                user,
                _("%(name)s来过，记了一笔") % {"name": visit.worker},
                _("来做什么、写了什么，都看得到；不对就说。"),
                reverse("my-door"),
                visit.pk,
            )
            for user in accounts_behind(household.pk)
        )


def _follow(actor: Actor, visit: Visit, household: "Household", follow_ups: Any, resident_id: UUID | None) -> None:
    """Start what the visit asked for upstairs, in this transaction: all of it is there, or none."""
    resident = resident_in(household, resident_id)
    for data in follow_ups:
        declared = follow_up_by_code(data["code"])
        if declared is None:
            raise Invalid(_("不知道怎么转成“%(code)s”。") % {"code": data["code"]})
        started = declared.start(actor=actor, source=visit, grid=household.building, resident=resident, data=dict(data))
        if declared.confidential:
            continue  # more people read the visit than may know that there is one
        VisitFollowUp.objects.create(
            visit=visit,
            code=declared.code,
            target_id=started.pk,
            label=str(getattr(started, "ref", "") or declared.label)[:60],
            url=started.get_absolute_url()[:200],
        )


def _hold_back(actor: Actor, visit: Visit, household: "Household", entry: VisitEntry, why: str) -> None:
    """Nothing follows from it until the secretary has looked: it is kept, and told."""
    VisitPhoto.objects.bulk_create(VisitPhoto(visit=visit, sha256=one) for one in entry.photos)
    visit.pending = {
        "why": why,
        "promises": [[one.text, one.due_on.isoformat()] for one in entry.promises],
        "follow_ups": list(entry.follow_ups),
        "resident": str(entry.resident_id) if entry.resident_id else None,
        "kept": [str(one) for one in entry.kept],
        "materials": [str(one) for one in entry.materials],
        "errands": [[str(one.errand_id), one.answer] for one in entry.errands],
    }
    visit.save(update_fields=["pending"])
    path = household.building.path
    record(actor=actor, verb="visit.hold_back", target=visit, path=path, fields=["outcome", "visited_at"])
    subject = (
        _("%(name)s交来一次走访，任职已经结束，请您看看") if why == LATE else _("%(name)s敲了请勿上门的门，请您看看")
    )
    for posting in holders(path=path, roles=rules.JUDGES, at=timezone.now(), nearest=True):
        queue(
            key=f"visit:held:{visit.pk}:{posting.user_id}",
            to=posting.user,
            subject=subject % {"name": actor.user},
            url=visit.get_absolute_url(),
            about=visit.pk,
        )


def admit(*, actor: Actor, visit_id: UUID) -> Visit:
    """Let a held-back visit in: its promises and follow-ups are made now. Twice changes nothing."""

    def work() -> Visit:
        visit = _held(actor, visit_id)
        if visit.state == VisitState.KEPT:
            return visit
        if visit.state == VisitState.DISMISSED:
            raise Conflict(_("这次走访已经定了不收。"), code="ALREADY_JUDGED")
        waiting, visit.pending = visit.pending, {}
        visit.state, visit.judged_by, visit.judged_at = VisitState.KEPT, actor.user, timezone.now()
        visit.save(update_fields=["state", "judged_by", "judged_at", "pending"])
        record(actor=actor, verb="visit.admit", target=visit, path=visit.household.building.path, fields=["state"])
        _follow_through(actor, visit, visit.household, _entry_of(visit, waiting))
        return visit

    return in_one_transaction(work)


def _entry_of(visit: Visit, waiting: dict[str, Any]) -> VisitEntry:
    """What a held-back visit had asked for."""
    return VisitEntry(
        household_id=visit.household_id,
        outcome=visit.outcome,
        visited_at=visit.visited_at,
        note=visit.note,
        promises=tuple(PromiseEntry(text, date.fromisoformat(day)) for text, day in waiting.get("promises", ())),
        follow_ups=tuple(waiting.get("follow_ups", ())),
        resident_id=UUID(waiting["resident"]) if waiting.get("resident") else None,
        kept=tuple(map(UUID, waiting.get("kept", ()))),
        materials=tuple(map(UUID, waiting.get("materials", ()))),
        errands=tuple(ErrandEntry(UUID(one), answer) for one, answer in waiting.get("errands", ())),
    )


def dismiss(*, actor: Actor, visit_id: UUID, reason: str) -> Visit:
    """Do not take a held-back visit; what it would have started is forgotten. Twice changes nothing."""
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Invalid(_("请写一句为什么不收。"), code="REASON_NEEDED", errors={"reason": [_("请写一句为什么不收。")]})

    def work() -> Visit:
        visit = _held(actor, visit_id)
        if visit.state == VisitState.DISMISSED:
            return visit
        if visit.state == VisitState.KEPT:
            raise Conflict(_("这次走访已经收下了。"), code="ALREADY_JUDGED")
        visit.state, visit.judged_by, visit.judged_at = VisitState.DISMISSED, actor.user, timezone.now()
        visit.pending = {}
        visit.save(update_fields=["state", "judged_by", "judged_at", "pending"])
        record(
            actor=actor,
            verb="visit.dismiss",
            target=visit,
            path=visit.household.building.path,
            fields=["state"],
            reason=reason,
        )
        return visit

    return in_one_transaction(work)


def _held(actor: Actor, visit_id: UUID) -> Visit:
    rows = (
        Visit.objects.visible_to(actor.reach)
        .select_related("household__building", "worker")
        .select_for_update(of=("self",))
    )
    visit = rows.filter(pk=visit_id).first()
    if visit is None:
        raise NotFound()
    if not rules.may_judge(actor, visit.household.building.path):
        raise Forbidden()
    return visit


def keep_visit_photo(*, actor: Actor, visit_id: UUID, sha256: str, data: bytes) -> tuple[VisitPhoto, bool]:
    """A photo that the visit announced; returns it and whether it is new. Raises NotFound, Invalid SHA_MISMATCH."""

    def work() -> tuple[VisitPhoto, bool]:
        rows = VisitPhoto.objects.select_related("visit").select_for_update(of=("self",))
        photo = rows.filter(visit_id=visit_id, visit__worker_id=actor.id, sha256=sha256.lower()).first()
        if photo is None or actor.id is None:
            raise NotFound()
        if photo.attachment_id is not None:
            return photo, False
        # First: what was cut off for its size would be told that it is not whole, and sent again for ever.
        check_size(data)
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise Invalid(_("照片没有传全，请再传一次。"), code="SHA_MISMATCH")
        photo.attachment = keep_photo(actor=actor, upload=io.BytesIO(data), owner_type="visit", owner_id=visit_id)
        photo.save(update_fields=["attachment"])
        return photo, True

    return in_one_transaction(work)
