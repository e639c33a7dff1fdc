"""Who is told what about enrolments and sessions. Words only; the outbox is written in the event's transaction."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.activities import words
from centres.activities.enums import EnrolmentState, Event
from portal.flow.engine import Step
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import clock, when

if TYPE_CHECKING:
    from datetime import datetime

    from centres.activities.models import Session
    from centres.activities.models_enrolment import Enrolment

SAID = {
    Event.ENROL: gettext_lazy("替您报上了%(title)s。"),
    Event.WAIT: gettext_lazy("%(title)s满了，替您排上候补了。"),
    Event.OFFER: gettext_lazy("轮到您了：%(title)s有名额了，%(until)s 以前点“我来”，过时就给下一位。"),
    Event.ACCEPT: gettext_lazy("替您回了话，%(title)s报上了。"),
    Event.WITHDRAW: gettext_lazy("替您退了%(title)s的名额。"),
    Event.CANCEL: gettext_lazy("社区取消了您%(title)s的报名：%(reason)s"),
}
MISSED = gettext_lazy("%(title)s的名额没等到您回话，给下一位了。")
NOT_REACHED = gettext_lazy("%(title)s开始了，这次没轮上。下次早点来。")


def tell(step: Step[Any]) -> None:
    """Tell whose it is, never whoever did it."""
    enrolment, event = step.subject, Event(step.row.event)
    # quiet: the session itself was called off, and everybody is told of that, once.
    if step.data.get("quiet") or (step.actor.id is not None and step.actor.id == enrolment.user_id):
        return
    text: Any = SAID.get(event)
    if event == Event.LAPSE:
        text = MISSED if step.from_state == EnrolmentState.OFFERED else NOT_REACHED
    if text is None:
        return
    said = {
        "title": enrolment.activity.title,
        "reason": step.reason,
        "until": when(enrolment.offered_until, step.now) if enrolment.offered_until else "",
    }
    _queue(enrolment, f"enrolment:{enrolment.pk}:v{enrolment.version}", str(text) % said)


def tell_everybody(enrolments: Iterable["Enrolment"], key: str, subject: str, *, but: UUID | None = None) -> int:
    """One message to each person behind these enrolments, however many children they have in it; returns how many."""
    told: set[Any] = set()
    for enrolment in enrolments:
        whose = enrolment.user_id or enrolment.resident_id
        if whose not in told and whose != but:
            told.add(whose)
            _queue(enrolment, key, subject)
    return len(told)


def called_off(session: "Session", reason: str, now: "datetime") -> str:
    slot = words.slot(session.starts_at, session.ends_at, now)
    return _("%(title)s %(when)s这场取消了：%(reason)s。对不起。") % {
        "title": session.activity.title,
        "when": slot,
        "reason": reason.rstrip("。"),
    }


def moved(session: "Session", now: "datetime") -> str:
    slot = words.slot(session.starts_at, session.ends_at, now)
    said = {"title": session.activity.title, "when": slot, "where": words.place(session.activity, session)}
    return _("%(title)s改时间了：%(when)s，%(where)s。来不了就说一声。") % said


def remind(session: "Session", now: "datetime") -> str:
    slot = words.slot(session.starts_at, session.ends_at, now)
    said = {"title": session.activity.title, "when": slot, "where": words.place(session.activity, session)}
    text = _("%(when)s，%(title)s，%(where)s，别忘了。") % said
    if session.activity.bring:
        text += _("请带%(what)s。") % {"what": session.activity.bring}
    return text


def picked_up(enrolment: "Enrolment", session: "Session", by: str, now: "datetime") -> None:
    """已接走: to the guardian, at once."""
    said = {"name": enrolment.child_name or enrolment.name, "time": clock(now), "by": by}
    _queue(enrolment, f"pickup:{enrolment.pk}:{session.pk}", _("%(name)s已接走，%(time)s，%(by)s。") % said)


def _queue(enrolment: "Enrolment", occasion: str, subject: str) -> None:
    user, resident = enrolment.user, enrolment.resident
    whose = user or resident
    assert whose is not None, "the database keeps enrolments that are nobody's out"
    centre = enrolment.activity.centre
    queue(
        key=f"{occasion}:{whose.pk}",
        to=user,
        subject=subject[:120],
        body=_("%(centre)s，%(address)s。") % {"centre": centre.name, "address": centre.address},
        url=enrolment.get_absolute_url(),
        about=enrolment.pk,
        # Somebody of the register without an account hears it by telephone, or at the door.
        by=(Channel.INAPP, Channel.SMS) if user is not None else (Channel.SMS,),
        phone="" if user or not resident else resident.phone or "",
    )
