"""Who is told what about a loan and a donation. Words only; the outbox is written in the transaction of the event."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.sharing.enums import Event
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import day, when

if TYPE_CHECKING:
    from centres.sharing.models_drive import Donation
    from centres.sharing.models_loan import Loan

SAID = {
    Event.RESERVE: gettext_lazy("替您留着%(name)s，留到%(until)s，到窗口拿。"),
    Event.OFFER: gettext_lazy("轮到您了：%(name)s 给您留着，留到%(until)s，到窗口拿。"),
    Event.LEND: gettext_lazy("您借了%(name)s，%(due)s 前还到窗口。"),
    Event.HAND_OVER: gettext_lazy("您借了%(name)s，%(due)s 前还到窗口。"),
    Event.RETURN: gettext_lazy("%(name)s收回来了，谢谢您。"),
    Event.PASS_ON: gettext_lazy("%(name)s到了下一位读者手里，谢谢您。书还在您手里的话，到窗口说一声。"),
    Event.CANCEL: gettext_lazy("给您留的%(name)s取消了。还想要，到窗口说一声。"),
    Event.LAPSE: gettext_lazy("%(name)s留了两天没等到您，让给别人了。还想要，再说一声就行。"),
}
# Worth a text message: there are two days to come.
BY_SMS = (Event.OFFER,)


def tell(step: Step[Any]) -> None:
    """Tell whose it is, never whoever did it."""
    loan, event = step.subject, Event(step.row.event)
    if event not in SAID or (step.actor.id is not None and step.actor.id == loan.user_id):
        return
    said = {
        "name": loan.copy.item.name,
        "until": when(loan.hold_until, step.now) if loan.hold_until else "",
        "due": day(loan.due_on, step.now) if loan.due_on else "",
    }
    _queue(loan, f"v{loan.version}", str(SAID[event]) % said, sms=event in BY_SMS)


def remind(loan: "Loan", occasion: str, now: dt.datetime) -> None:
    """The day before, on the day, three days after; each once for each day it is due."""
    assert loan.due_on is not None
    said = {
        "before": _("%(name)s，%(due)s该还了。还想用，没人等的话可以续借一次。"),
        "due": _("%(name)s，%(due)s该还了，请还到窗口。"),
        "late": _("%(name)s %(due)s就该还了，早点还，别人好接着用。来不了，打个电话，我们上门拿。"),
    }[occasion]
    text = said % {"name": loan.copy.item.name, "due": day(loan.due_on, now)}
    _queue(loan, f"{occasion}:{loan.due_on:%Y%m%d}", text, sms=occasion != "before")


def _queue(loan: "Loan", occasion: str, subject: str, *, sms: bool) -> None:
    user, resident = loan.user, loan.resident
    whose = user or resident
    assert whose is not None
    centre = loan.copy.item.centre
    # Somebody of the register without an account hears it by text message.
    by = (Channel.SMS,) if user is None else (Channel.INAPP, Channel.SMS) if sms else (Channel.INAPP,)
    queue(
        key=f"loan:{loan.pk}:{occasion}:{whose.pk}",
        to=user,
        subject=subject[:120],
        body=_("%(centre)s，%(address)s。") % {"centre": centre.name, "address": centre.address},
        url=loan.get_absolute_url(),
        about=loan.pk,
        by=by,
        phone="" if user or not resident else resident.phone or "",
    )


def thank(donation: "Donation", amount: str) -> None:
    """Once for what somebody with an account has brought."""
    if donation.giver is None:
        return
    queue(
        key=f"donation:{donation.pk}:{donation.giver_id}",
        to=donation.giver,
        subject=_("收到您的 %(amount)s，谢谢您。") % {"amount": amount},
        body=donation.drive.title,
        url=donation.get_absolute_url(),
        about=donation.pk,
    )
