"""What somebody says about being put off, and what the house answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from centres.rooms.enums import AppealState
from portal.rows import Row


class SuspensionAppeal(Row):
    """我有话说: one for each suspension, answered once."""

    suspension = models.OneToOneField(
        "centres.Suspension", models.PROTECT, related_name="appeal", verbose_name=_("暂停预约")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("谁说的"))
    words = models.CharField(_("怎么回事"), max_length=300)
    state = models.CharField(max_length=8, choices=AppealState.choices, default=AppealState.WAITING, db_index=True)
    reply = models.CharField(_("回话"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(_("什么时候回的"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("暂停预约的申诉")
        constraints = [
            models.CheckConstraint(name="appeal_state", condition=Q(state__in=AppealState.values)),
            # An answer has somebody who gave it, a moment, and words; without them nobody could say why.
            models.CheckConstraint(
                name="appeal_answered_whole",
                condition=Q(state=AppealState.WAITING, decided_by__isnull=True, decided_at__isnull=True, reply="")
                | (
                    Q(state__in=(AppealState.LIFTED, AppealState.KEPT))
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reply="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.state
