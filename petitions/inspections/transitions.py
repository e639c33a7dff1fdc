"""The table of an inspection, as data."""

from typing import TYPE_CHECKING, Any

from petitions.inspections import rules
from petitions.inspections.enums import Event, State
from portal.flow.table import Table, Transition, states

if TYPE_CHECKING:
    from petitions.inspections.models import Inspection


def all_seen(inspection: "Inspection", data: dict[str, Any]) -> bool:
    return not data.get("left")


def some_left(inspection: "Inspection", data: dict[str, Any]) -> bool:
    return bool(data.get("left"))


OPEN = states(State.OPEN)
TABLE = Table(
    [
        Transition(event=Event.START.value, target=State.OPEN, who=rules.keeps),
        Transition(
            event=Event.FINISH.value, source=OPEN, target=State.FINISHED, who=rules.goes_or_keeps, when=all_seen
        ),
        # Not everything was looked at: said why, and by whoever sent the others.
        Transition(
            event=Event.FINISH.value, source=OPEN, target=State.FINISHED, who=rules.keeps, when=some_left, reason=True
        ),
        Transition(event=Event.CANCEL.value, source=OPEN, target=State.CANCELLED, who=rules.keeps, reason=True),
    ]
)
