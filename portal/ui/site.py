"""What the masthead and the footer say about the place: one value, supplied by the storey that knows the place."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Site:
    """Plain words, ready to print; an empty one is left out of the page. `phone` as it is spoken: 8555 0110."""

    name: str = ""  # 槐荫社区
    centre: str = ""  # 槐荫社区党群服务中心
    address: str = ""
    phone: str = ""
    hours: str = ""  # 8:00–21:00, the front door
    desk_hours: str = ""  # 8:30–18:00, the counter


NOWHERE = Site()
Supplier = Callable[[HttpRequest], Site | None]
_supplier: Supplier | None = None


def supplied_by(supplier: Supplier) -> Supplier:
    """Register the one supplier of the place shown to a request (used by centres/rooms)."""
    global _supplier
    _supplier = supplier
    return supplier


def current(request: HttpRequest) -> Site:
    """Asked once per request: every section of a page is rendered with what every page has."""
    if not hasattr(request, "_site"):
        request._site = (_supplier(request) if _supplier else None) or NOWHERE  # type: ignore[attr-defined]
    return request._site  # type: ignore[attr-defined]
