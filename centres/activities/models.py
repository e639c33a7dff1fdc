"""What is on, and when. Who takes part is in models_enrolment, who fetches a child in models_pickup."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.activities.enums import Enrols, Kind, Stage
from centres.activities.querysets import ActivityQuerySet, SessionQuerySet
from portal.rows import Row


class Activity(Row):
    """活动: a programme of a centre, of one session or of many."""

    centre = models.ForeignKey("centres.Centre", models.PROTECT, related_name="activities", verbose_name=_("中心"))
    title = models.CharField(_("叫什么"), max_length=40)
    kind = models.CharField(_("哪一类"), max_length=16, choices=Kind.choices)
    about = models.CharField(_("一句话说清楚"), max_length=200)
    bring = models.CharField(_("带什么来"), max_length=100, blank=True)
    # In years, both included; null where anybody may come.
    min_age = models.PositiveSmallIntegerField(_("最小几岁"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("最大几岁"), null=True, blank=True)
    # Seats of the whole term, or of each session.
    capacity = models.PositiveSmallIntegerField(_("收多少人"), validators=[MinValueValidator(1)])
    # Shown, never charged: nothing here takes money. In fen.
    fee_fen = models.PositiveIntegerField(_("费用，分"), default=0)
    fee_note = models.CharField(_("费用怎么算"), max_length=60, blank=True)
    # Where it is while it is in no room of ours.
    place = models.CharField(_("不在活动室的话，在哪里"), max_length=60, blank=True)
    provider = models.CharField(_("谁来办"), max_length=60, blank=True)
    enrols = models.CharField(_("怎么报名"), max_length=8, choices=Enrols.choices, default=Enrols.TERM)
    # Null: from when it is published; until it begins.
    opens_at = models.DateTimeField(_("几时起报名"), null=True, blank=True)
    closes_at = models.DateTimeField(_("报名到几时"), null=True, blank=True)
    needs_pickup = models.BooleanField(_("孩子要大人来接"), default=False)
    gives_certificate = models.BooleanField(_("上完发结业证"), default=False)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    cancel_reason = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("谁写的")
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("活动")
        indexes = [models.Index(fields=["centre", "stage"], name="activity_of_centre")]
        constraints = [
            # Nobody could ever take part.
            models.CheckConstraint(name="activity_has_seats", condition=Q(capacity__gte=1)),
            models.CheckConstraint(
                name="activity_ages_run_forward",
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(min_age__lte=F("max_age")),
            ),
            models.CheckConstraint(
                name="activity_enrolment_runs_forward",
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
            ),
            # Whoever enrolled reads why it is off.
            models.CheckConstraint(
                name="activity_cancel_says_why", condition=~Q(stage=Stage.CANCELLED) | ~Q(cancel_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.pk])

    @property
    def by_session(self) -> bool:
        return self.enrols == Enrols.SESSION

    @property
    def has_ages(self) -> bool:
        return self.min_age is not None or self.max_age is not None


class Session(Row):
    """场次: one date of an activity. In a room of ours it holds the centre's own booking: nothing overlaps it."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sessions", verbose_name=_("活动"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    room = models.ForeignKey(
        "centres.Room", models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("活动室")
    )
    booking = models.OneToOneField(
        "centres.Booking", models.PROTECT, null=True, blank=True, related_name="session", verbose_name=_("占的预约")
    )
    is_cancelled = models.BooleanField(_("这场取消了"), default=False)
    cancel_reason = models.CharField(max_length=200, blank=True)
    # Grows with every change, for calendars that already have it.
    sequence = models.PositiveIntegerField(default=0)
    # Somebody has been through the list of names, even if nobody came.
    taken_at = models.DateTimeField(_("点过名"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("场次")
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["starts_at"], name="session_by_start")]
        constraints = [
            models.CheckConstraint(name="session_runs_forward", condition=Q(starts_at__lt=F("ends_at"))),
            # A class in a room without its booking would be invisible to whoever books that room.
            models.CheckConstraint(
                name="session_occupies_its_room",
                condition=Q(room__isnull=True) | Q(booking__isnull=False) | Q(is_cancelled=True),
            ),
            models.CheckConstraint(
                name="session_cancel_says_why", condition=Q(is_cancelled=False) | ~Q(cancel_reason="")
            ),
            # The same date planned twice by two people at once.
            models.UniqueConstraint(
                fields=["activity", "starts_at"], name="session_once", condition=Q(is_cancelled=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
