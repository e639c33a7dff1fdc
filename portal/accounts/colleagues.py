"""Who works at a place, for rooms that must not know how postings are kept. `grids/postings` supplies it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.accounts.models import User

# (path, roles, moment) → accounts with a live posting on that node or above it, nearest first.
Supplier = Callable[[str, tuple[str, ...], datetime], "list[User]"]
_supplier: Supplier | None = None


def supplied_by(supplier: Supplier) -> Supplier:
    global _supplier
    _supplier = supplier
    return supplier


def at(path: str, roles: tuple[str, ...], moment: datetime) -> "list[User]":
    """Those who hold one of these roles for this place at that moment, nearest first, each once."""
    return list(dict.fromkeys(_supplier(path, roles, moment))) if _supplier is not None else []
