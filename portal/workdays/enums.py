from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    """What a date is. A weekend that is worked (调休) is a working day; a weekday that is given off is a holiday."""

    WORKING = "working", _("工作日")
    REST = "rest", _("休息日")
    HOLIDAY = "holiday", _("节假日")
