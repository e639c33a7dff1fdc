from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class CardBatch(Row):
    """One printing of contact cards: who printed how many, for where. The sheets themselves are not kept."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("范围"))
    per = models.CharField(_("每张给谁"), max_length=12)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(_("张数"))
    # The long work that printed it: run again after a kill, it finds the batch it had already written.
    work_id = models.UUIDField(unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务卡的打印")

    def __str__(self) -> str:
        return f"{self.per} {self.count}"


class ContactCard(Row):
    """温馨服务卡: the paper on the back of a door. Its code opens a page that names the worker and nobody else."""

    # For one door, or for a whole building or grid (then it hangs in the stairwell).
    household = models.ForeignKey("grids.Household", models.CASCADE, null=True, blank=True, related_name="cards")
    place = models.ForeignKey("grids.Grid", models.CASCADE, null=True, blank=True, related_name="cards")
    # 128 random bits. Kept readable: the same door printed again keeps its code, so that the old paper still works.
    token = models.CharField(max_length=22, unique=True, editable=False)
    printed_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("印的是谁")
    )
    batch = models.ForeignKey(CardBatch, models.SET_NULL, null=True, blank=True, related_name="cards")
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务卡")
        constraints = [
            models.CheckConstraint(
                name="card_is_for_one_place",
                condition=Q(household__isnull=True, place__isnull=False)
                | Q(household__isnull=False, place__isnull=True),
            ),
            # Two live codes for one door could not be taken back by one act.
            models.UniqueConstraint(
                fields=["household"], name="card_once_per_door", condition=Q(revoked_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["place"], name="card_once_per_place", condition=Q(revoked_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
