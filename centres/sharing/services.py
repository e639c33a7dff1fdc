"""Every write of a loan. Each is one transaction: lock the item, then the person, look again, write, record, tell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms.rules import runs_centre
from centres.sharing import line, locks, persons
from centres.sharing.enums import Event, ItemKind, LoanState, WaitOutcome
from centres.sharing.lifecycle import flow
from centres.sharing.models import CODE_LENGTH, LoanCopy, LoanItem, LoanWait
from centres.sharing.models_loan import Loan
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

T = TypeVar("T")
LONGEST_NOTE = 200


# ---------------------------------------------------------------- beginning
def reserve(*, actor: Actor, item_id: UUID, on_behalf_of: UUID | None = None, now: datetime | None = None) -> Loan:
    """Have a copy kept for two days: for oneself, or at the counter for `on_behalf_of`.

    Raises Conflict NONE_FREE (one may wait instead), LIMIT, ALREADY, TAKEN; NotFound; Forbidden.
    """

    def work() -> Loan:
        item = _item(item_id)
        person = _whose(actor, item, on_behalf_of)
        moment = now or timezone.now()
        _may_have_one_more(item, person)
        copy = line.free_copy(item)
        if copy is None:
            raise Conflict(_("刚好都借出去了。可以排个队，还回来就给您留着。"), code="NONE_FREE")
        line.step_out(item, person, moment)
        loan = Loan(copy=copy, user=person.user, resident=person.resident)
        return flow.begin(loan, event=Event.RESERVE, actor=actor, now=moment)

    return _or_taken(work)


def lend(*, actor: Actor, copy_id: UUID, on_behalf_of: UUID, now: datetime | None = None) -> Loan:
    """Hand a copy to whoever stands at the counter; one that was kept for them is handed over.

    Raises Conflict TAKEN where somebody else has it or it is kept for them, LIMIT, ALREADY; NotFound; Forbidden.
    """

    def work() -> Loan:
        copy = LoanCopy.objects.active().filter(pk=copy_id).first()
        if copy is None:
            raise NotFound()
        item = _item(copy.item_id)
        if not runs_centre(actor, item.centre):
            raise NotFound()
        person = persons.at_the_counter(actor, on_behalf_of)
        moment = now or timezone.now()
        kept = Loan.objects.reserved().filter(person.owns, copy__item=item).first()
        if kept is not None:
            return flow.fire(kept.pk, event=Event.HAND_OVER, actor=actor, now=moment)
        _may_have_one_more(item, person)
        if Loan.objects.live().filter(copy=copy).exists():
            raise Conflict(_("这一份不在架上，别人借着或者给别人留着。"), code="TAKEN")
        line.step_out(item, person, moment)
        loan = Loan(copy=copy, user=person.user, resident=person.resident)
        return flow.begin(loan, event=Event.LEND, actor=actor, now=moment)

    return _or_taken(work)


def take_over(*, actor: Actor, code: str, now: datetime | None = None) -> Loan:
    """书到我手里了: the next reader enters the code of a drifting book; from its last reader, or from the shelf.

    Raises Refusal UNKNOWN_CODE (422), NOT_A_BOOK (422); Conflict OWN_COPY, KEPT, AWAITED, LIMIT; Forbidden.
    """
    if actor.user is None:
        raise Forbidden()

    def work() -> Loan:
        copy = copy_by_code(code)
        item = _item(copy.item_id)
        if item.kind != ItemKind.BOOK:
            raise Refusal(_("这不是漂流书，请到窗口借。"), code="NOT_A_BOOK")
        person, moment = persons.of_account(actor.user), now or timezone.now()
        last = Loan.objects.live().filter(copy=copy).select_related("user", "resident").first()
        if last is not None and Loan.objects.filter(person.owns | Q(user=actor.user), pk=last.pk).exists():
            if last.state == LoanState.OUT:
                raise Conflict(_("这本书就在您手里。看完交给下一位，请他来输编码。"), code="OWN_COPY")
            raise Conflict(_("这本书给您留着，到窗口拿就行。"), code="KEPT")
        if last is not None and last.state == LoanState.RESERVED:
            raise Conflict(_("这本书给别人留着，请先放回书架。"), code="KEPT")
        _first_in_line(item, person, last)
        _may_have_one_more(item, person)
        if last is not None:
            flow.fire(last.pk, event=Event.PASS_ON, actor=actor, now=moment)
        line.step_out(item, person, moment)
        loan = Loan(copy=copy, user=person.user, resident=person.resident)
        return flow.begin(loan, event=Event.TAKE_OVER, actor=actor, now=moment)

    return _or_taken(work)


def copy_by_code(code: str) -> LoanCopy:
    """The copy a sticker's code means, written as people write it. Raises Refusal UNKNOWN_CODE."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    copy = LoanCopy.objects.active().with_item().filter(code=plain).first() if len(plain) == CODE_LENGTH else None
    if copy is None:
        raise Refusal(_("没有这个编码。看看贴纸上的六个字，再输一次。"), code="UNKNOWN_CODE")
    found: LoanCopy = copy
    return found


def _item(item_id: UUID) -> LoanItem:
    """The item, locked: everybody who wants a copy of it or gives one back meets here. Raises NotFound."""
    if not LoanItem.objects.active().filter(pk=item_id).exists():
        raise NotFound()
    return locks.hold_item(item_id)


def _whose(actor: Actor, item: LoanItem, on_behalf_of: UUID | None) -> persons.Person:
    if actor.user is None:
        raise Forbidden()
    if on_behalf_of is None or on_behalf_of == actor.id:
        return persons.of_account(actor.user)
    if not runs_centre(actor, item.centre):
        raise Forbidden()
    return persons.at_the_counter(actor, on_behalf_of)


def _may_have_one_more(item: LoanItem, person: persons.Person) -> None:
    """Locks the person: what they have in hand must not change between the count and the write."""
    locks.hold_person(person)
    mine = Loan.objects.live().filter(person.owns)
    if mine.filter(copy__item=item).exists():
        raise Conflict(_("已经有一份了，用完还来再借。"), code="ALREADY")
    used = mine.count()
    if used >= line.AT_ONCE:
        raise Conflict(_("手里已经有三样了，还一样再借。"), code="LIMIT", used=used, allowed=line.AT_ONCE)


def _first_in_line(item: LoanItem, person: persons.Person, last: Loan | None) -> None:
    """A book that others wait for goes back to the counter, unless it comes to the first of them."""
    first = LoanWait.objects.in_line().filter(item=item).first()
    if last is None or first is None or LoanWait.objects.filter(person.owns, pk=first.pk).exists():
        return
    raise Conflict(_("这本书有人排着队，看完请还到窗口，轮着来。"), code="AWAITED")


def _or_taken(work: Callable[[], T]) -> T:
    return locks.or_refuse(work, "loan_copy_live_once", Conflict(_("刚刚有人借走了。"), code="TAKEN"))


# ---------------------------------------------------------------- what happens to one
def hand_over(*, actor: Actor, loan_id: UUID, version: int | None = None, now: datetime | None = None) -> Loan:
    """They came for what was kept. Raises as Flow.fire: Forbidden, Stale, IllegalTransition; NotFound."""
    return _fire(actor, loan_id, Event.HAND_OVER, version=version, now=now)


def renew(*, actor: Actor, loan_id: UUID, version: int | None = None, now: datetime | None = None) -> Loan:
    """Once, while nobody waits and it is not late. Raises Conflict RENEWED, AWAITED, OVERDUE; else as hand_over()."""
    return _fire(actor, loan_id, Event.RENEW, version=version, now=now)


def return_(
    *, actor: Actor, loan_id: UUID, condition: str = "", version: int | None = None, now: datetime | None = None
) -> Loan:
    """It is back; `condition` says how it looks. Kept at once for the next in line. Raises as hand_over()."""
    if len(condition) > LONGEST_NOTE:
        raise Invalid(errors={"condition": [_("短一点，两百个字以内。")]})
    return _fire(actor, loan_id, Event.RETURN, version=version, now=now, condition=condition)


def cancel(*, actor: Actor, loan_id: UUID, version: int | None = None, now: datetime | None = None) -> Loan:
    """They do not want it any more, before they took it. Raises as hand_over()."""
    return _fire(actor, loan_id, Event.CANCEL, version=version, now=now)


def lapse(*, loan_id: UUID, now: datetime) -> bool:
    """Two days are over and nobody came. False where there is nothing to let go (any more)."""
    waiting = Loan.objects.reserved().filter(pk=loan_id, hold_until__lte=now)
    if not waiting.exists():
        return False
    _fire(SYSTEM, loan_id, Event.LAPSE, now=now)
    return True


# After these a copy stands on the shelf again.
FREES = (Event.RETURN, Event.CANCEL, Event.LAPSE)


def _fire(actor: Actor, loan_id: UUID, event: str, **given: Any) -> Loan:
    def work() -> Loan:
        loan = visible_loan(actor, loan_id)
        # Before the loan: whoever reserves holds the item first as well.
        item = locks.hold_item(loan.copy.item_id)
        given["now"] = given.get("now") or timezone.now()
        fired = flow.fire(loan_id, event=event, actor=actor, **given)
        if event in FREES:
            line.keep_for_next(item, given["now"])
        return fired

    return in_one_transaction(work)


def visible_loan(actor: Actor, loan_id: UUID) -> Loan:
    """The loan, where this person may see it. Raises NotFound."""
    found: Loan | None = Loan.objects.visible_to(actor).with_copy().with_people().filter(pk=loan_id).first()
    if found is None:
        raise NotFound()
    return found


# ---------------------------------------------------------------- the line
def wait(*, actor: Actor, item_id: UUID, on_behalf_of: UUID | None = None, now: datetime | None = None) -> LoanWait:
    """Stand in line while none is free; twice changes nothing. Raises Conflict FREE_NOW, ALREADY, LIMIT; NotFound."""

    def work() -> LoanWait:
        item = _item(item_id)
        person, moment = _whose(actor, item, on_behalf_of), now or timezone.now()
        _may_have_one_more(item, person)
        if line.free_copy(item) is not None:
            raise Conflict(_("现在就有空着的，不用排队。"), code="FREE_NOW")
        standing = LoanWait.objects.live().filter(person.owns, item=item).first()
        if standing is not None:
            return standing
        made = LoanWait.objects.create(item=item, user=person.user, resident=person.resident, created_at=moment)
        record(actor=actor, verb="loan.wait", target=made, path=item.centre.grid.path, subject_id=person.id)
        return made

    return in_one_transaction(work)


def leave_line(*, actor: Actor, wait_id: UUID, now: datetime | None = None) -> LoanWait:
    """Give up one's place. Raises NotFound, Conflict LINE_OVER."""

    def work() -> LoanWait:
        mine = LoanWait.objects.of(actor.id).filter(pk=wait_id).select_related("item").first()
        if mine is None or actor.id is None:
            raise NotFound()
        item = locks.hold_item(mine.item_id)
        mine.refresh_from_db()
        if mine.ended_at is not None:
            raise Conflict(_("您已经不在这个队里了。"), code="LINE_OVER")
        line.end(mine, WaitOutcome.LEFT, now or timezone.now())
        record(actor=actor, verb="loan.leave", target=mine, path=item.centre.grid.path, subject_id=actor.id)
        return mine

    return in_one_transaction(work)
