"""Words of the needs survey. Codes are stored; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("还在写")
    OPEN = "open", _("正在问")
    CLOSED = "closed", _("问完了")
    DISCARDED = "discarded", _("作废了")


class Event(models.TextChoices):
    """Labels are the buttons."""

    WRITE = "write", _("写一份新的")
    OPEN = "open", _("开始问")
    CLOSE = "close", _("提前收")
    LAPSE = "lapse", _("到期收")
    DISCARD = "discard", _("作废这一份")


class Kind(models.TextChoices):
    ONE = "one", _("只选一个")
    SEVERAL = "several", _("可以选几个")
    AGREE = "agree", _("同意不同意，分五档")
    TEXT = "text", _("写一句话")


# Asked nobody: one still being written, and one that was given up before it was asked.
NOT_ASKED = (SurveyState.DRAFT, SurveyState.DISCARDED)
# Kinds whose options the community writes.
WITH_OPTIONS = (Kind.ONE, Kind.SEVERAL)
# What 1 to 5 means; the first that is read is 5.
AGREEMENT = {
    5: _("很同意"),
    4: _("比较同意"),
    3: _("说不好"),
    2: _("不太同意"),
    1: _("很不同意"),
}
