"""States are a table, not ifs.

A room declares its `Transition`s as data in `transitions.py`; `Flow` reads them. A row says: on this event, from these
states, to that state, by whom, in which case, with a reason or without, which clocks start and stop.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from portal.accounts.actors import Actor

Who = Callable[[Actor, Any], bool]
When = Callable[[Any, dict[str, Any]], bool]

# Targets that are not a state of their own.
UNCHANGED = None
BACK = "<back>"  # to the state remembered when the object was put aside


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table.

    source: states it may start from; empty for the event that creates the object.
    target: the state it ends in, UNCHANGED, or BACK.
    who: predicate (actor, object); rows of one event may differ in it.
    when: predicate (object, data) that chooses among rows of the same event and state; the first that holds applies.
        What is offered asks it with no data: of rows that differ by the data only, one must hold then.
    reason: True where a blank reason is refused.
    needs: names that must be present and non-empty in the event's data.
    starts, stops: names of the room's clocks. pauses, resumes: the object's main clock.
    """

    event: str
    source: frozenset[str] = frozenset()
    target: str | None = UNCHANGED
    who: Who
    when: When | None = None
    reason: bool = False
    needs: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: bool = False
    resumes: bool = False

    def applies(self, subject: Any, data: dict[str, Any]) -> bool:
        return self.when is None or self.when(subject, data)


def states(*names: str) -> frozenset[str]:
    return frozenset(names)


class Table:
    """The rows of one flow, by event. Built once at import; a table that contradicts itself does not import."""

    def __init__(self, rows: Iterable[Transition]):
        self.rows = tuple(rows)
        self.by_event: dict[str, tuple[Transition, ...]] = {}
        for row in self.rows:
            self.by_event[row.event] = (*self.by_event.get(row.event, ()), row)
        for event, same in self.by_event.items():
            for state in {state for row in same for state in row.source}:
                unconditional = [row for row in same if state in row.source and row.when is None]
                if len(unconditional) > 1 and len({row.target for row in unconditional}) > 1:
                    raise ValueError(f"{event} from {state} leads to two states and nothing says which")

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(self.by_event)

    def open_events(self, actor: Actor, subject: Any) -> tuple[str, ...]:
        """Events this actor could start on the object as it stands: what a page offers as buttons."""
        return tuple(
            event
            for event, rows in self.by_event.items()
            if any(subject.state in row.source and row.who(actor, subject) and row.applies(subject, {}) for row in rows)
        )
