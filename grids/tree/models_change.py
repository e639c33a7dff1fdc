from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.tree.enums import ChangeKind, ChangeState
from grids.tree.querysets import ChangeQuerySet
from portal.rows import Row


class GridChange(Row):
    """网格调整: grids are split, merged or moved on a date. `plan` says how; grids/tree/change_plan.py reads it."""

    kind = models.CharField(_("怎么调"), max_length=5, choices=ChangeKind.choices)
    # Whose page it is: the one that is split or moved, the first that is merged.
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("哪个网格"))
    # Everything it concerns, what it planted included: the history of a code is found by it.
    grids = ArrayField(models.UUIDField(), verbose_name=_("牵涉的网格"))
    plan = models.JSONField(_("方案"))
    on = models.DateField(_("从哪天起"))
    reason = models.CharField(_("依据"), max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=ChangeState.choices, default=ChangeState.PLANNED)
    why = models.CharField(_("为什么没办成"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("办好的时间"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("网格调整")
        constraints = [
            models.CheckConstraint(
                name="grid_change_done_when",
                condition=Q(state=ChangeState.DONE, done_at__isnull=False)
                | (~Q(state=ChangeState.DONE) & Q(done_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("grid-change", args=[self.pk])


class GridLineage(models.Model):
    """What became of a grid: on this day all or part of `old` came to `new`."""

    change = models.ForeignKey(GridChange, models.PROTECT, related_name="lineage")
    old = models.ForeignKey("grids.Grid", models.PROTECT, related_name="went_to")
    new = models.ForeignKey("grids.Grid", models.PROTECT, related_name="came_from")
    on = models.DateField(_("哪天"))

    class Meta:
        verbose_name = verbose_name_plural = _("网格的来历")
        constraints = [
            models.UniqueConstraint(fields=["change", "old", "new"], name="grid_lineage_once"),
            models.CheckConstraint(name="grid_lineage_of_another", condition=~Q(old=models.F("new"))),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
