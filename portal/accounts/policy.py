"""Who may open a route. A view without a policy fails the guard test; the policy is enforced where it is declared.

Function views take a decorator: `@anyone`, `@signed_in`, `@slip_holder`, `@roles(Role.SECRETARY, …)`.
API views name one: `policy = roles(Role.SECRETARY)`; `portal.api.ByPolicy` enforces it.
Policies open the door of a page. Which rows it shows is the queryset's `visible_to(reach)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.enums import STAFF_ROLES
from portal.errors import Forbidden

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


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
                return redirect_to_login(request.get_full_path())
            if refusal == "second-factor":
                return redirect_to_login(request.get_full_path(), reverse("second_factor"))
            if refusal == "role":
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
