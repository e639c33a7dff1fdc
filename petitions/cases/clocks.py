"""The clocks of a case: started, stopped, paused and resumed as the table says, in the transaction of the event.

They write the deadlines that lists read onto the case, and what falls due into `portal.flow.due`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from petitions.cases.enums import Asking, ClockName, Event, Outcome, State
from petitions.cases.models import Case, CaseClock, CaseRecord, ClockChange, Term
from petitions.cases.terms import RUNGS_AFTER, WARN_AT, Span, default
from petitions.cases.transitions import VOIDED
from portal.errors import Refusal
from portal.flow import due
from portal.flow.engine import Step
from portal.workdays.queries import clock_for

if TYPE_CHECKING:
    from portal.workdays.clock import Clock, Deadline

C = ClockName
RUNG, INFO, RATE, SHELVED = "case.rung", "case.info", "case.rate", "case.shelved"
# Clocks that pause while we wait for the reporter or while a case is shelved.
PAUSABLE = (C.SIGN, C.CONTACT, C.RESULT, C.FINISH)
# Where a clock's deadline stands on the case.
ON_CASE = {C.FINISH: "due_at", C.SIGN: "sign_by", C.CONTACT: "respond_by"}
STEP_CLOCKS = (C.VERIFY, C.RECEIVE, C.INFO, C.RATE, C.RULING)
# Clocks an event ends although their thing was not done: missed if they had run out, otherwise nobody waits any more.
UNDONE: dict[str, tuple[str, ...]] = {Event.RATE: (C.CONTACT, C.SIGN), Event.LAPSE: (C.CONTACT, C.SIGN)}
# Duties that end a step by themselves.
DUTIES = {C.INFO: INFO, C.RATE: RATE}


def scope_of(case: Case) -> str:
    """The code whose calendar, hours and terms hold: the community's (twelve digits), or what there is above it."""
    return case.grid.code[:12]


def run(step: Step[Case]) -> None:
    """What an event does to the clocks. Runs last among its effects, before the case is saved."""
    case = step.subject
    Bench(case, step.now, fresh=not step.from_state).turn(step)
    if step.to_state == State.SHELVED:
        case.step_due_at = step.data["until"]
        due.schedule(key=f"ask:{step.data['ask']}", kind=SHELVED, subject_id=case.pk, due_at=step.data["until"])


def latest_extension(case: Case) -> datetime | None:
    """How far the result's deadline may be moved at most; None where none runs. Two queries and the calendar's."""
    finish = CaseClock.objects.filter(case=case, outcome="", name=C.FINISH).first()
    if finish is None:
        return None
    working = clock_for(scope_of(case))
    add = working.add_natural_time if finish.natural else working.add_working_time
    return add(finish.due_at, finish.amount / 2).at


@dataclass
class Bench:
    """The running clocks of one case in hand. The case is locked."""

    case: Case
    now: datetime
    fresh: bool = False
    working: "Clock" = field(init=False)
    running: dict[str, CaseClock] = field(init=False)
    made: list[CaseClock] = field(default_factory=list)
    touched: dict[str, CaseClock] = field(default_factory=dict)
    changes: list[ClockChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        # hold: a calendar published at this moment waits for us, or we for it; no deadline falls between the two.
        self.working = clock_for(scope_of(self.case), hold=True)
        found = [] if self.fresh else CaseClock.objects.filter(case=self.case, outcome="")
        self.running = {clock.name: clock for clock in found}

    # ------------------------------------------------------------ an event
    def turn(self, step: Step[Case]) -> None:
        row, voided = step.row, VOIDED.get(step.row.event, frozenset())
        for name in row.stops:
            self.stop(name, void=name in voided or (name in UNDONE.get(row.event, ()) and self._in_time(name)))
        if row.pauses:
            self.pause()
        if row.resumes:
            self.resume()
        if row.starts:
            terms = self._terms()
            for name in row.starts:
                self.start(name, terms)
        self._special(step)
        self.save()

    def _special(self, step: Step[Case]) -> None:
        event = step.row.event
        finish = self.running.get(C.FINISH)
        if event == Event.CONTACT and step.from_state == State.IN_PROGRESS:
            self.stop(C.RESULT)  # somebody is there and says what is being done
        elif event == Event.ACCEPT:
            self.reclassify()
        elif event == Event.GRANT and step.data["kind"] == Asking.EXTEND:
            self.extend(step.data["until"])
        elif event == Event.SUBMIT_RESULT and finish:
            # Handed in, not yet accepted: this moment counts if the check passes.
            finish.ended_at = self.now
            self._touch(finish)
            due.cancel(subject_id=self.case.pk, kinds=(RUNG,))
        elif event == Event.VERIFY_FAIL and finish:
            finish.ended_at = None
            self._touch(finish)
            self._schedule_ladder(finish)

    # ------------------------------------------------------------ what clocks do
    def start(self, name: str, terms: dict[tuple[str, str], Span], at: datetime | None = None) -> None:
        """Start a clock (now, or at a moment gone by) unless one of its name runs already."""
        span = terms.get((self.case.terms_class, name)) or terms.get(("", name))
        span = span or default(self.case.terms_class, name)
        if span is None or name in self.running:
            return
        began = at or self.now
        clock = CaseClock(
            case=self.case, round=self.case.round, name=name, natural=span.natural, amount=span.amount,
            started_at=began, anchor_at=began, left=span.amount,
        )  # fmt: skip
        self._reckon(clock)
        self.running[name] = clock
        self.made.append(clock)
        if name == C.FINISH:
            self._schedule_ladder(clock)
        if kind := DUTIES.get(ClockName(name)):
            due.schedule(key=f"clock:{clock.pk}", kind=kind, subject_id=self.case.pk, due_at=clock.due_at)

    def stop(self, name: str, *, void: bool = False) -> None:
        """End a clock: in time or late by when its thing was done, or void. None running: nothing to do."""
        clock = self.running.pop(name, None)
        if clock is None:
            return
        clock.ended_at = clock.ended_at or self.now
        clock.outcome = Outcome.VOID if void else Outcome.MET if clock.ended_at <= clock.due_at else Outcome.MISSED
        self._touch(clock)
        if name == C.FINISH:
            due.cancel(subject_id=self.case.pk, kinds=(RUNG,))
        if name in DUTIES:
            due.cancel(subject_id=self.case.pk, keys=(f"clock:{clock.pk}",))

    def pause(self) -> None:
        for name in PAUSABLE:
            clock = self.running.get(name)
            if clock and clock.paused_at is None:
                clock.left -= self._elapsed(clock, self.now)
                clock.paused_at = self.now
                self._touch(clock)
        self.case.paused_at = self.now
        due.cancel(subject_id=self.case.pk, kinds=(RUNG,))

    def resume(self) -> None:
        """What was left is left; a clock that had run out already stays where it ran out."""
        for name in PAUSABLE:
            clock = self.running.get(name)
            if clock is None or clock.paused_at is None:
                continue
            clock.paused_at = None
            if clock.left > timedelta(0):
                clock.anchor_at = self.now
                self._reckon(clock, why="resumed")
            self._touch(clock)
            if name == C.FINISH:
                self._schedule_ladder(clock)
        self.case.paused_at = None
        due.cancel(subject_id=self.case.pk, kinds=(SHELVED,))

    def extend(self, until: datetime) -> None:
        """Move the result's deadline once: later than now promised, by at most half of the original time.

        Whoever asked in time is not too late because nobody answered in time. Raises Refusal OUT_OF_RANGE (not later,
        or too much later).
        """
        clock = self.running[C.FINISH]
        latest = self._add(clock, clock.due_at, clock.amount / 2).at
        if not clock.due_at < until <= latest:
            raise Refusal(
                _("最多延原时限的一半，新的期限要在原来的之后。"), code="OUT_OF_RANGE", latest=latest.isoformat()
            )
        before, clock.due_at = clock.due_at, until
        clock.left = self._elapsed(clock, until)
        self._warn(clock)
        self._changed(clock, before, "extended")
        self._schedule_ladder(clock)

    def reclassify(self) -> None:
        """The class was set right when the case was accepted: its terms hold from the start, but for what waited for a
        word of the reporter."""
        terms = self._terms()
        for name in PAUSABLE:
            clock = self.running.get(name)
            span = terms.get((self.case.terms_class, name)) or default(self.case.terms_class, name)
            if clock is None:
                if span and name == C.RESULT:
                    self.start(name, terms, at=self.case.submitted_at)
                    self._run_from_the_start(self.running[name])
                continue
            if span is None:
                self.stop(name, void=True)
            elif (span.amount, span.natural) != (clock.amount, clock.natural):
                clock.amount, clock.natural = span.amount, span.natural
                self._run_from_the_start(clock, why="class")
                if name == C.FINISH:
                    self._schedule_ladder(clock)

    def _run_from_the_start(self, clock: CaseClock, why: str = "") -> None:
        """Its whole amount over the times in which it ran, as if its class had been this one from the beginning."""
        begin, clock.left = clock.started_at, clock.amount
        for paused_at, resumed_at in self._pauses():
            clock.anchor_at = begin
            ran = self._elapsed(clock, paused_at)
            if ran >= clock.left:
                break  # it ran out before anybody asked
            clock.left -= ran
            begin = resumed_at
        clock.anchor_at = begin
        self._reckon(clock, why=why)

    def _pauses(self) -> list[tuple[datetime, datetime]]:
        """The spans in which a case that nobody has accepted yet waited for its reporter."""
        steps = CaseRecord.objects.filter(subject=self.case, event__in=(Event.REQUEST_INFO, Event.PROVIDE_INFO))
        moments = list(steps.order_by("version").values_list("at", flat=True))
        return list(zip(moments[::2], moments[1::2], strict=False))

    def recompute(self) -> bool:
        """Running working clocks by the calendar of today. True where a deadline moved or became certain."""
        moved = False
        for clock in self.running.values():
            if clock.natural or clock.paused_at or clock.ended_at or clock.left <= timedelta(0):
                continue
            before = (clock.due_at, clock.provisional)
            self._reckon(clock, why="calendar")
            if (clock.due_at, clock.provisional) == before:
                continue
            moved = True
            if clock.name == C.FINISH:
                self._schedule_ladder(clock)
            if kind := DUTIES.get(ClockName(clock.name)):
                due.schedule(key=f"clock:{clock.pk}", kind=kind, subject_id=self.case.pk, due_at=clock.due_at)
        return moved

    def save(self) -> None:
        """Write what changed, and the deadlines onto the case (which the caller saves)."""
        fields = [
            "amount", "natural", "anchor_at", "left", "due_at", "warn_at",
            "provisional", "paused_at", "ended_at", "outcome",
        ]  # fmt: skip
        CaseClock.objects.bulk_update([c for c in self.touched.values() if c not in self.made], fields)
        # The old ones first: a new clock takes the place of one of its name that has just ended.
        CaseClock.objects.bulk_create(self.made)
        ClockChange.objects.bulk_create(self.changes)
        for name, attribute in ON_CASE.items():
            if clock := self.running.get(name):
                setattr(self.case, attribute, clock.due_at)
        steps = [self.running[name].due_at for name in STEP_CLOCKS if name in self.running]
        self.case.step_due_at = min(steps) if steps else None
        self.case.provisional = any(clock.provisional for clock in self.running.values())

    # ------------------------------------------------------------ arithmetic
    def _in_time(self, name: str) -> bool:
        return name in self.running and self.now <= self.running[name].due_at

    def _terms(self) -> dict[tuple[str, str], Span]:
        """The community's own terms by (class, clock); most have none."""
        rows = Term.objects.filter(scope_code=scope_of(self.case))
        return {(row.sla, row.clock): Span(timedelta(minutes=row.minutes), row.natural) for row in rows}

    def _add(self, clock: CaseClock, start: datetime, amount: timedelta) -> "Deadline":
        add = self.working.add_natural_time if clock.natural else self.working.add_working_time
        return add(start, amount)

    def _elapsed(self, clock: CaseClock, until: datetime) -> timedelta:
        """Time on this clock since its anchor."""
        if clock.natural:
            return until - clock.anchor_at
        return self.working.working_time_between(clock.anchor_at, until)

    def _reckon(self, clock: CaseClock, why: str = "") -> None:
        """Deadline and warning from the anchor and what is left."""
        before = clock.due_at
        deadline = self._add(clock, clock.anchor_at, clock.left)
        clock.due_at, clock.provisional = deadline.at, deadline.provisional
        if clock.name == C.FINISH:
            self._warn(clock)
        if why:
            self._changed(clock, before, why)

    def _warn(self, clock: CaseClock) -> None:
        """Somebody is reminded while a fifth of the original time is left."""
        until_warning = clock.left - clock.amount * (1 - WARN_AT)
        late = until_warning <= timedelta(0)
        clock.warn_at = clock.anchor_at if late else self._add(clock, clock.anchor_at, until_warning).at

    def _changed(self, clock: CaseClock, before: datetime, why: str) -> None:
        self._touch(clock)
        if before != clock.due_at:
            self.changes.append(ClockChange(clock=clock, at=self.now, why=why, from_due=before, to_due=clock.due_at))

    def _touch(self, clock: CaseClock) -> None:
        self.touched[str(clock.pk)] = clock

    def _schedule_ladder(self, clock: CaseClock) -> None:
        """The rungs of this round, each under a key of its own for ever: what was told is not told again."""
        moments = {"warn": clock.warn_at or clock.due_at}
        for rung, after in RUNGS_AFTER.items():
            moments[rung] = self._add(clock, clock.due_at, after).at if after else clock.due_at
        due.schedule_many(
            [
                due.Due(f"case:{self.case.pk}:r{clock.round}:{rung}", RUNG, self.case.pk, at)
                for rung, at in moments.items()
            ]
        )
