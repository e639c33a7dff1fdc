"""What a session is worth: whether a second factor was shown in it, and whether somebody is still sitting there.

Nothing here is kept about a person: both marks live and die with the session.
"""

import time
from dataclasses import replace

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from portal.accounts.actors import Actor
from portal.accounts.enums import TOTP_ROLES
from portal.accounts.models import User
from portal.accounts.reach import NOWHERE

FACTOR, SEEN = "second_factor", "seen"
# Sent by what a page asks for of itself, without anybody's hand.
BY_ITSELF = "By-Itself"
# The session is not written more often than this, so that reading pages costs no write each.
SEEN_EVERY = 60  # seconds


def mark_verified(request: HttpRequest, user: User) -> None:
    """A second factor was shown in this session, by this person."""
    request.session[FACTOR] = str(user.pk)
    request.session[SEEN] = int(time.time())


def is_verified(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated) and request.session.get(FACTOR) == str(request.user.pk)


def actor_of(request: HttpRequest, channel: str = "web") -> Actor:
    """The person of this session. Who works here reaches nobody's data until the second factor was shown."""
    actor = Actor.of(request.user, channel=channel)  # type: ignore[arg-type]
    if actor.reach.holds(*TOTP_ROLES) and not is_verified(request):
        return replace(actor, reach=NOWHERE, lacks_factor=True)
    return actor


def end_if_idle(request: HttpRequest) -> bool:
    """Sign out staff who have not opened a page for STAFF_IDLE_SECONDS; True if that happened.

    Only sessions with a second factor are staff's: no other session reaches anybody's data.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or FACTOR not in request.session:
        return False
    now, seen = int(time.time()), request.session.get(SEEN, 0)
    if now - seen > settings.STAFF_IDLE_SECONDS:
        logout(request)
        return True
    # A page that renews itself is nobody at the desk.
    if BY_ITSELF not in request.headers and now - seen >= min(SEEN_EVERY, settings.STAFF_IDLE_SECONDS // 4):
        request.session[SEEN] = now
    return False
