"""Who is told what about a booking. Words only; the outbox is written in the transaction of the event."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.rooms import words
from centres.rooms.enums import BookingState, Event, WaitEvent, WaitState
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import when

if TYPE_CHECKING:
    from datetime import datetime

    from centres.rooms.models_appeal import SuspensionAppeal
    from centres.rooms.models_booking import Booking
    from centres.rooms.models_waitlist import WaitlistEntry

SAID = {
    Event.APPROVE: gettext_lazy("社区点头了：%(when)s，%(room)s是您的。"),
    Event.DECLINE: gettext_lazy("%(room)s %(when)s 没约成：%(reason)s"),
    Event.EXPIRE: gettext_lazy("%(room)s %(when)s 没等到社区点头，这次不算您的次数。对不起。"),
    Event.CANCEL: gettext_lazy("%(room)s %(when)s 的预约取消了：%(reason)s。"),
    Event.NO_SHOW: gettext_lazy("%(room)s %(when)s，一刻钟没见到您，后面的时间让给别人了，这次算一次。"),
    Event.MOVE: gettext_lazy("您的预约改到了 %(when)s，%(room)s。"),
    Event.BOOK: gettext_lazy("替您约好了：%(when)s，%(room)s。"),
}
WAITS = gettext_lazy("替您留着：%(when)s，%(room)s，等社区点头。")


def tell(step: Step[Any]) -> None:
    """Tell whose it is, never whoever did it."""
    booking, event = step.subject, Event(step.row.event)
    if event not in SAID or booking.is_centres_own:
        return
    text = WAITS if event == Event.BOOK and booking.state == BookingState.PENDING else SAID[event]
    said = {"room": booking.room.name, "when": _when(booking, step.now), "reason": step.reason or _("约的人不来了")}
    if step.actor.id is not None and step.actor.id == booking.user_id:
        return
    _queue(booking, f"v{booking.version}", str(text) % said)


def remind(booking: "Booking", now: "datetime") -> None:
    """The evening before: when, where, and how to call it off."""
    said = {"room": booking.room.name, "when": _when(booking, now)}
    key = f"remind:{booking.starts_at:%Y%m%dT%H%M}"
    _queue(booking, key, _("%(when)s，%(room)s，别忘了。来不了就早点取消，让给别人。") % said)


def put_off(booking: "Booking", until: "datetime", now: "datetime") -> None:
    """The third time nobody came: for how long, and whom to talk to."""
    text = _("三次约了没来，%(until)s 以前先不能自己约。有难处、记错了，在“我约的”里说，或者到窗口说一声。")
    _queue(booking, "put-off", text % {"until": when(until, now)})


def said(appeal: "SuspensionAppeal", staff: Any) -> None:
    """To the house: somebody who was put off has something to say."""
    queue(
        key=f"appeal:{appeal.pk}:said:{staff.pk}",
        to=staff,
        subject=_("有人被暂停预约，有话说，请看一眼。"),
        url=appeal.suspension.get_absolute_url(),
        about=appeal.suspension_id,
    )


def answered(appeal: "SuspensionAppeal", now: "datetime") -> None:
    """To the person: lifted or not, and the words that go with it."""
    suspension = appeal.suspension
    text = _("您可以约活动室了：%(reply)s") if suspension.lifted_at else _("暂停预约还到 %(until)s：%(reply)s")
    subject = text % {"until": when(suspension.until, now), "reply": appeal.reply}
    user, resident = suspension.user, suspension.resident
    whose = user or resident
    assert whose is not None
    queue(
        key=f"appeal:{appeal.pk}:answered:{whose.pk}",
        to=user,
        subject=subject[:120],
        body=appeal.reply,
        url=suspension.get_absolute_url(),
        about=suspension.pk,
        by=(Channel.INAPP, Channel.SMS) if user is not None else (Channel.SMS,),
        phone="" if user or not resident else resident.phone or "",
    )


# ---------------------------------------------------------------- who waits in line
IN_LINE = {
    WaitEvent.OFFER: gettext_lazy("轮到您了：%(when)s，%(room)s，给您留到 %(until)s。要的话点一下“我要”。"),
    WaitEvent.LAPSE: gettext_lazy("%(when)s，%(room)s，没有等到，对不起。"),
    WaitEvent.JOIN: gettext_lazy("替您排上候补了：%(when)s，%(room)s，轮到就告诉您。"),
}
OVER = gettext_lazy("%(when)s，%(room)s，留给您的时间过了，给了后面的人。")
SHUT = gettext_lazy("%(when)s，%(room)s不开了：%(reason)s。候补也取消了，对不起。")


def tell_in_line(step: Step[Any]) -> None:
    """That it is their turn, that it was not to be; never what they did themself."""
    entry, event = step.subject, WaitEvent(step.row.event)
    if event not in IN_LINE or (step.actor.id is not None and step.actor.id == entry.user_id):
        return
    said = {"room": entry.room.name, "when": _when(entry, step.now), "reason": step.reason}
    if event == WaitEvent.OFFER:
        said["until"] = when(entry.offer_until, step.now)
    text = IN_LINE[event]
    if event == WaitEvent.LAPSE:
        text = SHUT if step.data.get("closing") else OVER if step.from_state == WaitState.OFFERED else text
    _queue(entry, f"v{entry.version}", str(text) % said)


def offer_is_over(entry: "WaitlistEntry", now: "datetime") -> str:
    """What somebody reads who takes it too late."""
    until = when(entry.offer_until, now) if entry.offer_until else _when(entry, now)
    return _("这个空位给您留到 %(until)s，现在过了，已经给了后面的人。还想要，可以再排一次。") % {"until": until}


def _when(one: "Booking | WaitlistEntry", now: "datetime") -> str:
    return words.slot(one.starts_at, one.ends_at, now)


def _queue(about: "Booking | WaitlistEntry", occasion: str, subject: str) -> None:
    user, resident, centre = about.user, about.resident, about.room.centre
    whose = user or resident
    assert whose is not None, "the centre's own bookings tell nobody"
    ref = getattr(about, "ref", "")
    body = _("%(centre)s，%(address)s。") % {"centre": centre.name, "address": centre.address}
    queue(
        key=f"{'booking' if ref else 'waitlist'}:{about.pk}:{occasion}:{whose.pk}",
        to=user,
        subject=subject[:120],
        body=body + (_("编号 %(ref)s。") % {"ref": ref} if ref else ""),
        url=about.get_absolute_url(),
        about=about.pk,
        # Somebody of the register without an account hears it by telephone, or at the door.
        by=(Channel.INAPP, Channel.SMS) if user is not None else (Channel.SMS,),
        phone="" if user or not resident else resident.phone or "",
    )
