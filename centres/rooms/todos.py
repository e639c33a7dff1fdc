"""What of the rooms waits for this person."""

from datetime import datetime

from django.utils.translation import gettext as _

from centres.rooms import appeals, queries, words
from centres.rooms.enums import WaitState
from centres.rooms.spans import ANSWER_BEFORE
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.workbench.registry import Todo, todo_source

MOST = 30


@todo_source
def to_nod(actor: Actor, now: datetime) -> list[Todo]:
    """Bookings that lapse unless somebody nods."""
    if not actor.holds(*COMMUNITY):
        return []
    found = []
    for booking in queries.to_decide(actor)[:MOST]:
        due = booking.starts_at - ANSWER_BEFORE
        detail = f"{words.slot(booking.starts_at, booking.ends_at, now)} · {booking.purpose}"
        title = _("%(room)s有人约，点个头") % {"room": booking.room.name}
        found.append(Todo(title, booking.get_absolute_url(), kind=_("预约"), detail=detail, due_at=due, late=due < now))
    return found


@todo_source
def to_answer(actor: Actor, now: datetime) -> list[Todo]:
    """What people who were put off have to say; it is worth an answer only while it runs."""
    if not actor.holds(*COMMUNITY):
        return []
    found = []
    for one in appeals.waiting(actor, now)[:MOST]:
        suspension = one.suspension
        title = _("%(name)s被暂停预约，有话说") % {"name": appeals.name_of(suspension)}
        url = suspension.get_absolute_url()
        found.append(Todo(title, url, kind=_("预约"), detail=one.words, due_at=suspension.until))
    return found


@todo_source
def to_take(actor: Actor, now: datetime) -> list[Todo]:
    """What is being offered to oneself and goes to the next unless one takes it."""
    if actor.id is None:
        return []
    return [
        Todo(
            _("轮到您了：%(room)s") % {"room": entry.room.name},
            entry.get_absolute_url(),
            kind=_("候补"),
            detail=words.slot(entry.starts_at, entry.ends_at, now),
            due_at=entry.offer_until,
        )
        for entry in queries.line_of(actor.id)
        if entry.state == WaitState.OFFERED
    ]
