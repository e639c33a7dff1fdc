"""A double click, a resent form, a retried call: done once, answered the same way again.

The key row is written in the same transaction as the work: a rival with the same key waits on the unique index until
the first has committed (then gets its answer) or rolled back (then does the work itself).
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.db import in_one_transaction
from portal.errors import Conflict
from portal.once import burden
from portal.once.models import OnceKey


def _claim(who: str, key: str, path: str, digest: str) -> tuple[OnceKey, bool]:
    row, is_new = OnceKey.objects.select_for_update().get_or_create(
        who=who, key=key, defaults={"path": path, "digest": digest}
    )
    if not is_new and (row.path != path or row.digest != digest):
        said = _("这一份已经送过，内容和这次不一样。要办新的，请重新打开一页再填。")
        raise Conflict(said, code="IDEMPOTENCY_KEY_REUSED")
    return row, is_new


def once_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For HTML views: a POST whose hidden `_once` field was seen before is sent where the first one was sent.

    Only redirects count as done; a form shown again with errors may be sent again with the same field.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("_once", "")[:80] if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        who = str(request.user.pk) if request.user.is_authenticated else _session_key(request)
        # What the form asked, of the try that was kept; nothing where it had been done before or is shown again.
        asked: list[burden.Use] = []

        def work() -> HttpResponse:
            asked.clear()
            row, is_new = _claim(who, key, request.path[:200], "")
            if not is_new and row.location:
                return HttpResponseRedirect(row.location)
            with burden.listening() as use:
                response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                asked.append(use)
                row.status, row.location = response.status_code, response.url[:300]
                row.save(update_fields=["status", "location"])
            else:
                row.delete()
            return response

        response = in_one_transaction(work)
        for use in asked:
            burden.count_later(request, use)
        return response

    return guarded


def _session_key(request: HttpRequest) -> str:
    if not request.session.session_key:
        request.session.create()
    return hashlib.sha256(str(request.session.session_key).encode()).hexdigest()


def _digest(request: Request) -> str:
    """SHA-256 of what was sent."""
    digest = hashlib.sha256()
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(_raw(request))
        return digest.hexdigest()
    # Part by part: whoever sends it again draws another line between the parts.
    sent: Any = request.data
    for name, several in sorted(sent.lists()):
        for value in several:
            chunks = value.chunks() if isinstance(value, UploadedFile) else [str(value).encode(errors="replace")]
            part = hashlib.sha256()
            for chunk in chunks:
                part.update(chunk)
            digest.update(f"{name}\0{part.hexdigest()}\0".encode(errors="replace"))
            if isinstance(value, UploadedFile):
                value.seek(0)
    return digest.hexdigest()


def _raw(request: Request) -> bytes:
    try:
        return request._request.body
    except (RawPostDataException, RequestDataTooBig):
        # A form that was already read, or that is too long: told apart by its size alone.
        return request.headers.get("Content-Length", "").encode()


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """For API views that create: `Idempotency-Key`. Same key, same person, same body → the first answer again."""

    @wraps(method)
    def guarded(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 80:
            # Cut short, two keys would become one.
            key = hashlib.sha256(key.encode()).hexdigest()
        if not key:
            return method(self, request, *args, **kwargs)
        who = str(request.user.pk) if request.user.is_authenticated else request.META.get("REMOTE_ADDR", "")
        digest = _digest(request)

        def work() -> Response:
            row, is_new = _claim(who, key, request.path[:200], digest)
            if not is_new and row.status:
                return Response(row.body, status=row.status)
            response = method(self, request, *args, **kwargs)
            row.status, row.body = response.status_code, response.data
            row.save(update_fields=["status", "body"])
            return response

        return in_one_transaction(work)

    return guarded
