"""What each event does to a wish while the engine holds its lock: claims, clocks, what goes when it closes."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from petitions.wishes import notices, rules
from petitions.wishes.enums import CLOSED, Event, Outcome, WishState
from petitions.wishes.models import Wish, WishClaim, WishRecord, WishTerms
from petitions.wishes.transitions import TABLE
from portal.errors import Forbidden, Refusal
from portal.flow import due
from portal.flow.engine import Flow, Step
from portal.workdays.queries import clock_for
from volunteers.service.enums import CapacityKind
from volunteers.service.queries import capacities_of

# Handing in stops the clock; after 还差一点 it runs on, and never with less than one working day.
LEAST_AFTER_NOT_YET = timedelta(hours=8)

REVIEW, RELEASE, EXPIRE = "wish.review", "wish.release", "wish.expire"
DUTY_OF = {
    WishState.IN_REVIEW: REVIEW,
    WishState.OPEN: EXPIRE,
    WishState.CLAIMED: RELEASE,
    WishState.IN_PROGRESS: RELEASE,
}

flow: Flow[Wish] = Flow(
    room="wish",
    model=Wish,
    record=WishRecord,
    table=TABLE,
    path_of=lambda wish: wish.grid.path,
    subject_of=lambda wish: wish.resident_id or wish.wisher_id,
    private=("evidence",),
)


# ---------------------------------------------------------------- clocks
def terms_for(wish: Wish) -> WishTerms:
    """The nearest place that set terms of its own, else the defaults of domain.md."""
    path = wish.grid.path
    above = [path[:end] for end in range(4, len(path) + 1, 4)]
    return WishTerms.objects.filter(grid__path__in=above).order_by("-grid__depth").first() or WishTerms()


def due_key(wish: Wish) -> str:
    """Names one run of one clock, for ever: the step that started it is in it."""
    return f"wish:{wish.pk}:v{wish.clock_version}"


def _start_clock(step: Step[Wish], allowance: timedelta | None) -> None:
    """Working time from now; None is the natural days on the wall."""
    wish = step.subject
    wish.clock_version = wish.version + 1
    wish.clock_at, wish.allowance = step.now, allowance
    set_due(wish, hold=True)


def set_due(wish: Wish, *, hold: bool = False) -> None:
    """When the present clock is over, by the calendar as it stands."""
    assert wish.clock_at is not None
    if wish.allowance is None:
        wish.due_at, wish.due_provisional = wish.clock_at + timedelta(days=terms_for(wish).open_days), False
        return
    deadline = clock_for(wish.grid.code, hold=hold).add_working_time(wish.clock_at, wish.allowance)
    wish.due_at, wish.due_provisional = deadline.at, deadline.provisional


def schedule_due(wish: Wish) -> None:
    """Write, or move, the row that the sweep works through."""
    if wish.due_at is not None:
        kind = DUTY_OF[WishState(wish.state)]
        due.schedule(key=due_key(wish), kind=kind, subject_id=wish.pk, due_at=wish.due_at)


def _stop_clock(wish: Wish) -> None:
    wish.clock_at = wish.due_at = None
    wish.due_provisional = False


# ---------------------------------------------------------------- effects
@flow.on(Event.SUBMIT, Event.RESUBMIT)
def _to_review(step: Step[Wish]) -> None:
    _start_clock(step, timedelta(hours=terms_for(step.subject).review_hours))


@flow.on(Event.APPROVE)
def _hang_up(step: Step[Wish]) -> None:
    wish = step.subject
    text = " ".join((step.data.get("text") or wish.text).split())
    resident = wish.resident.name if wish.resident else ""
    account = wish.wisher.name if wish.wisher else ""
    problems = rules.wall_problems(text, {wish.contact_name, resident, account})
    if not 4 <= len(text) <= 120:
        problems.append(_("墙上的话四个字到一百二十个字。"))
    if problems:
        raise Refusal(_("这句话还不能挂到墙上，谁都看得到。"), code="WALL_TEXT", errors={"text": problems})
    wish.wall_text, wish.opened_at = text, step.now
    _start_clock(step, None)


@flow.on(Event.REQUEST_CHANGES)
def _wait_for_changes(step: Step[Wish]) -> None:
    _stop_clock(step.subject)


@flow.on(Event.CLAIM)
def _claim(step: Step[Wish]) -> None:
    wish, key = step.subject, str(step.data["claimant"])
    capacity = next((one for one in capacities_of(step.actor.id) if one.key == key), None)
    if capacity is None or step.actor.user is None:
        raise Forbidden(_("请用您自己的、您带的队的、或您单位的名义认领。"))
    column = {CapacityKind.VOLUNTEER: "volunteer_id", CapacityKind.TEAM: "team_id", CapacityKind.UNIT: "unit_id"}
    WishClaim.objects.create(
        wish=wish, claimed_by_id=step.actor.user.pk, claimed_at=step.now, **{column[capacity.kind]: capacity.id}
    )
    _start_clock(step, timedelta(hours=terms_for(wish).claim_hours))


@flow.on(Event.GIVE_UP, Event.REVOKE, Event.RELEASE)
def _back_on_the_wall(step: Step[Wish]) -> None:
    outcome = {Event.GIVE_UP: Outcome.GIVEN_UP, Event.REVOKE: Outcome.REVOKED, Event.RELEASE: Outcome.TIMED_OUT}
    _end_claim(step, outcome[Event(step.row.event)])
    _start_clock(step, None)


@flow.on(Event.HAND_IN)
def _hand_in(step: Step[Wish]) -> None:
    wish = step.subject
    claim = _claim_of(wish)
    claim.handed_in_at, claim.evidence = step.now, str(step.data["evidence"]).strip()[:300]
    claim.save(update_fields=["handed_in_at", "evidence"])
    # Whoever waits for the wisher's nod must not lose the wish meanwhile: what is left of the time is kept.
    left = clock_for(wish.grid.code).working_time_between(step.now, wish.due_at) if wish.due_at else timedelta()
    wish.allowance = max(left, timedelta())
    _stop_clock(wish)


@flow.on(Event.NOT_YET)
def _go_on(step: Step[Wish]) -> None:
    _start_clock(step, max(step.subject.allowance or timedelta(), LEAST_AFTER_NOT_YET))


@flow.on(Event.CONFIRM)
def _come_true(step: Step[Wish]) -> None:
    _end_claim(step, Outcome.FULFILLED)


@flow.on(Event.CONFIRM, Event.DECLINE, Event.EXPIRE, Event.WITHDRAW)
def _close(step: Step[Wish]) -> None:
    wish = step.subject
    assert step.to_state in CLOSED
    _stop_clock(wish)
    wish.closed_at = step.now
    wish.contact_name, wish.contact_phone, wish.consent_at = "", "", None


def _claim_of(wish: Wish) -> WishClaim:
    return WishClaim.objects.live().get(wish=wish)


def _end_claim(step: Step[Wish], outcome: Outcome) -> None:
    claim = _claim_of(step.subject)
    claim.ended_at, claim.outcome = step.now, outcome
    claim.save(update_fields=["ended_at", "outcome"])


# ---------------------------------------------------------------- after every event
@flow.after
def _keep_due_row(step: Step[Any]) -> None:
    wish = step.subject
    if wish.due_at is not None and wish.clock_version != wish.version:
        return  # the clock of an earlier step runs on (start)
    due.cancel(subject_id=wish.pk, kinds=(REVIEW, RELEASE, EXPIRE))
    schedule_due(wish)


flow.after(notices.tell)
