"""What people see: the week, one activity, a seat, a place in line, a child, the roll call, the certificate."""

import re

import pytest
from icalendar import Calendar

from centres.activities import attendance, enrolling, pickup, services
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Attendance, Certificate, Enrolment
from centres.activities.models_pickup import PickupCode, PickupPerson
from portal.flow import due
from portal.ui.words import count
from tests.centres.activities.people import a_session, an_activity, enrol, enrol_child, fill, published
from tests.centres.rooms.people import NOW, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def heading(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.S)
    return re.sub(r"<[^>]*>|\s", "", found[1]) if found else ""


def text_of(response) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- the week
def test_the_week_says_how_much_is_on_and_how_much_has_room(browse, cast, programme):
    page = browse().get("/activities/")
    assert heading(page) == "这一周有五场活动，五场还有名额。"
    fill(cast, programme.course)
    assert heading(browse().get("/activities/")) == "这一周有五场活动，三场还有名额。"


def test_what_has_room_stands_first_within_a_day(browse, cast, house, programme):
    """On Monday the course of nine o'clock is full, the after-school class of half past four is not."""
    fill(cast, programme.course)
    text = text_of(browse().get("/activities/?kind=course"))
    assert "书法课" in text
    text = text_of(browse().get("/activities/"))
    monday = text[text.index("9月21日") :]
    assert monday.index("四点半课堂") < monday.index("书法课")


def test_names_are_on_no_public_page(browse, cast, programme):
    enrol_child(cast, programme.care)
    enrol(cast, programme.course, "volunteer")
    for url in ("/activities/", "/", programme.care.get_absolute_url(), programme.course.get_absolute_url()):
        text = text_of(browse().get(url))
        for name in ("小满", ">volunteer", "13800000009"):
            assert name not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=film", {"坝坝电影"}),
        ("?age=7", {"书法课", "坝坝电影", "四点半课堂"}),
        ("?age=18", {"书法课", "坝坝电影"}),
        ("?kind=nonsense&age=banana", {"书法课", "坝坝电影", "四点半课堂"}),
        ("?from=9999-12-31", {"书法课", "坝坝电影", "四点半课堂"}),
        ("?from=banana", {"书法课", "坝坝电影", "四点半课堂"}),
        ("?from=2026-09-28", set()),
    ],
)
def test_the_week_narrowed(browse, programme, query, found):
    titles = set(
        re.findall(r'<a href="/activities/[0-9a-f-]{36}/">([^<]*)</a>', text_of(browse().get(f"/activities/{query}")))
    )
    assert titles == found


def test_drafts_and_called_off_dates_are_not_in_the_week(browse, cast, house, programme):
    a_session(cast, an_activity(cast, house, title="草稿课"), "09-19 10:00", "09-19 11:00")
    services.cancel_session(actor=cast.actor("clerk"), session_id=programme.saturday.pk, reason="停电", now=NOW)
    page = browse().get("/activities/")
    assert "草稿课" not in text_of(page)
    assert heading(page).startswith("这一周有四场活动")


# ---------------------------------------------------------------- one activity
def test_the_heading_says_whether_there_is_room(browse, cast, programme, friday):
    url = programme.course.get_absolute_url()
    assert heading(browse().get(url)) == "书法课，还有两个名额。"
    fill(cast, programme.course)
    assert heading(browse().get(url)) == "书法课满了，可以排候补。"
    friday.move_to(programme.monday.starts_at)
    assert heading(browse().get(url)) == "书法课，报名已经截止。"


def test_one_date_of_many_is_chosen_on_the_page(browse, programme):
    page = browse().get(programme.film.get_absolute_url())
    assert heading(page) == "坝坝电影，挑一场来。"
    assert f"?session={programme.saturday.pk}" in text_of(page)


def test_a_draft_is_found_by_its_house_only(browse, cast, house):
    url = an_activity(cast, house).get_absolute_url()
    assert [browse(who).get(url).status_code for who in ("", "resident", "secretary_b", "clerk")] == [
        404,
        404,
        404,
        200,
    ]


def test_dates_as_a_calendar_file(browse, programme):
    answer = browse().get(f"{programme.course.get_absolute_url()}calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert len(list(Calendar.from_ical(answer.content).walk("VEVENT"))) == 2


# ---------------------------------------------------------------- enrolling
def test_an_adult_enrols_with_one_button(browse, cast, programme):
    client, url = browse("resident"), f"{programme.course.get_absolute_url()}enrol/"
    assert heading(client.get(url)) == "报书法课？"
    answer = client.post(url, {"who": "self"}, follow=True)
    assert heading(answer) == "报上了，书法课。"
    assert Enrolment.objects.get().user == cast.resident


def test_a_guardian_enrols_a_child_and_must_tick_the_box(browse, programme):
    client, url = browse("resident"), f"{programme.care.get_absolute_url()}enrol/"
    given = {"who": "child", "child_name": "小满", "born": "2017-05-01"}
    refused = client.post(url, given)
    assert refused.status_code == 422
    assert "监护人先点头" in text_of(refused)
    assert not Enrolment.objects.exists()
    assert heading(client.post(url, given | {"consent": "on"}, follow=True)) == "小满报上了四点半课堂。"


@pytest.mark.parametrize("born", ["", "banana", "1949-10-01", "0001-01-01", "9999-12-31", "2025-01-01"])
def test_birthdays_that_do_not_fit_are_refused_in_place(browse, programme, born):
    given = {"who": "child", "child_name": "小满", "born": born, "consent": "on"}
    answer = browse("resident").post(f"{programme.care.get_absolute_url()}enrol/", given)
    assert answer.status_code == 422
    assert not Enrolment.objects.exists()


def test_full_says_so_before_and_after(browse, cast, programme):
    fill(cast, programme.course)
    client, url = browse("resident"), f"{programme.course.get_absolute_url()}enrol/"
    assert heading(client.get(url)) == "满了，要排候补吗？"
    assert heading(client.post(url, {"who": "self"}, follow=True)) == "排着队，您是下一位。"


def test_enrolling_twice_is_answered_in_place_with_the_way_to_the_first(browse, cast, programme):
    found = enrol(cast, programme.course)
    answer = browse("resident").post(f"{programme.course.get_absolute_url()}enrol/", {"who": "self"})
    assert answer.status_code == 409
    assert found.get_absolute_url() in text_of(answer)


def test_a_session_that_is_none_is_refused(browse, programme):
    url = f"{programme.film.get_absolute_url()}enrol/"
    for session in ("", "banana", str(programme.monday.pk)):
        answer = browse("resident").post(url, {"who": "self", "session": session})
        assert answer.status_code in (404, 422)
    assert not Enrolment.objects.exists()


def test_the_counter_finds_the_person_by_name(browse, programme, settle):
    resident = settle("林秀英", "building", None)
    url = f"{programme.course.get_absolute_url()}enrol/"
    answer = browse("clerk").post(url, {"who": "self", "counter": "林秀英"}, follow=True)
    assert heading(answer) == "林秀英报上了书法课。"
    assert Enrolment.objects.get().resident == resident


def test_several_of_one_name_are_offered(browse, programme, settle):
    people = [settle("林秀英", node, None) for node in ("building", "building_b")]
    url, given = f"{programme.course.get_absolute_url()}enrol/", {"who": "self", "counter": "林秀英"}
    asked = browse("clerk").post(url, given)
    assert asked.status_code == 422
    assert all(str(one.pk) in text_of(asked) for one in people)
    browse("clerk").post(url, given | {"person": str(people[1].pk)})
    assert Enrolment.objects.get().resident == people[1]


# ---------------------------------------------------------------- a seat, a place in line
def test_the_offer_is_answered_with_a_button_and_strangers_find_nothing(browse, cast, programme):
    seated, _other = fill(cast, programme.course)
    mine = enrol(cast, programme.course)
    enrolling.withdraw(actor=cast.actor("neighbour"), enrolment_id=seated.pk, now=NOW)
    page = browse("resident").get(mine.get_absolute_url())
    assert heading(page) == "轮到您了，点“我来”就算数。"
    assert "明天 2:20" in text_of(page)
    act = f"{mine.get_absolute_url()}act/"
    assert browse("outsider").post(act, {"event": "accept"}).status_code == 404
    assert heading(browse("resident").post(act, {"event": "accept"}, follow=True)) == "报上了，书法课。"
    twice = browse("resident").post(act, {"event": "accept"})
    assert twice.status_code == 409
    assert "已经报上了" in text_of(twice)


def test_an_offer_that_lapsed_says_so(browse, cast, programme, friday):
    seated, _other = fill(cast, programme.course)
    mine = enrol(cast, programme.course)
    enrolling.withdraw(actor=cast.actor("neighbour"), enrolment_id=seated.pk, now=NOW)
    friday.move_to(at("09-19 02:20"))
    assert heading(browse("resident").get(mine.get_absolute_url())) == "时间过了，名额给下一位了。"
    answer = browse("resident").post(f"{mine.get_absolute_url()}act/", {"event": "accept"})
    assert answer.status_code == 409
    assert "这个名额留到时间了" in text_of(answer)


def test_withdrawing_gives_the_seat_on(browse, cast, programme):
    fill(cast, programme.course)
    mine = Enrolment.objects.get(user=cast.neighbour)
    answer = browse("neighbour").post(f"{mine.get_absolute_url()}act/", {"event": "withdraw"}, follow=True)
    assert heading(answer) == "说了不来，名额让出去了。"
    assert "再看看这个活动" in text_of(answer)
    assert "下一次" not in text_of(answer)


@pytest.mark.parametrize("event", ["", "finish", "offer", "nonsense"])
def test_events_that_are_nobodys_are_not_there(browse, cast, programme, event):
    mine = enrol(cast, programme.course)
    assert browse("resident").post(f"{mine.get_absolute_url()}act/", {"event": event}).status_code == 404


# ---------------------------------------------------------------- fetching
@pytest.fixture
def monday(friday):
    friday.move_to(at("09-21 16:25"))
    return friday


@pytest.fixture
def child(cast, programme, monday):
    found = enrol_child(cast, programme.care, now=NOW)
    attendance.arrive(actor=cast.actor("clerk"), session_id=programme.care_day.pk, enrolment_id=found.pk)
    return found


def test_the_guardian_sees_todays_code_and_nobody_else_does(browse, cast, child):
    url = f"{child.get_absolute_url()}pickup/"
    page = browse("resident").get(url)
    digits = pickup.digits_of(PickupCode.objects.get())
    assert heading(page) == "接小满，把这个码给老师看。"
    assert f"{digits[:3]} {digits[3:]}" in text_of(page)
    assert digits[:3] + " " not in text_of(browse("clerk").get(url))
    assert browse("neighbour").get(url).status_code == 404
    assert f"{digits[:3]} {digits[3:]}" in text_of(browse("resident").get("/my/"))


def test_names_who_may_fetch_and_strikes_them(browse, child):
    client, url = browse("resident"), f"{child.get_absolute_url()}pickup/"
    given = {"do": "name", "name": "周桂芳", "relation": "外婆", "phone": "13800009021"}
    assert client.post(url, given | {"phone": "123"}).status_code == 422
    assert client.post(url, given).status_code == 302
    person = PickupPerson.objects.get()
    assert client.post(url, {"do": "strike", "person": "banana"}).status_code == 404
    assert client.post(url, {"do": "strike", "person": str(person.pk)}).status_code == 302
    assert not PickupPerson.objects.exists()


def test_the_roll_call_by_taps(browse, cast, programme, child):
    other = enrol_child(cast, programme.care, name="小暑", now=NOW)
    client, url = browse("clerk"), f"/desk/sessions/{programme.care_day.pk}/"
    assert heading(client.get(url)) == "来了1位，一共2位。"
    client.post(f"{url}mark/", {"do": "arrive", "enrolment": str(other.pk)})
    assert heading(client.get(url)) == "来了2位，一共2位。"
    client.post(f"{url}mark/", {"do": "undo", "enrolment": str(other.pk)})
    assert Attendance.objects.count() == 1


def test_the_code_at_the_door_wrong_then_right_then_again(browse, cast, programme, child):
    browse("resident").get(f"{child.get_absolute_url()}pickup/")
    code = PickupCode.objects.get()
    digits, url = pickup.digits_of(code), f"/desk/sessions/{programme.care_day.pk}/"
    given = {"do": "code", "enrolment": str(child.pk)}
    bad = browse("clerk").post(f"{url}mark/", given | {"digits": f"{(int(digits) + 1) % 1000000:06d}"})
    assert bad.status_code == 409
    assert "还能试 4 次" in text_of(bad)
    code.refresh_from_db()
    assert code.wrong == 1
    assert browse("clerk").post(f"{url}mark/", given | {"digits": f"{digits[:3]} {digits[3:]}"}).status_code == 302
    again = browse("clerk").post(f"{url}mark/", given | {"digits": digits})
    assert again.status_code == 409
    assert "已经接走了" in text_of(again)
    assert heading(browse("resident").get(f"{child.get_absolute_url()}pickup/")) == "小满已接走，16:25。"


@pytest.mark.parametrize("given", [{}, {"do": "arrive"}, {"do": "nonsense"}, {"do": "arrive", "enrolment": "banana"}])
def test_taps_that_mean_nothing_are_not_there(browse, programme, monday, given):
    assert browse("clerk").post(f"/desk/sessions/{programme.care_day.pk}/mark/", given).status_code == 404


def test_the_list_on_paper(browse, programme, child):
    text = text_of(browse("clerk").get(f"/desk/sessions/{programme.care_day.pk}/list/"))
    assert "小满" in text
    assert "138 **** 0001" in text


# ---------------------------------------------------------------- the certificate
def test_a_certificate_is_the_owners_and_checked_by_anybody(browse, cast, programme, friday):
    mine = enrol(cast, programme.course)
    attendance.arrive(
        actor=cast.actor("clerk"), session_id=programme.monday.pk, enrolment_id=mine.pk, now=programme.monday.starts_at
    )
    due.sweep(at("09-23 10:00"))
    given = Certificate.objects.get()
    own = text_of(browse("resident").get(f"{mine.get_absolute_url()}certificate/"))
    assert given.number in own
    shown = browse().get(given.get_absolute_url())
    assert heading(shown) == f"这张是真的：{given.masked_name}，书法课。"
    text = text_of(shown)
    assert "1 小时" in text
    for secret in (">resident", "13800000001", str(mine.pk)):
        assert secret not in text
    none = browse().get("/certificates/" + "0" * 32 + "/")
    assert none.status_code == 404
    assert "这里没有这张结业证" in heading(none)
    assert browse("neighbour").get(f"{mine.get_absolute_url()}certificate/").status_code == 404


# ---------------------------------------------------------------- the desk
NEW = {"title": "剪纸课", "kind": "course", "about": "一把剪刀一张纸。", "enrols": "term", "capacity": "12"}


def test_from_a_blank_page_to_the_week(browse, cast, house):
    client = browse("clerk")
    answer = client.post("/desk/activities/new/", NEW | {"fee_yuan": "8.50", "closes_on": "2026-09-30"})
    made = Activity.objects.get()
    assert answer.url == f"/desk/activities/{made.pk}/plan/"
    assert (made.fee_fen, made.closes_at) == (850, at("10-01 00:00"))
    assert client.post(f"/desk/activities/{made.pk}/act/", {"do": "publish"}).status_code == 422
    plan = {"first": "2026-09-21", "last": "2026-10-12", "start": "09:00", "end": "10:00", "days": "weekdays"}
    plan |= {"weekdays": ["0"], "room": str(house.studio.pk)}
    seen = client.post(answer.url, plan)
    assert heading(seen) == "3天排得上，1天不行。"
    assert "国庆" in text_of(seen)
    assert client.post(answer.url, plan | {"step": "all"}).status_code == 409
    assert not Session.objects.exists()
    assert client.post(answer.url, plan | {"step": "skip"}).status_code == 302
    assert client.post(f"/desk/activities/{made.pk}/act/", {"do": "publish"}).status_code == 302
    assert "剪纸课" in text_of(browse().get("/activities/"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"capacity": "0"},
        {"capacity": "-1"},
        {"capacity": "99999"},
        {"kind": "nonsense"},
        {"min_age": "12", "max_age": "6"},
        {"opens_on": "2026-10-02", "closes_on": "2026-10-01"},
        {"closes_on": "9999-12-31"},
        {"opens_on": "0001-01-01"},
        {"fee_yuan": "banana"},
        {"title": "长" * 41},
    ],
)
def test_what_cannot_be_is_refused_on_the_form(browse, house, wrong):
    assert browse("clerk").post("/desk/activities/new/", NEW | wrong).status_code == 422
    assert not Activity.objects.exists()


def test_a_cut_below_the_enrolled_is_said_on_the_form(browse, cast, programme):
    fill(cast, programme.course)
    answer = browse("clerk").post(f"/desk/activities/{programme.course.pk}/edit/", NEW | {"capacity": "1"})
    assert answer.status_code == 409
    assert "已经有 2 个名额给出去了" in text_of(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": "9999-12-31"},
        {"first": "2026-10-12", "last": "2026-09-21"},
        {"first": "banana"},
        {"end": "08:00"},
        {"room": "banana"},
        {"weekdays": ["9"]},
    ],
)
def test_plans_that_cannot_be_are_refused_on_the_form(browse, cast, house, wrong):
    made = an_activity(cast, house)
    plan = {"first": "2026-09-21", "last": "2026-10-12", "start": "09:00", "end": "10:00", "days": "weekdays"}
    answer = browse("clerk").post(f"/desk/activities/{made.pk}/plan/", plan | {"weekdays": ["0"]} | wrong)
    assert answer.status_code == 422
    assert not Session.objects.exists()


def test_a_date_is_moved_and_called_off_on_its_page(browse, cast, programme):
    client, url = browse("clerk"), f"/desk/sessions/{programme.monday.pk}/change/"
    moved = {"do": "move", "date": "2026-09-21", "start": "11:00", "end": "12:00"}
    assert client.post(url, moved | {"date": "9999-12-31"}).status_code == 422
    assert client.post(url, moved).status_code == 302
    assert client.post(url, {"do": "cancel", "reason": ""}).status_code == 422
    assert client.post(url, {"do": "cancel", "reason": "老师病了"}).status_code == 302
    programme.monday.refresh_from_db()
    assert programme.monday.is_cancelled


def test_the_desk_is_for_the_house(browse, programme):
    for who, status in (("", 302), ("resident", 403), ("grid_worker", 403), ("street_supervisor", 403), ("clerk", 200)):
        assert browse(who).get("/desk/activities/").status_code == status
    assert "书法课" not in text_of(browse("secretary_b").get("/desk/activities/"))


# ---------------------------------------------------------------- how often the database is asked
@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("who", "url", "queries"), [("", "/activities/", 6), ("clerk", "/desk/activities/", 11)])
def test_lists_ask_as_often_for_thirty_as_for_one(
    cast, house, browse, calendar_known, django_assert_num_queries, number, who, url, queries
):
    for n in range(number):
        made = an_activity(cast, house, title=f"课{n}")
        a_session(cast, made, "09-18 16:00", "09-18 17:00")
        enrol(cast, published(cast, made))
    client = browse(who)
    client.get(url)
    with django_assert_num_queries(queries):
        page = client.get(url)
    assert count(number) in heading(page)
