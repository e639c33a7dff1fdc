"""The pages of a survey, pressed as people press them. It is Friday 18 September, 14:20."""

import html
import io
import re

import pytest
from openpyxl import load_workbook

from centres.surveys import services
from centres.surveys.models import Survey, SurveyAnswer
from centres.surveys.panels import asked, find
from centres.surveys.todos import to_follow_up
from portal.accounts.actors import Actor
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import a_centre, a_survey, close, days, fill, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
DESK = "/desk/surveys/"
COMPLETE = {"q1": "1", "q2": ["0", "2"], "q3": "5", "q4": "少放盐"}


def text(response) -> str:
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", main)))


def checked(response) -> set[tuple[str, str]]:
    """The choices that stand on the page as they were sent."""
    marks = re.findall(
        r'<input type="(?:radio|checkbox)" name="(q\d)" value="(\d)"[^>]* checked', response.content.decode()
    )
    return set(marks)


# ---------------------------------------------------------------- answering
def test_questions_answer_and_thanks(cast, browse):
    survey = a_survey(cast)
    resident = browse("resident")
    said = text(resident.get(f"/surveys/{survey.pk}/"))
    assert "1.午饭在哪里吃？" in said
    assert "很同意比较同意说不好不太同意很不同意" in said
    page = resident.post(f"/surveys/{survey.pk}/answer/", COMPLETE, follow=True)
    assert page.redirect_chain == [(f"/surveys/{survey.pk}/thanks/", 302)]
    assert "收到了，谢谢。" in text(page)
    assert SurveyAnswer.objects.count() == 4
    assert "您已经答过了，谢谢" in text(resident.get(f"/surveys/{survey.pk}/"))
    again = resident.post(f"/surveys/{survey.pk}/answer/", COMPLETE)
    assert (again.status_code, SurveyAnswer.objects.count()) == (409, 4)
    assert "您已经答过了" in text(again)


def test_nothing_is_lost_when_something_is_missing(cast, browse):
    survey = a_survey(cast)
    page = browse("resident").post(f"/surveys/{survey.pk}/answer/", {"q2": ["0", "2"], "q3": "4", "q4": "电梯"})
    assert page.status_code == 422
    said = text(page)
    assert "还差一处" in said
    assert "第1题：这道还没答。" in said
    assert '<a class="tap" href="#id_q1_0">' in page.content.decode()
    assert checked(page) == {("q2", "0"), ("q2", "2"), ("q3", "4")}
    assert "电梯</textarea>" in page.content.decode()
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"q1": "99", "q3": "5"},
        {"q1": "-1", "q3": "5"},
        {"q1": "x", "q3": "5"},
        {"q1": "1", "q3": "0"},
        {"q1": "1", "q3": "5", "q2": ["7"]},
        {"q1": "1", "q3": "5", "q4": "长" * 201},
        {"q1": "1", "q3": "5", "q4": "a\0b"},
        {},
    ],
)
def test_nonsense_is_said_and_not_kept(cast, browse, sent):
    survey = a_survey(cast)
    assert browse("resident").post(f"/surveys/{survey.pk}/answer/", sent).status_code == 422
    assert not SurveyAnswer.objects.exists()


def test_whoever_is_not_signed_in_reads_why_and_is_led_there(cast, browse):
    survey = a_survey(cast)
    said = text(browse().get(f"/surveys/{survey.pk}/"))
    assert "登录，我来答" in said
    assert "要一份纸的" in said
    sent = browse().post(f"/surveys/{survey.pk}/answer/", COMPLETE)
    assert sent.url == f"/accounts/login/?next=/surveys/{survey.pk}/"
    assert not SurveyAnswer.objects.exists()


def test_early_late_and_over_say_so(cast, browse, friday):
    early = a_survey(cast, title="还没到", **days(2, 5))
    resident = browse("resident")
    assert "开始问" in text(resident.get(f"/surveys/{early.pk}/"))
    late = a_survey(cast, title="刚过", **days(0, 0))
    friday.move_to(NOW.replace(day=19))
    resident = browse("resident")
    assert "不收了，谢谢大家" in text(resident.get(f"/surveys/{late.pk}/"))
    refused = resident.post(f"/surveys/{late.pk}/answer/", COMPLETE)
    assert refused.status_code == 409
    over = a_survey(cast, "closed", title="收了")
    assert resident.post(f"/surveys/{over.pk}/answer/", COMPLETE).status_code == 409


def test_what_somebody_wrote_stays_text(cast, browse):
    survey = a_survey(cast, questions=[("one", "<b>午饭</b>？", ("<i>食堂</i>", "家里"))])
    page = browse("resident").get(f"/surveys/{survey.pk}/").content.decode()
    assert "<b>午饭" not in page
    assert "<i>食堂" not in page


def test_the_sheet_of_paper_has_every_question_and_the_address(cast, browse):
    survey = a_survey(cast)
    page = browse().get(f"/surveys/{survey.pk}/sheet/")
    said = text(page)
    assert all(
        words in said
        for words in ("1.午饭在哪里吃？（选一个）", "（可以选几个）", "量血压", "很不同意", "4.还有什么想说的？")
    )
    assert "<svg" in page.content.decode().partition("survey-paper-qr")[2]


# ---------------------------------------------------------------- what came out
def test_results_in_public_begin_with_what_comes_of_it(cast, browse):
    survey = a_survey(cast)
    fill(survey, *[(0, (0,), 5, "一句心里话")] * 40, *[(1, (1,), 4, "一句心里话")] * 21, *[(2, None, 4, None)] * 3)
    close(survey)
    url = f"/surveys/{survey.pk}/"
    assert "中心还在商量" in text(browse().get(url))
    services.say_followup(actor=cast.actor("clerk"), survey_id=survey.pk, text="先装三部电梯。")
    page = browse().get(url)
    said = text(page)
    assert "我们问了，您说了，接下来做什么" in said
    assert said.index("先装三部电梯。") < said.index("1.午饭在哪里吃？")
    assert "64份" in said
    assert "还有两项不写数" in said
    assert "自己做40" in said
    assert "一句心里话" not in page.content.decode()
    assert "一句心里话" not in browse("street_supervisor").get(url).content.decode()
    assert '<table class="tbl' in page.content.decode()


def test_few_answers_are_not_shown_to_anybody(cast, browse):
    survey = a_survey(cast)
    fill(survey, *[(0, (0,), 5, "一句心里话")] * 9)
    close(survey)
    for page in (browse().get(f"/surveys/{survey.pk}/"), browse("clerk").get(survey.desk_url)):
        said = text(page)
        assert "说的人太少，不写结果" in said
        assert ("一句心里话" in said, "1.午饭在哪里吃？" in said) == (False, False)


def test_desk_reads_nothing_before_it_is_over_and_sentences_after(cast, browse):
    survey, clerk = a_survey(cast), browse("clerk")
    fill(survey, *[(0, (0,), 5, "一句心里话")] * 18, *[(1, None, 4)] * 12, paper=12)
    said = text(clerk.get(survey.desk_url))
    assert "正在问，收到30份。" in said
    assert "网上18份纸上12份" in said
    assert ("一句心里话" in said, "自己做18" in said) == (False, False)
    assert clerk.get(f"{survey.desk_url}results.xlsx").status_code == 409
    close(survey)
    said = text(clerk.get(survey.desk_url))
    assert "一句心里话" in said
    assert "18" in said
    answer = clerk.get(f"{survey.desk_url}results.xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.active["A1"].value == survey.title
    for closing in answer._resource_closers:
        closing()


# ---------------------------------------------------------------- behind the counter
def test_written_asked_typed_in_closed_and_followed_up_through_the_pages(cast, browse):
    a_centre(cast.place.community)
    clerk = browse("clerk")
    sent = {"title": "健身器材", "why": "明年要换一批。", "opens_on": "2026-09-18", "closes_on": "2026-09-30"}
    wrong = clerk.post(f"{DESK}new/", sent | {"closes_on": "2026-09-17"})
    assert (wrong.status_code, "不能早于“从哪天问起”" in text(wrong)) == (422, True)
    page = clerk.post(f"{DESK}new/", sent, follow=True)
    assert "先写问题，再开始问。" in text(page)
    survey = Survey.objects.get()
    page = clerk.post(f"{survey.desk_url}act/", {"event": "open", "version": "1"}, follow=True)
    assert "还没有问题，问不了。" in text(page)
    question = {"text": "器材够用吗？", "kind": "one", "options": "够用"}
    wrong = clerk.post(f"{survey.desk_url}questions/", question)
    assert (wrong.status_code, 'value="器材够用吗？"' in wrong.content.decode()) == (422, True)
    clerk.post(f"{survey.desk_url}questions/", question | {"options": "够用\n不够用"})
    clerk.post(f"{survey.desk_url}questions/", {"text": "还想说什么？", "kind": "text"})
    first, second = survey.questions.all()
    clerk.post(f"{survey.desk_url}questions/{second.pk}/", {"do": "raise"})
    assert [one.text for one in survey.questions.all()] == ["还想说什么？", "器材够用吗？"]
    clerk.post(f"{survey.desk_url}questions/{first.pk}/", question | {"options": "够\n不够"})
    assert "看看样子" in text(clerk.get(survey.desk_url))
    assert "大家看到的会是这个样子" in text(clerk.get(f"/surveys/{survey.pk}/"))
    clerk.post(f"{survey.desk_url}edit/", sent | {"title": "院里的器材"})
    assert "开始问了。" in text(clerk.post(f"{survey.desk_url}act/", {"event": "open"}, follow=True))
    late = clerk.post(f"{survey.desk_url}questions/", {"text": "再问一道", "kind": "text"})
    assert (late.status_code, "问题不能再改" in text(late)) == (409, True)
    assert clerk.get(f"{survey.desk_url}edit/").status_code == 409
    typed = clerk.post(f"{survey.desk_url}paper/", {"q2": "1"}, follow=True)
    assert "纸上的，录了1份" in text(typed)
    assert clerk.post(f"{survey.desk_url}paper/", {"q2": ""}).status_code == 422
    early = clerk.post(f"{survey.desk_url}followup/", {"followup": "先换五件。"})
    assert early.status_code == 409
    assert "收了。" in text(clerk.post(f"{survey.desk_url}act/", {"event": "close"}, follow=True))
    assert clerk.post(f"{survey.desk_url}followup/", {"followup": ""}).status_code == 422
    clerk.post(f"{survey.desk_url}followup/", {"followup": "先换五件。"})
    survey.refresh_from_db()
    assert (survey.title, survey.paper, survey.state, survey.followup) == ("院里的器材", 1, "closed", "先换五件。")


def test_a_page_of_before_is_told_so(cast, browse):
    survey = a_survey(cast)
    assert browse("clerk").post(f"{survey.desk_url}act/", {"event": "close", "version": "1"}).status_code == 409
    assert browse("clerk").post(f"{survey.desk_url}act/", {"event": "lapse"}).status_code == 409


def test_a_draft_given_up_is_found_nowhere(cast, browse):
    survey, clerk = a_survey(cast, "draft", title="写错了的"), browse("clerk")
    assert "现在就作废" in clerk.get(survey.desk_url).content.decode()
    page = clerk.post(f"{survey.desk_url}act/", {"event": "discard", "version": "1"}, follow=True).content.decode()
    assert "作废了" in page
    assert "写错了的" not in page
    for who, url in (("clerk", survey.desk_url), ("clerk", f"{survey.desk_url}edit/"), ("", survey.get_absolute_url())):
        assert browse(who).get(url).status_code == 404
    assert "写错了的" not in browse().get("/surveys/").content.decode()
    assert survey.records.get(event="discard").actor == cast.clerk


def test_street_reads_and_is_offered_nothing_to_press(cast, browse):
    street = browse("street_supervisor")
    for state in ("draft", "open", "closed"):
        page = street.get(a_survey(cast, state, title=state).desk_url)
        assert page.status_code == 200
        assert "<form" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    assert f"{DESK}new/" not in street.get(DESK).content.decode()
    assert street.get(f"{DESK}new/").status_code == 403


def test_nobody_has_asked_yet(cast, browse):
    assert "还没有问过大家" in text(browse().get("/surveys/"))
    assert "还没有问过大家" in text(browse("clerk").get(DESK))
    assert browse("clerk").get(f"{DESK}new/").status_code == 404  # no house to ask for


# ---------------------------------------------------------------- home, search, to-dos
def test_home_asks_until_one_has_answered(cast):
    place = cast.place.community
    assert asked(Actor(), NOW, place) is None
    a_survey(cast, "draft", title="还在写")
    a_survey(cast, title="还没到", **days(1, 5))
    survey = a_survey(cast)
    for actor in (Actor(), cast.actor("resident")):
        assert asked(actor, NOW, place).context["survey"] == survey
    say(survey, cast.actor("resident"), 0, None, 3)
    assert asked(cast.actor("resident"), NOW, place) is None
    assert asked(cast.actor("neighbour"), NOW, place) is not None
    assert asked(Actor(), NOW, cast.place.community_b) is None
    assert asked(Actor(), NOW, None) is None


def test_home_shows_one_button(cast, browse):
    survey = a_survey(cast)
    page = browse().get("/").content.decode()
    assert page.count(f'href="/surveys/{survey.pk}/"') == 1
    assert "我来说说" in page


def test_search_finds_it_by_its_words(cast):
    assert [hit.url for hit in find(Actor(), cast.place.community, "问卷")] == ["/surveys/"]
    assert find(Actor(), cast.place.community, "路灯") == []


def test_todo_until_it_is_said_what_comes_of_it(cast):
    survey = a_survey(cast, "closed")
    for who in ("clerk", "secretary"):
        assert [todo.url for todo in to_follow_up(cast.actor(who), NOW)] == [survey.desk_url]
    for who in ("clerk_b", "street_supervisor", "resident"):
        assert to_follow_up(cast.actor(who), NOW) == []
    services.say_followup(actor=cast.actor("clerk"), survey_id=survey.pk, text="先装三部电梯。")
    assert to_follow_up(cast.actor("clerk"), NOW) == []


# ---------------------------------------------------------------- what it costs
@pytest.fixture
def no_masthead(monkeypatch):
    monkeypatch.setattr("portal.ui.site._supplier", None)


@pytest.mark.parametrize("number", [1, 30])
def test_lists_ask_the_same_at_any_length(cast, browse, no_masthead, django_assert_num_queries, number):
    for n in range(number):
        a_survey(cast, title=f"第 {n} 份")
    clerk, anybody = browse("clerk"), browse()
    with django_assert_num_queries(5):  # session, user, reach, count, rows
        clerk.get(DESK)
    with django_assert_num_queries(3):  # community, count, rows
        anybody.get("/surveys/")


@pytest.mark.parametrize("number", [20, 200])
def test_pages_of_one_ask_the_same_however_many_answered(cast, browse, no_masthead, django_assert_num_queries, number):
    survey, resident = a_survey(cast), browse("resident")
    fill(survey, *[(0, (0,), 5, "一句")] * number)
    with django_assert_num_queries(6):  # session, user, reach, survey, questions, ticket
        resident.get(f"/surveys/{survey.pk}/")
    close(survey)
    with django_assert_num_queries(3):  # survey, answers, questions
        browse().get(f"/surveys/{survey.pk}/")


@pytest.mark.parametrize("number", [0, 100])
def test_a_sheet_costs_the_same_however_many_came_before(cast, django_assert_num_queries, number):
    survey, actor = a_survey(cast), cast.actor("resident")
    fill(survey, *[(0, (0,), 5, "一句")] * number)
    with django_assert_num_queries(12):  # savepoints too; the mixing is one
        say(survey, actor, 0, (1,), 4, "两句")
