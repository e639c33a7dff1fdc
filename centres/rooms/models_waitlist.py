"""Who waits for a time that somebody else has, and what is being offered to whom."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.rooms.enums import STANDS_IN_LINE, WaitState
from centres.rooms.querysets import WaitlistQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject


class WaitlistEntry(FlowSubject):
    """候补: a person waits for a room at a time. `offer_until` is set while it is theirs to take, and theirs alone."""

    state = models.CharField(max_length=24, choices=WaitState.choices)
    room = models.ForeignKey("centres.Room", models.PROTECT, related_name="waitlist", verbose_name=_("活动室"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁在等")
    )
    resident = models.ForeignKey(
        "grids.Resident", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("哪位居民")
    )
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    purpose = models.CharField(_("做什么"), max_length=60)
    people = models.PositiveSmallIntegerField(_("多少人"), null=True, blank=True)
    offered_at = models.DateTimeField(_("什么时候轮到"), null=True, blank=True)
    offer_until = models.DateTimeField(_("留到什么时候"), null=True, blank=True)
    # What it became.
    booking = models.OneToOneField(
        "centres.Booking", models.PROTECT, null=True, blank=True, related_name="waited", editable=False
    )

    objects = WaitlistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("候补")
        indexes = [
            # Who is next for what has come free: only those who still wait, in the order they came.
            models.Index(fields=["room", "created_at"], name="waitlist_in_line", condition=Q(state=WaitState.WAITING)),
            models.Index(fields=["user", "-starts_at"], name="waitlist_of_user", condition=Q(user__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="waitlist_runs_forward", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="waitlist_of_somebody", condition=Q(user__isnull=False) | Q(resident__isnull=False)
            ),
            # An offer without an end would keep the room from everybody for ever.
            models.CheckConstraint(
                name="waitlist_offer_has_an_end", condition=~Q(state=WaitState.OFFERED) | Q(offer_until__isnull=False)
            ),
            # Twice in line for the same time would be two offers to one person.
            models.UniqueConstraint(
                fields=["room", "user", "resident", "starts_at", "ends_at"],
                name="waitlist_once_in_line",
                condition=Q(state__in=STANDS_IN_LINE),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.starts_at:%F %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("waitlist-entry", args=[self.pk])


class WaitlistRecord(FlowRecord):
    subject = models.ForeignKey(WaitlistEntry, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="waitlist_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="waitlist_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="waitlist_record_stays", operation=pgtrigger.Delete),
        ]
