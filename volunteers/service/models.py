from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.rows import Row
from volunteers.service.enums import Availability, Skill, TeamKind
from volunteers.service.querysets import MembershipQuerySet, TeamQuerySet, VolunteerQuerySet


class Volunteer(Row):
    """Somebody who helps. No score, no rank, no hours beside the name; party membership is not asked (3, 4)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="volunteer")
    # The name the person helped will read; chosen by the volunteer, so it need not be the one on a document.
    name = models.CharField(_("怎么称呼"), max_length=20)
    # Code-point order puts 张 before 李; lists go by this.
    sort_key = models.CharField(max_length=80, editable=False)
    skills = ArrayField(
        models.CharField(max_length=12, choices=Skill.choices), verbose_name=_("会些什么"), default=list
    )
    availability = ArrayField(
        models.CharField(max_length=12, choices=Availability.choices), verbose_name=_("什么时候有空"), default=list
    )
    left_at = models.DateTimeField(_("退出时间"), null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者")
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name


class VolunteerTeam(Row):
    """A team of a community. Its leader acts for it; its members are known to the leader and the community only."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    name = models.CharField(_("队名"), max_length=40)
    sort_key = models.CharField(max_length=160, editable=False)
    kind = models.CharField(_("哪一类"), max_length=12, choices=TeamKind.choices)
    about = models.CharField(_("平时做什么"), max_length=120, blank=True)
    leader = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="led_teams", verbose_name=_("队长")
    )
    ended_at = models.DateTimeField(_("解散时间"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("志愿队")
        ordering = ["sort_key", "id"]
        constraints = [
            # Two teams of one name in one place could not be told apart on the wall.
            models.UniqueConstraint(fields=["grid", "name"], name="team_name_once", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.pk])


class TeamMembership(Row):
    """From the wish to join until the end: asked, joined, ended. Ended without having joined is a request not taken."""

    team = models.ForeignKey(VolunteerTeam, models.PROTECT, related_name="memberships")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="memberships")
    asked_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("队员")
        constraints = [
            # Two presses of 我要加入 must not make a person two members.
            models.UniqueConstraint(
                fields=["team", "volunteer"], name="membership_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="membership_in_order",
                condition=(Q(joined_at__isnull=True) | Q(joined_at__gte=F("asked_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("asked_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} @ {self.team_id}"

    @property
    def is_asking(self) -> bool:
        return self.joined_at is None and self.ended_at is None

    @property
    def is_live(self) -> bool:
        return self.joined_at is not None and self.ended_at is None
