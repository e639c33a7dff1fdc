"""Every write of the wish wall. Each is one transaction: lock, recheck, write, record, queue the notice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from petitions.wishes import rules
from petitions.wishes.enums import CLOSED, TAKEN, Event, WishState
from petitions.wishes.lifecycle import flow, schedule_due, set_due
from petitions.wishes.models import Wish
from portal import phones
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.enums import Role
from portal.attachments.services import attach, keep_photo
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound, Stale
from portal.workdays.queries import clock_for
from volunteers.service.queries import capacities_of

PREFIX = "XY"
PHOTOS_OF = "wish_claim"
MOST_PHOTOS = 3
# The events a person may ask for by name; the others are the system's, or have a service of their own.
PLAIN = (
    Event.REQUEST_CHANGES,
    Event.DECLINE,
    Event.START,
    Event.GIVE_UP,
    Event.REVOKE,
    Event.CONFIRM,
    Event.NOT_YET,
    Event.WITHDRAW,
)


class Taken(Conflict):
    """Somebody was quicker. `mine`: it was oneself, a moment ago."""

    code = "TAKEN"
    message = _("刚刚有人认领了。")


# ---------------------------------------------------------------- a new wish
def submit_wish(
    *,
    actor: Actor,
    grid: Any,
    text: str,
    on_behalf: bool = False,
    resident: Any = None,
    contact_name: str = "",
    contact_phone: str = "",
    consent: bool = False,
    let_in: bool = False,
    now: datetime | None = None,
) -> Wish:
    """Write a wish down: one's own, or on behalf of somebody (`resident`, where the register knows them).

    let_in: from a visit that came in late and that this secretary lets in.
    consent: the wisher agrees that whoever helps sees their name and telephone; without it neither is kept.
    Raises Invalid for words or a telephone that cannot be read, Forbidden for who may not write for others there.
    """
    text, wrong = _read_text(text)
    name, phone, errors = _read_contact(contact_name, contact_phone, consent)
    if wrong or errors:
        raise Invalid(errors=wrong | errors)
    if actor.user is None:
        raise Forbidden()
    if on_behalf and not rules.may_write_for_others(actor, grid, let_in=let_in):
        raise Forbidden()
    wisher = (resident.user if resident else None) if on_behalf else actor.user
    moment = now or timezone.now()

    def work() -> Wish:
        _hold_calendar()
        wish = Wish(
            ref=_next_ref(moment),
            grid=grid,
            wisher=wisher,
            resident=resident if on_behalf else None,
            written_by=actor.user,
            text=text,
            contact_name=name,
            contact_phone=phone,
            consent_at=moment if consent else None,
        )
        wish.let_in = let_in
        doer = actor if on_behalf else actor.acting(Role.RESIDENT)
        return flow.begin(wish, event=Event.SUBMIT, actor=doer, now=moment, on_behalf=on_behalf)

    return in_one_transaction(work)


def _read_text(text: str) -> tuple[str, dict[str, list[str]]]:
    text = " ".join(text.split())
    short = {} if 4 <= len(text) <= 120 else {"text": [_("用四个字到一百二十个字，说说想要什么。")]}
    return text, short


def _read_contact(name: str, phone: str, consent: bool) -> tuple[str, str, dict[str, list[str]]]:
    """Without consent nothing is read, so that nothing can be kept."""
    if not consent:
        return "", "", {}
    name, errors = " ".join(name.split()), {}
    if len(name) > 20:
        errors["contact_name"] = [_("称呼短一点，二十个字以内。")]
    try:
        phone = phones.e164(phone)
    except phones.NotAPhone as error:
        errors["contact_phone"] = [str(error)]
    return name, phone, errors


def _next_ref(now: datetime) -> str:
    """XY, month, day, a running number of that day over the years: XY0918003. Writers of a day wait for each other."""
    head = f"{PREFIX}{timezone.localtime(now):%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"wish.ref:{head}"])
    number = Cast(Substr("ref", len(head) + 1), IntegerField())
    last = Wish.objects.filter(ref__startswith=head).aggregate(last=Max(number))["last"] or 0
    return f"{head}{last + 1:03d}"


def _hold_calendar() -> None:
    # Before the wish is locked: whoever publishes a year holds the calendar first and the wishes after.
    clock_for(hold=True)


# ---------------------------------------------------------------- events
def act(
    *,
    actor: Actor,
    wish_id: UUID,
    event: str,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Wish:
    """Fire an event that needs nothing but a reason (PLAIN). Raises NotFound for a wish that is not to be seen, else as
    Flow.fire does: Forbidden, Stale, IllegalTransition, Refusal."""
    if event not in PLAIN:
        raise IllegalTransition()
    return _fire(actor, wish_id, event, version=version, reason=reason, now=now)


def approve(
    *, actor: Actor, wish_id: UUID, text: str = "", version: int | None = None, now: datetime | None = None
) -> Wish:
    """Hang it up, as it was said or as `text` says it better. Raises Refusal WALL_TEXT (422) where the words give
    somebody away, else as act()."""
    return _fire(actor, wish_id, Event.APPROVE, version=version, now=now, text=text.strip())


def resubmit(
    *, actor: Actor, wish_id: UUID, text: str = "", version: int | None = None, now: datetime | None = None
) -> Wish:
    """Send a wish again, with other words if `text` is given. Refusals as act(), and Invalid."""
    words, wrong = _read_text(text) if text.strip() else ("", {})
    if wrong:
        raise Invalid(errors=wrong)

    def work() -> Wish:
        wish = _fire(actor, wish_id, Event.RESUBMIT, version=version, now=now)
        if words and words != wish.text:
            wish.text = words
            wish.save(update_fields=["text"])
        return wish

    return in_one_transaction(work)


def claim(
    *, actor: Actor, wish_id: UUID, capacity: str = "", version: int | None = None, now: datetime | None = None
) -> Wish:
    """我来. `capacity` names in whose name (`Capacity.key`); empty: one's own, else the only one there is.

    Raises Taken (409), Forbidden for one's own wish, for who is no volunteer, leader or contact, or for a capacity that
    is not theirs.
    """
    if not capacity:
        capacity = next((one.key for one in capacities_of(actor.id)), "")
    try:
        return _fire(actor, wish_id, Event.CLAIM, version=version, now=now, claimant=capacity)
    except (IllegalTransition, Stale):
        _say_if_taken(actor, wish_id)
        raise
    except IntegrityError as error:
        # The lock was not there to be waited for; the constraint is, and its answer is the same.
        if "wish_claim_live_once" not in str(error):
            raise
        raise Taken(_("刚刚有人认领了。")) from error


def _say_if_taken(actor: Actor, wish_id: UUID) -> None:
    wish = Wish.objects.filter(pk=wish_id, state__in=(*TAKEN, WishState.FULFILLED)).first()
    if wish is not None:
        mine = rules.is_claimant(actor, wish)
        raise Taken(_("您已经认领了。") if mine else _("刚刚有人认领了。"), mine=mine)


def hand_in(
    *,
    actor: Actor,
    wish_id: UUID,
    evidence: str,
    photos: Sequence[BinaryIO] = (),
    attachment_ids: Iterable[UUID] = (),
    version: int | None = None,
    now: datetime | None = None,
) -> Wish:
    """Say that it is done, and how; photos are for the wisher and the community, never for the public.

    Refusals as act(); Invalid for a file that is no photo or more than three.
    """
    ids = list(attachment_ids)
    if len(photos) + len(ids) > MOST_PHOTOS:
        raise Invalid(errors={"photos": [_("照片最多三张。")]})

    def work() -> Wish:
        wish = _fire(actor, wish_id, Event.HAND_IN, version=version, now=now, evidence=evidence.strip())
        live = wish.claims.live().get()
        for photo in photos:
            keep_photo(actor=actor, upload=photo, owner_type=PHOTOS_OF, owner_id=live.pk)
        if ids:
            attach(actor=actor, attachment_ids=ids, owner_type=PHOTOS_OF, owner_id=live.pk)
        return wish

    return in_one_transaction(work)


def _fire(actor: Actor, wish_id: UUID, event: str, **given: Any) -> Wish:
    def work() -> Wish:
        _hold_calendar()
        wish = visible_wish(actor, wish_id)
        doer = actor
        data: dict[str, Any] = {}
        if event in (Event.CONFIRM, Event.NOT_YET):
            data["on_behalf"] = not rules.is_wisher(actor, wish)
        if role := _role(actor, wish, event, given):
            doer = actor.acting(role)
        return flow.fire(wish_id, event=event, actor=doer, **data, **given)

    return in_one_transaction(work)


def _role(actor: Actor, wish: Wish, event: str, given: dict[str, Any]) -> str:
    """The capacity an event is recorded under; empty: that of the posting."""
    if event == Event.CLAIM:
        return next((one.role for one in capacities_of(actor.id) if one.key == given["claimant"]), "")
    if event in (Event.START, Event.GIVE_UP, Event.HAND_IN):
        held = wish.live_claim
        return held.role if held else ""
    return str(Role.RESIDENT) if rules.is_wisher(actor, wish) else ""


def visible_wish(actor: Actor, wish_id: UUID) -> Wish:
    """The wish, where this person may see it. Raises NotFound."""
    wish = Wish.objects.visible_to(actor).select_related("grid", "wisher", "resident").filter(pk=wish_id).first()
    if wish is None:
        raise NotFound()
    return wish


# ---------------------------------------------------------------- the system's own steps
def release(*, wish_id: UUID, now: datetime) -> Wish:
    """The claim's time is over: back on the wall."""
    return flow.fire(wish_id, event=Event.RELEASE, actor=SYSTEM, now=now)


def expire(*, wish_id: UUID, now: datetime) -> Wish:
    """Nobody came in the days on the wall."""
    return flow.fire(wish_id, event=Event.EXPIRE, actor=SYSTEM, now=now)


def recompute_due(*, actor: Actor, year: int) -> int:
    """A year was published: open clocks on working time are read anew. Twice changes nothing; no notice is sent."""
    running = Wish.objects.filter(allowance__isnull=False, due_at__isnull=False, clock_at__year__lte=year)
    moved = 0
    for wish in running.select_for_update(of=("self",), no_key=True).select_related("grid").order_by("id"):
        before = (wish.due_at, wish.due_provisional)
        set_due(wish)
        if (wish.due_at, wish.due_provisional) == before or wish.due_at is None:
            continue
        wish.save(update_fields=["due_at", "due_provisional"])
        schedule_due(wish)
        said = f"{before[0]:%F %H:%M%z} → {wish.due_at:%F %H:%M%z}"
        record(actor=actor, verb="wish.due", target=wish, path=wish.grid.path, fields=["due_at"], reason=said)
        moved += 1
    return moved


# ---------------------------------------------------------------- the wisher's telephone
@dataclass(frozen=True)
class Contact:
    name: str
    phone: str

    @property
    def spoken(self) -> str:
        """138 0000 2046: in the groups people say."""
        digits = self.phone.removeprefix("+86")
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 and digits[0] == "1" else digits


def set_consent(*, actor: Actor, wish_id: UUID, agreed: bool, contact_name: str = "", contact_phone: str = "") -> Wish:
    """Let whoever helps see name and telephone, or take that back: they are gone at once. By who speaks for the wisher.

    Raises Forbidden, Invalid for no telephone, Conflict WISH_CLOSED.
    """
    name, phone, errors = _read_contact(contact_name, contact_phone, agreed)
    if errors:
        raise Invalid(errors=errors)

    def work() -> Wish:
        visible_wish(actor, wish_id)
        wish = Wish.objects.select_for_update(of=("self",), no_key=True).select_related("grid").get(pk=wish_id)
        if not rules.speaks_for_wisher(actor, wish):
            raise Forbidden()
        if wish.state in CLOSED:
            raise Conflict(_("这个心愿已经了结了。"), code="WISH_CLOSED")
        wish.contact_name, wish.contact_phone = name, phone
        wish.consent_at = timezone.now() if agreed else None
        wish.save(update_fields=["contact_name", "contact_phone", "consent_at"])
        verb = "wish.consent" if agreed else "wish.consent_back"
        fields = ["contact_name", "contact_phone"]
        record(
            actor=actor,
            verb=verb,
            target=wish,
            path=wish.grid.path,
            subject_id=wish.resident_id or wish.wisher_id,
            fields=fields,
        )
        return wish

    return in_one_transaction(work)


def reveal_contact(*, actor: Actor, wish_id: UUID) -> Contact:
    """Name and telephone, to those who may see them; everybody's look but the wisher's own is written down.

    Raises NotFound where there is nothing this person may see.
    """

    def work() -> Contact:
        wish = visible_wish(actor, wish_id)
        if not rules.may_see_contact(actor, wish):
            raise NotFound()
        if not rules.is_wisher(actor, wish):
            held = wish.live_claim if rules.is_claimant(actor, wish) else None
            record(
                actor=actor.acting(held.role) if held else actor,
                verb="wish.contact",
                target=wish,
                path=wish.grid.path,
                subject_id=wish.resident_id or wish.wisher_id,
                fields=["contact_name", "contact_phone"],
            )
        return Contact(wish.contact_name, wish.contact_phone)

    return in_one_transaction(work)
