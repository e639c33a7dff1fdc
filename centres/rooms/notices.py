"""Who is told what about a booking. Words only; the outbox is written in the transaction of the event."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.rooms import words
from centres.rooms.enums import BookingState, Event
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import when

if TYPE_CHECKING:
    from datetime import datetime

    from centres.rooms.models_booking import Booking

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
    said = _("三次约了没来，%(until)s 以前先不能自己约。有难处、记错了，到窗口说一声。")
    _queue(booking, "put-off", said % {"until": when(until, now)})


def _when(booking: "Booking", now: "datetime") -> str:
    return words.slot(booking.starts_at, booking.ends_at, now)


def _queue(booking: "Booking", occasion: str, subject: str) -> None:
    user, resident = booking.user, booking.resident
    whose = user or resident
    assert whose is not None, "the centre's own bookings tell nobody"
    queue(
        key=f"booking:{booking.pk}:{occasion}:{whose.pk}",
        to=user,
        subject=subject[:120],
        body=_("%(centre)s，%(address)s。编号 %(ref)s。")
        % {"centre": booking.room.centre.name, "address": booking.room.centre.address, "ref": booking.ref},
        url=booking.get_absolute_url(),
        about=booking.pk,
        # Somebody of the register without an account hears it by telephone, or at the door.
        by=(Channel.INAPP, Channel.SMS) if user is not None else (Channel.SMS,),
        phone="" if user or not resident else resident.phone or "",
    )
