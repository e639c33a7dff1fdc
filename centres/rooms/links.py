"""The addresses of a room: the tablet at its door, its calendar. Signed, and worth nothing once taken back."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from centres.rooms import rules
from centres.rooms.enums import LinkKind
from centres.rooms.models import Room
from centres.rooms.models_door import RoomLink
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.errors import Forbidden, NotFound

SALT = "centres.rooms.link"
ROUTES = {LinkKind.DOOR: "door", LinkKind.FEED: "room-feed"}


@transaction.atomic
def make_link(*, actor: Actor, room_id: UUID, kind: LinkKind, now: datetime | None = None) -> RoomLink:
    """A fresh address; the one before leads nowhere from now on. Raises NotFound, Forbidden."""
    room = _room(actor, room_id)
    now = now or timezone.now()
    by = {"made_by": actor.user, "made_at": now}
    link, is_new = RoomLink.objects.select_for_update().get_or_create(room=room, kind=kind, defaults=by)
    if not is_new:
        link.number, link.is_on, link.made_at, link.made_by = link.number + 1, True, now, actor.user  # type: ignore[assignment]
        link.save(update_fields=["number", "is_on", "made_at", "made_by"])
    record(actor=actor, verb=f"room.{kind}_link", target=room, path=room.centre.grid.path)
    return link


@transaction.atomic
def revoke_link(*, actor: Actor, room_id: UUID, kind: LinkKind) -> bool:
    """Take the address back. False where there was none that worked. Raises NotFound, Forbidden."""
    room = _room(actor, room_id)
    taken = RoomLink.objects.filter(room=room, kind=kind, is_on=True).update(is_on=False)
    if taken:
        record(actor=actor, verb=f"room.{kind}_link_off", target=room, path=room.centre.grid.path)
    return bool(taken)


def _room(actor: Actor, room_id: UUID) -> Room:
    room = Room.objects.active().with_centre().filter(pk=room_id).first()
    if room is None:
        raise NotFound()
    if actor.user is None or not rules.runs(actor, room):
        raise Forbidden()
    return room


# ---------------------------------------------------------------- the address itself
def link_of(room: Room, kind: LinkKind) -> RoomLink | None:
    """The address that works now, or None."""
    return RoomLink.objects.filter(room=room, kind=kind, is_on=True).first()


def token_of(link: RoomLink) -> str:
    return _signer(link.kind).sign(f"{link.room_id.hex}.{link.number}").replace(":", "~")


def path_of(link: RoomLink) -> str:
    return reverse(ROUTES[LinkKind(link.kind)], args=[token_of(link)])


def url_of(link: RoomLink) -> str:
    return settings.SITE_URL + path_of(link)


def room_of(token: str, kind: LinkKind) -> Room | None:
    """The room an address opens; None for one that was not signed here, was replaced or taken back."""
    try:
        room_id, _dot, number = _signer(kind).unsign(token.replace("~", ":")).partition(".")
        key = UUID(hex=room_id)
    except (signing.BadSignature, ValueError):
        return None
    rooms = Room.objects.active().with_centre()
    return rooms.filter(pk=key, links__kind=kind, links__number=int(number), links__is_on=True).first()


def _signer(kind: str) -> signing.Signer:
    # A salt for each: what opens the screen at the door is not the calendar's address.
    return signing.Signer(salt=f"{SALT}.{kind}")
