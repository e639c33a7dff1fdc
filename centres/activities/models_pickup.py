"""Who may fetch a child, and today's code. All of it goes 30 days after the term."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.rows import Row


class PickupPerson(Row):
    """接送人: named by the guardian, for one child in one activity."""

    enrolment = models.ForeignKey("centres.Enrolment", models.CASCADE, related_name="pickup_people")
    name = models.CharField(_("姓名"), max_length=20)
    phone = models.CharField(_("电话"), max_length=16)
    relation = models.CharField(_("是孩子的什么人"), max_length=12)

    class Meta:
        verbose_name = verbose_name_plural = _("接送人")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "name"], name="pickup_person_once"),
            models.CheckConstraint(name="pickup_phone_e164", condition=Q(phone__regex=r"^\+[0-9]{6,15}$")),
        ]

    def __str__(self) -> str:
        return self.name


class PickupCode(Row):
    """接送码: six digits for one child on one day, kept as a keyed hash. `round` grows when the guardian asks anew."""

    enrolment = models.ForeignKey("centres.Enrolment", models.CASCADE, related_name="pickup_codes")
    session = models.ForeignKey("centres.Session", models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64)
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = _("接送码")
        constraints = [models.UniqueConstraint(fields=["enrolment", "session"], name="pickup_code_once")]

    def __str__(self) -> str:
        return f"{self.session_id}"
