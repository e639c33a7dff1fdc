"""Refusals: what a rule answers when it says no. Pages and API render the same exception."""

import logging
from typing import Any

from django.db import DataError
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


class Refusal(Exception):
    """A rule said no, in words a neighbour would use. Nothing has been written.

    `status` is the HTTP status, `code` the stable word other systems rely on, `message` the sentence a person reads,
    `extra` what helps them on (alternatives, used/allowed, field errors): it goes into the problem document as it is.
    """

    status = 422
    code = "REFUSED"
    message: Any = _("这一步现在办不了。")

    def __init__(
        self,
        message: Any = None,
        *,
        code: str | None = None,
        status: int | None = None,
        **extra: Any,
    ):
        self.message = message or self.message
        self.code = code or self.code
        self.status = status or self.status
        self.extra = extra
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Invalid(Refusal):
    """The input cannot be read. `errors` maps a field to its sentences."""

    code = "INVALID"
    message = _("有几处填得不对，改好就能送出。")


class Forbidden(Refusal):
    status = 403
    code = "FORBIDDEN"
    message = _("这件事不归您办。要是弄错了，请找社区书记。")


class NotFound(Refusal):
    """Not there, or not within reach: the answer is the same, so that guessing learns nothing."""

    status = 404
    code = "NOT_FOUND"
    message = _("没有找到。")


class Conflict(Refusal):
    status = 409
    code = "CONFLICT"


class Stale(Conflict):
    code = "STALE"
    message = _("您看着的时候，别人已经改动过。请看一眼最新的情况，再办一次。")


class IllegalTransition(Conflict):
    code = "ILLEGAL_TRANSITION"
    message = _("这件事已经走到别的步骤了，这一步现在不能办。")


class TooMany(Refusal):
    status = 429
    code = "THROTTLED"
    message = _("试得太勤了，请过一会儿再来。急的话请打电话。")


def unwritable(error: Exception) -> Refusal | None:
    """The refusal of what no column takes and no form noticed: a NUL, a number too large, a date beyond the calendar.

    None: a fault of ours. The error's own words are not logged: they quote what somebody wrote.
    """
    too_far = isinstance(error, OverflowError)
    if not (too_far or isinstance(error, DataError) or (isinstance(error, ValueError) and "NUL (0x00)" in str(error))):
        return None
    log.warning("unwritable: %s", type(error).__name__)
    return Invalid(_("日期或数字太大了，请改小一些再送。") if too_far else None)
