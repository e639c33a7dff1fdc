"""At the counter: who is it that stands there. One field takes a name, a telephone or its tail."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from centres.rooms.forms import OWN, BookForm
from centres.rooms.models import Room
from grids.registry.queries import find_residents, residents_of
from portal import phones
from portal.accounts.actors import Actor
from portal.ui.words import phone_masked

MOST = 8


def settle(actor: Actor, room: Room, form: BookForm) -> bool:
    """Make sure one person is meant; else put the question, or what was wrong, into the form. True: it is clear."""
    if not form.counter or form.cleaned_data.get("whose") == OWN or form.cleaned_data.get("on_behalf_of"):
        return True
    found = people(actor, form.cleaned_data["who"])
    if len(found) == 1:
        form.cleaned_data["on_behalf_of"] = UUID(found[0][0])
        return True
    if found:
        form.offer(found)
        form.add_error("on_behalf_of", _("有几位对得上，请点一位。"))
    else:
        form.add_error("who", _("没找到这一位。换整个手机号试试；还没有的，请他先用手机号在这个网站登录一次。"))
    return False


def whose(actor: Actor, form: BookForm) -> UUID | None:
    """Whom it is booked for: None means the centre at its own counter, and oneself everywhere else."""
    if not form.counter or form.cleaned_data.get("whose") == OWN:
        return None
    found: UUID | None = form.cleaned_data.get("on_behalf_of")
    return found


def people(actor: Actor, text: str) -> list[tuple[str, str]]:
    """(id, 林秀英 5-1-301 …): people of the register within reach, else the account of a whole telephone."""
    rows = find_residents(actor.reach, text)[:MOST] if text.strip() else []
    found = [(str(row.pk), f"{row.name} {row.household.code} {phone_masked(row.phone)}") for row in rows]
    return found or _account(text)


def _account(text: str) -> list[tuple[str, str]]:
    """Somebody the register does not know, by the whole number they say: their account, and nothing else about it."""
    try:
        number = phones.e164(text)
    except phones.NotAPhone:
        return []
    user: Any = get_user_model()._default_manager.filter(phone=number, phone_verified=True, is_active=True).first()
    if user is None or residents_of(user):
        return []
    return [(str(user.pk), f"{user.get_full_name()} {phone_masked(number)}")]
