"""What a community sets up for its own desk: where cases go, and how answers are worded. Also: what is not the same."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import Kind, SendTo
from portal.rows import Row

USER = settings.AUTH_USER_MODEL


class RoutingRule(Row):
    """分派规则: cases of this category and kind, in this place, go to that team. Which of several holds: routing.py."""

    place = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("哪一片"))
    # None: of every category.
    category = models.ForeignKey(
        "petitions.Category", models.PROTECT, null=True, blank=True, related_name="rules", verbose_name=_("类别")
    )
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, blank=True)
    send_to = models.CharField(_("交给"), max_length=8, choices=SendTo.choices)
    team = models.ForeignKey("grids.Grid", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("分派规则")
        constraints = [
            # "To whoever looks after the grid it lies in" names no team; every other rule names one.
            models.CheckConstraint(
                name="rule_names_its_team",
                condition=Q(send_to=SendTo.TEAM, team__isnull=False) | Q(send_to=SendTo.GRID, team__isnull=True),
            ),
            # Two rules that say the same of the same: which one held would be an accident.
            models.UniqueConstraint(
                fields=["place", "category", "kind"],
                name="rule_once_in_use",
                condition=Q(is_active=True),
                nulls_distinct=False,
            ),
        ]


class AnswerTemplate(Row):
    """答复模板: how a community words an answer. What is still to be filled in stands in 【填：…】."""

    community = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("社区"))
    category = models.ForeignKey(
        "petitions.Category", models.PROTECT, null=True, blank=True, related_name="templates", verbose_name=_("类别")
    )
    title = models.CharField(_("叫什么"), max_length=30)
    text = models.TextField(_("答复"))
    order = models.PositiveSmallIntegerField(_("次序"), default=100)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("答复模板")
        ordering = ["order", "id"]
        constraints = [
            # People choose by the title: two of one name in a list are a guess.
            models.UniqueConstraint(
                fields=["community", "title"], name="template_title_once", condition=Q(is_active=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotSame(Row):
    """Somebody looked at two cases and said: these are not the same thing. They are not suggested again."""

    # The smaller id first, so that a pair is one row whichever of the two was looked at.
    one = models.ForeignKey("petitions.Case", models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey("petitions.Case", models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("不是同一件")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_same_once"),
            models.CheckConstraint(name="not_same_in_order", condition=Q(one__lt=F("other"))),
        ]
