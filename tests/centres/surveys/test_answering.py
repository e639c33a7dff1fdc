"""What a sheet may hold, who may hand one in, and until when."""

import datetime as dt

import pytest

from centres.surveys.answering import Answered, NotAsking, answer
from centres.surveys.models import Survey, SurveyAnswer, SurveyTicket
from portal.accounts.actors import Actor
from portal.errors import Forbidden, Invalid, NotFound
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import a_survey, close, days, say, say_on_paper, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def test_a_sheet_is_kept_question_by_question(cast):
    survey = a_survey(cast)
    say(survey, cast.actor("resident"), 1, (2, 0), 4, "  电梯\n快些  ")
    kept = {row.question.kind: (row.choices, row.text) for row in SurveyAnswer.objects.select_related("question")}
    assert kept == {"one": ([1], ""), "several": ([0, 2], ""), "agree": ([4], ""), "text": ([], "电梯 快些")}
    survey.refresh_from_db()
    assert (survey.online, survey.paper) == (1, 0)


def test_twice_is_once(cast):
    survey = a_survey(cast)
    say(survey, cast.actor("resident"), 0, None, 3)
    with pytest.raises(Answered):
        say(survey, cast.actor("resident"), 2, None, 5)
    survey.refresh_from_db()
    assert (survey.online, SurveyAnswer.objects.count(), SurveyTicket.objects.count()) == (1, 2, 1)


WRONG = [
    ((None, None, 3), 0),
    ((0, None, None), 2),
    ((3, None, 3), 0),
    ((-1, None, 3), 0),
    (((0, 1), None, 3), 0),
    ((0, (0, 3), 3), 1),
    ((0, None, 6), 2),
    ((0, None, 0), 2),
    ((0, "一句话", 3), 1),
    ((0, None, 3, "长" * 201), 3),
    ((0, None, 3, (1,)), 3),
]


@pytest.mark.parametrize(("said", "at"), WRONG)
def test_what_cannot_be_answered_is_refused_at_its_question(cast, said, at):
    survey = a_survey(cast)
    with pytest.raises(Invalid) as refused:
        say(survey, cast.actor("resident"), *said)
    assert list(refused.value.extra["errors"]) == [str(survey.questions.all()[at].pk)]
    survey.refresh_from_db()
    assert (survey.online, SurveyAnswer.objects.count(), SurveyTicket.objects.count()) == (0, 0, 0)


def test_an_answer_to_a_question_of_another_survey_is_not_kept(cast):
    survey, other = a_survey(cast), a_survey(cast, title="另一份")
    replies = sheet(survey, 0, None, 3) | sheet(other, 1, None, 1)
    answer(actor=cast.actor("resident"), survey_id=survey.pk, replies=replies, now=NOW)
    assert not SurveyAnswer.objects.filter(question__survey=other).exists()


def test_nobody_answers_without_an_account(cast):
    survey = a_survey(cast)
    with pytest.raises(Forbidden):
        say(survey, Actor(), 0, None, 3)


@pytest.mark.parametrize(
    ("state", "given", "refusal"),
    [
        ("draft", {}, NotFound),
        ("closed", {}, NotAsking),
        ("open", days(1, 5), NotAsking),
        ("open", {}, None),
    ],
)
def test_only_while_it_is_asked(cast, state, given, refusal):
    survey = a_survey(cast, state, **given)
    if refusal is None:
        say(survey, cast.actor("resident"), 0, None, 3)
        return
    with pytest.raises(refusal):
        say(survey, cast.actor("resident"), 0, None, 3)
    assert not SurveyAnswer.objects.exists()


def test_the_last_day_is_whole_and_the_paper_has_three_more(cast, friday):
    survey = a_survey(cast, **days(0, 2))
    friday.move_to(NOW.replace(day=20, hour=23, minute=59))
    answer(actor=cast.actor("resident"), survey_id=survey.pk, replies=sheet(survey, 0, None, 3))
    friday.move_to(NOW.replace(day=21, hour=0, minute=1))
    with pytest.raises(NotAsking):
        answer(actor=cast.actor("neighbour"), survey_id=survey.pk, replies=sheet(survey, 0, None, 3))
    say_on_paper(cast, survey, 1)
    survey.refresh_from_db()
    assert (survey.online, survey.paper) == (1, 1)


# ---------------------------------------------------------------- on paper
def test_paper_may_be_half_empty_but_not_empty(cast):
    survey = a_survey(cast)
    say_on_paper(cast, survey, None, (1,), None)
    with pytest.raises(Invalid):
        say_on_paper(cast, survey, None, None, None)
    survey.refresh_from_db()
    assert (survey.paper, SurveyAnswer.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("who", "refusal"), [("street_supervisor", Forbidden), ("clerk_b", NotFound), ("resident", NotFound)]
)
def test_only_the_community_types_paper_in(cast, who, refusal):
    survey = a_survey(cast)
    with pytest.raises(refusal):
        say_on_paper(cast, survey, 0, None, 3, who=who)
    assert not Survey.objects.filter(paper__gt=0).exists()


def test_paper_before_its_first_day_and_after_the_results_is_refused(cast):
    early, over = a_survey(cast, **days(1, 5)), close(a_survey(cast, title="收了的"))
    for survey in (early, over):
        with pytest.raises(NotAsking):
            say_on_paper(cast, survey, 0, None, 3)


def test_time_of_day_does_not_matter_to_the_days(cast):
    survey = a_survey(cast)
    just_after_midnight = dt.datetime(2026, 9, 17, 16, 1, tzinfo=dt.UTC)  # the 18th in Shanghai
    answer(
        actor=cast.actor("resident"), survey_id=survey.pk, replies=sheet(survey, 0, None, 3), now=just_after_midnight
    )
