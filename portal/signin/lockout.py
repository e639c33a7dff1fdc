"""Too many wrong passwords or wrong second factors: the name rests for a while. Counted in the database by axes."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def response(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page of a locked name, instead of whatever the view had to say."""
    return render(request, "portal/signin/locked.html", {"minutes": minutes()}, status=429)


def minutes() -> int:
    return int(settings.AXES_COOLOFF_TIME * 60)


def username_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    name = (credentials or {}).get("username") or request.POST.get("username")
    return str(name).strip().lower() if name else None


def is_locked(request: HttpRequest, username: str) -> bool:
    """True where this name has to rest; the middleware then answers with the page above."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, username: str) -> None:
    """A wrong second factor counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
