"""Words of rooms and bookings. Codes are part of the API; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoomKind(models.TextChoices):
    """What a room is for. The activity-share report counts by it: desks are `service`, everything else is people's."""

    SERVICE = "service", _("办事")
    MEETING = "meeting", _("议事")
    READING = "reading", _("读书")
    STUDY = "study", _("自习")
    ARTS = "arts", _("书画文艺")
    SPORT = "sport", _("活动健身")
    CHILDREN = "children", _("少儿")
    ELDERS = "elders", _("长者")
    HALL = "hall", _("大厅")
    MARKET = "market", _("集市")
    TRAINING = "training", _("培训")
    HOME = "home", _("会馆")


class BookingState(models.TextChoices):
    PENDING = "pending", _("等社区点头")
    CONFIRMED = "confirmed", _("约好了")
    CHECKED_IN = "checked_in", _("正在用")
    COMPLETED = "completed", _("用完了")
    DECLINED = "declined", _("没约成")
    EXPIRED = "expired", _("过时没人点头")
    CANCELLED = "cancelled", _("取消了")
    NO_SHOW = "no_show", _("没来")


# The slot is theirs.
LIVE = (BookingState.PENDING, BookingState.CONFIRMED, BookingState.CHECKED_IN)
# Holds the slot, or held it until its end.
TOOK_PLACE = (*LIVE, BookingState.COMPLETED)


class Event(models.TextChoices):
    """Labels are the buttons."""

    BOOK = "book", _("就约这个")
    APPROVE = "approve", _("点头")
    DECLINE = "decline", _("不行")
    EXPIRE = "expire", _("到时候没人点头")
    CANCEL = "cancel", _("取消这次预约")
    MOVE = "move", _("改时间")
    CHECK_IN = "check_in", _("人到了")
    NO_SHOW = "no_show", _("没来")
    COMPLETE = "complete", _("用完了")


class WaitState(models.TextChoices):
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("轮到您了")
    ACCEPTED = "accepted", _("要到了")
    LAPSED = "lapsed", _("过时了")
    WITHDRAWN = "withdrawn", _("不等了")


STANDS_IN_LINE = (WaitState.WAITING, WaitState.OFFERED)


class WaitEvent(models.TextChoices):
    JOIN = "join", _("排个候补")
    OFFER = "offer", _("轮到")
    ACCEPT = "accept", _("我要")
    LAPSE = "lapse", _("过时")
    WITHDRAW = "withdraw", _("不等了")


class Mode(models.TextChoices):
    """What is done with a series where not every date can be had."""

    PREVIEW = "preview", _("先看看")
    ALL = "all", _("要约就全约")
    SKIP = "skip", _("跳过约不成的")


class SpanState(models.TextChoices):
    FREE = "free", _("空着")
    HELD = "held", _("等社区点头")
    BOOKED = "booked", _("有人用")
    BUFFER = "buffer", _("收拾")
    CLOSED = "closed", _("不开")


class Code(models.TextChoices):
    """Why a time cannot be had, in the order in which it is checked. The labels are for tables; sentences are said in
    refusals.py."""

    TOO_SHORT = "TOO_SHORT", _("太短")
    TOO_LONG = "TOO_LONG", _("太长")
    TOO_SOON = "TOO_SOON", _("太近")
    TOO_FAR = "TOO_FAR", _("太早")
    OFF_GRID = "OFF_GRID", _("不是整刻")
    HOLIDAY = "HOLIDAY", _("节假日不开")
    CLOSED = "CLOSED", _("这天不开")
    OUTSIDE_HOURS = "OUTSIDE_HOURS", _("不在开放时间")
    QUOTA = "QUOTA", _("次数用完了")
    SUSPENDED = "SUSPENDED", _("暂停预约")
    BUFFER = "BUFFER", _("要留收拾的时间")
    CONFLICT = "CONFLICT", _("有人约了")


# The rest of domain.md's words say 422: the rule says no. These say: somebody, or you yourself, already have it.
TAKEN = (Code.QUOTA, Code.BUFFER, Code.CONFLICT)
# What the staff of the place may set aside with a reason. A shut door and a taken room they may not.
OVERRIDABLE = (Code.TOO_SHORT, Code.TOO_LONG, Code.TOO_SOON, Code.TOO_FAR, Code.QUOTA, Code.SUSPENDED)
# How long and how far ahead: rules that share a room out among people, and say nothing to the house's own classes.
PACE = (Code.TOO_SHORT, Code.TOO_LONG, Code.TOO_SOON, Code.TOO_FAR)


class LinkKind(models.TextChoices):
    """What an address of a room opens without signing in."""

    DOOR = "door", _("门口的屏")
    FEED = "feed", _("日历地址")


class AppealState(models.TextChoices):
    WAITING = "waiting", _("等社区回话")
    LIFTED = "lifted", _("提前恢复了")
    KEPT = "kept", _("还是原来的日子")
