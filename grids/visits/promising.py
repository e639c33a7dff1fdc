"""承诺账本: a promise is made at the door, kept or moved once, and told: to the door, to those above."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.visits import rules
from grids.visits.entry import PromiseEntry
from grids.visits.models import Promise, Visit
from grids.visits.queries import accounts_behind
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound
from portal.flow import due
from portal.notifications.services import Message, queue_many
from portal.ui.words import day as day_words

if TYPE_CHECKING:
    from grids.registry.models import Household

# When a worker is reminded of what they promised for today.
MORNING = time(8, 30)
# How long after its day who is told: the community on the next morning, the street when it still waits.
RUNGS = {"L1": timedelta(days=1), "L2": timedelta(days=4)}
LONGEST_REASON = 200
FURTHEST = timedelta(days=90)


def morning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING))


def make_promises(visit: Visit, household: "Household", promises: Iterable[PromiseEntry]) -> None:
    """Write what was promised at a visit, in its transaction."""
    for one in promises:
        promise = Promise.objects.create(visit=visit, household=household, text=one.text, due_on=one.due_on)
        _wind(promise)
        _tell_the_door(promise, "made", _("答应您的事：%(what)s") % {"what": promise.text}, _day_said(promise))


def _wind(promise: Promise) -> None:
    """What falls due for it. The day is part of the key: one that is moved is told anew, once per level."""
    key = f"promise:{promise.pk}:{promise.due_on:%Y%m%d}"
    rows = [due.Due(key, "visit.promise", promise.pk, morning_of(promise.due_on))]
    rows += [
        due.Due(f"{key}:{rung}", "visit.promise_late", promise.pk, morning_of(promise.due_on + after))
        for rung, after in RUNGS.items()
    ]
    due.schedule_many(rows)


def _day_said(promise: Promise) -> str:
    return _("%(name)s答应的，%(day)s前。") % {"name": promise.visit.worker, "day": day_words(promise.due_on)}


def _tell_the_door(promise: Promise, occasion: str, subject: str, body: str) -> None:
    """A word to everybody behind the door who has an account."""
    queue_many(
        Message(f"promise:{promise.pk}:{occasion}:{user.pk}", user, subject, body, reverse("my-door"), promise.pk)
        for user in accounts_behind(promise.household_id)
    )


def _waiting(actor: Actor, promise_id: UUID) -> Promise:
    rows = Promise.objects.visible_to(actor.reach, *rules.KNOCKERS).select_related(
        "household__building", "visit__worker"
    )
    promise = rows.select_for_update(of=("self",)).filter(pk=promise_id).first()
    if promise is None:
        raise NotFound()
    return promise


def keep_promise(*, actor: Actor, promise_id: UUID, note: str = "") -> Promise:
    """Say that a promise is done; twice keeps the first. Raises NotFound beyond reach."""

    def work() -> Promise:
        promise = _waiting(actor, promise_id)
        if promise.kept_at is not None:
            return promise
        promise.kept_at, promise.kept_by = timezone.now(), actor.user
        promise.kept_note = " ".join(note.split())[:LONGEST_REASON]
        promise.save(update_fields=["kept_at", "kept_by", "kept_note"])
        due.cancel(subject_id=promise.pk)
        path = promise.household.building.path
        record(actor=actor, verb="visit.keep_promise", target=promise, path=path, fields=["kept_at"])
        said = _("答应您的事办好了：%(what)s") % {"what": promise.text}
        _tell_the_door(promise, "kept", said, _("要是没办好，在“我家的门”里说一声。"))
        return promise

    return in_one_transaction(work)


def move_promise(*, actor: Actor, promise_id: UUID, due_on: date, reason: str) -> Promise:
    """Put a promise off to a later day: once, with a reason that those behind the door are told.

    Raises NotFound beyond reach, Invalid for a reason that says nothing or a day that is no later one, Conflict
    ALREADY_MOVED, ALREADY_KEPT.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if sum(char.isalnum() for char in reason) < 2:
        said = _("请写一句为什么改日子，住户看得到。")
        raise Invalid(said, code="REASON_NEEDED", errors={"reason": [said]})

    def work() -> Promise:
        promise = _waiting(actor, promise_id)
        if promise.kept_at is not None:
            raise Conflict(_("这件事已经办好了，不用改日子。"), code="ALREADY_KEPT")
        if promise.first_due_on is not None:
            raise Conflict(_("这件事改过一次日子了，不能再改。请这次办好。"), code="ALREADY_MOVED")
        today = timezone.localdate()
        if not max(today, promise.due_on) < due_on <= today + FURTHEST:
            said = _("新的日子要比今天和原来的都晚，在 %(n)d 天以内。") % {"n": FURTHEST.days}
            raise Invalid(said, errors={"due_on": [said]})
        due.cancel(subject_id=promise.pk)
        promise.first_due_on, promise.due_on, promise.moved_reason = promise.due_on, due_on, reason
        promise.moved_by, promise.moved_at = actor.user, timezone.now()
        promise.save(update_fields=["first_due_on", "due_on", "moved_reason", "moved_by", "moved_at"])
        _wind(promise)
        path = promise.household.building.path
        record(actor=actor, verb="visit.move_promise", target=promise, path=path, fields=["due_on"], reason=reason)
        said = _("答应您的事改了日子：%(what)s") % {"what": promise.text}
        told = {"day": day_words(due_on), "why": reason}
        _tell_the_door(promise, "moved", said, _("改到%(day)s。原因：%(why)s") % told)
        return promise

    return in_one_transaction(work)
