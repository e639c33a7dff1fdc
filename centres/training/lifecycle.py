"""What each event does to an order while the engine holds its lock: rooms, beds, meals, what falls due."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from centres.training import capacity, notices, occupying, words
from centres.training.capacity import Trouble
from centres.training.enums import Event, OrderState
from centres.training.lines import Group
from centres.training.models_order import OrderLine, TrainingOrder, TrainingRecord
from centres.training.transitions import TABLE
from portal.accounts.actors import Actor
from portal.errors import Conflict, IllegalTransition, Refusal
from portal.flow import due
from portal.flow.engine import Flow, Step

UNANSWERED, REMIND, SHEET, FINISH = "training.unanswered", "training.remind", "training.sheet", "training.finish"
REMIND_DAYS, REMIND_AT = 3, dt.time(9)
SHEET_AT = dt.time(15)  # the day before, while the kitchen can still buy
ONE_DAY = dt.timedelta(days=1)


class Unavailable(Conflict):
    """Lines that cannot be had. All or none: nothing of the order has been taken. `troubles`: one for each."""

    code = "UNAVAILABLE"

    def __init__(self, troubles: list[Trouble]):
        self.troubles = troubles
        said = [{"line": str(one.line.pk), "code": one.code, "message": one.message} for one in troubles]
        first = troubles[0]
        message = _("%(line)s：%(why)s") % {"line": words.spoken(first.line), "why": first.message}
        super().__init__(message, lines=said)


flow: Flow[TrainingOrder] = Flow(
    room="training",
    model=TrainingOrder,
    record=TrainingRecord,
    table=TABLE,
    path_of=lambda order: order.base.centre.grid.path,
    subject_of=lambda order: order.contact_id,
    private=("group", "wanted", "line"),
)


def at(day: dt.date, time: dt.time = dt.time()) -> dt.datetime:
    """A local time of a date; without one the midnight it begins with."""
    return timezone.make_aware(dt.datetime.combine(day, time))


def today_of(now: dt.datetime) -> dt.date:
    return timezone.localtime(now).date()


# ---------------------------------------------------------------- effects: before it is saved
@flow.on(Event.CONFIRM)
def _promise(step: Step[TrainingOrder]) -> None:
    """Every line or none."""
    order = step.subject
    if today_of(step.now) >= order.first_day:
        raise IllegalTransition(_("来的日子已经到了，这张单定不了了。请和带队的人改个日子。"))
    _take(step.actor, order, list(order.lines.with_what()), step.now)


def _take(actor: Actor, order: TrainingOrder, lines: list[OrderLine], now: dt.datetime) -> None:
    """Beds, seats and rooms of these lines. Raises Unavailable, whereupon the transaction goes."""
    for line in lines:
        line.order = order
    base = capacity.hold(order.base_id)
    troubles = capacity.shortages(base, lines, order.pk)
    troubles += occupying.take(actor, lines, now)
    if troubles:
        raise Unavailable(sorted(troubles, key=lambda one: (one.line.day, words.place_in_day(one.line))))


@flow.on(Event.CHANGE)
def _alter(step: Step[TrainingOrder]) -> None:
    order = step.subject
    group: Group = step.data["group"]
    old = {line.key: line for line in order.lines.select_related("course", "room", "booking")}
    wanted: dict[Any, OrderLine] = {line.key: line for line in step.data["wanted"]}
    gone = [line for key, line in old.items() if key not in wanted]
    _keep_the_past(gone, old, wanted, step.now)
    order.people, order.wish = group.people, group.wish
    order.first_day, order.last_day = group.first_day, group.last_day
    occupying.give_back(step.actor, order.base, gone, _("培训单改过了"), step.now)
    OrderLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    more = []
    for key, line in wanted.items():
        known = old.get(key)
        if known is None:
            line.order = order
            line.save(force_insert=True)
            more.append(line)
        elif known.quantity != line.quantity:
            if line.quantity > known.quantity:
                more.append(known)
            known.quantity = line.quantity
            known.save(update_fields=["quantity"])
    if order.state == OrderState.CONFIRMED:
        # What stands already stands, even where the base has fewer beds by now; a room that went is looked for again.
        lost = [line for key, line in old.items() if key in wanted and line.lost and line not in more]
        _take(step.actor, order, more + lost, step.now)


def _keep_the_past(
    gone: list[OrderLine], old: dict[Any, OrderLine], wanted: dict[Any, OrderLine], now: dt.datetime
) -> None:
    """What has been eaten and slept stays in the account."""
    today = today_of(now)
    changed = [line for key, line in old.items() if key in wanted and wanted[key].quantity != line.quantity]
    for line in (*gone, *changed):
        if line.day < today:
            said = {"line": words.spoken(line)}
            raise Refusal(_("%(line)s 已经过去了，不能再改。") % said, code="PAST")


@flow.on(Event.CANCEL)
def _give_up(step: Step[TrainingOrder]) -> None:
    order, today = step.subject, today_of(step.now)
    if today > order.last_day:
        raise Refusal(_("已经办完了，不用取消。"), code="OVER")
    if step.actor.id == order.contact_id and today >= order.first_day:
        raise Refusal(_("已经开始了，请找基地的前台，当面改。"), code="BEGUN")
    lines = order.lines.select_related("booking").exclude(booking=None)
    occupying.give_back(step.actor, order.base, lines, step.reason, step.now)


@flow.on(Event.LOSE_ROOM)
def _lose(step: Step[TrainingOrder]) -> None:
    line: OrderLine = step.data["line"]
    line.booking, line.lost = None, (step.reason or _("临时停用"))[:200]
    line.save(update_fields=["booking", "lost"])


@flow.on(Event.FINISH)
def _over(step: Step[TrainingOrder]) -> None:
    if today_of(step.now) <= step.subject.last_day:
        raise IllegalTransition()


# ---------------------------------------------------------------- after it is saved and recorded
@flow.after
def _keep_due_rows(step: Step[Any]) -> None:
    order = step.subject
    if step.row.event in (Event.SUBMIT, Event.LOSE_ROOM):
        # A new order's lines are not written yet, and nothing of it but the answer falls due.
        due.schedule_many(due_rows(order, [], step.now) if step.row.event == Event.SUBMIT else [])
        return
    due.cancel(subject_id=order.pk, kinds=(UNANSWERED, REMIND, SHEET, FINISH))
    days = order.lines.values_list("day", flat=True).distinct().order_by("day")
    due.schedule_many(due_rows(order, list(days), step.now))


def due_rows(order: TrainingOrder, days: list[dt.date], now: dt.datetime) -> list[due.Due]:
    """What falls due for an order as it stands. Keys carry the day: one that was moved is reminded of its new one."""
    key, pk = f"training:{order.pk}", order.pk
    if order.state == OrderState.SUBMITTED:
        return [due.Due(f"{key}:unanswered:{order.first_day}", UNANSWERED, pk, at(order.first_day))]
    if order.state != OrderState.CONFIRMED:
        return []
    rows = [due.Due(f"{key}:finish:{order.last_day}", FINISH, pk, at(order.last_day + ONE_DAY))]
    remind_at = at(order.first_day - REMIND_DAYS * ONE_DAY, REMIND_AT)
    if remind_at > now:
        rows.append(due.Due(f"{key}:remind:{order.first_day}", REMIND, pk, remind_at))
    for day in days:
        print_at = at(day - ONE_DAY, SHEET_AT)
        if print_at > now:
            rows.append(due.Due(f"{key}:sheet:{day}", SHEET, pk, print_at))
    return rows


flow.after(notices.tell)
