"""The base and its catalogue. Orders are in models_order."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from centres.training.enums import Meal
from centres.training.measures import length, money
from centres.training.querysets import CourseQuerySet
from portal.rows import Row

MOST_FEN = 10_000_000


def fen(label: Any) -> models.PositiveIntegerField:
    """A price in fen, a hundredth of a yuan: whole numbers add up exactly. Shown, never charged."""
    return models.PositiveIntegerField(label, default=0, validators=[MaxValueValidator(MOST_FEN)])


class TrainingBase(Row):
    """培训基地: what a centre offers to groups from outside, and how much of it there is on a day."""

    centre = models.OneToOneField(
        "centres.Centre", models.PROTECT, related_name="training_base", verbose_name=_("中心")
    )
    name = models.CharField(_("名称"), max_length=40)
    square_metres = models.PositiveIntegerField(_("多少平方米"), null=True, blank=True)
    intro = models.CharField(_("一句话介绍"), max_length=120, blank=True)
    # What there is of, per night and per sitting. Never exceeded: whoever confirms locks this row and adds up.
    beds = models.PositiveSmallIntegerField(_("多少张床"), default=0)
    seats_per_meal = models.PositiveSmallIntegerField(_("一餐坐多少人"), default=0)
    rules = models.TextField(_("来之前请知道"), max_length=600, blank=True)
    bed_fen = fen(_("一张床一晚，分"))
    breakfast_fen = fen(_("早餐一份，分"))
    lunch_fen = fen(_("午餐一份，分"))
    dinner_fen = fen(_("晚餐一份，分"))
    room_hour_fen = fen(_("会议室一小时，分"))
    price_note = models.CharField(_("价钱的说明"), max_length=100, blank=True)
    is_active = models.BooleanField(_("开着"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("培训基地")
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name

    def meal_fen(self, meal: str) -> int:
        prices = {Meal.BREAKFAST: self.breakfast_fen, Meal.LUNCH: self.lunch_fen, Meal.DINNER: self.dinner_fen}
        return prices[Meal(meal)]


class CourseCategory(Row):
    """One of the twenty: 党建引领, 物业与邻里 …"""

    base = models.ForeignKey(TrainingBase, models.CASCADE, related_name="categories", verbose_name=_("基地"))
    name = models.CharField(_("名称"), max_length=20)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("课程类别")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["base", "name"], name="course_category_once")]

    def __str__(self) -> str:
        return self.name


class CourseOffer(Row):
    """A course of the catalogue: ordered for a group, on a day, in a room."""

    category = models.ForeignKey(CourseCategory, models.PROTECT, related_name="courses", verbose_name=_("类别"))
    title = models.CharField(_("课名"), max_length=40)
    minutes = models.PositiveSmallIntegerField(_("多长，分钟"), default=90)
    lecturer = models.CharField(_("谁来讲"), max_length=60, blank=True)
    purpose = models.CharField(_("学了能做什么"), max_length=200, blank=True)
    price_fen = fen(_("每人，分"))
    price_note = models.CharField(_("价钱的说明"), max_length=60, blank=True)
    min_group = models.PositiveSmallIntegerField(_("最少几人"), default=10, validators=[MinValueValidator(1)])
    max_group = models.PositiveSmallIntegerField(_("最多几人"), default=80)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("开着"), default=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("课程")
        ordering = ["category__order", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["category", "title"], name="course_offer_once"),
            models.CheckConstraint(
                name="course_offer_group", condition=Q(min_group__gte=1) & Q(min_group__lte=F("max_group"))
            ),
            # It stands in a room, and rooms stand on the quarter of an hour.
            models.CheckConstraint(name="course_offer_on_the_quarter", condition=Q(minutes__in=range(15, 481, 15))),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training-course", args=[self.pk])

    @property
    def facts(self) -> str:
        """1 个半小时 · 每人 60 元 · 20–60 人: the line under its title."""
        said = {"price": money(self.price_fen), "least": self.min_group, "most": self.max_group}
        people = gettext("%(least)s–%(most)s 人") % said
        return " · ".join((length(self.minutes), gettext("每人 %(price)s") % said, people))

    def clean(self) -> None:
        if self.min_group and self.max_group and self.min_group > self.max_group:
            raise ValidationError({"max_group": _("最多的人数不能少于最少的。")})
