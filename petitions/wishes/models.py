import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.wishes.enums import Outcome, WishState
from petitions.wishes.querysets import ClaimQuerySet, WishQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row
from volunteers.service.enums import ROLES, CapacityKind


class Wish(FlowSubject):
    """微心愿. `wall_text` is all that anyone may read; the rest is for wisher, helper and community."""

    ref = models.CharField(_("编号"), max_length=16, unique=True, editable=False)
    state = models.CharField(max_length=24, choices=WishState.choices, db_index=True)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    # The account whose wish it is; null where somebody wrote it down for a person without one.
    wisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="wishes", verbose_name=_("许愿人")
    )
    # The person of the register for whom it was written down.
    resident = models.ForeignKey(
        "grids.Resident", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("哪位居民")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("谁写下的")
    )
    text = models.CharField(_("想要什么"), max_length=120)
    # As the community hung it up: names, doors and numbers taken out. Empty until then.
    wall_text = models.CharField(_("墙上的话"), max_length=120, blank=True)
    # For the one who helps, after consent; emptied when the wish closes.
    contact_name = models.CharField(_("怎么称呼"), max_length=20, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=16, blank=True)
    consent_at = models.DateTimeField(_("同意留联系方式"), null=True, blank=True)
    # The clock of the present step (review, hanging on the wall, claim): since when, how much working time (null:
    # the 30 days on the wall, which are natural), and when that is over. Without `due_at` no clock runs.
    clock_version = models.PositiveIntegerField(default=0, editable=False)
    clock_at = models.DateTimeField(null=True, blank=True, editable=False)
    allowance = models.DurationField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("到什么时候"), null=True, blank=True)
    due_provisional = models.BooleanField(_("暂定"), default=False)
    opened_at = models.DateTimeField(_("挂出时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("了结时间"), null=True, blank=True)

    # Not stored: true while the secretary lets in what a worker heard at a door, after their posting had ended.
    let_in: bool = False

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("心愿")
        indexes = [
            models.Index(fields=["state", "-id"], name="wish_wall"),
            models.Index(fields=["wisher", "-id"], name="wish_of_person", condition=Q(wisher__isnull=False)),
        ]
        constraints = [
            # Nothing hangs on the wall that nobody has looked at.
            models.CheckConstraint(
                name="wish_wall_text_was_read",
                condition=Q(state__in=["in_review", "needs_changes", "declined", "withdrawn"]) | ~Q(wall_text=""),
            ),
            # What was left for the helper is gone when the wish is over (guardrail 13).
            models.CheckConstraint(
                name="wish_contact_goes",
                condition=~Q(state__in=["declined", "fulfilled", "expired", "withdrawn"])
                | Q(contact_name="", contact_phone="", consent_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("wish", args=[self.pk])

    @property
    def live_claim(self) -> "WishClaim | None":
        """The claim that holds now; from `with_live_claim()` where the list brought it along."""
        if "live_claims" in self.__dict__:
            return next(iter(self.__dict__["live_claims"]), None)
        return self.claims.live().with_claimant().first()


class WishTerms(models.Model):
    """How long the steps take in a place, where it wants something else than everybody."""

    grid = models.OneToOneField(
        "grids.Grid", models.CASCADE, primary_key=True, related_name="+", verbose_name=_("在哪里")
    )
    review_hours = models.PositiveSmallIntegerField(_("审核，工作小时"), default=16, validators=[MinValueValidator(1)])
    claim_hours = models.PositiveSmallIntegerField(
        _("认领后办成，工作小时"), default=40, validators=[MinValueValidator(1)]
    )
    open_days = models.PositiveSmallIntegerField(_("挂多少天"), default=30, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = verbose_name_plural = _("心愿的时限")

    def __str__(self) -> str:
        return str(self.grid)


class WishRecord(FlowRecord):
    subject = models.ForeignKey(Wish, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["subject", "version"], name="wish_record_once"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="wish_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="wish_record_stays", operation=pgtrigger.Delete),
        ]


class WishClaim(Row):
    """认领: somebody said 我来. Kept for good, with how it ended."""

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="claims")
    # In whose name: exactly one of the three.
    volunteer = models.ForeignKey("volunteers.Volunteer", models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey("volunteers.VolunteerTeam", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("grids.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="wish_claims")
    claimed_at = models.DateTimeField(_("认领时间"))
    handed_in_at = models.DateTimeField(_("交来时间"), null=True, blank=True)
    evidence = models.CharField(_("办得怎样"), max_length=300, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome.choices, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认领")
        constraints = [
            # Two who press 我来 in the same second: one has it, the other is told so.
            models.UniqueConstraint(fields=["wish"], name="wish_claim_live_once", condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(
                name="wish_claim_one_claimant",
                condition=Q(volunteer__isnull=False, team__isnull=True, unit__isnull=True)
                | Q(volunteer__isnull=True, team__isnull=False, unit__isnull=True)
                | Q(volunteer__isnull=True, team__isnull=True, unit__isnull=False),
            ),
            models.CheckConstraint(
                name="wish_claim_ends_with_outcome",
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [models.Index(fields=["claimed_by", "-id"], name="wish_claim_of_person")]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.kind}"

    @property
    def kind(self) -> CapacityKind:
        if self.team_id:
            return CapacityKind.TEAM
        return CapacityKind.UNIT if self.unit_id else CapacityKind.VOLUNTEER

    @property
    def role(self) -> str:
        """The role that acts of the claimant are recorded under."""
        return str(ROLES[self.kind])

    @property
    def claimant_name(self) -> str:
        """The name the wisher and the community read. A person's is never shown to the public."""
        return str(self.team or self.unit or self.volunteer)
