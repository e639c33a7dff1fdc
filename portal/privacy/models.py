"""Consents, erasures, exports, and the count of what nights have deleted. Ids of people only, as in the trail: the
register is a storey above, and an erased person leaves no name here."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.privacy.enums import OPEN_ERASURES, OPEN_EXPORTS, Ended, ErasureState, ExportState
from portal.privacy.exports import kind_of
from portal.rows import Row
from portal.stored import read

USER = settings.AUTH_USER_MODEL


class Consent(Row):
    """授权: what somebody agreed to, in which words, until when; who wrote it down, and where the paper is."""

    # A resident of the register, or an account.
    subject_id = models.UUIDField()
    purpose = models.CharField(_("为了什么"), max_length=40)
    version = models.PositiveSmallIntegerField(_("第几版的话"))
    words = models.TextField(_("同意的是哪句话"), max_length=600)
    given_at = models.DateTimeField(_("什么时候同意的"))
    expires_at = models.DateTimeField(_("到什么时候"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(_("怎么结束的"), max_length=10, choices=Ended.choices, blank=True)
    # The person themself, where null; else who of the staff took the word.
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    given_by = models.CharField(_("替谁同意的"), max_length=40, blank=True)
    paper_ref = models.CharField(_("纸质单号"), max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("授权")
        indexes = [models.Index(fields=["subject_id", "-id"], name="consent_of_subject")]
        constraints = [
            # Two live words for one thing: withdrawing one would leave the other.
            models.UniqueConstraint(
                fields=["subject_id", "purpose"], name="consent_live_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="consent_ends_somehow",
                condition=Q(ended_at__isnull=True, ended="") | (Q(ended_at__isnull=False) & ~Q(ended="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and (self.expires_at is None or self.expires_at > now)

    @property
    def said(self) -> str:
        """The words, in the language of whoever reads them; those of an earlier version as they were."""
        return read(self.words)


class Erasure(Row):
    """请求删除: asked by the person, decided by somebody in charge of their place, carried out across the storeys."""

    resident_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True)
    # The place whose people decide (a grid path).
    path = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=ErasureState.choices, default=ErasureState.ASKED)
    reason = models.CharField(_("想说的话"), max_length=200, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("什么时候删的"), null=True, blank=True)
    # Per table how many rows were changed.
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("请求删除")
        constraints = [
            models.CheckConstraint(
                name="erasure_of_somebody", condition=Q(resident_id__isnull=False) | Q(account_id__isnull=False)
            ),
            # Asked twice in two tabs is asked once.
            models.UniqueConstraint(
                fields=["resident_id", "account_id"],
                name="erasure_open_once",
                condition=Q(state__in=OPEN_ERASURES),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="erasure_decided_says_why",
                condition=Q(state__in=[ErasureState.ASKED, ErasureState.BACK])
                | (Q(decided_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("erasure", args=[self.pk])


class Export(Row):
    """导出: a file with people in it. One asks, another lets it out; it is marked, and gone after seven days."""

    number = models.CharField(_("编号"), max_length=24, unique=True)
    kind = models.CharField(_("导出什么"), max_length=40)
    path = models.CharField(max_length=255)
    place = models.CharField(_("哪一片"), max_length=60)
    reason = models.CharField(_("做什么用"), max_length=200)
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.ASKED)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    file = models.CharField(max_length=80, blank=True)
    rows = models.PositiveIntegerField(_("多少行"), null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("文件留到"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导出")
        constraints = [
            # Two people, in the table itself.
            models.CheckConstraint(
                name="export_two_people", condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by"))
            ),
            models.CheckConstraint(
                name="export_ready_has_a_decision",
                condition=~Q(state__in=["approved", "ready", "failed", "expired"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(name="export_file_expires", condition=Q(file="") | Q(expires_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["path", "-id"], name="export_of_place"),
            models.Index(fields=["state"], name="export_open", condition=Q(state__in=OPEN_EXPORTS)),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])

    @property
    def label(self) -> str:
        kind = kind_of(self.kind)
        return str(kind.label) if kind else self.kind


class RetentionRun(models.Model):
    """One night: how many rows of each table had reached their end. Counts, nobody's names."""

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    # False: it stopped at its bound, and the next night goes on.
    finished = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("到期清理")

    def __str__(self) -> str:
        return f"{self.started_at:%F} {sum(self.counts.values())}"
