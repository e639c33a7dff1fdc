"""The bridge's tables. None of them holds a name, a telephone or a door: what a caller said goes into the case."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from petitions.bridge.enums import Kind, Problem, Stage, Via
from petitions.bridge.querysets import ProblemQuerySet, TicketQuerySet, UpdateQuerySet
from petitions.bridge.wire import check_url
from portal.rows import Row

USER = settings.AUTH_USER_MODEL


class ExternalSystem(Row):
    """A system that hands us tickets and wants to hear what became of them."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=30)
    kind = models.CharField(_("哪一种"), max_length=8, choices=Kind.choices)
    # Its tickets lie on this node or below it, whatever place they name.
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="+", verbose_name=_("管哪一片"))
    default_category = models.ForeignKey(
        "petitions.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代码不认识时归到"),
    )
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    answer_url = models.CharField(_("办理情况送到"), max_length=300, blank=True)
    pull_url = models.CharField(_("从哪里取新工单"), max_length=300, blank=True)
    secret_box = models.TextField(blank=True, editable=False)
    # Our state → what they call it; a state that is not named goes by our own code.
    state_codes = models.JSONField(_("状态代码对照"), default=dict, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    cursor = models.CharField(max_length=200, blank=True, editable=False)
    pulled_at = models.DateTimeField(_("上次去取"), null=True, blank=True, editable=False)
    pull_claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    pull_error = models.CharField(_("上次没取成的原因"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("对接的系统")
        ordering = ["code"]
        constraints = [
            # Two systems of one token would file in each other's name.
            models.UniqueConstraint(fields=["token_hash"], name="bridge_token_once", condition=~Q(token_hash="")),
            # Nothing leaves unsigned.
            models.CheckConstraint(
                name="bridge_sends_signed", condition=Q(answer_url="", pull_url="") | ~Q(secret_box="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for name in ("answer_url", "pull_url"):
            if url := getattr(self, name):
                try:
                    check_url(url)
                except ValidationError as error:
                    raise ValidationError({name: error.messages}) from error


class CategoryMapping(Row):
    """What a code of theirs means here."""

    system = models.ForeignKey(ExternalSystem, models.PROTECT, related_name="mappings", db_index=False)
    external_code = models.CharField(_("对方的代码"), max_length=60)
    category = models.ForeignKey("petitions.Category", models.PROTECT, related_name="+", verbose_name=_("我们的类别"))

    class Meta:
        verbose_name = verbose_name_plural = _("类别对照")
        constraints = [
            # One code that means two things would file by chance.
            models.UniqueConstraint(fields=["system", "external_code"], name="bridge_code_means_one"),
        ]

    def __str__(self) -> str:
        return self.external_code


class ExternalTicket(Row):
    """12345工单: which ticket of theirs is which case of ours."""

    system = models.ForeignKey(ExternalSystem, models.PROTECT, related_name="tickets", db_index=False)
    external_id = models.CharField(_("对方的工单号"), max_length=64)
    # SHA-256 of what was read of it; the same id with another body is a question for a person.
    body_hash = models.CharField(max_length=64)
    via = models.CharField(_("怎么来的"), max_length=4, choices=Via.choices)
    case = models.OneToOneField("petitions.Case", models.PROTECT, related_name="+", verbose_name=_("诉求"))
    external_category = models.CharField(_("对方的类别代码"), max_length=60, blank=True)
    category_unknown = models.BooleanField(_("代码不认识"), default=False)
    reported_at = models.DateTimeField(_("对方几时收到"), null=True, blank=True)
    external_due_at = models.DateTimeField(_("对方要求几时办完"), null=True, blank=True)
    received_at = models.DateTimeField(_("几时转来"), default=timezone.now)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("转来的工单")
        ordering = ["-id"]
        constraints = [
            # However often it is pushed, pulled or imported: one ticket, one case.
            models.UniqueConstraint(fields=["system", "external_id"], name="bridge_ticket_once"),
        ]
        indexes = [
            models.Index(
                fields=["system", "external_category"], name="bridge_unknown", condition=Q(category_unknown=True)
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class InboundProblem(Row):
    """Something that arrived and was not taken as it stood. A person looks at it and says that it is settled."""

    system = models.ForeignKey(ExternalSystem, models.PROTECT, related_name="problems", db_index=False)
    kind = models.CharField(max_length=12, choices=Problem.choices)
    via = models.CharField(max_length=4, choices=Via.choices)
    external_id = models.CharField(max_length=64, blank=True)
    ticket = models.ForeignKey(ExternalTicket, models.PROTECT, null=True, blank=True, related_name="problems")
    body_hash = models.CharField(max_length=64)
    # Why, in a sentence; never what was in it.
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("没收下的工单")
        ordering = ["-at"]
        constraints = [
            # A sender that repeats itself all night makes one line.
            models.UniqueConstraint(fields=["system", "kind", "external_id", "body_hash"], name="bridge_problem_once"),
        ]
        indexes = [models.Index(fields=["-at"], name="bridge_problem_open", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return self.external_id


class OutboundUpdate(Row):
    """One thing that another system is told: a step of a case, once for ever. Rows are never deleted."""

    key = models.CharField(max_length=120, unique=True)
    ticket = models.ForeignKey(ExternalTicket, models.PROTECT, related_name="updates", db_index=False)
    # Of the ticket's case; later ones have a greater number, so that a late arrival is known for one.
    sequence = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    state = models.CharField(max_length=24)
    payload = models.JSONField(default=dict)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    # The last attempt before it goes to the dead letters; a resend grants some more.
    limit = models.PositiveSmallIntegerField()
    # What was sent under one idempotency key stays the same: another wording is another edition.
    edition = models.PositiveSmallIntegerField(default=1)
    sent_hash = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    given_up_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    given_up_why = models.CharField(max_length=200, blank=True)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("送回的办理情况")
        ordering = ["id"]
        constraints = [
            # Somebody decided that the other side will not hear of it; the reason is theirs to write.
            models.CheckConstraint(
                name="bridge_gives_up_with_reason", condition=~Q(stage=Stage.GIVEN_UP) | ~Q(given_up_why="")
            ),
            models.CheckConstraint(
                name="bridge_sent_says_when", condition=~Q(stage=Stage.SENT) | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="bridge_update_of_ticket"),
            models.Index(fields=["id"], name="bridge_dead", condition=Q(stage="dead")),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("bridge-update", args=[self.pk])

    @property
    def idempotency_key(self) -> str:
        return f"{self.pk}-{self.edition}"
