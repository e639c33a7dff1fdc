from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.cases import slips
from petitions.cases.enums import (
    FILED,
    OPEN,
    RUNNING,
    Asking,
    Kind,
    Level,
    ReplyBy,
    Rung,
    Satisfaction,
    Sla,
    Solved,
    State,
)
from petitions.cases.models_clock import CaseClock, ClockChange, Term
from petitions.cases.models_desk import AnswerTemplate, NotSame, RoutingRule
from petitions.cases.models_power import Chase
from petitions.cases.models_rating import FollowUpCall, Rating, RatingLink
from petitions.cases.models_whistle import WhistleCall, WhistleRecord
from petitions.cases.querysets import CaseQuerySet
from portal.flow.models import RECORD_FACTS, FlowRecord, FlowSubject
from portal.rows import Row

__all__ = [
    "AnswerTemplate",
    "Ask",
    "Case",
    "CaseClock",
    "CaseRecord",
    "Category",
    "Chase",
    "ClockChange",
    "FollowUpCall",
    "InternalNote",
    "NotSame",
    "Rating",
    "RatingLink",
    "RefCounter",
    "Remark",
    "RoutingRule",
    "Supervision",
    "Term",
    "WhistleCall",
    "WhistleRecord",
]

USER = settings.AUTH_USER_MODEL


class Category(Row):
    """What a case is about; it brings the class (and with it the terms)."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=30)
    hint = models.CharField(_("举几个例子"), max_length=60, blank=True)
    sla = models.CharField(_("时限类别"), max_length=16, choices=[(s.value, s.label) for s in FILED])
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices, default=Kind.PLAIN)
    order = models.PositiveSmallIntegerField(_("次序"), default=100)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("诉求类别")
        ordering = ["order", "id"]
        constraints = [
            # 重办 is what a second round becomes, never what somebody files.
            models.CheckConstraint(name="category_is_filed", condition=~Q(sla=Sla.REWORK)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def restricted(self) -> bool:
        return self.kind != Kind.PLAIN


class Case(FlowSubject):
    """诉求: what somebody asked for, who has it now, and until when."""

    ref = models.CharField(_("回单号"), max_length=20, unique=True, editable=False)
    # The tracking link is derived from the salt by the server's key and found by its hash (see slips.py).
    token_salt = models.CharField(max_length=22, editable=False, default=slips.new_salt)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    state = models.CharField(max_length=24, choices=State.choices)
    title = models.CharField(_("什么事"), max_length=60)
    description = models.TextField(_("事情是怎样的"), blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, verbose_name=_("类别"))
    sla = models.CharField(_("时限类别"), max_length=16, choices=[(s.value, s.label) for s in FILED])
    restricted = models.BooleanField(_("限制查看"), default=False)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("在哪里"))
    address = models.CharField(_("地点"), max_length=120, blank=True)

    # Who asked. Without an account the slip is all there is.
    reporter = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False)
    reporter_name = models.CharField(_("怎么称呼"), max_length=20, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=16, blank=True)
    reply_by = models.CharField(_("怎么回您"), max_length=6, choices=ReplyBy.choices, default=ReplyBy.SLIP)
    anonymous = models.BooleanField(_("不留姓名"), default=False)
    on_behalf_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # By which door it came: web, desk, phone, api, visit.
    channel = models.CharField(max_length=12, default="web")

    # Whose hands: a person, or a grid node whose people share it (a basic grid, a department's sector grid, an office).
    holder_user = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    holder_grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    holder_level = models.CharField(max_length=12, choices=Level.choices, default=Level.COMMUNITY)
    # What lists say of them; frozen at hand-over, because rendering a list must not look people up.
    holder_label = models.CharField(max_length=60, blank=True)
    # Who had it before it was escalated: where send_back leads.
    below_user = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    below_grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    below_level = models.CharField(max_length=12, blank=True)
    below_label = models.CharField(max_length=60, blank=True)
    # Accounts that handled this round: none of them may verify it.
    handled_by = ArrayField(models.UUIDField(), default=list, editable=False)

    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    back_to = models.CharField(max_length=24, blank=True)
    returns = models.PositiveSmallIntegerField(_("本轮退单次数"), default=0)
    ruling_open = models.BooleanField(default=False)
    asking = models.CharField(max_length=8, choices=Asking.choices, blank=True)
    extended = models.BooleanField(default=False)
    reopened = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )

    # Deadlines, copied from the clocks so that lists read one row; they keep their last word when a clock has ended.
    due_at = models.DateTimeField(_("办结期限"), null=True, blank=True)
    sign_by = models.DateTimeField(_("签收期限"), null=True, blank=True)
    respond_by = models.DateTimeField(_("首次联系期限"), null=True, blank=True)
    # Of the step it stands at: verify, receive, missing information, rating, ruling, review of a shelved one.
    step_due_at = models.DateTimeField(_("这一步的期限"), null=True, blank=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    paused_at = models.DateTimeField(_("停表时间"), null=True, blank=True)

    submitted_at = models.DateTimeField(_("反映时间"), default=timezone.now)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("首次联系时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    handed_in_at = models.DateTimeField(_("交结果时间"), null=True, blank=True)
    first_closed_at = models.DateTimeField(_("首次结案时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)

    # The public answer and what the handler says of it; the resident's own word is the Rating.
    answer = models.TextField(_("答复"), blank=True)
    solved = models.CharField(_("办好了吗"), max_length=8, choices=Solved.choices, blank=True)
    # By the resident, of the last rated round. Empty on a closed case: 未评价, never counted as satisfied.
    satisfaction = models.CharField(_("评价"), max_length=16, choices=Satisfaction.choices, blank=True)
    verdict = models.CharField(_("反映人说办好了吗"), max_length=8, choices=Solved.choices, blank=True)

    # 权限在谁: who decides what the holder cannot; since when it waits there, and the day we last asked.
    power = models.CharField(_("由谁决定"), max_length=40, blank=True)
    power_since = models.DateTimeField(null=True, blank=True)
    power_asked_on = models.DateField(null=True, blank=True)

    # What figures ask of a whole life, whatever the round.
    ever_returned = models.BooleanField(default=False)
    ever_escalated = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("诉求")
        indexes = [
            # What is open is few, whatever was closed since: lists, board and sweep read these.
            models.Index(fields=["due_at", "id"], name="case_open_due", condition=Q(state__in=OPEN)),
            models.Index(fields=["grid", "state"], name="case_open_grid", condition=Q(state__in=OPEN)),
            models.Index(fields=["holder_user", "state"], name="case_of_holder", condition=Q(state__in=OPEN)),
            models.Index(fields=["holder_grid", "state"], name="case_of_office", condition=Q(state__in=OPEN)),
            models.Index(fields=["reporter", "-id"], name="case_of_reporter", condition=Q(reporter__isnull=False)),
            models.Index(fields=["contact_phone"], name="case_of_phone", condition=~Q(contact_phone="")),
            models.Index(fields=["grid", "-submitted_at"], name="case_by_day"),
            models.Index(fields=["grid", "accepted_at"], name="case_by_acceptance"),
            models.Index(fields=["grid", "first_closed_at"], name="case_by_first_close"),
            # Who closed without a word and has a telephone: the few that may still be rung (callbacks.py).
            models.Index(
                fields=["grid", "closed_at"],
                name="case_unrated",
                condition=Q(state=State.CLOSED, satisfaction="") & ~Q(contact_phone=""),
            ),
            models.Index(fields=["merged_into"], name="case_merged", condition=Q(merged_into__isnull=False)),
            # Likeness of the open ones (merging.py): pairs of characters, not pg_trgm's triples. Chinese words are two
            # characters long: for 下水堵了，一楼厨房返水 and 厨房下水道堵了返水 similarity() says 0.05, pairs say 0.50.
            GinIndex(
                Func("title", "description", function="case_pairs"), name="case_alike", condition=Q(state__in=OPEN)
            ),
            # A slice of time of all grids, however long the history before it: a district's weeks and months, and what
            # anybody may list, the newest first (Open311).
            models.Index(fields=["-submitted_at", "-id"], name="case_in_time"),
            models.Index(fields=["first_closed_at"], name="case_closed_in_time"),
        ]
        constraints = [
            # 不留姓名 means that we could not say it even if asked.
            models.CheckConstraint(
                name="case_anonymous_has_no_name",
                condition=Q(anonymous=False) | Q(reporter__isnull=True, reporter_name=""),
            ),
            # "In whose hands" always has an answer while somebody works on it.
            models.CheckConstraint(
                name="case_work_has_holder",
                condition=~Q(state__in=[State.ASSIGNED, State.IN_PROGRESS, State.UNDER_REVIEW])
                | Q(holder_user__isnull=False)
                | Q(holder_grid__isnull=False),
            ),
            # A merged case without its target would leave a reporter waiting for ever.
            models.CheckConstraint(
                name="case_merged_into_another",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(name="case_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(name="case_round_from_one", condition=Q(round__gte=1)),
            # A closed case says when; figures would otherwise lose it.
            models.CheckConstraint(
                name="case_closed_says_when",
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False, first_closed_at__isnull=False),
            ),
            # Put aside without knowing where it came from, it could never come back.
            models.CheckConstraint(
                name="case_needs_info_comes_back", condition=~Q(state=State.NEEDS_INFO) | ~Q(back_to="")
            ),
            # The public chase clock counts from somewhere.
            models.CheckConstraint(name="case_power_since", condition=Q(power="") | Q(power_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.ref])

    @property
    def token(self) -> str:
        """The 128 bits of the tracking link; opens the slip, so it goes to the reporter and onto paper only."""
        return slips.token_of(self)

    @property
    def track_path(self) -> str:
        token = self.token
        return reverse("track", args=[token]) if token else ""

    @property
    def terms_class(self) -> str:
        """The class whose terms hold in this round."""
        return Sla.REWORK if self.round > 1 else self.sla

    @property
    def rung(self) -> str:
        """The highest rung of the supervision ladder told in this round. Lists prefetch `supervisions`."""
        told = [row.rung for row in self.supervisions.all() if row.round == self.round and not row.skipped]
        return max(told, key=Rung.values.index, default="")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, now: datetime) -> bool:
        """As CaseQuerySet.late."""
        if self.state == State.UNDER_REVIEW:
            return self.step_due_at is not None and self.step_due_at < now
        return self.state in RUNNING and self.due_at is not None and self.due_at < now


class CaseRecord(FlowRecord):
    """One line of a case's life. Facts never change; the reason may be blanked where erasure asks."""

    subject = models.ForeignKey(Case, models.PROTECT, related_name="records", db_index=False)

    class Meta(FlowRecord.Meta):
        constraints = [
            # The version is the place in line: two records of one version would be two histories.
            models.UniqueConstraint(fields=["subject", "version"], name="case_record_once"),
        ]
        indexes = [models.Index(fields=["event", "at"], name="case_record_event")]
        triggers = [
            pgtrigger.ReadOnly(name="case_record_facts", fields=[*RECORD_FACTS, "subject"]),
            pgtrigger.Protect(name="case_record_stays", operation=pgtrigger.Delete),
        ]


class Supervision(Row):
    """督办: a rung of the ladder, told once for ever. `skipped`: its moment passed in an outage, nobody was told."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="supervisions", db_index=False)
    round = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=4, choices=Rung.choices)
    at = models.DateTimeField()
    told = models.PositiveSmallIntegerField(default=0)
    skipped = models.BooleanField(_("跳过"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("督办")
        constraints = [
            # However many workers sweep and however often: one row, and with it one set of notices.
            models.UniqueConstraint(fields=["case", "round", "rung"], name="supervision_once"),
        ]


class Ask(Row):
    """What a holder asks for: to shelve, or more time."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="asks", db_index=False)
    kind = models.CharField(max_length=8, choices=Asking.choices)
    until = models.DateTimeField(_("到什么时候"))
    reason = models.TextField(_("原因"))
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    # Null after a decision: overtaken by another step.
    granted = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("申请")
        constraints = [
            # One open request at a time, or two answers would cross.
            models.UniqueConstraint(fields=["case"], name="ask_one_open", condition=Q(decided_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["case", "id"], name="ask_of_case")]


class Remark(Row):
    """A word between the reporter and whoever has the case. Both read it; it stands in the timeline."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remarks")
    at = models.DateTimeField(default=timezone.now)
    # Null where it came by the slip.
    author = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by_reporter = models.BooleanField()
    text = models.TextField()

    class Meta:
        verbose_name = verbose_name_plural = _("留言")
        ordering = ["id"]


class InternalNote(Row):
    """For colleagues only. A table of its own, so that no forgotten filter shows one on a slip."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()

    class Meta:
        verbose_name = verbose_name_plural = _("内部备注")
        ordering = ["id"]


class RefCounter(models.Model):
    """The last number given under letters and day. Never reset: a printed number must not come back in another year."""

    prefix = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
