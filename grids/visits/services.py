"""Writes of visits: logging a knock, its photos, keeping a promise, opening a round, judging what came in late."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.postings.queries import ended_for, holders
from grids.registry.queries import household_by_id, resident_in
from grids.visits import rules
from grids.visits.entry import PromiseEntry, VisitEntry, checked
from grids.visits.enums import Purpose, VisitState
from grids.visits.models import Promise, Visit, VisitFollowUp, VisitPhoto, VisitRound
from grids.visits.queries import round_at
from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.attachments.services import check_size, keep_photo
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due
from portal.notifications.services import queue
from portal.workbench.registry import follow_up_by_code

if TYPE_CHECKING:
    from grids.registry.models import Household
    from grids.tree.models import Grid

# When a worker is reminded of what they promised for today.
MORNING = time(8, 30)


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
    kept_promises: Iterable[UUID] = (),
) -> Logged:
    """Write one visit under the id its writer gave it. The same again answers the first one.

    uploads: photos that come along (the others are announced by `entry.photos`). kept_promises: what was promised at
    this door before and is done now. Where the writer's posting had ended by now the visit is held back for the
    secretary (`is_held_back`), and these promises wait.
    Raises NotFound for a door that was never theirs, Conflict DIFFERENT_VISIT for another content under the same id,
    Invalid (422) for what cannot be read.
    """
    writer = actor.id
    if writer is None:
        raise NotFound()
    now = timezone.now()
    entry = checked(entry, now)

    def work() -> Logged:
        household = household_by_id(entry.household_id)
        if household is None:
            raise NotFound()
        path = household.building.path
        mine = rules.may_visit(actor, path)
        late = not mine and ended_for(writer, path, Role.GRID_WORKER, now)
        if not mine and not late:
            raise NotFound()
        visit, is_new = _claim(actor, visit_id, entry, household, late)
        if is_new and entry.resident_id and resident_in(household, entry.resident_id) is None:
            raise Invalid(errors={"resident": [_("这一户没有登记这个人。")]})
        if is_new and late:
            _hold_back(actor, visit, household, entry)
        elif is_new:
            _keep(actor, visit, household, entry)
            for promise_id in kept_promises:
                keep_promise(actor=actor, promise_id=promise_id, note=entry.note)
        for data in uploads if is_new else ():
            keep_visit_photo(actor=actor, visit_id=visit.pk, sha256=hashlib.sha256(data).hexdigest(), data=data)
        return Logged(visit, is_new)

    return in_one_transaction(work)


def _claim(actor: Actor, visit_id: UUID, entry: VisitEntry, household: "Household", late: bool) -> tuple[Visit, bool]:
    """The row of this id: ours, new or as it was. Two sendings at once meet at the primary key, and one waits there."""
    visit = Visit(
        id=visit_id,
        household=household,
        round=round_at(household.building.path, timezone.localtime(entry.visited_at).date()),
        worker=actor.user,
        purposes=list(entry.purposes),
        outcome=entry.outcome,
        visited_at=entry.visited_at,
        note=entry.note,
        digest=entry.digest,
        state=VisitState.QUARANTINED if late else VisitState.KEPT,
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
        if first.digest != entry.digest:
            raise Conflict(
                _("这一次走访已经存过了，内容和这次送来的不一样。请看一眼存好的那份。"), code="DIFFERENT_VISIT"
            ) from None
        return first, False


def _keep(actor: Actor, visit: Visit, household: "Household", entry: VisitEntry) -> None:
    path = household.building.path
    fields = ["outcome", "purposes", "visited_at", *(["note"] if entry.note else [])]
    record(actor=actor, verb="visit.log", target=visit, path=path, fields=fields)
    VisitPhoto.objects.bulk_create(VisitPhoto(visit=visit, sha256=one) for one in entry.photos)
    _promise(visit, household, entry.promises)
    _follow(actor, visit, household, entry.follow_ups, entry.resident_id)


def _promise(visit: Visit, household: "Household", promises: tuple[PromiseEntry, ...]) -> None:
    for one in promises:
        promise = Promise.objects.create(visit=visit, household=household, text=one.text, due_on=one.due_on)
        due.schedule(
            key=f"promise:{promise.pk}",
            kind="visit.promise",
            subject_id=promise.pk,
            due_at=timezone.make_aware(datetime.combine(one.due_on, MORNING)),
        )


def _follow(actor: Actor, visit: Visit, household: "Household", follow_ups: Any, resident_id: UUID | None) -> None:
    """Start what the visit asked for upstairs, in this transaction: all of it is there, or none."""
    resident = resident_in(household, resident_id)
    for data in follow_ups:
        declared = follow_up_by_code(data["code"])
        if declared is None:
            raise Invalid(_("不知道怎么转成“%(code)s”。") % {"code": data["code"]})
        started = declared.start(actor=actor, source=visit, grid=household.building, resident=resident, data=dict(data))
        VisitFollowUp.objects.create(
            visit=visit,
            code=declared.code,
            target_id=started.pk,
            label=str(getattr(started, "ref", "") or declared.label)[:60],
            url=started.get_absolute_url()[:200],
        )


def _hold_back(actor: Actor, visit: Visit, household: "Household", entry: VisitEntry) -> None:
    """Nothing follows from it until the secretary has looked: it is kept, and told."""
    VisitPhoto.objects.bulk_create(VisitPhoto(visit=visit, sha256=one) for one in entry.photos)
    visit.pending = {
        "promises": [[one.text, one.due_on.isoformat()] for one in entry.promises],
        "follow_ups": list(entry.follow_ups),
        "resident": str(entry.resident_id) if entry.resident_id else None,
    }
    visit.save(update_fields=["pending"])
    path = household.building.path
    record(actor=actor, verb="visit.hold_back", target=visit, path=path, fields=["outcome", "visited_at"])
    for posting in holders(path=path, roles=rules.JUDGES, at=timezone.now(), nearest=True):
        queue(
            key=f"visit:held:{visit.pk}:{posting.user_id}",
            to=posting.user,
            subject=_("%(name)s交来一次走访，任职已经结束，请您看看") % {"name": actor.user},
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
        promises = tuple(PromiseEntry(text, date.fromisoformat(day)) for text, day in waiting.get("promises", ()))
        record(actor=actor, verb="visit.admit", target=visit, path=visit.household.building.path, fields=["state"])
        _promise(visit, visit.household, promises)
        resident_id = UUID(waiting["resident"]) if waiting.get("resident") else None
        _follow(actor, visit, visit.household, waiting.get("follow_ups", ()), resident_id)
        return visit

    return in_one_transaction(work)


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
    rows = Visit.objects.visible_to(actor.reach).select_related("household__building").select_for_update(of=("self",))
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


def keep_promise(*, actor: Actor, promise_id: UUID, note: str = "") -> Promise:
    """Say that a promise is done; twice keeps the first. Raises NotFound beyond reach."""

    def work() -> Promise:
        rows = Promise.objects.visible_to(actor.reach, *rules.KNOCKERS).select_related("household__building")
        promise = rows.select_for_update(of=("self",)).filter(pk=promise_id).first()
        if promise is None:
            raise NotFound()
        if promise.kept_at is not None:
            return promise
        promise.kept_at, promise.kept_by = timezone.now(), actor.user
        promise.kept_note = " ".join(note.split())[:200]
        promise.save(update_fields=["kept_at", "kept_by", "kept_note"])
        due.cancel(subject_id=promise.pk)
        path = promise.household.building.path
        record(actor=actor, verb="visit.keep_promise", target=promise, path=path, fields=["kept_at"])
        return promise

    return in_one_transaction(work)


def open_round(
    *,
    actor: Actor,
    grid: "Grid",
    name: str,
    starts_on: date,
    ends_on: date,
    purposes: tuple[str, ...],
    per_day: int = 9,
) -> VisitRound:
    """Open a round of visits below a node. Raises Forbidden, Invalid."""
    if not rules.may_open_round(actor, grid.path):
        raise Forbidden(_("敲门行动由社区书记或街道发起。"))
    if ends_on < starts_on or not set(purposes) <= set(Purpose.values) or not 1 <= per_day <= 200 or not name.strip():
        raise Invalid()

    def work() -> VisitRound:
        opened = VisitRound.objects.create(
            grid=grid,
            name=name.strip()[:40],
            starts_on=starts_on,
            ends_on=ends_on,
            purposes=list(purposes),
            per_day=per_day,
            opened_by=actor.user,
        )
        record(actor=actor, verb="visit.open_round", target=opened, path=grid.path)
        return opened

    return in_one_transaction(work)
