from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.rows import Row
from volunteers.organisations.enums import LinkLevel, PartyKind, PartyLevel, Stage


class PartyUnit(Row):
    """A link of the Party's own chain: committee, branch, group, anchor household. Units and totals, never members."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(_("层级"), max_length=12, choices=PartyLevel.choices)
    kind = models.CharField(_("类型"), max_length=12, choices=PartyKind.choices, blank=True)
    name = models.CharField(_("名称"), max_length=60)
    # The unit's own total, as it reports it; null where it has not. Who belongs to it is not held (guardrail 4).
    member_total = models.PositiveIntegerField(_("党员总数"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("党组织")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "name"], name="party_unit_once"),
            # The chain hangs from a committee and from nothing else.
            models.CheckConstraint(
                name="party_unit_chain",
                condition=Q(level=PartyLevel.COMMITTEE, parent__isnull=True)
                | (~Q(level=PartyLevel.COMMITTEE) & Q(parent__isnull=False) & ~Q(parent=F("id"))),
            ),
            # Only a branch is of a kind; a branch always is.
            models.CheckConstraint(
                name="party_unit_kind_of_branches",
                condition=(Q(level=PartyLevel.BRANCH) & ~Q(kind="")) | (~Q(level=PartyLevel.BRANCH) & Q(kind="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerUnit(Row):
    """共建单位: an organisation that has tied itself to a community, a street or the district."""

    organisation = models.OneToOneField("grids.Organisation", models.PROTECT, related_name="partner")
    level = models.CharField(_("在哪一级共建"), max_length=12, choices=LinkLevel.choices, default=LinkLevel.COMMUNITY)
    since = models.DateField(_("从哪天起"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("共建单位")

    def __str__(self) -> str:
        return str(self.organisation)


class SocialOrg(Row):
    """社会组织: an organisation that grew up in a community's nest or moved in to serve it."""

    organisation = models.OneToOneField("grids.Organisation", models.PROTECT, related_name="social_org")
    stage = models.CharField(_("到哪一步"), max_length=12, choices=Stage.choices)
    does = models.CharField(_("做什么"), max_length=60, blank=True)
    since = models.DateField(_("从哪天起"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("社会组织")

    def __str__(self) -> str:
        return str(self.organisation)
