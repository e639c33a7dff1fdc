"""What those behind a door have to say about visits: when to come, when not, and that a note is wrong."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.visits.enums import ObjectionState, PartOfDay
from grids.visits.querysets import DoorQuerySet, ObjectionQuerySet
from portal.rows import Row


class DoorSign(Row):
    """门上的话: when a household likes to be called on, and from when to when it does not want to be. No reason is
    asked and none is kept."""

    household = models.OneToOneField("grids.Household", models.CASCADE, related_name="sign", verbose_name=_("户"))
    likes = ArrayField(
        models.CharField(max_length=9, choices=PartOfDay.choices),
        default=list,
        blank=True,
        verbose_name=_("什么时候来好"),
    )
    quiet_from = models.DateField(_("请勿上门，从"), null=True, blank=True)
    quiet_until = models.DateField(_("请勿上门，到"), null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(_("说的时间"), default=timezone.now)
    # True: somebody who lives there set it; False: they told a worker or the desk.
    by_themselves = models.BooleanField(_("自己设的"), default=True)

    objects = DoorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("门上的话")
        constraints = [
            # Half a span would keep people away for ever, or never.
            models.CheckConstraint(
                name="door_quiet_is_a_span",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False, quiet_until__gte=F("quiet_from")),
            ),
        ]
        indexes = [models.Index(fields=["quiet_until"], name="door_quiet", condition=Q(quiet_until__isnull=False))]

    def __str__(self) -> str:
        return f"{self.household}"

    def is_quiet(self, day: date) -> bool:
        return (
            self.quiet_from is not None and self.quiet_until is not None and self.quiet_from <= day <= self.quiet_until
        )

    @property
    def like_labels(self) -> list[Any]:
        return [PartOfDay(code).label for code in self.likes]


class Objection(Row):
    """这句话不对: somebody who lives there says that what was written about a visit is wrong. Somebody other than its
    writer decides, and says so."""

    visit = models.ForeignKey("grids.Visit", models.CASCADE, related_name="objections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("哪里不对"), max_length=300)
    state = models.CharField(_("状态"), max_length=8, choices=ObjectionState.choices, default=ObjectionState.WAITING)
    answer = models.CharField(_("怎么定的"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("定下的时间"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("对走访记录的异议")
        constraints = [
            # Asked twice while it waits is asked once.
            models.UniqueConstraint(fields=["visit"], name="objection_waits_once", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
