"""Who is told what about an order. Words only; the outbox is written in the transaction of the event."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.training import words
from centres.training.enums import Event, OrderState
from grids.postings.queries import holders
from portal.accounts.enums import COMMUNITY
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue

if TYPE_CHECKING:
    from centres.training.models_order import TrainingOrder

TO_CONTACT = {
    Event.SUBMIT: gettext_lazy("%(org)s的培训单收到了，%(days)s，%(people)s 人，等基地回复。"),
    Event.CHANGE: gettext_lazy("基地改了%(org)s的培训单，%(days)s，%(people)s 人，请看一眼。"),
    Event.CONFIRM: gettext_lazy("定下了：%(org)s %(days)s，%(people)s 人。"),
    Event.DECLINE: gettext_lazy("%(days)s的培训没接成：%(reason)s"),
    Event.CANCEL: gettext_lazy("%(days)s的培训取消了：%(reason)s"),
    Event.LOSE_ROOM: gettext_lazy("%(days)s的培训有一间房临时停用，基地在另找，您不用跑。"),
    Event.FINISH: gettext_lazy("%(org)s的培训办完了，谢谢您来。"),
}
TO_HOUSE = {
    Event.CANCEL: gettext_lazy("%(org)s取消了 %(days)s的培训，%(people)s 人。"),
    Event.LOSE_ROOM: gettext_lazy("%(org)s %(days)s的培训少了一间房，请另找：%(reason)s"),
}
# Somebody has to act, or has waited for it.
BY_SMS = (Event.CONFIRM, Event.DECLINE, Event.CANCEL, Event.LOSE_ROOM)


def tell(step: Step[Any]) -> None:
    """The contact at each step they did not take themself (and of the receipt); the house of what they did."""
    order, event = step.subject, Event(step.row.event)
    said = _said(order) | {"reason": step.reason or _("带队的人不来了")}
    own = step.actor.id == order.contact_id
    if event == Event.SUBMIT or not own:
        by = (Channel.INAPP, Channel.SMS) if event in BY_SMS else (Channel.INAPP,)
        _to_contact(order, f"v{order.version}", str(TO_CONTACT[event]) % said, by)
    # Nobody waits for what was not promised yet: it only leaves the list of what waits.
    promised = step.from_state == OrderState.CONFIRMED
    if event in TO_HOUSE and promised and (own or step.actor.is_system):
        _to_house(order, f"v{order.version}", str(TO_HOUSE[event]) % said, order.get_absolute_url(), step.now)


def remind(order: "TrainingOrder") -> None:
    """Three days before, once for each first day it was moved to."""
    text = _("%(org)s的培训 %(days)s，%(people)s 人，都备好了。人数有变请早说。") % _said(order)
    _to_contact(order, f"remind:{order.first_day}", text, (Channel.INAPP, Channel.SMS))


def sheet(order: "TrainingOrder", day: date, now: datetime) -> None:
    """The day before: a list for kitchen and front desk to print. Once a day and person, however many groups come."""
    url = f"{reverse('desk-training-sheet')}?date={day}&base={order.base_id}"
    text = _("明天（%(day)s）的用餐、床位单可以打了。") % {"day": words.day(day)}
    for posting in holders(path=order.base.centre.grid.path, roles=COMMUNITY, at=now, nearest=True):
        key = f"training-sheet:{order.base_id}:{day}:{posting.user_id}"
        queue(key=key, to=posting.user, subject=text, url=url, about=order.base_id)


def _said(order: "TrainingOrder") -> dict[str, Any]:
    return {"org": order.organisation, "days": words.days(order), "people": order.people}


def _to_contact(order: "TrainingOrder", occasion: str, subject: str, by: tuple[str, ...]) -> None:
    base = order.base
    queue(
        key=f"training:{order.pk}:{occasion}:{order.contact_id}",
        to=order.contact,
        subject=subject[:120],
        body=_("%(base)s，%(address)s。编号 %(ref)s。")
        % {"base": base.name, "address": base.centre.address, "ref": order.ref},
        url=order.get_absolute_url(),
        about=order.pk,
        by=by,
    )


def _to_house(order: "TrainingOrder", occasion: str, subject: str, url: str, now: datetime) -> None:
    for posting in holders(path=order.base.centre.grid.path, roles=COMMUNITY, at=now, nearest=True):
        queue(
            key=f"training:{order.pk}:{occasion}:{posting.user_id}",
            to=posting.user,
            subject=subject[:120],
            url=url,
            about=order.pk,
        )
