from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class Chase(Row):
    """催办记录: the day somebody of ours asked again where the power lies, and what was said. The reporter reads it."""

    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="chases")
    # Who decides, as it stood then: the case may go on to somebody else.
    power = models.CharField(_("由谁决定"), max_length=40)
    asked_on = models.DateField(_("哪天问的"))
    words = models.CharField(_("怎么说"), max_length=200)
    at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("催办记录")
        ordering = ["id"]
