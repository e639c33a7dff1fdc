"""Words of the training base. Codes are part of what is stored; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderState(models.TextChoices):
    SUBMITTED = "submitted", _("待回复")
    CONFIRMED = "confirmed", _("定下了")
    DECLINED = "declined", _("没接成")
    CANCELLED = "cancelled", _("取消了")
    FINISHED = "finished", _("办完了")


# What these orders want of beds, seats and rooms is theirs.
HELD = (OrderState.CONFIRMED, OrderState.FINISHED)
OPEN = (OrderState.SUBMITTED, OrderState.CONFIRMED)


class Event(models.TextChoices):
    """Labels are the buttons."""

    SUBMIT = "submit", _("送出去")
    CHANGE = "change", _("改一改")
    CONFIRM = "confirm", pgettext_lazy("培训", "定下来")
    DECLINE = "decline", _("这次接不了")
    CANCEL = "cancel", _("取消这次培训")
    LOSE_ROOM = "lose_room", _("房间临时停用")
    FINISH = "finish", _("办完了")


class LineKind(models.TextChoices):
    COURSE = "course", _("课程")
    ROOM = "room", _("会议室")
    MEAL = "meal", _("用餐")
    LODGING = "lodging", _("住宿")


class Meal(models.TextChoices):
    BREAKFAST = "breakfast", _("早餐")
    LUNCH = "lunch", _("午餐")
    DINNER = "dinner", _("晚餐")
