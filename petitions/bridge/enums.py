"""Words of the bridge. Codes are part of the API; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import COMMUNITY, DISTRICT, STREET

# By this door its cases came; what does not carry it costs the bridge no question.
CHANNEL = "bridge"
# Who works at the bridge's table: each sees what lies within their reach.
KEEPERS = (*COMMUNITY, *STREET, *DISTRICT)


class Kind(models.TextChoices):
    HOTLINE = "hotline", _("12345 热线")
    CITY = "city", _("数字城管")
    OTHER = "other", _("别的系统")


class Via(models.TextChoices):
    PUSH = "push", _("对方推来")
    PULL = "pull", _("我们去取")
    FILE = "file", _("表格导入")


class Outcome(models.TextChoices):
    """What became of a ticket that arrived."""

    NEW = "new", _("新立一件")
    SAME = "same", _("以前收过，一样")
    CONFLICT = "conflict", _("同一个号，内容不一样")


class Problem(models.TextChoices):
    CONFLICT = "conflict", _("同一个号，内容不一样")
    UNREADABLE = "unreadable", _("读不懂")


class Stage(models.TextChoices):
    """Where an answer to the other system stands."""

    WAITING = "waiting", _("等着送")
    SENDING = "sending", _("正在送")
    SENT = "sent", _("送到了")
    # The dead-letter list: a person looks at it.
    DEAD = "dead", _("没送出去")
    GIVEN_UP = "given_up", _("不再送")


# Not over: the next answer of the same ticket waits behind it.
UNDER_WAY = (Stage.WAITING, Stage.SENDING)
