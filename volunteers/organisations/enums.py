"""Words of the organisations' room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PartyLevel(models.TextChoices):
    """The four links of the chain. It is a tree of its own: eleven branches are not twelve mini-homes, nor any grid."""

    COMMITTEE = "committee", _("社区党委")
    BRANCH = "branch", _("党支部")
    GROUP = "group", _("楼栋党小组")
    ANCHOR = "anchor", _("党员中心户")


class PartyKind(models.TextChoices):
    """What holds a branch together: a grid, or something its members share."""

    GRID = "grid", _("网格党支部")
    CAUSE = "cause", _("志缘型")
    TRADE = "trade", _("业缘型")
    INTEREST = "interest", _("趣缘型")
    AFFECTION = "affection", _("情缘型")


class LinkLevel(models.TextChoices):
    """At which level a unit takes part: district, street or community (三级联动)."""

    DISTRICT = "district", _("区级")
    STREET = "street", _("街道级")
    COMMUNITY = "community", _("社区级")


class Stage(models.TextChoices):
    """How far an organisation has come since it moved in."""

    INCUBATING = "incubating", _("孵化中")
    SETTLED = "settled", _("已入驻")
    GRADUATED = "graduated", _("已出壳")
