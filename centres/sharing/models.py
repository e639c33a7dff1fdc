"""What a house lends: kits, tools, drifting books; their copies, and who waits for one. Loans are in models_loan."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.sharing.enums import ItemKind, WaitOutcome
from centres.sharing.querysets import CopyQuerySet, ItemQuerySet, WaitQuerySet
from portal.rows import Row

# Without 0 O 1 I L: read from a sticker by old eyes, said on the telephone.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _n in range(CODE_LENGTH))


class LoanItem(Row):
    """借用的东西: what can be taken home for some days. Each piece of it is a LoanCopy."""

    centre = models.ForeignKey("centres.Centre", models.PROTECT, related_name="+", verbose_name=_("中心"))
    kind = models.CharField(_("类型"), max_length=8, choices=ItemKind.choices)
    name = models.CharField(_("名称"), max_length=40)
    contents = models.CharField(_("里面有什么"), max_length=100, blank=True)
    loan_days = models.PositiveSmallIntegerField(
        _("借几天"), default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("在借"), default=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("借用的东西")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="loan_item_name_once"),
            # A loan of no days would be late when it begins; one of a year is a gift.
            models.CheckConstraint(name="loan_item_days", condition=Q(loan_days__gte=1, loan_days__lte=90)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("loan-item", args=[self.pk])


class LoanCopy(Row):
    """One piece of an item: the second kit, the book itself. Its code stands on its sticker."""

    item = models.ForeignKey(LoanItem, models.PROTECT, related_name="copies", verbose_name=_("东西"))
    label = models.CharField(_("第几份"), max_length=20)
    code = models.CharField(_("编码"), max_length=8, unique=True, default=new_code, editable=False)
    is_active = models.BooleanField(_("在借"), default=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("借用的一份")
        ordering = ["label", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "label"], name="loan_copy_label_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("loan-copy", args=[self.code])

    @property
    def spoken_code(self) -> str:
        """K7M 2QP: as it is read out and printed."""
        return f"{self.code[:3]} {self.code[3:]}"


class LoanWait(Row):
    """A place in the line for an item. When a copy comes back it is kept for the first who can have it."""

    item = models.ForeignKey(LoanItem, models.PROTECT, related_name="waits", verbose_name=_("东西"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resident = models.ForeignKey("grids.Resident", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=WaitOutcome.choices, blank=True)

    objects = WaitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("排队")
        indexes = [
            models.Index(fields=["item", "created_at"], name="loan_wait_line", condition=Q(ended_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="loan_wait_of_somebody", condition=Q(user__isnull=False) | Q(resident__isnull=False)
            ),
            # Nobody stands in one line twice.
            models.UniqueConstraint(
                fields=["item", "user", "resident"],
                name="loan_wait_once",
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="loan_wait_ends_with_outcome",
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.created_at:%F}"
