"""Nothing that is stored leads from an answer to whoever gave it: no column, no line of the trail, no order."""

import json

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection

from centres.surveys import answering, tickets
from centres.surveys.models import Survey, SurveyAnswer, SurveyRecord, SurveyTicket
from portal.audit.models import AuditEntry
from portal.once.models import OnceKey
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import a_survey, close, people, say, say_on_paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def stored(*models) -> str:
    return serializers.serialize("json", [row for model in models for row in model._base_manager.all()])


def test_an_answer_has_no_column_for_anybody_or_any_time():
    names = {field.name: field.get_internal_type() for field in SurveyAnswer._meta.get_fields()}
    assert names == {"id": "UUIDField", "question": "ForeignKey", "choices": "ArrayField", "text": "CharField"}
    ticket = {field.name: field.get_internal_type() for field in SurveyTicket._meta.get_fields()}
    assert ticket == {"id": "UUIDField", "survey": "ForeignKey", "holder": "CharField"}


def test_no_other_table_points_at_an_answer_or_a_ticket():
    pointing = [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model in (SurveyAnswer, SurveyTicket)
    ]
    assert pointing == []


def test_after_answering_neither_account_nor_hash_stands_with_an_answer(cast, browse):
    survey = a_survey(cast)
    before = AuditEntry.objects.count()
    page = browse("resident").post(f"/surveys/{survey.pk}/answer/", {"q1": "1", "q2": ["0", "2"], "q3": "5"})
    assert page.status_code == 302
    user, holder = str(cast.resident.pk), tickets.holder_of(survey.pk, cast.resident.pk)
    assert SurveyTicket.objects.get().holder == holder
    answers = stored(SurveyAnswer)
    assert (user in answers, holder in answers, str(SurveyTicket.objects.get().pk) in answers) == (False, False, False)
    everywhere = stored(SurveyAnswer, Survey, SurveyRecord, SurveyTicket)
    assert (user in everywhere, cast.resident.phone in everywhere) == (False, False)
    # One line in the trail: that somebody answered this survey.
    lines = list(AuditEntry.objects.order_by("id")[before:])
    assert [(line.verb, line.object_id, line.actor_id, line.subject_id) for line in lines] == [
        ("survey.answer", str(survey.pk), None, None)
    ]
    assert lines[0].actor_role == "anyone"
    told = json.dumps([vars(line) for line in lines], default=str)
    assert (user in told, holder in told) == (False, False)
    assert not any(str(answer.pk) in told for answer in SurveyAnswer.objects.all())


def test_no_once_key_holds_the_account_beside_the_second(cast, browse):
    survey = a_survey(cast)
    page = browse("resident").get(f"/surveys/{survey.pk}/").content.decode()
    assert 'name="_once"' not in page.partition("<main")[2].partition("</main")[0]
    browse("resident").post(f"/surveys/{survey.pk}/answer/", {"q1": "1", "q3": "5", "_once": "abc"})
    assert SurveyAnswer.objects.count() == 2
    assert not OnceKey.objects.exists()


def test_the_same_account_is_another_holder_in_another_survey(cast):
    first, second = a_survey(cast), a_survey(cast, title="另一份")
    for one in (first, second):
        say(one, cast.actor("resident"), 0, None, 3)
    assert len(set(SurveyTicket.objects.values_list("holder", flat=True))) == 2


def places() -> dict[str, str]:
    """Sentence → the transaction that wrote it, in the order the rows lie: what a database's owner could ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, xmin::text FROM centres_surveyanswer WHERE text <> '' ORDER BY ctid")
        return dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_no_order_of_rows_is_the_order_of_those_who_answered(cast):
    survey = a_survey(cast)
    crowd = people(12)
    ids: set[str] = set()
    for n, actor in enumerate(crowd):
        say(survey, actor, 0, None, 3, f"第 {n:02} 句")
        now = {str(pk) for pk in SurveyAnswer.objects.values_list("pk", flat=True)}
        assert not now & ids, "an id that stays tells which rows are new"
        ids = now
    assert len(set(places().values())) == 1, "the transaction tells who wrote which"
    lying = list(places())
    assert sorted(lying) == [f"第 {n:02} 句" for n in range(12)]
    assert lying != sorted(lying)  # one chance in 479 million


@pytest.mark.django_db(transaction=True)
def test_without_mixing_the_rows_would_tell(cast, monkeypatch):
    """The control: written one after the other, each sentence lies with its transaction and in its turn."""
    monkeypatch.setattr(answering, "mix", lambda survey, rows: SurveyAnswer.objects.bulk_create(rows))
    survey = a_survey(cast)
    for n, actor in enumerate(people(5)):
        say(survey, actor, 0, None, 3, f"第 {n} 句")
    found = places()
    assert len(set(found.values())) == 5
    assert list(found) == sorted(found)


def test_a_crowd_is_bounded_and_the_new_sheet_is_in_it(cast, monkeypatch):
    monkeypatch.setattr(answering, "MIXED", 4)
    survey = a_survey(cast)
    for n, actor in enumerate(people(6)):
        say(survey, actor, 1, None, 4, f"第 {n} 句")
    assert SurveyAnswer.objects.count() == 18
    assert set(SurveyAnswer.objects.exclude(text="").values_list("text", flat=True)) == {f"第 {n} 句" for n in range(6)}


def test_mixing_leaves_other_surveys_alone(cast):
    first, second = a_survey(cast), a_survey(cast, title="另一份")
    say(first, cast.actor("resident"), 0, None, 3)
    kept = set(SurveyAnswer.objects.values_list("pk", flat=True))
    say(second, cast.actor("resident"), 2, (0,), 1)
    assert kept <= set(SurveyAnswer.objects.values_list("pk", flat=True))
    assert {tuple(one.choices) for one in SurveyAnswer.objects.filter(question__survey=first)} == {(0,), (3,)}


def test_closing_forgets_who_answered(cast):
    survey, other = a_survey(cast), a_survey(cast, title="另一份")
    for one in (survey, other):
        say(one, cast.actor("resident"), 0, None, 3)
    close(survey)
    assert list(SurveyTicket.objects.values_list("survey", flat=True)) == [other.pk]


def test_paper_is_counted_as_paper_and_names_only_the_clerk_who_typed(cast):
    survey = a_survey(cast)
    say_on_paper(cast, survey, 0, None, None, "纸上写的")
    survey.refresh_from_db()
    assert (survey.online, survey.paper, SurveyTicket.objects.count()) == (0, 1, 0)
    line = AuditEntry.objects.get(verb="survey.enter_paper")
    assert (line.actor_id, line.object_id, line.at) == (cast.clerk.pk, str(survey.pk), NOW)
