"""Six digits that change at the door every half minute, so that a photograph of them is soon worth nothing. Pure."""

import datetime as dt
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

STEP = 30  # seconds
SALT, SCAN_SALT = "centres.rooms.doorcode", "centres.rooms.scan"
# Who has scanned has this long to sign in, read, and press the button.
SCAN_HOLDS = dt.timedelta(minutes=5)


def window_of(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // STEP


def code_at(room_id: UUID, window: int) -> str:
    """The six digits of a room in one window of half a minute."""
    digest = salted_hmac(SALT, f"{room_id.hex}:{window}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def code_now(room_id: UUID, now: dt.datetime) -> str:
    return code_at(room_id, window_of(now))


def seconds_left(now: dt.datetime) -> int:
    """Until the code changes: 1 to 30."""
    return STEP - int(now.timestamp()) % STEP


def accepts(room_id: UUID, code: str, now: dt.datetime) -> bool:
    """The code of this window or of the one before: whoever typed slowly is not sent back to the door."""
    window = window_of(now)
    # Both are always compared, so that the time of an answer says nothing about either.
    fits = [constant_time_compare(code, code_at(room_id, one)) for one in (window, window - 1)]
    return True in fits


# ---------------------------------------------------------------- a scan that came in time
def scan(room_id: UUID, code: str, user_id: UUID, now: dt.datetime) -> str:
    """What the page remembers of a code that was right when this person brought it."""
    return signing.dumps([room_id.hex, code, user_id.hex, int(now.timestamp())], salt=SCAN_SALT)


def scanned_at(token: str, room_id: UUID, code: str, user_id: UUID, now: dt.datetime) -> dt.datetime | None:
    """When this person brought this code to this room; None where they did not, or too long ago."""
    try:
        *what, moment = signing.loads(token, salt=SCAN_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if what != [room_id.hex, code, user_id.hex] or not 0 <= now.timestamp() - moment <= SCAN_HOLDS.total_seconds():
        return None
    return dt.datetime.fromtimestamp(moment, dt.UTC)
