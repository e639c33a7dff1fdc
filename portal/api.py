"""What every API view shares: who asks, how a refusal looks (RFC 9457), how a list is paged."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions, pagination, permissions
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from portal.accounts import sessions
from portal.accounts.actors import Actor
from portal.accounts.policy import Policy, signed_in
from portal.errors import Forbidden, Invalid, Refusal, unwritable

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
}


class ByPolicy(permissions.BasePermission):
    """Enforces the view's `policy`; a view without one is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        policy: Policy | None = getattr(view, "policy", None)
        if policy is None:
            return False
        refusal = policy.refusal(actor_of(request))
        if refusal == "sign-in":
            raise exceptions.NotAuthenticated()
        if refusal == "second-factor":
            raise Forbidden(_("请先在网页上输入动态码，再来办这件事。"), code="SECOND_FACTOR")
        return refusal is None


def actor_of(request: Request) -> Actor:
    """The actor of an API call, read once per request."""
    actor = getattr(request, "_actor", None)
    if actor is None:
        if isinstance(request.successful_authenticator, SessionAuthentication):
            # A browser's session is worth no more here than on a page: without the second factor it reaches nothing.
            actor = sessions.actor_of(request._request, channel="api")
        else:
            user = request.user if request.user and request.user.is_authenticated else None
            actor = Actor.of(user, channel="api")
        request._actor = actor  # type: ignore[attr-defined]
    return actor


class ApiView(APIView):
    """Base of the API's views: a declared policy, an actor, problem documents."""

    policy: Policy = signed_in
    permission_classes = [ByPolicy]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # The parsers of JSON and forms read a body whole, whatever its size; files of a multipart one are cut off.
        multipart = (request.content_type or "").startswith("multipart/")
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if not multipart and length.isdigit() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig()

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)


class Cursor(pagination.CursorPagination):
    """`{"next", "previous", "results"}`; ids are time-ordered, so the newest come first. 404 for a made-up cursor."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as error:
            # What stands in it is compared with a column: no date, no id, or a NUL, which PostgreSQL refuses.
            if self.cursor_query_param not in request.query_params:
                raise
            raise exceptions.NotFound(self.invalid_cursor_message) from error


def chosen(request: Request, name: str, known: Iterable[str]) -> str:
    """What a list is narrowed to; empty where it is not asked for. Raises Invalid for a word that is not known: an
    answer that ignored it would pass for the rows asked for."""
    said = request.query_params.get(name, "")
    if said and said not in known:
        raise Invalid(errors={name: [_("没有这一项。")]})
    return said


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: RFC 9457 `application/problem+json` with a stable `code`. None: a real 500."""
    document = _document(error)
    if document is None:
        return None
    set_rollback()
    response = Response(document, status=document["status"], content_type="application/problem+json")
    for header, attribute in (
        ("WWW-Authenticate", "auth_header"),
        ("Retry-After", "wait"),
    ):
        if getattr(error, attribute, None):
            response[header] = str(int(error.wait)) if attribute == "wait" else error.auth_header  # type: ignore[attr-defined]
    return response


def _document(error: Exception) -> dict[str, Any] | None:
    error = unwritable(error) or error
    if isinstance(error, Refusal):
        return _fill(error.status, error.code, str(error.message), error.extra)
    if isinstance(error, Http404):
        return _fill(404, "NOT_FOUND", _("没有找到。"))
    if isinstance(error, PermissionDenied):
        return _fill(403, "FORBIDDEN", _("这件事不归您办。"))
    if isinstance(error, RequestDataTooBig):
        return _fill(413, "TOO_LARGE", _("送来的东西太大了。照片一张最多 10 MB，可以先截个图再传。"))
    if isinstance(error, exceptions.ValidationError):
        return _fill(422, "INVALID", _("有几处填得不对。"), {"errors": error.detail})
    if isinstance(error, ValidationError):
        return _fill(422, "INVALID", _("有几处填得不对。"), {"errors": error.messages})
    if isinstance(error, exceptions.ParseError | BadRequest):
        # The parser's own words are English, and quote the body.
        return _fill(400, "PARSE_ERROR", _("送来的内容读不出来，可能没有传全，请再送一次。"))
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return _fill(403, "CSRF", _("这一页放得太久了，请刷新后再送一次。"))
    if isinstance(error, exceptions.APIException):
        code = {
            401: "NOT_SIGNED_IN",
            403: "FORBIDDEN",
            404: "NOT_FOUND",
            429: "THROTTLED",
        }.get(error.status_code)
        return _fill(
            error.status_code,
            code or str(error.default_code).upper(),
            str(error.detail),
        )
    return None


def _fill(status: int, code: str, detail: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        **(extra or {}),
    }


# ---------------------------------------------------------------- what never reaches a view
def not_there(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler404: below /api/ a problem, as everywhere there; else the page."""
    return _bare(request, 404, "NOT_FOUND", _("没有找到。")) or defaults.page_not_found(request, exception)


def not_read(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler400"""
    said = _("送来的内容读不出来，可能没有传全，请再送一次。")
    return _bare(request, 400, "PARSE_ERROR", said) or defaults.bad_request(request, exception)


def _bare(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse | None:
    if not request.path.startswith("/api/"):
        return None
    return JsonResponse(_fill(status, code, detail), status=status, content_type="application/problem+json")
