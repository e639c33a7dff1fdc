"""Who takes part: enrolments, who was there, and what is given at the end."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from centres.activities.enums import LIVE, EnrolmentState
from centres.activities.querysets import EnrolmentQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row


class Enrolment(FlowSubject):
    """报名: somebody and an activity, or one session of it. A child has its name here; `user` is then the guardian."""

    state = models.CharField(max_length=24, choices=EnrolmentState.choices, db_index=True)
    activity = models.ForeignKey("centres.Activity", models.PROTECT, related_name="enrolments")
    # Null: for the whole term.
    session = models.ForeignKey("centres.Session", models.PROTECT, null=True, blank=True, related_name="enrolments")
    # The account that is told: the person themself, or a child's guardian.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="enrolments")
    # The person of the register, where there is one: the one who comes, or a child's guardian.
    resident = models.ForeignKey("grids.Resident", models.PROTECT, null=True, blank=True, related_name="+")
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    child_name = models.CharField(_("孩子的名字"), max_length=20, blank=True)
    # On the first day. The date of birth it was reckoned from is not kept.
    age = models.PositiveSmallIntegerField(_("多大"), null=True, blank=True)
    # Keyed hash of who comes, so that nobody has two seats.
    who = models.CharField(max_length=64, editable=False)
    # Place in line, given under the lock of the activity.
    line_no = models.PositiveIntegerField(editable=False)
    offered_until = models.DateTimeField(null=True, blank=True)
    # The guardian's word: when, whose, in which words, and who wrote it down.
    consent_at = models.DateTimeField(_("监护人同意"), null=True, blank=True)
    consent_words = models.CharField(max_length=200, blank=True)
    consent_name = models.CharField(_("监护人"), max_length=40, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("报名")
        indexes = [
            models.Index(fields=["activity", "session", "state", "line_no"], name="enrolment_line"),
            models.Index(fields=["user", "-id"], name="enrolment_of_user"),
        ]
        constraints = [
            # One seat each, whoever is quicker: two tabs, a clerk and the person themself.
            models.UniqueConstraint(
                fields=["activity", "session", "who"],
                name="enrolment_once",
                condition=Q(state__in=LIVE),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="enrolment_of_somebody", condition=Q(user__isnull=False) | Q(resident__isnull=False)
            ),
            # Nobody holds a child's name here without the guardian's word.
            models.CheckConstraint(
                name="enrolment_child_has_consent",
                condition=Q(child_name="")
                | (Q(consent_at__isnull=False, age__isnull=False) & ~Q(consent_words="") & ~Q(consent_name="")),
            ),
            # An exclusive offer without an end would keep a seat empty for ever.
            models.CheckConstraint(
                name="enrolment_offer_has_an_end",
                condition=Q(offered_until__isnull=False, state=EnrolmentState.OFFERED)
                | (Q(offered_until__isnull=True) & ~Q(state=EnrolmentState.OFFERED)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("enrolment", args=[self.pk])

    @property
    def is_child(self) -> bool:
        return bool(self.child_name)

    @property
    def name(self) -> str:
        """Who comes, for the staff and for whoever enrolled them."""
        if self.child_name:
            return self.child_name
        if self.resident is not None:
            return self.resident.name
        return self.user.get_full_name() if self.user is not None else ""

    @property
    def phone(self) -> str:
        """Where they, or the guardian, are reached."""
        return (self.user.phone if self.user else "") or (self.resident.phone if self.resident else "") or ""


class EnrolmentRecord(FlowRecord):
    subject = models.ForeignKey(Enrolment, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="enrolment_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="enrolment_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="enrolment_record_stays", operation=pgtrigger.Delete),
        ]


class Attendance(Row):
    """签到/签退: one person at one session. Who fetched a child goes 30 days after the term."""

    session = models.ForeignKey("centres.Session", models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField(_("签到"))
    left_at = models.DateTimeField(_("签退"), null=True, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    picked_up_at = models.DateTimeField(_("接走"), null=True, blank=True)
    picked_up_by = models.CharField(_("谁接走的"), max_length=60, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    by_code = models.BooleanField(default=False)
    pickup_reason = models.CharField(_("没用接送码的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("签到")
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once"),
            # Handed over without the code only with a reason somebody can read later.
            models.CheckConstraint(
                name="attendance_handed_over_says_why",
                condition=Q(picked_up_at__isnull=True) | Q(by_code=True) | ~Q(pickup_reason=""),
            ),
            models.CheckConstraint(
                name="attendance_leaves_after_arriving",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("arrived_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrived_at:%F %H:%M}"

    @property
    def fetched_by(self) -> str:
        """Who fetched the child, as the reader is told: the person, or 凭接送码."""
        return gettext(self.picked_up_by) if self.by_code else self.picked_up_by


class Certificate(Row):
    """结业证: free, and anybody can check it. It holds the masked name only: whose it is stands in the enrolment."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="certificate")
    # 128 random bits, hex: who holds the paper can check it, nobody can walk through them.
    code = models.CharField(max_length=32, unique=True)
    number = models.CharField(_("证书编号"), max_length=20, unique=True)
    masked_name = models.CharField(max_length=20)
    title = models.CharField(max_length=40)
    provider = models.CharField(max_length=60, blank=True)
    minutes = models.PositiveIntegerField(_("学了多久，分钟"))
    issued_on = models.DateField(_("发证日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("结业证")
        constraints = [models.CheckConstraint(name="certificate_for_something", condition=Q(minutes__gte=1))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.code])


class CertificateCounter(models.Model):
    """The running number of each year's certificates: a number never comes back."""

    head = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.head} {self.last}"
