import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import LIVE_CALLS, CallState, Satisfaction
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject

USER = settings.AUTH_USER_MODEL


class WhistleCall(FlowSubject):
    """吹哨报到: one department called to one case. It comes (`due_at`), does its part and says so; the street rates it.

    `due_at = called_at + amount`, in working or natural time: what a calendar published later is reckoned from.
    """

    state = models.CharField(max_length=24, choices=CallState.choices)
    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="calls")
    round = models.PositiveSmallIntegerField(_("第几轮"))
    department = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("部门"))
    # What lists say of it; frozen, as the holder's is.
    label = models.CharField(max_length=60)
    # What they are asked to do. The reporter reads it too.
    what = models.TextField(_("来做什么"))
    called_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", db_index=False)
    called_at = models.DateTimeField(_("吹哨时间"))
    amount = models.DurationField()
    natural = models.BooleanField(default=False)
    due_at = models.DateTimeField(_("到场期限"))
    provisional = models.BooleanField(_("暂定"), default=False)
    arrived_at = models.DateTimeField(_("到场时间"), null=True, blank=True)
    reported_at = models.DateTimeField(_("回话时间"), null=True, blank=True)
    report = models.TextField(_("办了什么"), blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)
    # The street's word on the department's work, not on a person.
    rating = models.CharField(_("来得怎样"), max_length=16, choices=Satisfaction.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("吹哨")
        ordering = ["id"]
        constraints = [
            # Two live calls of one department would be two promises to come to the same thing.
            models.UniqueConstraint(
                fields=["case", "round", "department"], name="call_one_live", condition=Q(state__in=LIVE_CALLS)
            ),
            # "Arrived" without a moment would be neither in time nor late.
            models.CheckConstraint(
                name="call_arrived_says_when",
                condition=Q(state__in=[CallState.CALLED, CallState.CALLED_OFF]) | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="call_reported_says_what",
                condition=~Q(state__in=[CallState.REPORTED, CallState.RATED])
                | (Q(reported_at__isnull=False) & ~Q(report="")),
            ),
            models.CheckConstraint(
                name="call_rated_says_how",
                condition=~Q(state=CallState.RATED) | ~Q(rating=""),
            ),
        ]
        indexes = [
            # What is still awaited is few, whatever was called since.
            models.Index(fields=["due_at"], name="call_awaited", condition=Q(state=CallState.CALLED)),
            models.Index(fields=["department", "state"], name="call_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.label} r{self.round}"

    def get_absolute_url(self) -> str:
        return reverse("whistle", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_CALLS


class WhistleRecord(FlowRecord):
    """One line of a call's life. Facts never change; the reason may be blanked where erasure asks."""

    subject = models.ForeignKey(WhistleCall, models.PROTECT, related_name="records", db_index=False)

    class Meta(FlowRecord.Meta):
        constraints = [
            # The version is the place in line: two records of one version would be two histories.
            models.UniqueConstraint(fields=["subject", "version"], name="whistle_record_once"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="whistle_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="whistle_record_stays", operation=pgtrigger.Delete),
        ]
