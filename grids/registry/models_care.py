from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.registry.enums_care import LIVE, CareBasis, CareEnd, CareKind, CareState, Statute
from grids.registry.models import Resident
from portal.accounts.enums import Role
from portal.accounts.reach import Reach
from portal.rows import Row

USER = settings.AUTH_USER_MODEL
HOME = "resident__household__building__path"


class CareNeedQuerySet(QuerySet):
    def visible_to(self, reach: Reach) -> Self:
        """Guardrail 7: the secretary of the place; and whoever was given it, while it is theirs, while it holds and
        while they still work there. Nobody above, beside or behind the same door."""
        seen = reach.q(HOME, Role.SECRETARY)
        if reach.user_id is not None:
            holds = Q(expires_on__isnull=True) | Q(expires_on__gte=timezone.localdate())
            given = Q(assignee_id=reach.user_id, state__in=LIVE)
            seen |= given & holds & reach.q(HOME, Role.GRID_WORKER)
        return self.filter(seen)

    def live(self) -> Self:
        return self.filter(state__in=LIVE, resident__left_on__isnull=True)


class CareNeed(Row):
    """关爱需求: the help somebody asks for, in words of help; who gives it, until when. Never what they suffer from."""

    # It goes with the person: after an erasure nothing about them is left in it.
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="care_needs", verbose_name=_("居民"))
    kind = models.CharField(_("哪一类"), max_length=8, choices=CareKind.choices)
    need = models.CharField(_("要帮什么"), max_length=200, blank=True)
    under_14 = models.BooleanField(_("不满 14 岁"), default=False)
    guardian_name = models.CharField(_("监护人"), max_length=40, blank=True)
    guardian_phone = models.CharField(_("监护人电话"), max_length=16, blank=True)
    basis = models.CharField(_("凭什么记"), max_length=8, choices=CareBasis.choices, blank=True)
    statute = models.CharField(_("哪部法"), max_length=8, choices=Statute.choices, blank=True)
    basis_ref = models.CharField(_("纸质单号或文号"), max_length=40, blank=True)
    asked_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+", db_index=False)
    opened_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=CareState.choices, default=CareState.ASKED)
    starts_on = models.DateField(_("从哪天"), null=True, blank=True)
    expires_on = models.DateField(_("到哪天"), null=True, blank=True)
    ended_at = models.DateTimeField(_("什么时候结束的"), null=True, blank=True)
    ended_why = models.CharField(_("为什么结束"), max_length=10, choices=CareEnd.choices, blank=True)
    # The change of the register that ended it (an act of life, a merge): put back, it holds again.
    ended_with = models.UUIDField(null=True, blank=True, editable=False)

    objects = CareNeedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("关爱需求")
        indexes = [
            models.Index(fields=["ended_with"], name="care_ended_with", condition=Q(ended_with__isnull=False)),
        ]
        constraints = [
            # Two of one kind would share one consent: taking it back for one must not leave the other.
            models.UniqueConstraint(fields=["resident", "kind"], name="care_need_open_once", condition=Q(state="open")),
            # Nobody is looked after on no ground, or for ever.
            models.CheckConstraint(
                name="care_need_open_is_founded",
                condition=~Q(state="open")
                | (Q(basis="consent", statute="") | (Q(basis="statute") & ~Q(statute="")))
                & Q(starts_on__isnull=False, expires_on__isnull=False),
            ),
            # Guardrail 8, in the table itself.
            models.CheckConstraint(
                name="care_need_child_has_guardian",
                condition=~Q(state="open", under_14=True)
                | (Q(basis="consent") & ~Q(guardian_name="") & ~Q(guardian_phone="")),
            ),
            models.CheckConstraint(
                name="care_need_ends_somehow",
                condition=Q(state__in=["asked", "open"], ended_at__isnull=True, ended_why="")
                | Q(state="expired", ended_at__isnull=False)
                | (Q(state="ended", ended_at__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    def __str__(self) -> str:
        return str(CareKind(self.kind).label)

    def get_absolute_url(self) -> str:
        return reverse("care-need", args=[self.pk])

    @property
    def path(self) -> str:
        """Of the door. Needs resident__household__building at hand."""
        return str(self.resident.household.building.path)

    @property
    def purpose(self) -> str:
        """The consent it stands on, by its code."""
        return purpose_of_kind(self.kind)

    def is_over(self, today: date) -> bool:
        """By the clock: the sweep that writes it down may be late."""
        return self.state not in LIVE or (self.expires_on is not None and self.expires_on < today)


def purpose_of_kind(kind: str) -> str:
    return f"care.{kind}"
