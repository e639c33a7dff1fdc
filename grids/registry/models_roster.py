from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.registry.models import Household, Resident
from grids.registry.querysets import RosterQuerySet
from portal.rows import Row


class RosterState(models.TextChoices):
    READ = "read", _("等您看过")
    DONE = "done", _("导入了")
    UNDONE = "undone", _("撤回了")


class ChangeKind(models.TextChoices):
    DOOR = "door", _("新的户")
    NEW = "new", _("新的人")
    CHANGED = "changed", _("改动")


class RosterImport(Row):
    """名册导入: a file somebody brought in, how it is read, and what became of it. Its lines are not kept."""

    community = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("社区"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("文件"), max_length=120)
    file = models.FileField(upload_to="rosters", blank=True)
    state = models.CharField(_("状态"), max_length=6, choices=RosterState.choices, default=RosterState.READ)
    # Sheet, columns (heading → ours), whether the roster's telephone wins; remembered for the next file.
    options = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("名册导入")
        indexes = [models.Index(fields=["community", "-created_at"], name="roster_of_community")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("roster", args=[self.pk])


class RosterChange(Row):
    """What one import wrote in one row, with what stood there before: enough to take it back."""

    batch = models.ForeignKey(RosterImport, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=7, choices=ChangeKind.choices)
    household = models.ForeignKey(Household, models.CASCADE, null=True, related_name="+")
    resident = models.ForeignKey(Resident, models.CASCADE, null=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("导入的改动")


def image(person: Resident) -> dict[str, Any]:
    """A person as an import left them: if they look otherwise now, somebody has touched them since."""
    return {
        "household": str(person.household_id),
        "name": person.name,
        "phone": person.phone or "",
        "relation": person.relation,
        "user": str(person.user_id or ""),
        "left_on": str(person.left_on or ""),
    }
