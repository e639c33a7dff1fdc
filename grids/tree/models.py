import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from grids.tree.enums import Kind, Level
from grids.tree.querysets import GridManager
from portal.rows import uuid7


class Grid(MP_Node):
    """A node of the grid tree: district, street, community, community grid, basic grid or building.

    `path` (django-treebeard's materialised path) is what Reach compares: a subtree shares its prefix.
    `code` is official: 6 digits for the district, +3 street, +3 community, then the configurable suffix below.
    """

    steplen = 4

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    level = models.CharField(_("层级"), max_length=16, choices=Level.choices)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, default=Kind.TERRITORIAL)
    code = models.CharField(_("代码"), max_length=24, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    # What people call it where the full name is long ("第 7 网格", "5 号楼").
    short_name = models.CharField(_("简称"), max_length=24, blank=True)
    theme = models.CharField(_("品牌"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    objects = GridManager()

    node_order_by: list[str] = []

    class Meta:
        verbose_name = verbose_name_plural = _("网格")
        constraints = [
            # A territorial code is read by other systems digit by digit; only buildings and grids carry a suffix.
            models.CheckConstraint(
                name="grid_code_shape",
                condition=Q(level="district", code__regex=r"^[0-9]{6}$")
                | Q(level="street", code__regex=r"^[0-9]{9}$")
                | Q(level="community", code__regex=r"^[0-9]{12}$")
                | ~Q(level__in=["district", "street", "community"]),
            ),
        ]

        triggers = [
            # Doors carry the path of their community, for the search. Treebeard moves a branch by rewriting paths in
            # SQL: no save() is called and no signal sent, so the database tells them itself.
            pgtrigger.Trigger(
                name="grid_moves",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("path"),
                condition=pgtrigger.Condition("left(OLD.path, 12) IS DISTINCT FROM left(NEW.path, 12)"),
                func="UPDATE grids_household SET place = place WHERE building_id = NEW.id; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def community_path(self) -> str:
        """Path prefix of the community this node lies in (or its own, at or above that level)."""
        return self.path[: 3 * self.steplen]
