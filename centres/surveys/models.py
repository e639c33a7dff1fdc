import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centres.surveys.enums import Kind, SurveyState
from centres.surveys.querysets import SurveyQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row


class Survey(FlowSubject):
    """居民需求调研: a few questions of a centre, asked for some weeks and answered without a name."""

    state = models.CharField(max_length=24, choices=SurveyState.choices, db_index=True)
    centre = models.ForeignKey("centres.Centre", models.PROTECT, related_name="+", verbose_name=_("中心"))
    title = models.CharField(_("问什么"), max_length=40)
    why = models.CharField(_("为什么问"), max_length=120)
    opens_on = models.DateField(_("从哪天问起"))
    # The last day one may answer, whole.
    closes_on = models.DateField(_("问到哪天"))
    # How many sheets came in by which way. Kept as numbers, since no answer knows which sheet it stood on.
    online = models.PositiveIntegerField(_("网上答的"), default=0, editable=False)
    paper = models.PositiveIntegerField(_("纸上答的"), default=0, editable=False)
    followup = models.CharField(_("接下来做什么"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("什么时候收的"), null=True, blank=True)

    # Not stored: a mark for the list.
    is_asking: bool = False

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("居民需求调研")
        indexes = [models.Index(fields=["centre", "-closes_on"], name="survey_of_centre")]
        constraints = [
            models.CheckConstraint(name="survey_days_forward", condition=Q(opens_on__lte=F("closes_on"))),
            # What comes of it is said when everybody has been heard, not before.
            models.CheckConstraint(name="survey_followup_after", condition=Q(state="closed") | Q(followup="")),
            # A draft has been shown to nobody.
            models.CheckConstraint(name="survey_draft_unanswered", condition=~Q(state="draft") | Q(online=0, paper=0)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.pk])

    @property
    def desk_url(self) -> str:
        return reverse("desk-survey", args=[self.pk])

    @property
    def sheets(self) -> int:
        return self.online + self.paper


class SurveyRecord(FlowRecord):
    """What the community did with it. An answer is no event and leaves none."""

    subject = models.ForeignKey(Survey, models.PROTECT, related_name="records")

    class Meta(FlowRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "version"], name="survey_record_once")]
        triggers = [
            pgtrigger.ReadOnly(name="survey_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="survey_record_stays", operation=pgtrigger.Delete),
        ]


class Question(Row):
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("次序"), default=0)
    kind = models.CharField(_("怎么答"), max_length=8, choices=Kind.choices)
    text = models.CharField(_("问题"), max_length=80)
    # For one or several choices. An answer names them by their place, which stands still once the survey is open.
    options = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("调研的问题")
        ordering = ["order", "id"]
        constraints = [
            # One option is no choice; and the two other kinds bring their own.
            models.CheckConstraint(
                name="question_options_fit",
                condition=Q(kind__in=["one", "several"], options__len__gte=2)
                | Q(kind__in=["agree", "text"], options__len=0),
            )
        ]

    def __str__(self) -> str:
        return self.text


class SurveyAnswer(models.Model):
    """What one person said to one question. Nothing here tells who, when, or on which sheet.

    No account, telephone, address or time; the id is chance, and every further answer writes the rows anew in another
    order (`answering.mix`), so that neither the id, the place in the table nor the transaction stands beside a ticket.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    # Places in `options` from 0; for agreement the one value from 1 to 5.
    choices = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("调研的回答")
        constraints = [
            # A question left blank has no row: it would only say that somebody was there.
            models.CheckConstraint(
                name="survey_answer_says_something",
                condition=Q(choices__len__gte=1, text="") | (Q(choices__len=0) & ~Q(text="")),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SurveyTicket(models.Model):
    """That an account has answered, so that it does so once: a keyed hash and nothing else. Gone when it closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tickets", db_index=False)
    holder = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("答过的凭据")
        constraints = [models.UniqueConstraint(fields=["survey", "holder"], name="survey_ticket_once")]

    def __str__(self) -> str:
        return str(self.pk)
