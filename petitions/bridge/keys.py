"""Keys of other systems: the token they push with is kept as a hash, the secret we sign with in a locked box."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"petitions.bridge.secret:"


def new_token() -> str:
    """256 bits, shown once."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def fits(token: str, kept: str) -> bool:
    """Whether this token is the one that was given. A system without one is opened by none."""
    return bool(kept) and hmac.compare_digest(hash_of(token), kept)


def locked(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unlocked(kept: str) -> str:
    """The secret; empty where the key of its day is gone, so that nothing is signed with a wrong one."""
    try:
        return _box().decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""


def signature(secret: str, moment: int, content: bytes) -> str:
    """`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over "<seconds>." and the content."""
    made = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={moment},v1={made}"


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hashlib.sha256(PURPOSE + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
