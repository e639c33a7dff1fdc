"""A survey is written, asked, and over. Every state × event × role, and what may be changed when."""

import datetime as dt

import pytest
from django.db import transaction

from centres.surveys import notices, services
from centres.surveys.enums import Event, SurveyState
from centres.surveys.lifecycle import LAPSE, flow, last_moment
from centres.surveys.models import Survey, SurveyRecord
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Stale
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import QUESTIONS, TODAY, a_centre, a_survey, close, days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
STATES = ("draft", "open", "closed", "discarded")
LEADS = {
    ("draft", "open"): "open",
    ("draft", "discard"): "discarded",
    ("open", "close"): "closed",
    ("open", "lapse"): "closed",
}
WRITERS = {"clerk", "secretary"}
OTHERS = ("resident", "grid_worker", "clerk_b", "secretary_b", "street_supervisor", "district_admin", "sysadmin")


@pytest.mark.parametrize("state", STATES)
def test_every_event_by_every_role(cast, state):
    survey, wrong = a_survey(cast, state), []
    for event in ("open", "close", "lapse", "discard"):
        # Late enough for the survey to lapse, early enough for it to be opened.
        moment = last_moment(survey) if event == "lapse" else NOW
        for who in (*sorted(WRITERS), *OTHERS, "", "system"):
            actor = SYSTEM if who == "system" else cast.actor(who) if who else Actor()
            may = who == "system" or (who in WRITERS and event != "lapse")
            expected = LEADS.get((state, event), "ILLEGAL_TRANSITION") if may else "FORBIDDEN"
            try:
                with transaction.atomic():
                    got = flow.fire(survey.pk, event=event, actor=actor, now=moment).state
                    transaction.set_rollback(True)
            except Refusal as refused:
                got = refused.code
            if got != expected:
                wrong.append(f"{event} by {who or 'nobody'}: {got}, not {expected}")
    survey.refresh_from_db()
    assert (wrong, survey.state) == ([], state)


@pytest.mark.parametrize(("who", "refusal"), [("street_supervisor", Forbidden), ("clerk_b", NotFound)])
def test_who_may_not_ask_for_an_event_learns_only_what_they_may_see(cast, who, refusal):
    survey = a_survey(cast, "draft")
    with pytest.raises(refusal):
        services.act(actor=cast.actor(who), survey_id=survey.pk, event="open")


@pytest.mark.parametrize("event", ["write", "lapse", "nonsense", ""])
def test_no_event_but_those_of_the_desk_is_asked_for_by_name(cast, event):
    with pytest.raises(Conflict):
        services.act(actor=cast.actor("clerk"), survey_id=a_survey(cast).pk, event=event)


def test_a_page_of_yesterday_is_stale(cast):
    survey = a_survey(cast, "draft")
    with pytest.raises(Stale):
        services.act(actor=cast.actor("clerk"), survey_id=survey.pk, event="open", version=7)


# ---------------------------------------------------------------- what it takes to open
def test_without_a_question_it_does_not_open(cast):
    survey = a_survey(cast, "draft", questions=())
    with pytest.raises(Refusal, match="NO_QUESTIONS"):
        services.act(actor=cast.actor("clerk"), survey_id=survey.pk, event="open", now=NOW)
    assert Survey.objects.get().state == SurveyState.DRAFT
    assert SurveyRecord.objects.count() == 1


def test_a_survey_of_last_week_does_not_open(cast):
    survey = a_survey(cast, "draft", **days(-9, -1))
    with pytest.raises(Refusal, match="OVER"):
        services.act(actor=cast.actor("clerk"), survey_id=survey.pk, event="open", now=NOW)


# ---------------------------------------------------------------- writing
def test_clerk_and_secretary_write_and_nobody_else(cast):
    given = {"centre": a_centre(cast.place.community), "title": "健身器材", "why": "明年要换一批。", **days()}
    for who in WRITERS:
        assert services.write_survey(actor=cast.actor(who), **given).state == "draft"
    for who in OTHERS:
        with pytest.raises(Forbidden):
            services.write_survey(actor=cast.actor(who), **given)
    assert Survey.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "啊"}, "title"),
        ({"title": "长" * 41}, "title"),
        ({"why": "  "}, "why"),
        ({"why": "长" * 121}, "why"),
        (days(3, 2), "closes_on"),
        (days(0, 400), "closes_on"),
        ({"opens_on": dt.date(9998, 12, 1), "closes_on": dt.date(9998, 12, 31)}, "closes_on"),
    ],
)
def test_words_and_days_that_cannot_be(cast, wrong, field):
    given = {"title": "健身器材", "why": "明年要换一批。", **days()} | wrong
    with pytest.raises(Invalid) as refused:
        services.write_survey(actor=cast.actor("clerk"), centre=a_centre(cast.place.community), **given)
    assert list(refused.value.extra["errors"]) == [field]
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("kind", "text", "options", "field"),
    [
        ("one", "午饭？", ("食堂",), "options"),
        ("one", "午饭？", ("食堂", "食堂"), "options"),
        ("several", "午饭？", [f"第{n}样" for n in range(13)], "options"),
        ("several", "午饭？", ("长" * 31, "短"), "options"),
        ("stars", "午饭？", (), "kind"),
        ("text", "啊", (), "text"),
    ],
)
def test_questions_that_cannot_be_answered(cast, kind, text, options, field):
    survey = a_survey(cast, "draft", questions=())
    with pytest.raises(Invalid) as refused:
        services.add_question(actor=cast.actor("clerk"), survey_id=survey.pk, kind=kind, text=text, options=options)
    assert list(refused.value.extra["errors"]) == [field]
    assert survey.questions.count() == 0


def test_questions_are_added_moved_changed_and_dropped_while_it_is_a_draft(cast):
    survey, clerk = a_survey(cast, "draft", questions=()), cast.actor("clerk")
    whose = {"actor": clerk, "survey_id": survey.pk}
    first = services.add_question(**whose, kind="agree", text="楼里该装电梯。", options=("多余的", "不要的"))
    second = services.add_question(**whose, kind="one", text="午饭？", options=["食堂 ", "", "家里"])
    assert (first.options, second.options) == ([], ["食堂", "家里"])
    services.raise_question(**whose, question_id=second.pk)
    services.raise_question(**whose, question_id=second.pk)
    assert [one.text for one in survey.questions.all()] == ["午饭？", "楼里该装电梯。"]
    services.change_question(**whose, question_id=first.pk, kind="text", text="电梯怎么样？")
    services.drop_question(**whose, question_id=second.pk)
    assert [(one.kind, one.text) for one in survey.questions.all()] == [("text", "电梯怎么样？")]


def test_a_survey_nobody_would_finish_is_not_written(cast):
    survey = a_survey(cast, "draft", questions=[("agree", f"第 {n} 句", ()) for n in range(20)])
    with pytest.raises(Refusal, match="TOO_MANY_QUESTIONS"):
        services.add_question(actor=cast.actor("clerk"), survey_id=survey.pk, kind="agree", text="再一句")


@pytest.mark.parametrize("state", ["open", "closed"])
def test_once_it_is_open_nothing_of_it_changes(cast, state):
    survey, clerk = a_survey(cast, state), cast.actor("clerk")
    question = survey.questions.first()
    whose = {"actor": clerk, "survey_id": survey.pk}
    attempts = (
        lambda: services.add_question(**whose, kind="agree", text="再一句"),
        lambda: services.change_question(**whose, question_id=question.pk, kind="agree", text="换一句"),
        lambda: services.drop_question(**whose, question_id=question.pk),
        lambda: services.raise_question(**whose, question_id=question.pk),
        lambda: services.change_survey(**whose, title="换个题目", why="换个说法吧。", **days()),
    )
    for attempt in attempts:
        with pytest.raises(Conflict, match="FROZEN") as refused:
            attempt()
        assert "不能再改" in str(refused.value.message)
    assert list(survey.questions.values_list("text", flat=True)) == [text for _kind, text, _options in QUESTIONS]


def test_a_question_of_another_survey_is_not_found(cast):
    mine, other = a_survey(cast, "draft"), a_survey(cast, "draft", title="别的")
    with pytest.raises(NotFound):
        services.drop_question(actor=cast.actor("clerk"), survey_id=mine.pk, question_id=other.questions.first().pk)


def test_a_draft_changes_its_words(cast):
    survey = a_survey(cast, "draft")
    services.change_survey(
        actor=cast.actor("secretary"), survey_id=survey.pk, title="新题目", why="新的说法。", **days(1, 5)
    )
    survey.refresh_from_db()
    assert (survey.title, survey.opens_on) == ("新题目", TODAY + dt.timedelta(days=1))


# ---------------------------------------------------------------- what comes of it
def test_what_comes_of_it_is_said_after_and_only_after(cast):
    survey, clerk = a_survey(cast), cast.actor("clerk")
    with pytest.raises(Conflict, match="STILL_OPEN"):
        services.say_followup(actor=clerk, survey_id=survey.pk, text="先装三部电梯。")
    close(survey)
    with pytest.raises(Forbidden):
        services.say_followup(actor=cast.actor("street_supervisor"), survey_id=survey.pk, text="先装三部电梯。")
    with pytest.raises(Invalid):
        services.say_followup(actor=clerk, survey_id=survey.pk, text="好")
    assert (
        services.say_followup(actor=clerk, survey_id=survey.pk, text="先装 \n三部电梯。").followup == "先装 三部电梯。"
    )


# ---------------------------------------------------------------- what falls due
def test_it_closes_by_itself_once_and_tells_once(cast):
    survey = a_survey(cast)
    until = last_moment(survey)
    assert until.isoformat() == "2026-10-02T00:00:00+08:00"  # the 28th is its last day; three more for the paper ones
    assert sweep(until - dt.timedelta(seconds=1)).done == 0
    assert sweep(until).done == 1
    assert sweep(until).done == 0
    survey.refresh_from_db()
    assert survey.state == SurveyState.CLOSED
    assert SurveyRecord.objects.filter(event=Event.LAPSE).count() == 1
    told = Notice.objects.filter(about_id=survey.pk)
    assert set(told.values_list("recipient", flat=True)) == {cast.clerk.pk, cast.secretary.pk}
    notices.tell_it_is_over(survey, until)
    assert told.count() == 2


def test_closed_early_does_not_lapse_later(cast):
    survey = a_survey(cast)
    services.act(actor=cast.actor("secretary"), survey_id=survey.pk, event="close", now=NOW)
    assert DueRow.objects.get(kind=LAPSE).outcome == "cancelled"
    assert sweep(last_moment(survey)).done == 0
    DueRow.objects.filter(kind=LAPSE).update(done_at=None, outcome="")  # should it be worked through after all
    sweep(last_moment(survey))
    assert DueRow.objects.get(kind=LAPSE).outcome == "skipped"
    assert SurveyRecord.objects.filter(event=Event.LAPSE).count() == 0
