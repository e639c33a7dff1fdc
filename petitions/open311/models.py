from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class Open311Key(Row):
    """Another system that files here: whose it is, whom to call about it, and for which ground. Never a person's."""

    name = models.CharField(_("哪个系统"), max_length=60, unique=True)
    contact = models.CharField(_("找谁"), max_length=120)
    # Null: anywhere in the tree.
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("范围")
    )
    # The key has 192 random bits and is told once; what is kept opens nothing.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    tail = models.CharField(_("密钥末四位"), max_length=4, editable=False)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("Open311 密钥")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Open311Filing(Row):
    """A case that came from another system: which, and under what number of its own."""

    key = models.ForeignKey(Open311Key, models.PROTECT, related_name="filings")
    case = models.OneToOneField("petitions.Case", models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=100, blank=True)
    # Of all that was sent, so that one number is never two stories.
    digest = models.CharField(max_length=64)
    # What the sender was told; a repeated call is told the same.
    promised_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("Open311 来件")
        constraints = [
            # A call that is repeated because its answer was lost must not become a second case.
            models.UniqueConstraint(
                fields=["key", "external_id"], name="open311_filed_once", condition=~Q(external_id="")
            ),
        ]
