import codecs
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from portal.accounts.policy import page_of
from portal.errors import Refusal, unwritable
from portal.ui import views

COOKIE = "elder"
STEPS = (0, 1, 2, 3)


def elder_step(request: HttpRequest) -> int:
    """0 is the ordinary page, 1–3 the sizes of 长辈版. The phone's own choice goes before the account's."""
    said = request.COOKIES.get(COOKIE)
    if said is not None:
        return int(said) if said in ("0", "1", "2", "3") else 0
    # Without a session there is no account to ask, and the API must not pay a query for a size of type.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return 0
    step = getattr(request.user, "elder_step", 0)
    return step if step in STEPS else 0


class WireMiddleware:
    """Takes from a request what nobody writes and what would end any page in an error.

    NUL in the address: PostgreSQL refuses it, whichever row a page looks for. Names of encodings: bodies come in those
    that people here write, and Python knows some that are none (rot13, zlib), by which Django would read the address
    as well.
    """

    KNOWN = ("utf-8", "ascii", "iso8859-1", "gbk", "gb2312", "gb18030")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and codecs.lookup(request.encoding).name not in self.KNOWN:
            request.encoding = "utf-8"
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        request.path = request.path.replace("\0", "")
        request.path_info = request.path_info.replace("\0", "")
        return self.get_response(request)


class CompressMiddleware(GZipMiddleware):
    """Words go compressed: a page with its styles is 60 KB instead of 250 on a slow line. What is compressed already
    (photos, workbooks) or is a part of a file goes as it is.
    """

    WORDS = ("text/", "application/json", "application/manifest+json", "application/problem+json", "image/svg+xml")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "")
        if not kind.startswith(self.WORDS) or response.has_header("Content-Range"):
            return response
        return super().process_response(request, response)


class ElderModeMiddleware:
    """`request.elder`: 0, or the step of 长辈版."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.elder = elder_step(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        return response


class RefusalMiddleware:
    """A Refusal that leaves a page's view becomes a page that says why, and what can be done instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A phone that brings a page back from sleep asks with GET for what was a press; Django answers without a word.
        if (
            response.status_code == 405
            and request.method == "GET"
            and not response.content
            and request.accepts("text/html")
        ):
            return views.not_by_address(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        refused = exception if isinstance(exception, Refusal) else unwritable(exception)
        if refused is None:
            return None
        if refused.status == 401:
            return redirect_to_login(page_of(request))
        return views.refusal(request, refused)
