"""Bookings and what they take up. The database itself refuses two things on one part at one time."""

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centres.rooms.enums import BookingState
from centres.rooms.querysets import BookingQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row


class Booking(FlowSubject):
    """预约: a room, a time, whose it is. Without `user` and `resident` it is the centre's own."""

    ref = models.CharField(_("编号"), max_length=16, unique=True, editable=False)
    state = models.CharField(max_length=24, choices=BookingState.choices, db_index=True)
    room = models.ForeignKey("centres.Room", models.PROTECT, related_name="bookings", verbose_name=_("活动室"))
    # The seat or the stall, in a room that is let by the place.
    part = models.ForeignKey("centres.Part", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    series = models.ForeignKey(
        "centres.BookingSeries", models.PROTECT, null=True, blank=True, related_name="bookings", db_index=False
    )
    # Whose it is: an account, a person of the register, mostly both. The quota is counted over either.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("谁的")
    )
    resident = models.ForeignKey(
        "grids.Resident", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("哪位居民")
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("谁约的"), db_index=False
    )
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    # The room's, as it was when this was booked.
    buffer_minutes = models.PositiveSmallIntegerField(default=0, editable=False)
    purpose = models.CharField(_("做什么"), max_length=60)
    people = models.PositiveSmallIntegerField(_("多少人"), null=True, blank=True)
    # Of something the house puts on, which has its own page: its time is changed there, or the two would drift apart.
    is_programme = models.BooleanField(default=False, editable=False)
    # First day of the month the start lies in, and whether this counts there: false for the centre's own, and once it
    # was given back.
    quota_month = models.DateField(editable=False)
    counts = models.BooleanField(default=True, editable=False)
    # What the staff wrote when they set a rule aside, and which one.
    override_reason = models.CharField(_("破例的原因"), max_length=200, blank=True)
    overridden = models.CharField(max_length=16, blank=True, editable=False)
    checked_in_at = models.DateTimeField(_("到场"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("预约")
        indexes = [
            models.Index(fields=["room", "starts_at"], name="booking_of_room"),
            models.Index(fields=["starts_at"], name="booking_by_start"),
            models.Index(fields=["user", "-starts_at"], name="booking_of_user", condition=Q(user__isnull=False)),
            models.Index(fields=["user", "quota_month"], name="booking_quota_user", condition=Q(counts=True)),
            models.Index(fields=["resident", "quota_month"], name="booking_quota_resident", condition=Q(counts=True)),
            models.Index(fields=["series", "starts_at"], name="booking_of_series", condition=Q(series__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="booking_runs_forward", condition=Q(starts_at__lt=F("ends_at"))),
            # What is the centre's own has nobody's quota to count in.
            models.CheckConstraint(
                name="booking_counts_for_somebody",
                condition=Q(counts=False) | Q(user__isnull=False) | Q(resident__isnull=False),
            ),
            # A rule is only ever set aside with a reason.
            models.CheckConstraint(
                name="booking_override_says_why", condition=Q(overridden="") | ~Q(override_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("booking", args=[self.pk])

    @property
    def is_centres_own(self) -> bool:
        return self.user_id is None and self.resident_id is None

    @property
    def place(self) -> str:
        """静心自习室 7 号座: the room, and the seat or stall in it."""
        return f"{self.room.name} {self.part.name}" if self.part else self.room.name

    @property
    def free_again_at(self) -> datetime:
        """End of the use and of the buffer after it."""
        return self.ends_at + timedelta(minutes=self.buffer_minutes)


class BookingSeries(Row):
    """约一串: the same hours on several dates, asked for at once. Each of its bookings then lives its own life."""

    room = models.ForeignKey("centres.Room", models.PROTECT, related_name="+", db_index=False)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(_("做什么"), max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = _("一串预约")

    def __str__(self) -> str:
        return self.purpose


class BookingRecord(FlowRecord):
    subject = models.ForeignKey(Booking, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="booking_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="booking_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="booking_record_stays", operation=pgtrigger.Delete),
        ]


class Occupancy(models.Model):
    """What stands on a part, and when: `period` is the use and the buffer after it. Release deletes the row.

    A booking, or an offer to whoever is first in line: nobody else can take what is being offered.

    Whatever takes a room writes here, so that nothing else has to know what else there is.
    """

    part = models.ForeignKey("centres.Part", models.PROTECT, related_name="+", db_index=False)
    period = DateTimeRangeField()
    # End of the use itself; the rest of the period is the buffer.
    used_until = models.DateTimeField()
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="occupancies")
    offer = models.ForeignKey(
        "centres.WaitlistEntry", models.CASCADE, null=True, blank=True, related_name="occupancies"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("占用")
        constraints = [
            # Two who both looked before either wrote: one of them is told no by the database.
            ExclusionConstraint(
                name="occupancy_excludes",
                expressions=[("part", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            # An empty or endless range would overlap nothing, or everything for ever.
            models.CheckConstraint(
                name="occupancy_is_a_span",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
            ),
            models.CheckConstraint(
                name="occupancy_of_one_thing",
                condition=Q(booking__isnull=False, offer__isnull=True) | Q(booking__isnull=True, offer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.period}"


class Suspension(Row):
    """Self-booking put off for a while. Bookings that stand, stand; the desk may book with a reason."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    resident = models.ForeignKey("grids.Resident", models.CASCADE, null=True, blank=True, related_name="+")
    # Whose house it came from: the third absence's. It answers what the person has to say.
    centre = models.ForeignKey(
        "centres.Centre", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("中心")
    )
    until = models.DateTimeField(_("到什么时候"))
    reason = models.CharField(_("为什么"), max_length=100)
    lifted_at = models.DateTimeField(_("提前恢复"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("暂停预约")
        constraints = [
            models.CheckConstraint(
                name="suspension_of_somebody", condition=Q(user__isnull=False) | Q(resident__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.until:%F}"

    def get_absolute_url(self) -> str:
        return reverse("suspension", args=[self.pk])


class RefCounter(models.Model):
    """The running number of each day's references, over the years: a number never comes back."""

    head = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.head} {self.last}"


class CalendarFeed(models.Model):
    """The secret part of a person's calendar address. Raising `number` makes every address given before worthless."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    number = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.number)
