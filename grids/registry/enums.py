from django.db import models
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    """What a person is to the household, where they said so. Empty: not asked, not needed."""

    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    TENANT = "tenant", _("租户")
    OTHER = "other", _("其他")
