"""Drives and what was given. The count is the sum of entries that never change; one entry takes another back."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from centres.sharing.enums import PledgeState, Unit
from centres.sharing.querysets import DonationQuerySet, DriveQuerySet, PledgeQuerySet
from portal.rows import Row

# A lorry of books; what is more was typed wrongly.
MOST = 100_000


class DonationDrive(Row):
    """募捐: what is collected, in which community, street or district, from when to when, and where to bring it."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    title = models.CharField(_("叫什么"), max_length=40)
    purpose = models.CharField(_("做什么用"), max_length=120, blank=True)
    unit = models.CharField(pgettext_lazy("计数", "单位"), max_length=8, choices=Unit.choices, default=Unit.BOOKS)
    target = models.PositiveIntegerField(
        _("想收多少"), validators=[MinValueValidator(1), MaxValueValidator(10_000_000)]
    )
    first_day = models.DateField(_("从哪天"))
    last_day = models.DateField(_("到哪天"))
    where = models.CharField(_("送到哪里"), max_length=80)

    objects = DriveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("募捐")
        ordering = ["last_day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "title", "first_day"], name="drive_once"),
            models.CheckConstraint(name="drive_runs_forward", condition=Q(first_day__lte=F("last_day"))),
            models.CheckConstraint(name="drive_has_a_target", condition=Q(target__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("drive", args=[self.pk])

    def is_running(self, today: dt.date) -> bool:
        return self.first_day <= today <= self.last_day


class Pledge(Row):
    """Somebody said on the page what they will bring. It counts once the counter has seen it."""

    drive = models.ForeignKey(DonationDrive, models.PROTECT, related_name="pledges")
    community = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("送到哪个社区"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("谁"))
    quantity = models.PositiveIntegerField(_("多少"))
    state = models.CharField(max_length=12, choices=PledgeState.choices, default=PledgeState.PLEDGED)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("说好要送来的")
        indexes = [models.Index(fields=["community", "id"], name="pledge_waiting", condition=Q(state="pledged"))]
        constraints = [
            models.CheckConstraint(name="pledge_quantity", condition=Q(quantity__gte=1, quantity__lte=MOST)),
            # One open word per person and drive: the next bag is pledged when this one is there.
            models.UniqueConstraint(fields=["drive", "user"], name="pledge_open_once", condition=Q(state="pledged")),
        ]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.quantity}"


class Donation(Row):
    """收到: one entry of the count. Never changed; a wrong one is taken back by an entry of its own."""

    drive = models.ForeignKey(DonationDrive, models.PROTECT, related_name="donations", db_index=False)
    community = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("哪个社区"))
    # Negative where it takes another entry back.
    quantity = models.IntegerField(_("多少"))
    # Who gave it, if they want to be thanked by name. For the counter and themselves; never in public, never exported.
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    giver_name = models.CharField(_("谁送来的"), max_length=20, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("谁记下的")
    )
    pledge = models.OneToOneField(Pledge, models.PROTECT, null=True, blank=True, related_name="donation")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    reason = models.CharField(_("为什么改"), max_length=100, blank=True)

    objects = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("收到的捐赠")
        # The running count reads only this.
        indexes = [models.Index(fields=["drive", "community"], include=["quantity"], name="donation_count")]
        constraints = [
            models.CheckConstraint(
                name="donation_quantity",
                condition=Q(reverses__isnull=True, quantity__gte=1, quantity__lte=MOST)
                | Q(reverses__isnull=False, quantity__lte=-1, quantity__gte=-MOST),
            ),
            models.CheckConstraint(
                name="donation_reversal_says_why", condition=Q(reverses__isnull=True) | ~Q(reason="")
            ),
        ]
        triggers = [
            # The count of yesterday must be found again tomorrow. Who gave it may be erased; the number may not.
            pgtrigger.ReadOnly(
                name="donation_facts",
                fields=["id", "drive", "community", "quantity", "recorded_by", "pledge", "reverses", "created_at"],
            ),
            pgtrigger.Protect(name="donation_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.drive_id} {self.quantity}"

    def get_absolute_url(self) -> str:
        return reverse("donation", args=[self.pk])
