"""Who may open a route. A view without a policy fails the guard test; the policy is enforced where it is declared.

Function views take a decorator: `@anyone`, `@signed_in`, `@slip_holder`, `@roles(Role.SECRETARY, …)`.
API views name one: `policy = roles(Role.SECRETARY)`; `portal.api.ByPolicy` enforces it.
Policies open the door of a page. Which rows it shows is the queryset's `visible_to(reach)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.enums import STAFF_ROLES
from portal.errors import Forbidden

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def page_of(request: HttpRequest) -> str:
    """The path to come back to after a sign-in: this page, or for a press the page of ours it was pressed on.

    The address of a press answers no GET: led there, somebody who has just signed in would see the browser's own error.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return "/"
    page = urlsplit(came_from)
    return urlunsplit(("", "", page.path or "/", page.query, ""))


@dataclass(frozen=True)
class Policy:
    name: str
    roles: tuple[str, ...] = ()
    needs_account: bool = True

    def refusal(self, actor: Actor) -> str | None:
        """None: come in. "sign-in": sign in first. "second-factor": show it first. "role": not your page."""
        if self.needs_account and actor.user is None:
            return "sign-in"
        if self.roles and actor.lacks_factor:
            return "second-factor"
        if self.roles and not actor.holds(*self.roles):
            return "role"
        return None

    def __call__(self, view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = self.refusal(request.actor)  # type: ignore[attr-defined]
            if refusal == "sign-in":
                if request.method == "POST":
                    messages.info(request, _("刚才点的还没有送出。登录以后，请再点一次。"))
                return redirect_to_login(page_of(request))
            if refusal == "second-factor":
                return redirect_to_login(page_of(request), reverse("second_factor"))
            if refusal == "role":
                if request.actor.holds(*STAFF_ROLES):  # type: ignore[attr-defined]
                    raise Forbidden(_("这一页归别的岗位管。要办的话，请找管这一项的同事，或者换个账号登录。"))
                raise Forbidden(_("这一页是工作人员用的。您要办的事，请从首页进。"))
            return view(request, *args, **kwargs)

        guarded.policy = self  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]


anyone = Policy("anyone", needs_account=False)
# Whoever holds the link or the number of a slip: the view itself checks the 128 random bits.
slip_holder = Policy("slip_holder", needs_account=False)
signed_in = Policy("signed_in")
staff = Policy("staff", roles=STAFF_ROLES)


def roles(*allowed: str) -> Policy:
    return Policy("roles:" + ",".join(str(role) for role in allowed), roles=allowed)
