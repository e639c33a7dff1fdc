"""What an outside organisation orders: the group, and line by line what it needs."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.training.enums import LineKind, Meal, OrderState
from centres.training.models import TrainingBase
from centres.training.querysets import LineQuerySet, OrderQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row

COURSE, ROOM, MEAL, LODGING = LineKind.COURSE, LineKind.ROOM, LineKind.MEAL, LineKind.LODGING


class TrainingOrder(FlowSubject):
    """带队培训: whose group it is, how many, from when to when. `contact` is the account that speaks for them."""

    ref = models.CharField(_("编号"), max_length=16, unique=True, editable=False)
    state = models.CharField(max_length=24, choices=OrderState.choices, db_index=True)
    base = models.ForeignKey(TrainingBase, models.PROTECT, related_name="orders", verbose_name=_("基地"))
    organisation = models.CharField(_("单位"), max_length=60)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_orders", verbose_name=_("联系人")
    )
    contact_phone = models.CharField(_("联系电话"), max_length=16)
    people = models.PositiveSmallIntegerField(_("多少人"), validators=[MinValueValidator(1)])
    first_day = models.DateField(_("哪天来"))
    last_day = models.DateField(_("哪天走"))
    wish = models.CharField(_("想学什么、有什么要照顾的"), max_length=300, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训单")
        indexes = [
            models.Index(fields=["contact", "-id"], name="training_of_person"),
            models.Index(fields=["base", "first_day"], name="training_of_base"),
        ]
        constraints = [
            models.CheckConstraint(name="training_order_days", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(name="training_order_somebody", condition=Q(people__gte=1)),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("training-order", args=[self.pk])

    @property
    def nights(self) -> int:
        return (self.last_day - self.first_day).days


class TrainingRecord(FlowRecord):
    subject = models.ForeignKey(TrainingOrder, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="training_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="training_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="training_record_stays", operation=pgtrigger.Delete),
        ]


class OrderLine(Row):
    """One thing of an order. `quantity`: people of a course or a meeting, meals, beds.

    `unit_fen` is the price as it was when the line was written: per person, per meal, per bed and night; of a meeting
    room for the whole of its time.
    """

    order = models.ForeignKey(TrainingOrder, models.CASCADE, related_name="lines")
    kind = models.CharField(_("什么"), max_length=8, choices=LineKind.choices)
    # Of lodging the night that begins on it.
    day = models.DateField(_("哪天"))
    course = models.ForeignKey(
        "centres.CourseOffer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("课程")
    )
    room = models.ForeignKey(
        "centres.Room", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("哪一间")
    )
    starts_at = models.DateTimeField(_("开始"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束"), null=True, blank=True)
    meal = models.CharField(_("哪一餐"), max_length=10, choices=Meal.choices, blank=True)
    quantity = models.PositiveSmallIntegerField(_("多少"), validators=[MinValueValidator(1)])
    unit_fen = models.PositiveIntegerField(_("单价，分"), default=0)
    # The centre's own booking of the room, from confirmation until it is given back.
    booking = models.OneToOneField(
        "centres.Booking", models.PROTECT, null=True, blank=True, related_name="training_line"
    )
    # Why the room went after it had been promised: a closure. Emptied when another is found.
    lost = models.CharField(max_length=200, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训单的一项")
        ordering = ["day", "starts_at", "id"]
        indexes = [models.Index(fields=["day", "kind"], name="training_line_day")]
        constraints = [
            models.CheckConstraint(name="training_line_something", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="training_line_is_one_thing",
                condition=Q(kind=COURSE, course__isnull=False, room__isnull=False, starts_at__isnull=False, meal="")
                | Q(kind=ROOM, course__isnull=True, room__isnull=False, starts_at__isnull=False, meal="")
                | (Q(kind=MEAL, course__isnull=True, room__isnull=True, starts_at__isnull=True) & ~Q(meal=""))
                | Q(kind=LODGING, course__isnull=True, room__isnull=True, starts_at__isnull=True, meal=""),
            ),
            models.CheckConstraint(
                name="training_line_runs_forward",
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(starts_at__lt=F("ends_at")),
            ),
            # One count for each sitting and each night of an order: two of them would be added up by nobody's eye.
            models.UniqueConstraint(fields=["order", "day", "meal"], name="training_meal_once", condition=Q(kind=MEAL)),
            models.UniqueConstraint(fields=["order", "day"], name="training_night_once", condition=Q(kind=LODGING)),
            models.CheckConstraint(
                name="training_line_books_a_room", condition=Q(booking__isnull=True) | Q(room__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"

    @property
    def takes_room(self) -> bool:
        return self.kind in (COURSE, ROOM)

    @property
    def minutes(self) -> int:
        if self.starts_at is None or self.ends_at is None:
            return 0
        return int((self.ends_at - self.starts_at) / dt.timedelta(minutes=1))

    @property
    def amount_fen(self) -> int:
        return self.unit_fen if self.kind == ROOM else self.unit_fen * self.quantity

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same line after a change, however many it is for."""
        return (self.kind, self.day, self.course_id, self.room_id, self.starts_at, self.ends_at, self.meal)
