"""What our middleware puts on a request, for type checkers and for views that need a person."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from portal.accounts.actors import Actor

if TYPE_CHECKING:
    from portal.accounts.models import User


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a page's request (`ReachMiddleware` puts it there)."""
    return request.actor  # type: ignore[attr-defined]


def user_of(request: HttpRequest) -> "User":
    """The account of a request that a policy has let in as signed in."""
    if not request.user.is_authenticated:
        raise AssertionError("a view that needs an account must say so by its policy")
    return request.user


def whole_number(text: object) -> int | None:
    """What was sent as a number; None where it is none. `"²".isdigit()` is true, and int() knows no ²; and it refuses
    five thousand digits."""
    said = str(text or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
