import datetime as dt

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.workdays.clock import Hours
from portal.workdays.enums import DayKind

__all__ = ["CalendarDay", "CalendarVersion", "CalendarYear", "DayOverride", "WorkingHours"]

COMMUNITY_CODE = r"^\d{12}$"


def new_version(name: str) -> pgtrigger.Trigger:
    """Calls the calendars in memory stale. In the database, so that no way of writing forgets it."""
    return pgtrigger.Trigger(
        name=f"{name}_version",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            INSERT INTO portal_calendarversion (id, version) VALUES (1, gen_random_uuid())
            ON CONFLICT (id) DO UPDATE SET version = excluded.version;
            RETURN NULL;
        """,
    )


def scope_code_field() -> models.CharField:
    """The 12-digit code of a community; null: everywhere. A code and not a key, because grids are a storey above."""
    return models.CharField(
        _("社区代码"), max_length=12, null=True, blank=True, validators=[RegexValidator(COMMUNITY_CODE)]
    )


class CalendarVersion(models.Model):
    """One row, changed by triggers with every write below. Random: a number rolled back would come again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="calendar_version_is_one_row")]

    def __str__(self) -> str:
        return str(self.version)


class CalendarYear(models.Model):
    """A year whose arrangement has been imported. While `official` is unset its days are kept but not used."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    official = models.BooleanField(_("已公布"), default=True)
    source = models.CharField(_("依据"), max_length=200)
    imported_at = models.DateTimeField(_("导入时间"), default=timezone.now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )

    class Meta:
        verbose_name = _("年度日历")
        verbose_name_plural = _("年度日历")
        triggers = [new_version("calendar_year")]

    def __str__(self) -> str:
        return f"{self.year}"


class CalendarDay(models.Model):
    """A date that differs from a plain week in the notice of a year."""

    year = models.ForeignKey(CalendarYear, models.CASCADE, to_field="year", related_name="days", verbose_name=_("年份"))
    date = models.DateField(_("日期"))
    kind = models.CharField(_("类型"), max_length=8, choices=DayKind)
    name = models.CharField(_("名称"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("日历日期")
        verbose_name_plural = _("日历日期")
        constraints = [
            # By year: the notice of the next year may change the last days of this one, and both keep their word.
            models.UniqueConstraint(fields=["year", "date"], name="calendar_day_once_a_year"),
            # A mistyped year would otherwise close a day nobody looks at.
            models.CheckConstraint(
                condition=Q(
                    date__gte=Func(F("year") - 1, 12, 18, function="make_date", output_field=models.DateField())
                )
                & Q(date__lte=Func(F("year"), 12, 31, function="make_date", output_field=models.DateField())),
                name="calendar_day_in_its_year",
            ),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="calendar_day_kind_known"),
        ]
        triggers = [new_version("calendar_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}"


class DayOverride(models.Model):
    """A date that a community, or everybody, keeps differently from the notice: a flood, a census, a local feast."""

    scope_code = scope_code_field()
    date = models.DateField(_("日期"))
    kind = models.CharField(_("类型"), max_length=8, choices=DayKind)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = _("日期调整")
        verbose_name_plural = _("日期调整")
        constraints = [
            # Two words about one day would let chance decide.
            models.UniqueConstraint(fields=["scope_code", "date"], name="day_override_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="day_override_kind_known"),
            models.CheckConstraint(
                condition=Q(scope_code__isnull=True) | Q(scope_code__regex=COMMUNITY_CODE),
                name="day_override_scope_is_community",
            ),
        ]
        triggers = [new_version("day_override")]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}"


class WorkingHours(models.Model):
    """The hours of a working day, for a community or (null) for whoever has set none."""

    scope_code = scope_code_field()
    opens = models.TimeField(_("上班"), default=dt.time(8, 30))
    lunch_from = models.TimeField(_("午休开始"), null=True, blank=True, default=dt.time(12, 0))
    lunch_to = models.TimeField(_("午休结束"), null=True, blank=True, default=dt.time(13, 30))
    closes = models.TimeField(_("下班"), default=dt.time(18, 0))

    class Meta:
        verbose_name = _("工作时间")
        verbose_name_plural = _("工作时间")
        constraints = [
            models.UniqueConstraint(fields=["scope_code"], name="working_hours_once", nulls_distinct=False),
            # Hours out of order would give a day of no time, and a deadline that never comes.
            models.CheckConstraint(
                condition=Q(lunch_from__isnull=True, lunch_to__isnull=True, opens__lt=F("closes"))
                # The nulls are named: a comparison with null is neither true nor false, and such a check would pass.
                | Q(
                    lunch_from__isnull=False,
                    lunch_to__isnull=False,
                    opens__lt=F("lunch_from"),
                    lunch_from__lt=F("lunch_to"),
                    lunch_to__lt=F("closes"),
                ),
                name="working_hours_in_order",
            ),
            models.CheckConstraint(
                condition=Q(scope_code__isnull=True) | Q(scope_code__regex=COMMUNITY_CODE),
                name="working_hours_scope_is_community",
            ),
        ]
        triggers = [new_version("working_hours")]

    def __str__(self) -> str:
        return f"{self.scope_code or '—'} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def as_hours(self) -> Hours:
        if self.lunch_from is None or self.lunch_to is None:
            return Hours(((self.opens, self.closes),))
        return Hours(((self.opens, self.lunch_from), (self.lunch_to, self.closes)))
