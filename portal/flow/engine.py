"""The transition engine: lock, recheck, act, write, record. Every room with states moves through it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor
from portal.audit.services import record as audit
from portal.db import in_one_transaction
from portal.errors import Forbidden, IllegalTransition, Refusal, Stale
from portal.flow.models import FlowRecord, FlowSubject
from portal.flow.table import BACK, UNCHANGED, Table, Transition

Subject = TypeVar("Subject", bound=FlowSubject)


@dataclass
class Step(Generic[Subject]):
    """One firing of an event, for the room's effects. `subject` is locked; effects change it, the engine saves."""

    subject: Subject
    row: Transition
    actor: Actor
    now: datetime
    reason: str
    data: dict[str, Any]
    from_state: str
    to_state: str
    record: FlowRecord | None = None


Effect = Callable[[Step[Any]], None]


class Flow(Generic[Subject]):
    """A table bound to a model.

    room: prefix of the audit verb (`case` → `case.assign`). record: the concrete FlowRecord, with a ForeignKey named
    `subject`. path_of: grid path of an object, for reach and the role a record is written under. private: names of data
    that the room keeps itself where erasure can reach it, so that the record does not hold them a second time.
    """

    def __init__(
        self,
        *,
        room: str,
        model: type[Subject],
        record: type[FlowRecord],
        table: Table,
        path_of: Callable[[Subject], str | None],
        subject_of: Callable[[Subject], Any] = lambda subject: None,
        private: tuple[str, ...] = (),
    ):
        self.room, self.model, self.record, self.table = room, model, record, table
        self.path_of, self.subject_of, self.private = path_of, subject_of, private
        self._effects: dict[str, list[Effect]] = {}
        self._after: list[Effect] = []

    def on(self, *events: str) -> Callable[[Effect], Effect]:
        """Register an effect: runs on the locked object before it is saved, may refuse."""
        unknown = set(events) - set(self.table.events)
        if unknown:
            raise ValueError(f"{self.room} has no event {unknown}")

        def register(effect: Effect) -> Effect:
            for event in events:
                self._effects.setdefault(event, []).append(effect)
            return effect

        return register

    def after(self, effect: Effect) -> Effect:
        """Register what follows every event, once it is saved and recorded: clocks, notices."""
        self._after.append(effect)
        return effect

    def begin(
        self,
        subject: Subject,
        *,
        event: str,
        actor: Actor,
        reason: str = "",
        now: datetime | None = None,
        **data: Any,
    ) -> Subject:
        """Insert a new object through its creating event. The caller has filled it; the engine sets its state."""

        def work() -> Subject:
            row = next(
                (r for r in self.table.by_event[event] if not r.source and r.applies(subject, data)),
                None,
            )
            if row is None:
                raise IllegalTransition()
            if not (actor.is_system or row.who(actor, subject)):
                raise Forbidden()
            subject.state = ""
            self._step(subject, row, actor, now or timezone.now(), reason, data, creating=True)
            return subject

        # A creating event is its service's own act: what a refusal undoes is the service's transaction, or the
        # savepoint it stands in. One more savepoint here would be two more round trips for every row that is born.
        return work() if connection.in_atomic_block else in_one_transaction(work)

    def fire(
        self,
        subject_id: Any,
        *,
        event: str,
        actor: Actor,
        version: int | None = None,
        reason: str = "",
        now: datetime | None = None,
        **data: Any,
    ) -> Subject:
        """Fire `event` on a row: lock → recheck → act → write → record, in one transaction.

        Raises Forbidden (403) where this actor never may; Stale (409) where `version` is not the row's;
        IllegalTransition (409) where the table has no such step from here; Refusal (422) where the reason or the data
        is missing.
        """

        def work() -> Subject:
            # NO KEY: rows that only point at the subject (a supervision, a remark) need not wait for this event.
            subject = self.model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=subject_id)
            row = self._row(subject, event, actor, version, data)
            if row.reason and not reason.strip():
                raise Refusal(_("请写下原因，对方看得到。"), code="REASON_REQUIRED")
            missing = [name for name in row.needs if not data.get(name)]
            if missing:
                raise Refusal(_("还差一点没有填。"), code="MISSING", missing=missing)
            self._step(subject, row, actor, now or timezone.now(), reason.strip(), data)
            return subject

        return in_one_transaction(work)

    def _row(
        self,
        subject: Subject,
        event: str,
        actor: Actor,
        version: int | None,
        data: dict[str, Any],
    ) -> Transition:
        rows = self.table.by_event.get(event, ())
        if not rows or all(not row.source for row in rows):
            raise IllegalTransition()
        # Role before state: someone who may never do this learns nothing about where the object stands.
        permitted = [row for row in rows if actor.is_system or row.who(actor, subject)]
        if not permitted:
            raise Forbidden()
        if version is not None and version != subject.version:
            raise Stale(version=subject.version)
        for row in permitted:
            if subject.state in row.source and row.applies(subject, data):
                return row
        raise IllegalTransition(state=subject.state)

    def _step(
        self,
        subject: Subject,
        row: Transition,
        actor: Actor,
        now: datetime,
        reason: str,
        data: dict[str, Any],
        creating: bool = False,
    ) -> None:
        before = subject.state
        target = before if row.target is UNCHANGED else row.target
        if target == BACK:
            target = subject.back_to  # type: ignore[attr-defined]
        step: Step[Subject] = Step(subject, row, actor, now, reason, data, before, str(target))
        for effect in self._effects.get(row.event, ()):
            effect(step)
        subject.state = step.to_state
        subject.version = 1 if creating else subject.version + 1
        subject.save(force_insert=creating)
        step.record = self.record(
            subject=subject,  # type: ignore[misc]
            version=subject.version,
            from_state=before,
            event=row.event,
            to_state=subject.state,
            actor=actor.user,
            actor_role=actor.role_on(self.path_of(subject)),
            at=now,
            # The step's own: an effect may have found the words for it (the answer that a result is).
            reason=step.reason,
            data=recordable({name: value for name, value in data.items() if name not in self.private}),
        )
        step.record.save(force_insert=True)
        audit(
            actor=actor,
            verb=f"{self.room}.{row.event}",
            target=subject,
            path=self.path_of(subject),
            subject_id=self.subject_of(subject),
        )
        for effect in self._after:
            effect(step)

    def open_events(self, actor: Actor, subject: Subject) -> tuple[str, ...]:
        return self.table.open_events(actor, subject)


def recordable(data: dict[str, Any]) -> dict[str, Any]:
    """What of an event's data the record keeps: plain values as they are, rows as their ids."""
    plain: dict[str, Any] = {}
    for name, value in data.items():
        if value is None or isinstance(value, str | int | bool | float):
            plain[name] = value
        elif hasattr(value, "pk"):
            plain[name] = str(value.pk)
        elif isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, list | tuple):
            plain[name] = [str(getattr(item, "pk", item)) for item in value]
        else:
            plain[name] = str(value)
    return plain
