"""Talking to another system over HTTP: the address that was configured, nowhere else, and not for ever.

No redirects (an answer must not choose where the next request goes), no schemes but http and https, no proxies from the
environment, a bound on time and on size. Whatever goes wrong is one exception with a sentence for the list.
"""

import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
)

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TIMEOUT = 10.0  # seconds for each step: connecting, each piece of the answer
PATIENCE = 20.0  # seconds for the whole answer
LARGEST = 1024 * 1024


class NoAnswer(Exception):
    """Nobody knows whether it arrived. The message is a sentence for a person."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class _AsItIs(HTTPErrorProcessor):
    """Every status is an answer; none is followed, none raises."""

    def http_response(self, request: Request, response: Any) -> Any:
        return response

    https_response = http_response


def check_url(url: str) -> None:
    """Raises ValidationError for what is no plain http(s) address."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
        parts = urlsplit("")
    if (
        not good
        or parts.username is not None
        or parts.fragment
        or any(ord(char) < 33 or ord(char) > 126 for char in url)
    ):
        raise ValidationError(_("请写完整的网址，以 http:// 或 https:// 开头，不带用户名和口令。"))


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send a body. Raises NoAnswer."""
    return _ask(url, body, headers)


def get(url: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
    """Ask for a page. Raises NoAnswer."""
    return _ask(with_query(url, query), None, headers)


def with_query(url: str, query: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def _ask(url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    try:
        check_url(url)
        request = Request(url, data=body, headers=headers, method="GET" if body is None else "POST")
        with _opener().open(request, timeout=TIMEOUT) as response:
            return Answer(int(response.status), _read(response))
    except ValidationError as error:
        raise NoAnswer(error.messages[0]) from error
    except TimeoutError as error:
        raise NoAnswer(_("等了很久，对方没有回话。")) from error
    except (HTTPError, URLError) as error:
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        raise NoAnswer(_("等了很久，对方没有回话。") if slow else _("连不上对方的系统。")) from error
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(_("对方的回话断在半路，读不出来。")) from error


def _read(response: Any) -> bytes:
    """All of the answer, or as much as is allowed; a sender that drips is cut off."""
    until, pieces, size = time.monotonic() + PATIENCE, [], 0
    while piece := response.read1(65_536):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise NoAnswer(_("对方一次给得太多，读不下。"))
        if time.monotonic() > until:
            raise NoAnswer(_("等了很久，对方没有说完。"))
    return b"".join(pieces)


def _opener() -> OpenerDirector:
    opener = OpenerDirector()
    for handler in (HTTPHandler(), HTTPSHandler(), _AsItIs()):
        opener.add_handler(handler)
    return opener
