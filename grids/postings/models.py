from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import STAFF_ROLES, Role
from portal.rows import Row


class TsTzRange(Func):
    function = "tstzrange"


class Posting(Row):
    """任职: this account holds this role on this grid node, from–to. What people may reach is read from here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings")
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="postings")
    role = models.CharField(
        _("职责"),
        max_length=20,
        choices=[(r.value, r.label) for r in Role if r in STAFF_ROLES],
    )
    title = models.CharField(_("职务"), max_length=30, blank=True)
    # The office's telephone, printed in public: not the one the person signs in with, unless they gave it for this.
    phone = models.CharField(_("公开的电话"), max_length=20, blank=True)
    starts_at = models.DateTimeField(_("从"), default=timezone.now)
    ends_at = models.DateTimeField(_("到"), null=True, blank=True)
    # Who stands in while the holder is away; a stand-in has their own posting, this names whom it is for.
    stands_in_for = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="stand_ins")

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(
                name="posting_not_reversed",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            # The same role twice on the same node would end once and go on silently.
            ExclusionConstraint(
                name="posting_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("grid", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.grid}"
