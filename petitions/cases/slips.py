"""The tracking link: 128 bits that open one slip.

They are derived, not stored: HMAC(server key, id and salt), cut to 16 bytes. The table keeps a SHA-256 of them to find
the case by. So a copy of the database opens no slip, and the server can still print the same link again at the counter.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from uuid import UUID

from django.conf import settings

PURPOSE = b"petitions.cases.slip:"


def new_salt() -> str:
    return secrets.token_urlsafe(16)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def derive(case_id: UUID, salt: str, key: str) -> str:
    """22 characters of URL-safe base64."""
    made = hmac.new(key.encode(), PURPOSE + case_id.bytes + salt.encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def token_of(case: Any) -> str:
    """The link of a case; after the server's key was changed, the one printed under the old key while that is kept."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = derive(case.id, case.token_salt, key)
        if not case.token_hash or hmac.compare_digest(hash_of(token), case.token_hash):
            return token
    # The key of its day is gone: the old paper still opens it, but nobody can print it again.
    return ""


def seal(case: Any) -> None:
    """Give a new case its hash."""
    case.token_hash = ""
    case.token_hash = hash_of(token_of(case))
