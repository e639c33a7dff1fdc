"""The system's own steps with an order, when their time has come. Each looks again before it acts."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from centres.training import notices
from centres.training.enums import HELD, Event, OrderState
from centres.training.lifecycle import flow, today_of
from centres.training.models_order import OrderLine, TrainingOrder
from portal.accounts.actors import SYSTEM


def _order(order_id: UUID, state: str) -> TrainingOrder | None:
    return TrainingOrder.objects.with_base().filter(pk=order_id, state=state).first()


def leave_unanswered(*, order_id: UUID, now: datetime) -> bool:
    """The day has come and nobody answered: said plainly, so that nobody stands before the door."""
    order = _order(order_id, OrderState.SUBMITTED)
    if order is None or today_of(now) < order.first_day:
        return False
    reason = _("到了来的日子，基地还没有答复。对不起，请打电话问一声。")
    flow.fire(order_id, event=Event.DECLINE, actor=SYSTEM, now=now, reason=reason)
    return True


def remind(*, order_id: UUID, now: datetime) -> bool:
    order = _order(order_id, OrderState.CONFIRMED)
    if order is None or today_of(now) >= order.first_day:
        return False
    notices.remind(order)
    return True


def tell_sheet(*, order_id: UUID, day: date, now: datetime) -> bool:
    """Kitchen and front desk can print tomorrow's list; not once the day is over."""
    order = _order(order_id, OrderState.CONFIRMED)
    if order is None or today_of(now) > day or not order.lines.filter(day=day).exists():
        return False
    notices.sheet(order, day, now)
    return True


def finish(*, order_id: UUID, now: datetime) -> bool:
    order = _order(order_id, OrderState.CONFIRMED)
    if order is None or today_of(now) <= order.last_day:
        return False
    flow.fire(order_id, event=Event.FINISH, actor=SYSTEM, now=now)
    return True


def room_lost(*, booking_id: UUID, reason: str, now: datetime) -> bool:
    """A room that was promised was called off (a closure): the line stands without one, and both sides are told."""
    line = OrderLine.objects.filter(booking=booking_id, order__state__in=HELD).first()
    if line is None:
        return False
    flow.fire(line.order_id, event=Event.LOSE_ROOM, actor=SYSTEM, now=now, reason=reason, line=line)
    return True
