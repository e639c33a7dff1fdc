"""Loans. The database itself refuses two people for one copy."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.sharing.enums import LIVE, LoanState
from centres.sharing.querysets import LoanQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject


class Loan(FlowSubject):
    """借用: a copy, and whose it is until when. Late is `due_on` before today; there is no state for it."""

    state = models.CharField(max_length=24, choices=LoanState.choices, db_index=True)
    copy = models.ForeignKey("centres.LoanCopy", models.PROTECT, related_name="loans", verbose_name=_("哪一份"))
    # Whose it is: an account, a person of the register, mostly both. Three at a time are counted over either.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁的")
    )
    resident = models.ForeignKey(
        "grids.Resident", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("哪位居民")
    )
    # While it is kept: until when.
    hold_until = models.DateTimeField(_("留到"), null=True, blank=True)
    out_on = models.DateField(_("哪天借走"), null=True, blank=True)
    due_on = models.DateField(_("哪天还"), null=True, blank=True)
    renewed = models.BooleanField(_("续过"), default=False)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    # What the counter saw when it came back. Theirs and the borrower's only.
    condition = models.CharField(_("还回来的样子"), max_length=200, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("借用")
        indexes = [
            models.Index(fields=["due_on"], name="loan_out_by_due", condition=Q(state="out")),
            models.Index(fields=["user", "-id"], name="loan_of_user", condition=Q(user__isnull=False)),
            models.Index(fields=["resident"], name="loan_of_resident", condition=Q(state__in=LIVE)),
        ]
        constraints = [
            # Two who press 给我留着 in the same second: one has it, the other is told so.
            models.UniqueConstraint(fields=["copy"], name="loan_copy_live_once", condition=Q(state__in=LIVE)),
            models.CheckConstraint(
                name="loan_of_somebody", condition=Q(user__isnull=False) | Q(resident__isnull=False)
            ),
            # Kept for ever, or lent without a day to bring it back: nobody would ever ask for it.
            models.CheckConstraint(
                name="loan_has_its_term",
                condition=~Q(state__in=LIVE)
                | Q(state="reserved", hold_until__isnull=False)
                | Q(state="out", out_on__isnull=False, due_on__gte=F("out_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("loan", args=[self.pk])

    def is_overdue(self, today: dt.date) -> bool:
        return self.state == LoanState.OUT and self.due_on is not None and self.due_on < today


class LoanRecord(FlowRecord):
    subject = models.ForeignKey(Loan, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="loan_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="loan_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="loan_record_stays", operation=pgtrigger.Delete),
        ]
