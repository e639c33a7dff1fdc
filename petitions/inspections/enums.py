"""Words of inspections. Codes are kept in rows; never rename one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import COMMUNITY, DISTRICT, STREET, Role

# By this door its cases came.
CHANNEL = "inspection"
# Who goes from door to door, and may file what they find; who keeps the lists and sends people out.
GOERS = (Role.GRID_WORKER, *COMMUNITY)
KEEPERS = (Role.SECRETARY, *STREET)
READERS = (*GOERS, *STREET, *DISTRICT)


class State(models.TextChoices):
    OPEN = "open", _("在查")
    FINISHED = "finished", _("查完了")
    CANCELLED = "cancelled", _("不查了")


class Event(models.TextChoices):
    START = "start", _("派人去查")
    FINISH = "finish", _("查完了")
    CANCEL = "cancel", _("不查了")


class Found(models.TextChoices):
    OK = "ok", _("没问题")
    PROBLEM = "problem", _("有问题")
