"""候补: standing in line for a time somebody else has, taking what is offered, leaving. Each is one transaction."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centres.rooms import limits, locks, notices, offers
from centres.rooms.enums import TAKEN, Code, WaitEvent, WaitState
from centres.rooms.models_booking import Booking
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.refusals import refused
from centres.rooms.writing import bookable_room, offering_others, read, wish, write
from portal.accounts.actors import Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, NotFound, Refusal

# In line for more than this at once is reserving, not waiting.
MOST = 5
# Kept in Chinese whatever language the clerk reads: it stands on the resident's own page.
PURPOSE = gettext_noop("候补")


def join(
    *,
    actor: Actor,
    room: UUID,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str = "",
    people: int | None = None,
    on_behalf_of: UUID | None = None,
    now: datetime | None = None,
) -> WaitlistEntry:
    """Stand in line for a time that is taken.

    Raises Conflict FREE where it can simply be booked, ALREADY_WAITING where they stand there; Refusal
    TOO_MANY_WAITING; Refused where a rule other than "somebody has it" says no; else as services.book.
    """
    purpose = read(purpose or PURPOSE)[0]

    def work() -> WaitlistEntry:
        ask = wish(actor, bookable_room(room), starts_at, ends_at, on_behalf_of=on_behalf_of, people=people, now=now)
        person = ask.person
        if person is None:
            raise Forbidden(_("候补是给居民排的。中心自己用，请换个时间。"))
        # The rules for the person, whoever stands at the counter for them.
        ask.keeps_house = False
        ask.part_ids = locks.hold(person, ask.room)
        _refuse_unless_taken(ask)
        mine = WaitlistEntry.objects.in_line().filter(user=person.user, resident=person.resident)
        if mine.filter(room=ask.room, starts_at=starts_at, ends_at=ends_at).exists():
            raise Conflict(_("您已经在排这个时间了，轮到您会告诉您。"), code="ALREADY_WAITING")
        if mine.count() >= MOST:
            said = _("最多同时候补 %(n)s 个时间。先退掉一个不等的，再来排。") % {"n": MOST}
            raise Refusal(said, code="TOO_MANY_WAITING")
        entry = WaitlistEntry(
            room=ask.room,
            user=person.user,
            resident=person.resident,
            joined_by=actor.user,
            starts_at=starts_at,
            ends_at=ends_at,
            purpose=purpose,
            people=people,
            created_at=ask.now,
        )
        return offers.line.begin(entry, event=WaitEvent.JOIN, actor=actor, now=ask.now)

    return offering_others(work)


def _refuse_unless_taken(ask: limits.Ask) -> None:
    verdict = limits.judge(ask)
    if verdict.code is None:
        raise Conflict(_("这个时间现在就空着，直接约就行。"), code="FREE")
    # One's own quota may be used up by then as it is now: waiting would end in a refusal.
    if verdict.code not in TAKEN or verdict.code == Code.QUOTA:
        raise refused(ask, verdict)


def accept(*, actor: Actor, entry_id: UUID, version: int | None = None, now: datetime | None = None) -> Booking:
    """Take what is offered: it becomes a booking, confirmed or waiting for a nod as the room would have it.

    Raises NotFound, Conflict LAPSED once the time to answer is over, IllegalTransition where nothing is being offered
    (or it was taken already), Refused where a rule now says no: the offer then stands until its end.
    """

    def work() -> Booking:
        entry = visible(actor, entry_id)
        person = offers.person_of(entry)
        locks.hold(person, entry.room)
        moment = now or timezone.now()
        # Read under the lock: a lapse may have been quicker.
        entry.refresh_from_db(fields=["state", "version"])
        if entry.state == WaitState.LAPSED:
            raise Conflict(notices.offer_is_over(entry, moment), code="LAPSED")
        ask = offers.ask_of(entry, moment)
        # What the offer holds is what is taken.
        ask.part_ids = list(entry.occupancies.values_list("part_id", flat=True))
        entry = offers.line.fire(entry.pk, event=WaitEvent.ACCEPT, actor=actor, version=version, now=moment)
        verdict = limits.judge(ask)
        if verdict.code is not None:
            raise refused(ask, verdict)
        booking = write(actor=actor, ask=ask, purpose=entry.purpose)
        entry.booking = booking
        entry.save(update_fields=["booking"])
        return booking

    return offering_others(work)


def withdraw(*, actor: Actor, entry_id: UUID, version: int | None = None, now: datetime | None = None) -> WaitlistEntry:
    """Leave the line. What was being offered goes to the next at once."""

    def work() -> WaitlistEntry:
        entry = visible(actor, entry_id)
        locks.hold_around([entry.room])
        return offers.line.fire(entry.pk, event=WaitEvent.WITHDRAW, actor=actor, version=version, now=now)

    return in_one_transaction(work)


def visible(actor: Actor, entry_id: UUID) -> WaitlistEntry:
    """The place in line, where this person may see it. Raises NotFound."""
    entry = WaitlistEntry.objects.visible_to(actor).with_all().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound()
    return entry


def place_in_line(entry: WaitlistEntry) -> int:
    """How many wait before them for a time that touches theirs in the same room."""
    before = WaitlistEntry.objects.in_line().filter(
        room=entry.room_id, starts_at__lt=entry.ends_at, ends_at__gt=entry.starts_at
    )
    return before.filter(created_at__lt=entry.created_at).count()
