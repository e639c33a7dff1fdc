from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language

from portal.accounts.policy import Policy
from portal.ui import navigation, site


@lru_cache(maxsize=16)
def _url(to: str) -> str:
    """A page of another room by name; empty while that room is not built."""
    try:
        return resolve_url(to)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=16)
def _policy(name: str, urlconf: str) -> Policy | None:
    """The policy of a page of another room; None while that room is not built."""
    try:
        return getattr(resolve(reverse(name)).func, "policy", None)
    except (NoReverseMatch, Resolver404):
        return None


def _not_theirs(request: HttpRequest, name: str) -> bool:
    """Whether a page would tell this person that it is others': it is better not offered."""
    actor, policy = getattr(request, "actor", None), _policy(name, settings.ROOT_URLCONF)
    return actor is not None and policy is not None and policy.refusal(actor) == "role"


def page(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs. Works before any middleware ran, because error pages use it too."""
    lang = get_language() or "zh-hans"
    user = getattr(request, "user", None)
    name = user.get_short_name() if user is not None and user.is_authenticated else ""
    return {
        "site": site.current(request),
        "elder": getattr(request, "elder", 0),
        "screen": False,
        "now": timezone.localtime(),
        "lang": "zh-Hans" if lang.startswith("zh") else lang,
        "nav_items": navigation.nav(request),
        "foot_items": navigation.foot(request),
        "foot_shelves": navigation.shelves(request),
        "who": name,
        "here": request.get_full_path(),
        # The same for the masthead: a page's own `who` or `here` (whose booking, which grid) must not stand in it.
        "signed_in_as": name,
        # What a browser keeps may be somebody else's, who signed in on it before.
        "kept_not_theirs": bool(name) and _not_theirs(request, "grid-today"),
        "this_page": request.get_full_path(),
        "account_url": _url(settings.LOGIN_REDIRECT_URL),
        "login_url": _url(settings.LOGIN_URL),
        "logout_url": _url("account_logout"),
    }
