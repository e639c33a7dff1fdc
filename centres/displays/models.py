from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.displays.enums import Kind
from centres.displays.querysets import DisplayQuerySet
from portal.rows import Row, uuid7


class DisplayItem(Row):
    """阵地内容: one text on one wall, from the day it was put up to the day it was taken down.

    What takes its place is another row of the same `spot`, so that what hung there before can still be read.
    """

    centre = models.ForeignKey("centres.Centre", models.PROTECT, related_name="+", verbose_name=_("中心"))
    spot = models.UUIDField(default=uuid7, editable=False)
    # Which wall, which screen, as one would tell a neighbour: 一楼大厅进门左手.
    place = models.CharField(_("在哪里"), max_length=40)
    kind = models.CharField(_("哪一种"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("标题"), max_length=40)
    text = models.TextField(_("内容"), max_length=4000)
    put_up_on = models.DateField(_("哪天挂的"))
    interval_days = models.PositiveSmallIntegerField(
        _("多少天看一次"), default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    review_due = models.DateField(_("哪天该看"))
    taken_down_on = models.DateField(_("哪天取下的"), null=True, blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("谁管"))

    objects = DisplayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("阵地内容")
        indexes = [
            models.Index(fields=["review_due"], name="display_due", condition=Q(taken_down_on__isnull=True)),
        ]
        constraints = [
            # Two who replace the same board at once: one of them hangs, the other is told.
            models.UniqueConstraint(fields=["spot"], name="display_one_hangs", condition=Q(taken_down_on__isnull=True)),
            models.CheckConstraint(
                name="display_days_forward",
                condition=Q(review_due__gt=F("put_up_on"))
                & (Q(taken_down_on__isnull=True) | Q(taken_down_on__gte=F("put_up_on"))),
            ),
            models.CheckConstraint(name="display_interval", condition=Q(interval_days__range=(1, 730))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("desk-display", args=[self.pk])


class DisplayReview(Row):
    """看过了，还行: who looked and what it moved, so that a slip of the finger can be taken back."""

    item = models.ForeignKey(DisplayItem, models.PROTECT, related_name="reviews")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(_("什么时候看的"))
    due_before = models.DateField(_("原来哪天该看"))
    due_after = models.DateField(_("改到哪天"))
    undone_at = models.DateTimeField(_("撤回的时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("看过的记录")
        ordering = ["-reviewed_at"]
        constraints = [
            # A look that moved nothing is no look: the second tap of the same finger.
            models.CheckConstraint(name="display_review_moves", condition=~Q(due_before=F("due_after"))),
        ]

    def __str__(self) -> str:
        return f"{self.due_before} → {self.due_after}"
