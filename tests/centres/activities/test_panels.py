"""What activities put on the home page, on 我的, on the board, on to-do lists, in the search box."""

import re

import pytest

from centres.activities import enrolling, panels, pickup, services, todos
from portal.workbench.registry import numbers_for, numbers_from
from tests.centres.activities.people import enrol, enrol_child, fill
from tests.centres.rooms.people import NOW, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def test_home_says_what_is_next(cast, house, programme, browse, friday):
    panel = panels.coming(cast.actor("resident"), NOW, cast.place.community)
    assert panel.title == "接下来的活动"
    assert [row.activity.title for row in panel.context["rows"]][:2] == ["坝坝电影", "坝坝电影"]
    assert "坝坝电影" in browse().get("/").content.decode()
    friday.move_to(at("09-21 07:00"))
    assert panels.coming(cast.actor("resident"), at("09-21 07:00"), cast.place.community).title == "今天有两场活动"


def test_home_is_silent_without_activities_or_without_a_centre(cast, house):
    assert panels.coming(cast.actor("resident"), NOW, cast.place.community) is None
    assert panels.coming(cast.actor("resident"), NOW, cast.place.community_b) is None


def test_home_asks_four_times_whatever_is_on(cast, programme, django_assert_num_queries):
    actor = cast.actor("resident")
    with django_assert_num_queries(4):  # the centre, the sessions, seats, terms
        panel = panels.coming(actor, NOW, cast.place.community)
    assert len(panel.context["rows"]) == 5


def test_mine_shows_offers_first_then_the_nearest(cast, programme):
    seated, _other = fill(cast, programme.course)
    waiting = enrol(cast, programme.course)
    film = enrol(cast, programme.film, "resident", programme.saturday)
    child = enrol_child(cast, programme.care)
    rows = panels.mine(cast.actor("resident"), NOW, None).context["rows"]
    assert [row["enrolment"].pk for row in rows] == [film.pk, waiting.pk, child.pk]
    enrolling.withdraw(actor=cast.actor("neighbour"), enrolment_id=seated.pk, now=NOW)
    rows = panels.mine(cast.actor("resident"), NOW, None).context["rows"]
    assert rows[0]["enrolment"].pk == waiting.pk


def test_mine_shows_the_code_of_today_only(cast, programme):
    child = enrol_child(cast, programme.care)
    pickup.issue(enrolment=child, session=programme.care_day)
    assert panels.mine(cast.actor("resident"), NOW, None).context["codes"] == []
    today = panels.mine(cast.actor("resident"), at("09-21 08:00"), None).context["codes"]
    assert [row["enrolment"] for row in today] == [child]
    assert panels.mine(cast.actor("neighbour"), at("09-21 08:00"), None).context["codes"] == []


def test_the_board_counts_todays_sessions_and_opens_exactly_these(cast, programme, browse, friday):
    friday.move_to(at("09-21 07:00"))
    numbers = {str(one.label): one for one in numbers_for(cast.actor("secretary"), at("09-21 07:00"))}
    found = numbers["今天的活动"]
    assert found.value == 2
    opened = re.findall(r'href="/desk/sessions/([0-9a-f-]{36})/"', browse("secretary").get(found.url).content.decode())
    assert set(opened) == {str(programme.monday.pk), str(programme.care_day.pk)}
    assert numbers_from([panels.today(cast.actor("street_supervisor"), NOW)]) == []


def test_todo_of_a_session_nobody_took_attendance_of(cast, programme):
    enrol(cast, programme.course)
    late = at("09-21 10:30")
    (todo,) = todos.to_take(cast.actor("clerk"), late)
    assert (str(todo.title), todo.late) == ("书法课还没点名", True)
    assert todos.to_take(cast.actor("secretary_b"), late) == []
    assert todos.to_take(cast.actor("resident"), late) == []


def test_todo_of_an_offer_until_it_lapses(cast, programme):
    seated, _other = fill(cast, programme.course)
    enrol(cast, programme.course)
    assert todos.to_answer(cast.actor("resident"), NOW) == []
    enrolling.withdraw(actor=cast.actor("neighbour"), enrolment_id=seated.pk, now=NOW)
    (todo,) = todos.to_answer(cast.actor("resident"), NOW)
    assert str(todo.title) == "书法课轮到您了，来不来？"
    assert todos.to_answer(cast.actor("resident"), at("09-19 02:20")) == []


def test_search_finds_by_name_kind_and_word(cast, programme):
    def found(text: str) -> list[str]:
        return [str(hit.title) for hit in panels.find(cast.actor("resident"), cast.place.community, text)]

    assert found("书法") == ["书法课"]
    assert found("电影") == ["坝坝电影"]
    assert found("活动")[0] == "这一周的活动"
    services.cancel_activity(actor=cast.actor("clerk"), activity_id=programme.film.pk, reason="没有片子", now=NOW)
    assert found("电影") == []


def test_the_words_in_the_masthead(browse, programme):
    assert 'href="/activities/"' in browse().get("/").content.decode()
    assert 'href="/desk/activities/"' in browse("clerk").get("/desk/activities/").content.decode()
