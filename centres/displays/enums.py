"""Words of the displays. Codes are stored; never rename one."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    BOARD = "board", _("展板")
    SCREEN = "screen", _("屏幕")
    WINDOW = "window", _("橱窗")


# So long after its review date nobody has looked: the board of the secretary counts it.
STALE_AFTER = timedelta(days=14)
