"""What becomes of care needs when the register changes: somebody goes, dies, moves, or was registered twice. Each in
the transaction of that change; put back, the needs are as they were."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from grids.registry import care, care_told
from grids.registry.enums import Leaving
from grids.registry.enums_care import LIVE, CareBasis, CareEnd, CareState
from grids.registry.models import Resident
from grids.registry.models_care import CareNeed
from portal.accounts.actors import Actor
from portal.privacy import consents

WHY = {Leaving.DIED: CareEnd.DIED, Leaving.MERGED: CareEnd.MERGED}


def gone(actor: Actor, person: Resident, act: UUID, now: datetime) -> None:
    """They are no longer here: nobody knocks for them any more. Whoever did is told, not whose it was."""
    for found in care.locked().filter(resident=person, state__in=LIVE).order_by("pk"):
        why = WHY.get(Leaving(person.leaving), CareEnd.GONE)
        care.put_end(actor, found, CareState.ENDED, why, now, ended_with=act)
        care_told.ended_with_them(found)


def moved(person: Resident) -> None:
    """Another door of the community: the need goes along. Whoever had it may not work there."""
    for found in care.locked().filter(resident=person, state=CareState.OPEN).order_by("pk"):
        if found.assignee_id not in {one.pk for one in care.helpers_at(found.path)}:
            care_told.without_helper(found)


def merged(actor: Actor, kept: Resident, gone: Resident, act: UUID, now: datetime) -> None:
    """Before the rows of the second become the first's: of each kind one goes on. What is looked after stands before
    what waits for the secretary, and the kept row's own before the other's."""
    rows = care.locked().filter(resident__in=[kept, gone], state__in=LIVE)
    by_kind: dict[str, list[CareNeed]] = {}
    for found in rows.order_by("pk"):
        by_kind.setdefault(found.kind, []).append(found)
    for same in by_kind.values():
        if len({one.resident_id for one in same}) < 2:
            continue
        first = min(same, key=lambda one: (one.state != CareState.OPEN, one.resident_id != kept.pk, one.pk))
        for found in same:
            if found.pk != first.pk:
                care.put_end(actor, found, CareState.ENDED, CareEnd.MERGED, now, ended_with=act)


def founded(people: Iterable[Resident]) -> bool:
    """Every need of theirs that stands on a consent has one that holds."""
    rows = CareNeed.objects.filter(resident__in=list(people), state=CareState.OPEN, basis=CareBasis.CONSENT)
    return all(consents.is_given(subject_id=one.resident_id, purpose=one.purpose) for one in rows)


def back(actor: Actor, act: UUID, people: Iterable[Resident]) -> None:
    """That change was none: what it ended goes on as it was, unless its own time has run out meanwhile."""
    now = timezone.now()
    for found in care.locked().filter(ended_with=act, resident__in=list(people)).order_by("pk"):
        if found.starts_on is None:
            _wait_again(found, now)
        else:
            _go_on(actor, found, now)


def _wait_again(found: CareNeed, now: datetime) -> None:
    if not found.need or found.created_at + care.CONFIRM_WITHIN <= now:
        found.need, found.ended_why, found.ended_with = "", CareEnd.LAPSED, None
        found.save()
        return
    _as_before(found, CareState.ASKED)
    care.lapses(found)


def _go_on(actor: Actor, found: CareNeed, now: datetime) -> None:
    """Where the words or the consent are no more, it stays over: nothing would allow it."""
    assert found.ended_at is not None
    if not found.need or (found.expires_on and found.expires_on < timezone.localdate(now)):
        return
    if CareNeed.objects.filter(resident_id=found.resident_id, kind=found.kind, state=CareState.OPEN).exists():
        return
    if found.basis == CareBasis.CONSENT and not consents.resume(
        actor=actor,
        subject_id=found.resident_id,
        purpose=found.purpose,
        closed_at=found.ended_at,
        now=now,
        path=found.path,
    ):
        return
    _as_before(found, CareState.OPEN)
    care.falls_due(found)
    care.write_trail(actor, "back", found, "state")
    care_told.back(found)


def _as_before(found: CareNeed, state: str) -> None:
    found.state, found.ended_at, found.ended_why, found.ended_with = state, None, "", None
    found.save()
