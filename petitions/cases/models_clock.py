from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import FILED, ClockName, Outcome, Sla
from portal.rows import Row


class CaseClock(Row):
    """One promise of time. While it runs: `due_at = anchor_at + left` in its own kind of hours.

    A pause keeps what is left; a resumption anchors it anew. So a calendar published later can be recomputed from the
    anchor, without replaying the past.
    """

    case = models.ForeignKey("petitions.Case", models.PROTECT, related_name="clocks", db_index=False)
    round = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=8, choices=ClockName.choices)
    natural = models.BooleanField(default=False)
    amount = models.DurationField()
    started_at = models.DateTimeField()
    anchor_at = models.DateTimeField()
    left = models.DurationField()
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True, blank=True)
    # The moment that counts as done: the contact, the signature, the result that was later accepted.
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("时限")
        constraints = [
            # Two clocks of one name would promise two times.
            models.UniqueConstraint(fields=["case", "name"], name="clock_one_running", condition=Q(outcome="")),
            models.CheckConstraint(name="clock_ends_with_outcome", condition=Q(outcome="") | Q(ended_at__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="clock_of_case"),
            # Figures ask what fell due in a period.
            models.Index(fields=["name", "due_at"], name="clock_due"),
            # A published calendar asks for what still runs in working time.
            models.Index(fields=["due_at"], name="clock_running", condition=Q(outcome="", natural=False)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.name} r{self.round}"


class ClockChange(Row):
    """Why a deadline moved: paused, resumed, extended, another class, the calendar was published. Kept for good."""

    clock = models.ForeignKey(CaseClock, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    why = models.CharField(max_length=10)
    from_due = models.DateTimeField()
    to_due = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("时限变动")


class Term(Row):
    """A community's own term, where it promises another one than the defaults of terms.py."""

    scope_code = models.CharField(_("社区代码"), max_length=12, validators=[RegexValidator(r"^\d{12}$")])
    # Empty for clocks that every class shares (verify, receive …).
    sla = models.CharField(
        _("时限类别"), max_length=16, blank=True, choices=[(s.value, s.label) for s in (*FILED, Sla.REWORK)]
    )
    clock = models.CharField(_("哪个时限"), max_length=8, choices=ClockName.choices)
    minutes = models.PositiveIntegerField(_("多少分钟"))
    natural = models.BooleanField(_("按自然时间"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("社区自定时限")
        constraints = [
            models.UniqueConstraint(fields=["scope_code", "sla", "clock"], name="term_once"),
            # No time at all is late before it begins; more than a working year is a unit mistaken.
            models.CheckConstraint(name="term_in_range", condition=Q(minutes__gt=0, minutes__lte=120_000)),
        ]
