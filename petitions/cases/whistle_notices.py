"""Who is told what of a call: the department, the street that called, whoever has the case. By queue, in the event's
own transaction, under keys that name call, event and person."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from petitions.cases import holders
from petitions.cases.enums import CallEvent, CallState, Level, Satisfaction, Sla
from petitions.cases.models import WhistleCall
from petitions.cases.notices import title_for
from petitions.cases.whistle_flow import CallStep, call_flow
from portal.accounts.models import User
from portal.notifications.enums import Channel
from portal.notifications.services import queue
from portal.ui.words import spoken_ref, when

E = CallEvent


@call_flow.after
def tell(step: CallStep) -> None:
    call, event, now = step.subject, step.row.event, step.now
    with translation.override(settings.LANGUAGE_CODE):
        title = title_for(call.case)
        to: dict[str, tuple[Iterable[User], str, str]] = {
            E.CALL: (
                holders.handlers_of(call.department, now),
                _("吹哨了，请到场：%(title)s") % {"title": title},
                _("最迟%(when)s到场。%(what)s") % {"when": when(call.due_at, now), "what": call.what},
            ),
            E.ARRIVE: (
                steering(call, now),
                _("%(who)s到场了：%(title)s") % {"who": call.label, "title": title},
                spoken_ref(call.case.ref),
            ),
            E.REPORT: (
                steering(call, now),
                _("%(who)s办了，请评一评：%(title)s") % {"who": call.label, "title": title},
                call.report,
            ),
            E.RATE: (
                holders.handlers_of(call.department, now),
                _("街道评过了：%(title)s") % {"title": title},
                str(Satisfaction(call.rating).label) if call.rating else "",
            ),
            E.CALL_OFF: (
                holders.handlers_of(call.department, now),
                _("不用来了：%(title)s") % {"title": title},
                step.reason,
            ),
        }
        people, subject, body = to[event]
        send(call, event, people, subject, body, but=step.actor)


def steering(call: WhistleCall, at: datetime) -> list[User]:
    """The street that called, and whoever has the case."""
    people = [*holders.people_at(call.case, Level.STREET, at), *holders.people_holding(call.case, at)]
    return list({person.pk: person for person in people}.values())


def tell_late(call_id: UUID, now: datetime) -> bool:
    """Nobody has come: the street is told, and the department once more. Once for ever; False where it is over.

    It neither locks nor writes the call, so that a sweep and a person at work never wait for each other in a circle:
    whoever arrives at this very moment was late all the same.
    """
    call = WhistleCall.objects.select_related("case__grid", "case__holder_user", "department").get(pk=call_id)
    if call.state != CallState.CALLED or call.due_at > now:
        return False
    with translation.override(settings.LANGUAGE_CODE):
        said = {"who": call.label, "title": title_for(call.case)}
        body = _("%(ref)s，该到场的时间是%(when)s") % {"ref": spoken_ref(call.case.ref), "when": when(call.due_at, now)}
        street = holders.people_at(call.case, Level.STREET, now)
        send(call, "late", street, _("%(who)s还没有到场：%(title)s") % said, body)
        send(call, "late", holders.handlers_of(call.department, now), _("到场超时了：%(title)s") % said, body)
    return True


def send(
    call: WhistleCall, occasion: str, people: Iterable[User], subject: str, body: str, *, but: object = None
) -> None:
    # An emergency rings: its clock runs at night too.
    by = (Channel.INAPP, Channel.SMS) if call.case.sla == Sla.EMERGENCY else (Channel.INAPP,)
    mover = getattr(but, "id", None)
    for person in people:
        if person.pk != mover:
            key = f"whistle:{call.pk}:{occasion}:{person.pk}"
            queue(
                key=key, to=person, subject=subject[:120], body=body, url=call.get_absolute_url(),
                about=call.case_id, by=by,
            )  # fmt: skip
