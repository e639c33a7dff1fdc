from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.inspections.enums import Found, State
from petitions.inspections.querysets import ChecklistQuerySet, InspectionQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row, uuid7

USER = settings.AUTH_USER_MODEL


class Checklist(Row):
    """检查清单: what is looked at in each place. A changed list is another row of the same family: what was looked at
    before stays what it was."""

    family = models.UUIDField(default=uuid7, editable=False)
    version = models.PositiveSmallIntegerField(_("第几版"), default=1)
    name = models.CharField(_("名称"), max_length=30)
    why = models.CharField(_("为什么查"), max_length=120, blank=True)
    # Whose list it is: a community's, or a street's for all its communities.
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("哪里的清单"))
    # What a problem found with it is filed under; it brings the terms.
    category = models.ForeignKey(
        "petitions.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("问题归到哪一类")
    )
    is_active = models.BooleanField(_("在用"), default=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查清单")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["family", "version"], name="checklist_version_once"),
            # Two who change the same list at once: one of them does, the other is told.
            models.UniqueConstraint(
                fields=["family"], name="checklist_one_current", condition=Q(replaced_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("checklist", args=[self.pk])


class ChecklistItem(Row):
    """One thing to look at, as one would say it to whoever stands beside."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items", db_index=False)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("看什么"), max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = _("检查项")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "order"], name="checklist_item_order"),
            # The same line twice would be two answers to one question.
            models.UniqueConstraint(fields=["checklist", "text"], name="checklist_item_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Inspection(FlowSubject):
    """检查: one list, one piece of ground, some people, a date."""

    state = models.CharField(max_length=24, choices=State.choices)
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="inspections", verbose_name=_("清单"))
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("查哪一片"))
    due_at = models.DateTimeField(_("哪天以前查完"))
    team: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(USER, related_name="+", verbose_name=_("谁去查"))
    started_by = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(_("哪天派的"))
    ended_at = models.DateTimeField(_("哪天查完"), null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("检查")
        ordering = ["due_at", "id"]
        indexes = [models.Index(fields=["due_at"], name="inspection_open_due", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(
                name="inspection_ended_says_when", condition=Q(state="open") | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} · {self.grid}"

    def get_absolute_url(self) -> str:
        return reverse("inspection", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def is_late(self, now: datetime) -> bool:
        return self.is_open and self.due_at < now


class InspectionRecord(FlowRecord):
    subject = models.ForeignKey(Inspection, models.PROTECT, related_name="records", db_index=False)

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="inspection_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="inspection_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="inspection_record_stays", operation=pgtrigger.Delete),
        ]


class InspectionPlace(Row):
    """Where one goes: a building of the grid, or a shop or a yard by the name on its sign. Never a person."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="places", db_index=False)
    building = models.ForeignKey("grids.Grid", models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(_("哪里"), max_length=40)
    order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("检查的地方")
        ordering = ["order", "id"]
        constraints = [
            # Two who add the same shop from two phones: one line, one set of answers.
            models.UniqueConstraint(fields=["inspection", "label"], name="inspection_place_once"),
        ]

    def __str__(self) -> str:
        return self.label


class InspectionResult(Row):
    """What was found of one thing in one place."""

    place = models.ForeignKey(InspectionPlace, models.PROTECT, related_name="results", db_index=False)
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    found = models.CharField(max_length=8, choices=Found.choices)
    note = models.CharField(_("怎么回事"), max_length=200, blank=True)
    case = models.OneToOneField("petitions.Case", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("检查结果")
        constraints = [
            # However often the button is pressed: one answer, and with it at most one case.
            models.UniqueConstraint(fields=["place", "item"], name="inspection_result_once"),
            # A problem without its case would be forgotten; a case for what is in order, nobody could close.
            models.CheckConstraint(
                name="inspection_problem_has_case",
                condition=Q(found="problem", case__isnull=False) & ~Q(note="") | Q(found="ok", case__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.found
