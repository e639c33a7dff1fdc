"""Where a link may lead."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, value: str | None, otherwise: str = "/") -> str:
    """`value` if it stays on this site, else `otherwise`: a link of ours must not send people elsewhere."""
    if value and url_has_allowed_host_and_scheme(value, {request.get_host()}, require_https=request.is_secure()):
        return value
    return otherwise
