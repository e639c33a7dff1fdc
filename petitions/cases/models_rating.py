"""What a resident says of a round, by which way it reached us; and the calls that ask for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import Called, RatedBy, Satisfaction, Solved
from portal.rows import Row

USER = settings.AUTH_USER_MODEL


class Rating(Row):
    """The resident's verdict on one round."""

    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="ratings", db_index=False)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    # Empty only where we asked by telephone after the case had closed: whether it is solved is a valid follow-up, but
    # an unrated case stays unrated.
    satisfaction = models.CharField(max_length=16, choices=Satisfaction.choices, blank=True)
    solved = models.CharField(max_length=8, choices=Solved.choices)
    words = models.CharField(_("想说的话"), max_length=300, blank=True)
    channel = models.CharField(_("怎么评的"), max_length=8, choices=RatedBy.choices, default=RatedBy.WEB)
    # Who wrote it down for them, where somebody did.
    taken_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        constraints = [
            # The rating link works once: a second verdict on the same round would overwrite the first.
            models.UniqueConstraint(fields=["case", "round"], name="rating_once_a_round"),
            # What somebody else wrote down says who did: nobody's word is put into a resident's mouth unsigned.
            models.CheckConstraint(
                name="rating_taken_down_by_somebody",
                condition=Q(channel__in=[RatedBy.PHONE, RatedBy.PAPER], taken_by__isnull=False)
                | (~Q(channel__in=[RatedBy.PHONE, RatedBy.PAPER]) & Q(taken_by__isnull=True)),
            ),
            # Half a verdict is a telephone's only; figures count it as a follow-up, never as a rating.
            models.CheckConstraint(
                name="rating_whole_unless_by_phone", condition=~Q(satisfaction="") | Q(channel=RatedBy.PHONE)
            ),
        ]
        indexes = [models.Index(fields=["at"], name="rating_by_day")]


class RatingLink(Row):
    """The link in the text message that rates one round, once. It opens nothing else: not the slip, not the story."""

    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="rating_links", db_index=False)
    round = models.PositiveSmallIntegerField()
    # Of 128 random bits that only the message holds: a copy of the database rates nothing.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评价链接")
        constraints = [
            # One a round: two links would be two votes on the same work.
            models.UniqueConstraint(fields=["case", "round"], name="rating_link_once_a_round"),
        ]


class FollowUpCall(Row):
    """回访: somebody rang the reporter about one round, and how that went. Kept for good."""

    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="follow_ups", db_index=False)
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(_("打通了吗"), max_length=12, choices=Called.choices)
    said = models.CharField(_("说了什么"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("回访")
        ordering = ["id"]
        constraints = [
            # "He wants more" without what he wants would send nobody anywhere.
            models.CheckConstraint(name="call_more_says_what", condition=~Q(outcome=Called.MORE) | ~Q(said="")),
        ]
        indexes = [models.Index(fields=["case", "round"], name="call_of_case")]
