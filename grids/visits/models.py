from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.visits.enums import HATS, Outcome, Purpose, RoundTarget, VisitState
from grids.visits.querysets import PromiseQuerySet, RoundQuerySet, VisitQuerySet
from portal.rows import Row


def nothing_pending() -> dict[str, Any]:
    return {}


class VisitRound(Row):
    """敲门行动: every door below a node is knocked at once between two days."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="visit_rounds", verbose_name=_("范围"))
    name = models.CharField(_("名称"), max_length=40)
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    purposes = ArrayField(models.CharField(max_length=12, choices=Purpose.choices), verbose_name=_("做什么"))
    # How many doors a worker is asked to try in a day; what is left over goes to the next.
    per_day = models.PositiveSmallIntegerField(_("每天几户"), default=9)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    target = models.CharField(_("敲哪些门"), max_length=9, choices=RoundTarget.choices, default=RoundTarget.ALL)
    buildings = models.ManyToManyField("grids.Grid", blank=True, related_name="+", verbose_name=_("哪几栋楼"))
    # With UNVISITED: nobody was met there in so many days before the round began.
    unvisited_days = models.PositiveSmallIntegerField(_("多少天没见到"), null=True, blank=True)
    # With LEFT: the round whose doors were not met.
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    ended_at = models.DateTimeField(_("提前结束的时间"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("敲门行动")
        constraints = [
            models.CheckConstraint(name="visit_round_not_reversed", condition=Q(ends_on__gte=F("starts_on"))),
            # A round that picks its doors says by what.
            models.CheckConstraint(
                name="visit_round_says_days",
                condition=~Q(target=RoundTarget.UNVISITED) | Q(unvisited_days__gte=1, unvisited_days__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_round_says_before", condition=~Q(target=RoundTarget.LEFT) | Q(follows__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("visit-round", args=[self.pk])

    @property
    def purpose_labels(self) -> list[Any]:
        return [Purpose(code).label for code in self.purposes]


class Visit(Row):
    """走访: one knock at one door, as the worker wrote it down: when, what for, what came of it. No position.

    The id is given by the page or the phone that wrote it, so that sending it twice is the same visit.
    """

    household = models.ForeignKey("grids.Household", models.PROTECT, related_name="visits", verbose_name=_("户"))
    round = models.ForeignKey(VisitRound, models.SET_NULL, null=True, blank=True, related_name="visits")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits", verbose_name=_("走访人")
    )
    purposes = ArrayField(models.CharField(max_length=12, choices=Purpose.choices), verbose_name=_("做什么"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices)
    visited_at = models.DateTimeField(_("敲门的时间"))
    note = models.TextField(_("记一句话"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=11, choices=VisitState.choices, default=VisitState.KEPT)
    # Why somebody knocked although the household had asked not to: an emergency, in words.
    quiet_reason = models.CharField(_("为什么非去不可"), max_length=200, blank=True)
    # What the first sending said: a second one that says something else is refused, not merged.
    digest = models.CharField(max_length=64, editable=False)
    # Promises and follow-ups of a visit in quarantine; they are made when the secretary lets it in.
    pending = models.JSONField(default=nothing_pending, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("走访")
        indexes = [
            models.Index(fields=["household", "-visited_at"], name="visit_of_household"),
            models.Index(fields=["worker", "-visited_at"], name="visit_of_worker"),
            models.Index(fields=["visited_at"], name="visit_when"),
            models.Index(fields=["state"], name="visit_held_back", condition=Q(state="quarantined")),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])

    @property
    def purpose_labels(self) -> list[Any]:
        return [Purpose(code).label for code in self.purposes]

    @property
    def hats(self) -> list[Any]:
        """信息员、宣传员、调解员: which of the three this visit was, in words."""
        return list(dict.fromkeys(HATS[code].label for code in self.purposes))


class Promise(Row):
    """承诺: what was promised at the door, and by when. It waits until somebody says that it is done."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="promises")
    household = models.ForeignKey("grids.Household", models.PROTECT, related_name="promises", verbose_name=_("户"))
    text = models.CharField(_("答应了什么"), max_length=200)
    due_on = models.DateField(_("到哪天"))
    kept_at = models.DateTimeField(_("兑现的时间"), null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    kept_note = models.CharField(_("怎么办的"), max_length=200, blank=True)
    # The day that was said first, where it was moved; it can be moved once.
    first_due_on = models.DateField(_("原来说的日子"), null=True, blank=True)
    moved_reason = models.CharField(_("为什么改日子"), max_length=200, blank=True)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    moved_at = models.DateTimeField(_("改日子的时间"), null=True, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("承诺")
        constraints = [
            # Whoever lives there is owed the reason.
            models.CheckConstraint(
                name="promise_moved_says_why", condition=Q(first_due_on__isnull=True) | ~Q(moved_reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="promise_waiting", condition=Q(kept_at__isnull=True)),
            models.Index(fields=["household", "due_on"], name="promise_of_household"),
        ]

    def __str__(self) -> str:
        return self.text

    def is_late(self, today: date) -> bool:
        return self.kept_at is None and self.due_on < today


class VisitPhoto(Row):
    """A photo that a visit announced by its SHA-256, and the photo once it has arrived."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    sha256 = models.CharField(max_length=64)
    attachment = models.ForeignKey("portal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "sha256"], name="visit_photo_once")]


class VisitFollowUp(Row):
    """What a visit started upstairs: a case, a wish. Known by its code and where it is read, not by its table."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="follow_ups")
    code = models.CharField(max_length=20)
    target_id = models.UUIDField()
    label = models.CharField(max_length=60)
    url = models.CharField(max_length=200)
