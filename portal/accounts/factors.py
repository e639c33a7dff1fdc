"""The second factor: six digits that change every half minute (TOTP, RFC 6238), and recovery codes for a lost phone.

allauth keeps the authenticators and walks people through; what is checked here is checked against the database alone.
allauth itself remembers used digits and counts wrong ones in the cache: without a broker nobody could sign in.
"""

import time
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

if TYPE_CHECKING:
    from portal.accounts.models import User

PERIOD = 30  # seconds
# A phone's clock may be half a minute off in either direction.
TOLERANCE = 1


def has_second_factor(user_id: UUID) -> bool:
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()


def put_totp(*, user: "User", secret: str) -> None:
    """Make this the user's one authenticator app. secret: base32."""
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(secret)}}
    )


def code_at(secret: str, counter: int) -> str:
    return format_hotp_value(hotp_value(secret, counter))


def code_now(secret: str) -> str:
    """The digits an authenticator app shows at this moment."""
    return code_at(secret, int(time.time()) // PERIOD)


def matching_counter(secret: str, code: str) -> int | None:
    """The half minute whose digits these are, within the tolerance; None for wrong ones."""
    now = int(time.time()) // PERIOD
    for counter in range(now - TOLERANCE, now + TOLERANCE + 1):
        if compare_user_code(actual=code, expected=code_at(secret, counter)):
            return counter
    return None


@transaction.atomic
def use_code(*, user: "User", code: str) -> Authenticator | None:
    """Check digits or a recovery code and spend them: each opens once. None: wrong or already used."""
    # Locked: the same six digits sent twice at the same moment must not open two doors.
    for held in Authenticator.objects.select_for_update().filter(user=user).order_by("-type"):
        if held.type == Authenticator.Type.TOTP:
            counter = matching_counter(decrypt(held.data["secret"]), code)
            if counter is not None and counter > held.data.get("last_counter", 0):
                held.data["last_counter"] = counter
                held.save(update_fields=["data"])
                return held
        elif held.type == Authenticator.Type.RECOVERY_CODES and held.wrap().validate_code(code):
            return held
    return None


@transaction.atomic
def new_recovery_codes(*, user: "User") -> list[str]:
    """Ten codes that open once each where the app is gone. Earlier ones stop working."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return RecoveryCodes.activate(user).get_unused_codes()


def recovery_codes_left(user_id: UUID) -> int:
    held = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(held.wrap().get_unused_codes()) if held else 0


def forget(*, user: "User") -> int:
    """Take away every second factor (a lost phone): at the next sign-in they enrol anew. Returns how many went."""
    return Authenticator.objects.filter(user=user).delete()[0]
