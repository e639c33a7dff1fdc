"""/open311/: GeoReport v2 for other systems. Sessions and cookies mean nothing here; a key speaks for a system."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from grids.tree import queries as tree
from petitions.cases.services import caller, hit
from petitions.open311 import queries, reading, services
from petitions.open311.answers import TYPES, written
from petitions.open311.models import Open311Key
from portal.accounts.policy import anyone
from portal.errors import Forbidden, Invalid, NotFound, Refusal

MOST_PHOTOS = 3
# Per address. A city's mirror asks once a minute; a key is 192 bits, so tries at one are for the log's sake.
READS, FILED, WRONG_KEYS = 600, 300, 20
SPAN = timedelta(minutes=10)
# What the standard knows, and what only HTTP knows; all else is "the request cannot be fulfilled", 400.
STATUSES = (403, 404, 405, 409, 413, 429, 503)


def endpoint(root: str, *methods: str) -> Callable[..., Callable[..., HttpResponse]]:
    """A view that answers (status, body): written as the address asks, refusals as GeoReport's errors."""

    def decorate(view: Callable[..., tuple[int, Any]]) -> Callable[..., HttpResponse]:
        @csrf_exempt  # no cookie opens anything here
        @never_cache
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, fmt: str, **kwargs: Any) -> HttpResponse:
            name = root
            try:
                if request.method not in (*methods, "HEAD"):
                    raise Refusal(_("这个地址只接受 %(methods)s。") % {"methods": ", ".join(methods)}, status=405)
                if request.method != "POST":
                    hit("open311", caller(request), limit=READS, window=SPAN)
                status, body = view(request, *args, **kwargs)
            except Refusal as refused:
                name, status, body = "errors", *errors(refused)
            except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError) as error:
                name, status, body = "errors", *errors(garbled(error))
            response = HttpResponse(written(name, body, fmt), status=status, content_type=TYPES[fmt])
            # Anybody's page may read what is anybody's; cookies stay out of it.
            response["Access-Control-Allow-Origin"] = "*"
            if status == 405:
                response["Allow"] = ", ".join(methods)
            if status == 429:
                response["Retry-After"] = str(int(SPAN.total_seconds()))
            return response

        return answered

    return decorate


def errors(refused: Refusal) -> tuple[int, list[dict[str, Any]]]:
    """(HTTP status, the array of errors). Codes are those of HTTP."""
    if isinstance(refused, reading.Unreadable):
        return refused.status, [{"code": code, "description": said} for code, said in refused.problems]
    status = refused.status if refused.status in STATUSES else 400
    by_field = refused.extra.get("errors") or {}
    said = [f"{name}: {sentence}" for name, sentences in by_field.items() for sentence in sentences]
    return status, [{"code": status, "description": one} for one in said or [str(refused.message)]]


def garbled(error: Exception) -> Refusal:
    if isinstance(error, RequestDataTooBig):
        return Refusal(_("送来的东西太大了。照片请作为文件来传，一张最多 10 MB。"), status=413)
    return Refusal(_("送来的内容读不出来，可能没有传全，请再送一次。"), status=400)


def key_of(request: HttpRequest, given: Any) -> Open311Key | None:
    """The sender's key, if one is shown. Raises Forbidden for one that opens nothing."""
    told = reading.text(given, "api_key")
    if not told:
        return None
    key = queries.key_of(told)
    if key is None:
        hit("open311-key", caller(request), limit=WRONG_KEYS, window=SPAN)
        raise Forbidden(_("api_key 不对，或者停用了。"))
    return key


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


# ---------------------------------------------------------------- what may be asked for
@anyone
@endpoint("services", "GET")
def service_list(request: HttpRequest) -> tuple[int, Any]:
    reading.jurisdiction(request.GET)
    return 200, queries.services()


@anyone
@endpoint("service_definition", "GET")
def service_definition(request: HttpRequest, code: str) -> tuple[int, Any]:
    reading.jurisdiction(request.GET)
    found = queries.definition(code)
    if found is None:
        raise NotFound(_("没有 service_code “%(said)s”。有哪些，见 services。") % {"said": code[:40]})
    return 200, found


# ---------------------------------------------------------------- requests
@anyone
@endpoint("service_requests", "GET", "POST")
def service_requests(request: HttpRequest) -> tuple[int, Any]:
    if request.method == "POST":
        return file(request)
    key = key_of(request, request.GET)
    rows = queries.requests(reading.asked(request.GET, timezone.now()))
    return 200, queries.shown(rows, key, base_of(request))


def file(request: HttpRequest) -> tuple[int, Any]:
    """One request from a system that has a key; its resident need not have anything."""
    key = key_of(request, request.POST)
    if key is None:
        raise Forbidden(_("报件要带 api_key。怎样申请，见 /open311/。"))
    hit("open311-file", str(key.pk), limit=FILED, window=SPAN)
    header = request.headers.get("Idempotency-Key", "").strip()[:90]
    sent = reading.sent(request.POST, key.grid, f"idempotency:{header}" if header else "")
    photos = [photo for _name, several in request.FILES.lists() for photo in several]
    if len(photos) > MOST_PHOTOS:
        raise Invalid(_("照片最多三张。"))
    filing = services.file(key=key, sent=sent, photos=photos, digest=digest_of(request, photos))
    return 201, [queries.receipt(filing, base_of(request))]


def digest_of(request: HttpRequest, photos: list[Any]) -> str:
    """SHA-256 of all that was sent but the key, which may be a newer one the second time."""
    digest = hashlib.sha256()
    for name, several in sorted(request.POST.lists()):
        if name != "api_key":
            digest.update(repr((name, several)).encode(errors="replace"))
    for photo in photos:
        digest.update(hashlib.sha256(photo.read()).digest())
        photo.seek(0)
    return digest.hexdigest()


@anyone
@endpoint("service_requests", "GET")
def service_request(request: HttpRequest, ref: str) -> tuple[int, Any]:
    reading.jurisdiction(request.GET)
    key, case = key_of(request, request.GET), queries.one_request(ref)
    if case is None:
        raise NotFound(_("没有 service_request_id “%(said)s”。") % {"said": ref[:40]})
    return 200, queries.shown([case], key, base_of(request))


@anyone
@endpoint("service_requests", "GET")
def token(request: HttpRequest, token: str) -> tuple[int, Any]:
    """The number of a request from the token of its tracking link; ours are given a number at once."""
    reading.jurisdiction(request.GET)
    number = queries.by_token(token)
    if number is None:
        raise NotFound(_("没有这个 token。"))
    return 200, [{"service_request_id": number, "token": token}]


# ---------------------------------------------------------------- where all this is
@anyone
@endpoint("discovery", "GET")
def discovery(request: HttpRequest) -> tuple[int, Any]:
    base = base_of(request)
    # Sortable, and never older than the list of services: whoever keeps a copy looks again once a day.
    today = f"{timezone.localdate():%Y-%m-%d} 00:00"
    entry = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{base}/open311/v2",
        "changeset": today,
        "type": "test" if settings.DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    return 200, {
        "changeset": today,
        "contact": contact(),
        "key_service": _("申请密钥：%(url)s") % {"url": f"{base}/open311/"},
        "endpoints": [entry],
    }


def contact() -> str:
    place = tree.by_code(settings.DEFAULT_COMMUNITY) or next(iter(tree.communities()), None)
    return f"{place.name} {place.phone}".strip() if place else settings.SITE_URL


@anyone
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """For whoever writes the other system: what there is, what is told to whom, how to get a key."""
    return render(request, "petitions/open311/about.html", {"base": base_of(request), "contact": contact()})
