"""The figures of domain.md over a period: each is a set of rows, and those of them that count.

Page, API and the list behind a number read the same querysets, so a number always opens exactly its rows.
Excluded throughout: rejected, withdrawn, merged. Figures describe work; nothing here orders people.
A neighbouring room adds its own at start-up, from its `figures.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models import Value as Literal
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from petitions.cases import verdicts
from petitions.cases.enums import EXCLUDED, ClockName, Event, Outcome, Rung, Satisfaction, Solved, State
from petitions.cases.models import Case, CaseClock, CaseRecord, Rating, Supervision
from petitions.cases.querysets import through, within
from portal.accounts.reach import Reach
from portal.ui.words import spoken_ref


@dataclass(frozen=True)
class Period:
    """Half-open: [since, until)."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Line:
    """A row behind a number, ready to print."""

    url: str
    title: str
    ref: str
    state: Any


def _counted(reach: Reach) -> Q:
    return within(reach) & ~Q(state__in=EXCLUDED)


def _line_of_case(row: Any) -> Line:
    state = verdicts.state_words(row.at_state, row.at_solved, row.at_verdict, row.at_satisfaction)
    return Line(reverse("case", args=[row.at_ref]), row.at_title, spoken_ref(row.at_ref), state)


@dataclass(frozen=True)
class Figure:
    """rows: what counts below the line (the denominator); hit: which of them count above.

    subject: from a row to what it tells of, a case unless said otherwise; it has a `grid`. counted: which subjects this
    reach opens and no rule leaves out. columns: of the subject, as `at_<column>` on each row that `line` reads.
    """

    name: str
    label: Any
    below: Any
    above: Any
    rows: Callable[[Period], QuerySet[Any]]
    hit: Callable[[], Q]
    subject: str = ""
    counted: Callable[[Reach], Q] = _counted
    columns: tuple[str, ...] = ("ref", "title", "state", "solved", "verdict", "satisfaction")
    line: Callable[[Any], Line] = _line_of_case

    def within(self, reach: Reach, path: str, period: Period) -> QuerySet[Any]:
        """The rows below the line, on a node and within reach."""
        mine = self.counted(reach)
        if path:
            mine &= Q(grid__path__startswith=path)
        return self.rows(period).filter(through(self.subject, mine) if self.subject else mine)


def _due(name: str) -> Callable[[Period], QuerySet[CaseClock]]:
    def rows(period: Period) -> QuerySet[CaseClock]:
        found = CaseClock.objects.filter(name=name, due_at__gte=period.since, due_at__lt=period.until)
        # A clock that stands still with time left is not due; its old deadline says nothing until it runs again.
        still = Q(outcome="", paused_at__isnull=False, left__gt=timedelta(0))
        return found.exclude(outcome=Outcome.VOID).exclude(still)

    return rows


def _finish_due(period: Period) -> QuerySet[CaseClock]:
    """Not shelved: what still runs of a shelved case. What it owed in an earlier round is decided."""
    return _due(ClockName.FINISH)(period).exclude(outcome="", case__state=State.SHELVED)


def _rated(period: Period) -> QuerySet[Rating]:
    return Rating.objects.filter(at__gte=period.since, at__lt=period.until)


def _rated_whole(period: Period) -> QuerySet[Rating]:
    """Valid ratings: without those asked by telephone after the case had closed unrated, which are follow-ups only."""
    return _rated(period).exclude(satisfaction="")


def _closed(period: Period) -> QuerySet[CaseRecord]:
    events = (Event.RATE, Event.LAPSE)
    found = CaseRecord.objects.filter(event__in=events, to_state=State.CLOSED)
    return found.filter(at__gte=period.since, at__lt=period.until)


def _first_closed(period: Period) -> QuerySet[Case]:
    return Case.objects.filter(first_closed_at__gte=period.since, first_closed_at__lt=period.until)


def _accepted(period: Period) -> QuerySet[Case]:
    supervised = Supervision.objects.filter(case=OuterRef("pk"), skipped=False).exclude(rung=Rung.WARN)
    found = Case.objects.filter(accepted_at__gte=period.since, accepted_at__lt=period.until)
    return found.annotate(supervised=Exists(supervised))


OF_CASES: tuple[Figure, ...] = (
    Figure(
        "response",
        _("响应率"),
        _("该联系"),
        _("按时联系"),
        _due(ClockName.CONTACT),
        lambda: Q(outcome=Outcome.MET),
        "case",
    ),
    Figure("on_time", _("按时办结率"), _("到期"), _("按时"), _finish_due, lambda: Q(outcome=Outcome.MET), "case"),
    Figure("solved", _("解决率"), _("回访到"), _("办好了"), _rated, lambda: Q(solved=Solved.YES), "case"),
    Figure(
        "satisfaction",
        _("满意率"),
        _("评价"),
        _("满意和基本满意"),
        _rated_whole,
        lambda: ~Q(satisfaction=Satisfaction.DISSATISFIED),
        "case",
    ),
    Figure("coverage", _("评价率"), _("办结"), _("评了"), _closed, lambda: Q(event=Event.RATE), "subject"),
    Figure("rework", _("重办率"), _("首次办结"), _("重办过"), _first_closed, lambda: Q(round__gt=1)),
    Figure("escalation", _("上报率"), _("受理"), _("上报过"), _accepted, lambda: Q(ever_escalated=True)),
    Figure("supervision", _("督办率"), _("受理"), _("督办过"), _accepted, lambda: Q(supervised=True)),
    Figure("return", _("退单率"), _("受理"), _("退过单"), _accepted, lambda: Q(ever_returned=True)),
)
# In the order of the page: those of cases, then what the neighbours added.
BY_NAME = {figure.name: figure for figure in OF_CASES}


def add_figure(figure: Figure) -> Figure:
    """Register a neighbouring room's figure. ValueError: the name is taken."""
    if figure.name in BY_NAME:
        raise ValueError(figure.name)
    BY_NAME[figure.name] = figure
    return figure


@dataclass(frozen=True)
class Value:
    """`value` is a share of one, None where the denominator is zero (shown as —)."""

    figure: Figure
    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> str:
        return "—" if self.value is None else f"{round(100 * self.value)}%"


def figures(reach: Reach, path: str, period: Period, names: tuple[str, ...] = ()) -> list[Value]:
    """All figures (or those named) of a node within reach, over a period. One query for all of them."""
    wanted = [figure for figure in BY_NAME.values() if not names or figure.name in names]
    counted = [_counts(figure, reach, path, period) for figure in wanted]
    if not counted:
        return []
    # One line each, of different tables; a figure of nothing has no line.
    counts = {name: (above, below) for name, above, below in counted[0].union(*counted[1:], all=True)}
    return [Value(figure, *counts.get(figure.name, (0, 0))) for figure in wanted]


def _counts(figure: Figure, reach: Reach, path: str, period: Period) -> QuerySet[Any]:
    """(name, above the line, below it), in one line."""
    rows = figure.within(reach, path, period).order_by().annotate(figure=Literal(figure.name))
    above = Count("pk", filter=figure.hit(), distinct=True)
    return rows.values_list("figure").annotate(above=above, below=Count("pk", distinct=True))


def rows_behind(name: str, part: str, reach: Reach, path: str, period: Period) -> QuerySet[Any]:
    """The rows of a figure's `numerator` or `denominator`, each with its figure's columns annotated."""
    figure = BY_NAME[name]
    rows = figure.within(reach, path, period)
    if part == "numerator":
        rows = rows.filter(figure.hit())
    to = f"{figure.subject}__" if figure.subject else ""
    named = {f"at_{column}": F(f"{to}{column}") for column in figure.columns}
    return rows.annotate(**named).order_by(f"-{to}id", "pk").distinct()


PARTS = ("numerator", "denominator")


def with_urls(found: list[Value], query: str) -> list[dict[str, Any]]:
    """Each figure with the addresses of the rows behind its two numbers."""
    return [
        {"value": one}
        | {part: f"{reverse('case-figure-rows', args=[one.figure.name, part])}?{query}" for part in PARTS}
        for one in found
    ]
