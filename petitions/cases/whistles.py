"""Writes of 吹哨报到 after the call itself, which is the case's event `whistle` (whistle_flow.py)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from petitions.cases import whistle_notices as _notices  # noqa: F401  (hangs who is told on the table)
from petitions.cases.enums import CallEvent, CallState
from petitions.cases.models import WhistleCall
from petitions.cases.whistle_flow import ARRIVAL, call_flow, reckon
from portal.accounts.actors import Actor
from portal.errors import Forbidden, IllegalTransition
from portal.flow import due
from portal.workdays.clock import SHANGHAI

# The events somebody may send; the call itself is made by the case.
EVENTS = (CallEvent.ARRIVE, CallEvent.REPORT, CallEvent.RATE, CallEvent.CALL_OFF)


def answer(
    *,
    actor: Actor,
    call_id: UUID,
    event: str,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
    **data: Any,
) -> WhistleCall:
    """One event on one call: arrive, report (reason: what was done), rate (rating), call_off (reason).

    Raises Forbidden, Stale, IllegalTransition, Refusal as the engine does.
    """
    if event not in EVENTS:
        raise IllegalTransition()
    # The system only calls off, as part of the case's own event.
    if actor.is_anonymous or actor.is_system:
        raise Forbidden()
    return call_flow.fire(call_id, event=event, actor=actor, version=version, reason=reason, now=now, **data)


def recompute_calls(*, year: int) -> int:
    """A year was published: what is still awaited in working time, by its days; returns how many moved.

    In the publishing transaction, which holds the calendar. Who was told of a late one stays told: the key is taken.
    """
    # A notice may also change the last days of the year before.
    first = datetime(year - 1, 12, 18, tzinfo=SHANGHAI)
    awaited = WhistleCall.objects.filter(state=CallState.CALLED, natural=False, due_at__gte=first)
    moved = 0
    for call in awaited.select_for_update(of=("self",), no_key=True).select_related("case__grid").order_by("id"):
        before = (call.due_at, call.provisional)
        reckon(call)
        if (call.due_at, call.provisional) != before:
            call.save(update_fields=["due_at", "provisional"])
            due.schedule(key=f"whistle:{call.pk}:arrive", kind=ARRIVAL, subject_id=call.pk, due_at=call.due_at)
            moved += 1
    return moved
