"""Words of the wish wall. Codes are part of the API; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishState(models.TextChoices):
    IN_REVIEW = "in_review", _("待审核")
    NEEDS_CHANGES = "needs_changes", _("待修改")
    DECLINED = "declined", _("没能挂出")
    OPEN = "open", _("待认领")
    CLAIMED = "claimed", _("已认领")
    IN_PROGRESS = "in_progress", _("实施中")
    TO_CONFIRM = "to_confirm", _("待确认")
    FULFILLED = "fulfilled", _("已实现")
    EXPIRED = "expired", _("已过期")
    WITHDRAWN = "withdrawn", _("已撤回")


# What hangs on the wall for everybody, without a name, a door or a photo (guardrail 13).
ON_THE_WALL = (
    WishState.OPEN,
    WishState.CLAIMED,
    WishState.IN_PROGRESS,
    WishState.TO_CONFIRM,
    WishState.FULFILLED,
)
# Somebody has it.
TAKEN = (WishState.CLAIMED, WishState.IN_PROGRESS, WishState.TO_CONFIRM)
# It is over: what the wisher left for the one who helps goes (guardrail 13).
CLOSED = (WishState.DECLINED, WishState.FULFILLED, WishState.EXPIRED, WishState.WITHDRAWN)


class Event(models.TextChoices):
    """Labels are the buttons."""

    SUBMIT = "submit", _("许个愿")
    APPROVE = "approve", _("挂上墙")
    REQUEST_CHANGES = "request_changes", _("请许愿的人改一改")
    DECLINE = "decline", _("不挂")
    RESUBMIT = "resubmit", _("改好了，再送")
    CLAIM = "claim", _("我来")
    START = "start", _("开始办了")
    GIVE_UP = "give_up", _("办不成，放回墙上")
    REVOKE = "revoke", _("收回这次认领")
    RELEASE = "release", _("到时候没办成，放回墙上")
    HAND_IN = "hand_in", _("办好了，请许愿的人看看")
    CONFIRM = "confirm", _("实现了")
    NOT_YET = "not_yet", _("还差一点")
    EXPIRE = "expire", _("到期取下")
    WITHDRAW = "withdraw", _("不要了，撤回")


class Outcome(models.TextChoices):
    """How a claim ended. Empty while it lives."""

    GIVEN_UP = "given_up", _("放弃")
    REVOKED = "revoked", _("收回")
    TIMED_OUT = "timed_out", _("超时")
    FULFILLED = "fulfilled", _("实现")
