"""What came out, so that nobody can be picked out: the one place where answers are counted, for page, print and export.

Nothing is counted before the survey is closed: whoever looked at ten sheets and again at eleven would have read the
eleventh. Small cells are hidden, and enough beside them that subtracting does not tell:

- One choice and agreement: the options, and 没填 where there are any, add up to the sheets (`cells.shown_beside`).
  No mean is given: with the total it would be the second equation for two hidden cells.
- Several choices: each option is a table of two, who chose it and who did not; both must be large. None may be chosen
  and how many did so is not said, so two options never add up: what they share stays open by at least ten.
- Online and on paper add up too: both or neither.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import SystemRandom
from typing import Any

from django.utils.translation import gettext as _

from centres.surveys.enums import AGREEMENT, Kind, SurveyState
from centres.surveys.models import Question, Survey, SurveyAnswer
from portal.privacy.cells import is_small, shown, shown_beside
from portal.ui.charts import Bars, Group, Series, bars
from portal.ui.tables import Cell, Column, Table


@dataclass(frozen=True)
class Line:
    label: str
    count: int | None  # None: not shown


@dataclass
class Result:
    """One question. `chart` draws what is shown, its table has every line; `hidden`: how many lines are not shown."""

    number: int
    question: Question
    lines: list[Line] = field(default_factory=list)
    chart: Bars | None = None
    table: Table | None = None
    sentences: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        return sum(1 for line in self.lines if line.count is None)


@dataclass
class Results:
    """`sheets` is None where there are too few to say anything, and then no question says anything either."""

    sheets: int | None
    online: int | None
    paper: int | None
    questions: list[Result]


def results_of(survey: Survey, *, inside: bool = False) -> Results:
    """Everything that may be shown of a closed survey. inside: with the free sentences, for the community."""
    if survey.state != SurveyState.CLOSED or is_small(survey.sheets):
        return Results(None, None, None, [])
    split = shown_beside([survey.online, survey.paper])
    online, paper = split if None not in split else (None, None)
    counted = _count(survey)
    questions = [
        _result(number, question, survey.sheets, *counted.get(question.pk, (0, Counter())), inside=inside)
        for number, question in enumerate(survey.questions.all(), start=1)
    ]
    return Results(shown(survey.sheets), online, paper, questions)


def _count(survey: Survey) -> dict[Any, tuple[int, Counter[int]]]:
    """Per question: how many answered it, and how often each option stands there."""
    found: dict[Any, tuple[int, Counter[int]]] = {}
    rows = SurveyAnswer.objects.filter(question__survey=survey).values_list("question_id", "choices")
    for question_id, choices in rows.iterator():
        number, options = found.get(question_id, (0, Counter()))
        options.update(choices)
        found[question_id] = (number + 1, options)
    return found


def _result(
    number: int, question: Question, sheets: int, answered: int, chosen: Counter[int], *, inside: bool
) -> Result:
    if question.kind == Kind.TEXT:
        sentences = shuffled_sentences(question) if inside and not is_small(answered) else []
        return Result(number, question, sentences=sentences)
    labels = options_of(question)
    counts = [chosen[value] for value, _label in labels]
    names = [label for _value, label in labels]
    if question.kind == Kind.SEVERAL:
        visible = [None if is_small(n) or is_small(sheets - n) else n for n in counts]
    else:
        blank = sheets - answered
        if blank:
            counts, names = [*counts, blank], [*names, _("没填")]
        visible = shown_beside(counts)
    lines = [Line(name, count) for name, count in zip(names, visible, strict=True)]
    table = _table(question, lines)
    return Result(number, question, lines, _chart(number, question, lines, table), table)


def options_of(question: Question) -> list[tuple[int, str]]:
    """What may be chosen: (what an answer holds, what is read), in the order of the sheet."""
    if question.kind == Kind.AGREE:
        return [(value, str(label)) for value, label in AGREEMENT.items()]
    return list(enumerate(question.options))


def shuffled_sentences(question: Question) -> list[str]:
    """In another order each time: the order of the rows is chance already, and must not become a habit."""
    found = list(SurveyAnswer.objects.filter(question=question).values_list("text", flat=True))
    SystemRandom().shuffle(found)
    return found


def said(count: int | None) -> str:
    """A hidden count says only that it is hidden: it may be small itself, or stand beside a small one."""
    return _("不写") if count is None else str(count)


def _table(question: Question, lines: Iterable[Line]) -> Table:
    rows = [[Cell(line.label), Cell(said(line.count))] for line in lines]
    return Table(question.text, [Column(_("选项")), Column(_("份数"), num=True)], rows, fold=False)


def _chart(number: int, question: Question, lines: list[Line], table: Table) -> Bars | None:
    groups = [
        Group(line.label, f"#q-{number}", [line.count], _("%(what)s：%(n)d 份") % {"what": line.label, "n": line.count})
        for line in lines
        if line.count is not None
    ]
    if not groups:
        return None
    return replace(bars(question.text, groups, [Series(_("份数"), "c-b")]), table=table)
