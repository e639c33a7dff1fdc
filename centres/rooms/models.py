"""The places: centres, their rooms, when they are open. Bookings are in models_booking."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.rooms.enums import RoomKind
from centres.rooms.querysets import RoomQuerySet
from portal.rows import Row
from portal.workdays.enums import DayKind

QUARTERS = (0, 15, 30, 45)


class Centre(Row):
    """党群服务中心: a house with a door, a counter, and rooms."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("社区"))
    name = models.CharField(_("名称"), max_length=60)
    address = models.CharField(_("地址"), max_length=120, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    # As it stands on the door: 8:30–18:00. The hours of the rooms are rows of OpeningHour.
    desk_hours = models.CharField(_("办事窗口的时间"), max_length=40, blank=True)
    # One line for whoever comes in: 一楼有热水，有座位。
    welcome = models.CharField(_("进门能看到的一句话"), max_length=60, blank=True)
    # Bookings that each person has in a calendar month, over all rooms wherever they are.
    monthly_quota = models.PositiveSmallIntegerField(_("每人每月几次"), default=2)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("开着"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("党群服务中心")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["grid", "name"], name="centre_name_once")]

    def __str__(self) -> str:
        return self.name


class Part(Row):
    """A piece of floor that only one thing can happen on at a time: a plain room, half of a hall, a stall, a seat.

    Two rooms that share a part exclude each other by construction: the hall and its halves.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="parts", verbose_name=_("中心"))
    name = models.CharField(_("名称"), max_length=40)
    # Place of a seat or a stall among the others of its room: 2 stands before 10.
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("场地")
        constraints = [models.UniqueConstraint(fields=["centre", "name"], name="part_name_once")]

    def __str__(self) -> str:
        return self.name


class Room(Row):
    """活动室: what people book, or walk into. It takes all of its parts, or one where it is let by the place."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="rooms", verbose_name=_("中心"))
    parts = models.ManyToManyField(Part, through="RoomPart", related_name="rooms", verbose_name=_("场地"))
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类型"), max_length=12, choices=RoomKind.choices)
    # Null where nobody has counted the chairs.
    capacity = models.PositiveSmallIntegerField(_("坐多少人"), null=True, blank=True, validators=[MinValueValidator(1)])
    # Null where nobody has measured. What the share of space for people is counted from.
    area = models.DecimalField(
        _("多少平方米"), max_digits=6, decimal_places=1, null=True, blank=True, validators=[MinValueValidator(1)]
    )
    equipment = models.CharField(_("有什么"), max_length=60, blank=True)
    floor = models.CharField(_("在哪里"), max_length=30, blank=True)
    access_note = models.CharField(_("无障碍"), max_length=60, blank=True)
    step_free = models.BooleanField(_("轮椅能进"), default=False)
    house_rule = models.CharField(_("用完请"), max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("开着"), default=True)
    # False: one walks in while it is open, and cannot book it.
    needs_booking = models.BooleanField(_("要先约"), default=True)
    needs_approval = models.BooleanField(_("要社区点头"), default=False)
    guardian_required = models.BooleanField(_("孩子要大人陪"), default=False)
    # A study room or a fair: each booking takes one of its parts (a seat, a stall), and leaves the others.
    by_place = models.BooleanField(_("按位子约"), default=False)
    place_word = models.CharField(_("位子叫什么"), max_length=8, blank=True, default="", help_text=_("座位、摊位"))
    # False: a seat to read at is nothing one has to share out by the month.
    uses_quota = models.BooleanField(_("算每月的次数"), default=True)
    min_minutes = models.PositiveSmallIntegerField(_("最短，分钟"), default=30, validators=[MinValueValidator(15)])
    max_minutes = models.PositiveSmallIntegerField(_("最长，分钟"), default=180, validators=[MaxValueValidator(1440)])
    notice_minutes = models.PositiveIntegerField(_("至少提前多少分钟"), default=0)
    horizon_days = models.PositiveSmallIntegerField(
        _("最多提前多少天"), default=30, validators=[MaxValueValidator(366)]
    )
    # Locals first: how far ahead people who do not live here may book. Null: as far as anybody.
    others_horizon_days = models.PositiveSmallIntegerField(_("外社区的人最多提前多少天"), null=True, blank=True)
    # After each use, for airing and chairs. Frozen into a booking when it is made.
    buffer_minutes = models.PositiveSmallIntegerField(_("用完留多少分钟收拾"), default=0)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("活动室")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="room_name_once"),
            # Everything stands on the quarter of an hour; a buffer of ten minutes would push the next one off it.
            models.CheckConstraint(
                name="room_on_the_quarter",
                condition=Q(min_minutes__in=range(15, 1441, 15))
                & Q(max_minutes__in=range(15, 1441, 15))
                & Q(buffer_minutes__in=range(0, 241, 15)),
            ),
            models.CheckConstraint(name="room_min_below_max", condition=Q(min_minutes__lte=F("max_minutes"))),
            # A room of no size would divide a share by nothing.
            models.CheckConstraint(name="room_area_is_some", condition=Q(area__isnull=True) | Q(area__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("room", args=[self.pk])


class RoomPart(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="room_parts")
    part = models.ForeignKey(Part, models.PROTECT, related_name="room_parts")

    class Meta:
        verbose_name = verbose_name_plural = _("活动室的场地")
        constraints = [models.UniqueConstraint(fields=["room", "part"], name="room_part_once")]

    def __str__(self) -> str:
        return f"{self.room} · {self.part}"


class OpeningHour(models.Model):
    """One span of one kind of day. A room with spans of its own keeps its own hours; the others keep the centre's.

    A kind of day without a span is a day the door stays shut.
    """

    centre = models.ForeignKey(Centre, models.CASCADE, null=True, blank=True, related_name="hours")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="hours")
    day_kind = models.CharField(_("什么日子"), max_length=8, choices=DayKind.choices)
    opens = models.TimeField(_("开"))
    closes = models.TimeField(_("关"))

    class Meta:
        verbose_name = verbose_name_plural = _("开放时间")
        ordering = ["opens"]
        constraints = [
            models.CheckConstraint(
                name="opening_hour_of_one",
                condition=Q(centre__isnull=False, room__isnull=True) | Q(centre__isnull=True, room__isnull=False),
            ),
            models.CheckConstraint(name="opening_hour_runs_forward", condition=Q(opens__lt=F("closes"))),
            # A door that opens at ten past would leave a span nobody can book.
            models.CheckConstraint(
                name="opening_hour_on_the_quarter",
                condition=Q(opens__minute__in=QUARTERS, closes__minute__in=QUARTERS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_kind_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class DayException(Row):
    """Dates that go differently from their kind: other hours, or none (both times empty). The reason is read by all.

    Several rows of one date are several spans of it. A room's own goes before its centre's.
    """

    centre = models.ForeignKey(Centre, models.CASCADE, null=True, blank=True, related_name="exceptions")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="exceptions")
    first_day = models.DateField(_("从哪天"))
    last_day = models.DateField(_("到哪天"))
    opens = models.TimeField(_("开"), null=True, blank=True)
    closes = models.TimeField(_("关"), null=True, blank=True)
    reason = models.CharField(_("为什么"), max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = _("临时开放和停用")
        indexes = [models.Index(fields=["last_day"], name="day_exception_last")]
        constraints = [
            models.CheckConstraint(
                name="day_exception_of_one",
                condition=Q(centre__isnull=False, room__isnull=True) | Q(centre__isnull=True, room__isnull=False),
            ),
            models.CheckConstraint(name="day_exception_days", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(
                name="day_exception_hours",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | (Q(opens__lt=F("closes")) & Q(opens__minute__in=QUARTERS, closes__minute__in=QUARTERS)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day} {self.reason}"
