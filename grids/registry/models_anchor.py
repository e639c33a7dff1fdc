from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.registry.models import Household
from grids.registry.querysets_life import AnchorQuerySet
from portal.rows import Row

# What the programme asks of one (design, programmes): said where it falls short, and held against nobody.
MEMBERS, HOMES = 10, 30


class AnchorHousehold(Row):
    """中心户: a household that agreed to look after the homes around it. Of its circle the number alone is held, as the
    household says it; who is in it, and who is in the party, stands nowhere."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="anchors", verbose_name=_("哪一户"))
    circle = models.CharField(_("叫什么"), max_length=40)
    agreed_on = models.DateField(_("哪天答应的"))
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"), null=True, blank=True)
    members = models.PositiveSmallIntegerField(_("有几位成员"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("中心户")
        constraints = [
            # Named twice, its homes would be counted twice.
            models.UniqueConstraint(fields=["household"], name="anchor_once", condition=Q(ends_on__isnull=True)),
            # Nobody looks after others before having agreed to.
            models.CheckConstraint(name="anchor_agreed_first", condition=Q(agreed_on__lte=F("starts_on"))),
            models.CheckConstraint(
                name="anchor_ends_after", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.circle

    def get_absolute_url(self) -> str:
        return reverse("anchor", args=[self.pk])

    @property
    def short_of_homes(self) -> int:
        return max(0, HOMES - getattr(self, "homes_count", 0))

    @property
    def short_of_members(self) -> int:
        """Nought where the household has not said how many they are."""
        return max(0, MEMBERS - self.members) if self.members is not None else 0


class AnchorHome(Row):
    """联系的户: one of the homes an anchor household looks after."""

    anchor = models.ForeignKey(AnchorHousehold, models.CASCADE, related_name="homes")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("中心户联系的户")
        constraints = [models.UniqueConstraint(fields=["anchor", "household"], name="anchor_home_once")]

    def __str__(self) -> str:
        return str(self.household_id)
