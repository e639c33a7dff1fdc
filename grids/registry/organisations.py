from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.registry.enums import OrganisationKind
from portal.rows import Row


class Organisation(Row):
    """The identity of an organisation: what it is called, where it stands, who answers for it."""

    name = models.CharField(_("名称"), max_length=60)
    sort_key = models.CharField(max_length=240, editable=False)
    kind = models.CharField(_("性质"), max_length=12, choices=OrganisationKind.choices)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    # The one account that acts for it; a switchboard number may stand where nobody has one.
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    phone = models.CharField(_("单位电话"), max_length=20, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "name"], name="organisation_once", condition=Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return self.name
