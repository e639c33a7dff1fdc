"""Every write of the community's to a survey; answering is in answering.py. Lock, recheck, write, record."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.surveys import rules
from centres.surveys.enums import WITH_OPTIONS, Event, Kind, SurveyState
from centres.surveys.lifecycle import flow
from centres.surveys.models import Question, Survey
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

MOST_QUESTIONS = 20
MOST_OPTIONS = 12
LONGEST = dt.timedelta(days=366)
T = TypeVar("T")


def visible_survey(actor: Actor, survey_id: UUID) -> Survey:
    """A survey as this person may see it. Raises NotFound."""
    found = Survey.objects.visible_to(actor).with_centre().filter(pk=survey_id).first()
    if found is None:
        raise NotFound()
    return found


def desk_survey(actor: Actor, survey_id: UUID) -> Survey:
    """A survey of the centres within reach: the page behind the counter. Raises NotFound."""
    found = Survey.objects.within(actor).with_centre().filter(pk=survey_id).first()
    if found is None:
        raise NotFound()
    return found


# ---------------------------------------------------------------- the survey itself
def write_survey(
    *,
    actor: Actor,
    centre: Any,
    title: str,
    why: str,
    opens_on: dt.date,
    closes_on: dt.date,
    now: dt.datetime | None = None,
) -> Survey:
    """Begin a draft. Raises Invalid for words or days that cannot be, Forbidden for who does not run the centre."""
    given = _read(title, why, opens_on, closes_on)
    return flow.begin(Survey(centre=centre, **given), event=Event.WRITE, actor=actor, now=now)


def change_survey(
    *, actor: Actor, survey_id: UUID, title: str, why: str, opens_on: dt.date, closes_on: dt.date
) -> Survey:
    """Change the words and days of a draft."""
    given = _read(title, why, opens_on, closes_on)

    def change(survey: Survey) -> Survey:
        for name, value in given.items():
            setattr(survey, name, value)
        survey.save(update_fields=list(given))
        record(actor=actor, verb="survey.change", target=survey, path=survey.centre.grid.path, fields=list(given))
        return survey

    return _on_draft(actor, survey_id, change)


def act(
    *, actor: Actor, survey_id: UUID, event: str, version: int | None = None, now: dt.datetime | None = None
) -> Any:
    """Open a draft or give it up, close early what is open. Raises Refusal NO_QUESTIONS, OVER, what the engine raises.

    One given up is found nowhere any more; that it was, and by whom, stays in its records.
    """
    desk_survey(actor, survey_id)
    if event not in (Event.OPEN, Event.CLOSE, Event.DISCARD):
        raise Conflict(code="ILLEGAL_TRANSITION")
    return flow.fire(survey_id, event=event, actor=actor, version=version, now=now)


def say_followup(*, actor: Actor, survey_id: UUID, text: str) -> Survey:
    """Say in a sentence what the centre will do with what it heard. May be said again, better."""
    text = " ".join(text.split())
    if not 4 <= len(text) <= 300:
        raise Invalid(errors={"followup": [_("写一两句，四到三百个字。")]})

    def work() -> Survey:
        survey = _held(actor, survey_id)
        if survey.state != SurveyState.CLOSED:
            raise Conflict(_("还在问。收了以后再写接下来做什么。"), code="STILL_OPEN")
        survey.followup = text
        survey.save(update_fields=["followup"])
        record(actor=actor, verb="survey.followup", target=survey, path=survey.centre.grid.path, fields=["followup"])
        return survey

    return in_one_transaction(work)


# ---------------------------------------------------------------- its questions
def add_question(*, actor: Actor, survey_id: UUID, kind: str, text: str, options: Iterable[str] = ()) -> Question:
    """Add a question at the end of a draft. Raises Invalid, Conflict FROZEN once it is open."""
    given = _read_question(kind, text, options)

    def add(survey: Survey) -> Question:
        if survey.questions.count() >= MOST_QUESTIONS:
            raise Refusal(_("问题太多没人答得完，最多二十道。"), code="TOO_MANY_QUESTIONS")
        last = survey.questions.aggregate(last=Max("order"))["last"]
        question = Question(survey=survey, order=0 if last is None else last + 1, **given)
        question.save(force_insert=True)
        record(actor=actor, verb="survey.add_question", target=survey, path=survey.centre.grid.path)
        return question

    return _on_draft(actor, survey_id, add)


def change_question(
    *, actor: Actor, survey_id: UUID, question_id: UUID, kind: str, text: str, options: Iterable[str] = ()
) -> Question:
    given = _read_question(kind, text, options)

    def change(survey: Survey) -> Question:
        question = question_of(survey, question_id)
        for name, value in given.items():
            setattr(question, name, value)
        question.save(update_fields=list(given))
        record(actor=actor, verb="survey.change_question", target=survey, path=survey.centre.grid.path)
        return question

    return _on_draft(actor, survey_id, change)


def drop_question(*, actor: Actor, survey_id: UUID, question_id: UUID) -> None:
    def drop(survey: Survey) -> None:
        question_of(survey, question_id).delete()
        record(actor=actor, verb="survey.drop_question", target=survey, path=survey.centre.grid.path)

    _on_draft(actor, survey_id, drop)


def raise_question(*, actor: Actor, survey_id: UUID, question_id: UUID) -> None:
    """One place up; the first stays where it is."""

    def move(survey: Survey) -> None:
        questions = list(survey.questions.all())
        at = next((n for n, one in enumerate(questions) if one.pk == question_id), None)
        if at is None:
            raise NotFound()
        if at:
            questions[at - 1], questions[at] = questions[at], questions[at - 1]
        for n, one in enumerate(questions):
            one.order = n
        Question.objects.bulk_update(questions, ["order"])
        record(actor=actor, verb="survey.raise_question", target=survey, path=survey.centre.grid.path)

    _on_draft(actor, survey_id, move)


def question_of(survey: Survey, question_id: UUID) -> Question:
    found = survey.questions.filter(pk=question_id).first()
    if found is None:
        raise NotFound()
    return found


# ---------------------------------------------------------------- within
def _held(actor: Actor, survey_id: UUID) -> Survey:
    """Lock a survey of a centre this person runs; the street only reads."""
    survey = (
        Survey.objects.within(actor)
        .with_centre()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=survey_id)
        .first()
    )
    if survey is None:
        raise NotFound()
    if not rules.runs(actor, survey):
        raise Forbidden()
    return survey


def _on_draft(actor: Actor, survey_id: UUID, write: Callable[[Survey], T]) -> T:
    def work() -> T:
        survey = _held(actor, survey_id)
        if survey.state != SurveyState.DRAFT:
            # Who answered before would have answered something else.
            raise Conflict(
                _("已经开始问了，问题不能再改：先答的人看到的是原来的。要改就提前收，另写一份。"), code="FROZEN"
            )
        return write(survey)

    return in_one_transaction(work)


def _read(title: str, why: str, opens_on: dt.date, closes_on: dt.date) -> dict[str, Any]:
    title, why = " ".join(title.split()), " ".join(why.split())
    errors: dict[str, list[str]] = {}
    if not 2 <= len(title) <= 40:
        errors["title"] = [_("写两到四十个字。")]
    if not 4 <= len(why) <= 120:
        errors["why"] = [_("用一句话说为什么问，四到一百二十个字。")]
    if opens_on > closes_on:
        errors["closes_on"] = [_("“问到哪天”不能早于“从哪天问起”。")]
    elif closes_on - opens_on > LONGEST:
        errors["closes_on"] = [_("最多问一年。")]
    elif closes_on > timezone.localdate() + 2 * LONGEST:
        errors["closes_on"] = [_("太远了，两年以内的日子才行。")]
    if errors:
        raise Invalid(errors=errors)
    return {"title": title, "why": why, "opens_on": opens_on, "closes_on": closes_on}


def _read_question(kind: str, text: str, options: Iterable[str]) -> dict[str, Any]:
    text = " ".join(text.split())
    listed = [line for one in options if (line := " ".join(one.split()))] if kind in WITH_OPTIONS else []
    errors: dict[str, list[str]] = {}
    if kind not in Kind.values:
        errors["kind"] = [_("这一项选不了，请从列出来的里面选。")]
    if not 2 <= len(text) <= 80:
        errors["text"] = [_("写两到八十个字。")]
    if kind in WITH_OPTIONS:
        if not 2 <= len(listed) <= MOST_OPTIONS:
            errors["options"] = [_("写两个到十二个选项，一行一个。")]
        elif any(len(one) > 30 for one in listed):
            errors["options"] = [_("每个选项三十个字以内。")]
        elif len(set(listed)) < len(listed):
            errors["options"] = [_("有两个选项一样，去掉一个。")]
    if errors:
        raise Invalid(errors=errors)
    return {"kind": kind, "text": text, "options": listed}
