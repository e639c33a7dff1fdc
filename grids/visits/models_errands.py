"""What is taken along to a door: errands of others, leaflets; and what a worker notes of their own day."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.visits.enums import ErrandState
from grids.visits.querysets import ErrandQuerySet, MaterialQuerySet
from portal.rows import Row


class Errand(Row):
    """捎带的事: what a department or the desk asks whoever knocks next to see to, so that one knock does for all."""

    household = models.ForeignKey("grids.Household", models.PROTECT, related_name="errands", verbose_name=_("户"))
    # The node whose people ask: a department's sector grid, a community, a street.
    asker = models.ForeignKey("grids.Grid", models.PROTECT, related_name="errands_asked", verbose_name=_("谁托的"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(_("请顺路办什么"), max_length=200)
    until = models.DateField(_("到哪天前"))
    state = models.CharField(_("状态"), max_length=9, choices=ErrandState.choices, default=ErrandState.OPEN)
    visit = models.ForeignKey("grids.Visit", models.SET_NULL, null=True, blank=True, related_name="errands")
    answer = models.CharField(_("回话"), max_length=300, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(_("办了的时间"), null=True, blank=True)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("捎带的事")
        constraints = [
            models.CheckConstraint(name="errand_done_is_signed", condition=~Q(state="done") | Q(done_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["household"], name="errand_open_at", condition=Q(state="open")),
            models.Index(fields=["asker", "-created_at"], name="errand_of_asker"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("errand", args=[self.pk])


class PolicyMaterial(Row):
    """宣传材料: a leaflet or booklet that is handed out at doors, until it has to be looked at again."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="materials", verbose_name=_("哪里用"))
    title = models.CharField(_("名称"), max_length=60)
    about = models.CharField(_("讲什么"), max_length=200, blank=True)
    review_on = models.DateField(_("哪天要再看一遍"))
    is_active = models.BooleanField(_("在发"), default=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("宣传材料")
        indexes = [models.Index(fields=["review_on"], name="material_review", condition=Q(is_active=True))]

    def __str__(self) -> str:
        return self.title

    def is_stale(self, today: date) -> bool:
        return self.is_active and self.review_on <= today


class VisitMaterial(models.Model):
    """One leaflet left at one visit."""

    visit = models.ForeignKey("grids.Visit", models.CASCADE, related_name="handed_out")
    material = models.ForeignKey(PolicyMaterial, models.PROTECT, related_name="handed_out")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "material"], name="visit_material_once")]

    def __str__(self) -> str:
        return f"{self.material_id}"


class WorkNote(Row):
    """工作日记: what a worker wrote of their own day, by hand. It stands for tracks, which are not kept: no place, no
    clock, only the hours they say it took."""

    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="work_notes")
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪个网格"))
    day = models.DateField(_("哪天"))
    text = models.CharField(_("做了什么"), max_length=300)
    half_hours = models.PositiveSmallIntegerField(_("大约几个半小时"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("工作日记")
        constraints = [
            models.CheckConstraint(name="work_note_fits_a_day", condition=Q(half_hours__gte=1, half_hours__lte=48)),
        ]
        indexes = [models.Index(F("worker"), F("day").desc(), name="work_note_of_worker")]

    def __str__(self) -> str:
        return f"{self.day:%F}"
