from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Six levels, from the district down to the building."""

    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    COMMUNITY = "community", _("社区")
    COMMUNITY_GRID = "community_grid", _("社区网格")
    BASIC_GRID = "basic_grid", _("基础网格")
    BUILDING = "building", _("楼栋")


class Kind(models.TextChoices):
    """What a node is for. Dedicated and sector grids hang beside the territorial tree, not inside its count."""

    TERRITORIAL = "territorial", _("综合网格")
    DEDICATED = "dedicated", _("专属网格")
    SECTOR = "sector", _("部门网格")


class ChangeKind(models.TextChoices):
    """How the grids are laid out anew."""

    SPLIT = "split", _("拆分")
    MERGE = "merge", _("合并")
    MOVE = "move", _("划转")


class ChangeState(models.TextChoices):
    PLANNED = "planned", _("等日子")
    DONE = "done", _("办好了")
    UNDONE = "undone", _("撤回了")
    FAILED = "failed", _("没办成")


ORDER = [level.value for level in Level]
