from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from portal.accounts import sessions


class ReachMiddleware:
    """`request.actor`: the person with their reach, read from the database only when somebody asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: sessions.actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class IdleMiddleware:
    """A desk that nobody sits at any more does not stay open (guardrail 17)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if sessions.end_if_idle(request):
            messages.info(request, _("您有好一阵没动，我们替您退出了。请再登录一次。"))
            if sessions.BY_ITSELF in request.headers:
                # A part of a page cannot become the sign-in: the page is asked for anew.
                return HttpResponseClientRefresh()
        return self.get_response(request)
