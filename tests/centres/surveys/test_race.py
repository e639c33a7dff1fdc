"""One account that answers twice at the same moment answers once. Real connections, and without the walls."""

import time

import pytest
from django.db import connection

from centres.surveys import answering
from centres.surveys.enums import Event
from centres.surveys.lifecycle import flow
from centres.surveys.models import Survey, SurveyAnswer, SurveyTicket
from portal.accounts.actors import SYSTEM
from tests.centres.rooms.people import NOW
from tests.centres.rooms.test_race import all_at_once
from tests.centres.surveys.people import a_survey, days, people, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("friday")]
ONCE = next(one for one in SurveyTicket._meta.constraints if one.name == "survey_ticket_once")


def counted(survey: Survey) -> tuple[int, int]:
    survey.refresh_from_db()
    return survey.online, SurveyAnswer.objects.filter(question__kind="one").count()


@pytest.mark.parametrize("number", [2, 8])
def test_one_account_at_once_answers_once(cast, number):
    survey = a_survey(cast)
    (one,) = people(1)
    answers = all_at_once(*(lambda n=n: say(survey, one, n % 3, None, 3) for n in range(number)))
    assert answers == {"ok": 1, "409 ANSWERED": number - 1}
    assert counted(survey) == (1, 1)


def test_everybody_at_once_is_heard(cast):
    survey = a_survey(cast)
    crowd = people(8)
    assert all_at_once(*(lambda who=who: say(survey, who, 1, (0,), 4, "一句") for who in crowd)) == {"ok": 8}
    assert counted(survey) == (8, 8)
    assert SurveyAnswer.objects.count() == 32


def test_who_answers_while_it_closes_is_in_or_is_told(cast):
    survey = a_survey(cast, **days(0, 3))
    crowd = people(5)
    acts = [lambda who=who: say(survey, who, 1, None, 4) for who in crowd]
    answers = all_at_once(*acts, lambda: flow.fire(survey.pk, event=Event.CLOSE, actor=SYSTEM, now=NOW))
    assert set(answers) <= {"ok", "409 NOT_ASKING"}
    heard = answers["ok"] - 1
    assert counted(survey) == (heard, heard)
    assert (survey.state, SurveyTicket.objects.count()) == ("closed", 0)


# ---------------------------------------------------------------- negative controls: what holds it, taken away
@pytest.fixture
def without_locks(monkeypatch):
    """Nobody waits for anybody, and everybody looks before anybody writes."""
    rows = answering._rows

    def slowly(survey, replies, *, complete):
        time.sleep(0.3)
        return rows(survey, replies, complete=complete)

    monkeypatch.setattr(answering, "_rows", slowly)
    monkeypatch.setattr(answering, "hold", lambda survey_id: Survey.objects.get(pk=survey_id))


def test_without_the_lock_the_constraint_still_keeps_it_to_one(cast, without_locks):
    survey = a_survey(cast)
    (one,) = people(1)
    assert all_at_once(*(lambda: say(survey, one, 0, None, 3) for _n in range(4))) == {"ok": 1, "409 ANSWERED": 3}


def test_without_lock_and_constraint_one_is_heard_several_times(cast, without_locks):
    survey = a_survey(cast)
    (one,) = people(1)
    with connection.schema_editor() as editor:
        editor.remove_constraint(SurveyTicket, ONCE)
    try:
        answers = all_at_once(*(lambda: say(survey, one, 0, None, 3) for _n in range(4)))
        assert answers["ok"] > 1
    finally:
        SurveyTicket.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(SurveyTicket, ONCE)
