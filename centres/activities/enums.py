"""Words of activities and enrolments. Codes are stored; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    AFTER_SCHOOL = "after_school", _("四点半课堂")
    SUMMER_CARE = "summer_care", _("暑托班、寒托班")
    DAYCARE = "daycare", _("日托班")
    FILM = "film", _("电影")
    CLINIC = "clinic", _("义诊")
    HAIRCUT = "haircut", _("义剪")
    SHOW = "show", _("义演")
    COURSE = "course", _("课程")
    READING = "reading", _("读书")
    VOLUNTEERING = "volunteering", _("志愿活动")
    MEAL = "meal", _("助餐")
    OTHER = "other", _("别的")


class Stage(models.TextChoices):
    """Where an activity itself is."""

    DRAFT = "draft", _("还没发布")
    PUBLISHED = "published", _("发布了")
    CANCELLED = "cancelled", _("不办了")


class Enrols(models.TextChoices):
    """What one enrols for: everything, or one date."""

    TERM = "term", _("整期报名")
    SESSION = "session", _("一场一场报")


class EnrolmentState(models.TextChoices):
    ENROLLED = "enrolled", _("报上了")
    WAITING = "waiting", _("候补")
    OFFERED = "offered", _("轮到您了")
    WITHDRAWN = "withdrawn", _("不来了")
    LAPSED = "lapsed", _("过时了")
    CANCELLED = "cancelled", _("取消了")
    FINISHED = "finished", _("上完了")


# A seat that nobody else can have: an offer is exclusive until it is answered or lapses.
SEATED = (EnrolmentState.ENROLLED, EnrolmentState.OFFERED)
# Still to come of it what may.
LIVE = (*SEATED, EnrolmentState.WAITING)
# Came, or is to come: whose name stands on the list of those present.
ON_THE_LIST = (EnrolmentState.ENROLLED, EnrolmentState.FINISHED)


class Event(models.TextChoices):
    """Labels are the buttons."""

    ENROL = "enrol", _("报名")
    WAIT = "wait", _("排候补")
    OFFER = "offer", _("轮到")
    ACCEPT = "accept", pgettext_lazy("名额", "我来")
    LAPSE = "lapse", _("过时")
    WITHDRAW = "withdraw", _("不来了")
    CANCEL = "cancel", _("取消他的报名")
    FINISH = "finish", _("上完了")


class Mode(models.TextChoices):
    """How a plan of many dates is carried out."""

    ALL = "all", _("全部，少一天都不排")
    SKIP = "skip", _("排得上的先排")
