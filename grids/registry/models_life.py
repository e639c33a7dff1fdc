from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.registry.enums import Relation
from grids.registry.models import Household, Resident
from grids.registry.querysets_life import LifeQuerySet, MergeQuerySet
from portal.rows import Row, uuid7

# How long what was written down wrongly can be put back.
PUT_BACK_WITHIN = timedelta(days=30)


class LifeKind(models.TextChoices):
    MOVED = "moved", _("换了门")
    SPLIT = "split", _("分户")
    JOINED = "joined", _("并户")
    AWAY = "away", _("搬走")
    CAME = "came", _("搬来")
    BORN = "born", _("出生")
    DIED = "died", _("去世")
    BACK = "back", _("改回原样")


class LifeEvent(Row):
    """变动: somebody came to a door, went from it to another, or is no longer here. Written once; a correction is one
    more row that puts the first back."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="life", verbose_name=_("居民"))
    kind = models.CharField(_("哪一种变动"), max_length=6, choices=LifeKind.choices)
    # A door with a history is not deleted: an import that is taken back leaves it standing.
    from_household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")
    to_household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(_("哪天"))
    # Several who went together are put back together.
    act = models.UUIDField(default=uuid7, editable=False)
    # Null: the day has not come, and the register says what it said before.
    done_at = models.DateTimeField(null=True, blank=True)
    # What stood in the register before and after, as far as this changed it.
    relation_before = models.CharField(_("变动前与户主的关系"), max_length=8, choices=Relation.choices, blank=True)
    relation_after = models.CharField(_("变动后与户主的关系"), max_length=8, choices=Relation.choices, blank=True)
    here_since = models.DateTimeField(null=True, blank=True)
    # The account that was theirs until they died.
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="undone_by")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = LifeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("变动")
        constraints = [
            # A second plan for the same person would take them to two doors.
            models.UniqueConstraint(
                fields=["resident"], name="life_planned_once", condition=Q(done_at__isnull=True, undoes__isnull=True)
            ),
            # A correction that corrects nothing, or a plain event that says it is one.
            models.CheckConstraint(
                name="life_back_names_what",
                condition=Q(kind="back", undoes__isnull=False) | Q(~Q(kind="back"), undoes__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["act"], name="life_act"),
            models.Index(fields=["from_household"], name="life_planned", condition=Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(LifeKind(self.kind).label)

    @property
    def is_back(self) -> bool:
        return self.kind == LifeKind.BACK

    @property
    def may_go_back(self) -> bool:
        """Young enough, and not put back yet; whether somebody changed something since is asked when it is done."""
        undone = getattr(self, "undone", None)
        return not self.is_back and not undone and timezone.now() - self.created_at <= PUT_BACK_WITHIN


class ResidentMerge(Row):
    """合并: two rows were one person. What was moved is kept, so that it can be taken apart again."""

    kept = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    gone = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    # "centres.Booking.resident" → ids that pointed at the other row.
    moved = models.JSONField(default=dict)
    # Both rows as they were (before) and as the merge left them (after).
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("合并")
        constraints = [
            # Merged into two people at once, it could be taken out of neither.
            models.UniqueConstraint(fields=["gone"], name="merge_once", condition=Q(undone_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"

    @property
    def may_go_back(self) -> bool:
        return self.undone_at is None and timezone.now() - self.created_at <= PUT_BACK_WITHIN


class DifferentPeople(Row):
    """不是同一个人: somebody looked at two rows and knows them apart. Not asked again."""

    first = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    second = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("不是同一个人")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="different_once"),
            # One order of the two, or the same pair could be there twice.
            models.CheckConstraint(name="different_in_order", condition=Q(first__lt=models.F("second"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"
