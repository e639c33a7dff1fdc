"""The pages of the training base, pressed as people press them. It is Friday 18 September, 14:20."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from centres.rooms.models_booking import Booking
from centres.training import capacity
from centres.training.models import CourseCategory, CourseOffer
from centres.training.models_order import TrainingOrder
from portal.audit.models import AuditEntry
from tests.centres.rooms.people import book
from tests.centres.training.people import THURSDAY, TUESDAY, bring_to, class_, lunch, meeting, night, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
CATALOGUE, GROUP, LINES, CHECK = "/training/", "/training/order/", "/training/order/lines/", "/training/order/check/"
MINE, DESK, DAYS, SHEET = "/training/orders/", "/desk/training/", "/desk/training/days/", "/desk/training/sheet/"
WHO = {
    "organisation": "临泽县沙河镇党委",
    "contact_phone": "13900000001",
    "people": "12",
    "first_day": "2026-09-22",
    "last_day": "2026-09-24",
    "wish": "有两位吃清真。",
}


def text(response) -> str:
    """What the page says, without its markup and its white space."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", main)))


def heading(response) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL).group(1)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", found)))


def course_line(training, **more):
    given = {"do": "course", "course-course": training.course.pk, "course-day": "2026-09-22", "course-start": "09:00"}
    return given | {"course-room": training.house.studio.pk, "course-quantity": "12"} | more


MEALS = {"do": "meal", "meal-days": ["2026-09-22", "2026-09-23"], "meal-meals": ["lunch"], "meal-quantity": "12"}
NIGHTS = {"do": "lodging", "lodging-nights": ["2026-09-22", "2026-09-23"], "lodging-quantity": "12"}


# ---------------------------------------------------------------- the catalogue
def test_catalogue_is_for_everybody_and_searched_by_words(training, browse):
    page = browse().get(CATALOGUE)
    assert (page.status_code, heading(page)) == (200, "1类1门课，带队来学。")
    assert "每人60元" in text(page)
    assert heading(browse().get(CATALOGUE, {"q": "垃圾"})) == "“垃圾”有1门课"
    assert heading(browse().get(CATALOGUE, {"q": "绿色社区"})) == "“绿色社区”有1门课"
    assert heading(browse().get(CATALOGUE, {"q": "\x00火星" + "很" * 500})).startswith("没有找到“火星")


def test_catalogue_without_a_base_says_so(cast, browse):
    assert heading(browse().get(CATALOGUE)) == "这里还没有培训基地。"
    assert browse("resident").get(GROUP).status_code == 404


def test_course_says_what_for_whom_and_for_how_much(training, browse):
    page = text(browse().get(training.course.get_absolute_url()))
    for said in ("1个半小时", "5到40人开班", "每人60元"):
        assert said in page
    training.course.is_active = False
    training.course.save()
    assert browse().get(training.course.get_absolute_url()).status_code == 404


# ---------------------------------------------------------------- 我要带队来, in three steps without JavaScript
def test_group_is_brought_in_three_steps(cast, training, browse):
    client = browse("org_contact")
    start = client.get(LINES, {"course": training.course.pk})
    assert start.url == f"{GROUP}?course={training.course.pk}"
    step = client.post(start.url, WHO)
    assert step.url == f"{LINES}?course={training.course.pk}"
    assert f'value="{training.course.pk}" selected' in client.get(step.url).content.decode()
    for given in (course_line(training), MEALS, NIGHTS):
        assert client.post(LINES, given).status_code == 302
    page = client.get(LINES)
    assert heading(page) == "排了5项，一共4,320元。"
    client.post(LINES, {"do": "out:4"})
    check = client.get(CHECK)
    assert heading(check) == "就送这一份吗？"
    assert "合计2,880元" in text(check)
    done = client.post(CHECK)
    order = TrainingOrder.objects.get()
    assert done.url == order.get_absolute_url()
    assert heading(client.get(done.url)) == "收到了，等基地回复。"
    assert client.get(CHECK).url == GROUP  # sent is sent: the draft is gone


def test_order_sent_twice_is_one_order(training, browse):
    client = browse("org_contact")
    client.post(GROUP, WHO)
    client.post(LINES, MEALS)
    first = client.post(CHECK, {"_once": "a"})
    assert client.post(CHECK, {"_once": "a"}).url == first.url
    assert TrainingOrder.objects.count() == 1


def test_meal_written_again_takes_the_place_of_the_first(training, browse):
    client = browse("org_contact")
    client.post(GROUP, WHO)
    client.post(LINES, MEALS)
    client.post(LINES, MEALS | {"meal-quantity": "10"})
    assert heading(client.get(LINES)) == "排了2项，一共600元。"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("people", "0", "至少 1 人。"),
        ("people", "100000", "一次最多 500 人。"),
        ("people", "很多", "写个数字"),
        ("first_day", "2026-09-30", "走的日子不能早于来的日子。"),
        ("first_day", "2020-01-01", "最早从明天起"),
        ("last_day", "9999-12-31", "太远了"),
        ("last_day", "0000-00-00", "日子看不懂"),
        ("contact_phone", "12", "手机号是 11 位"),
        ("organisation", "", "这里还没填。"),
    ],
)
def test_group_that_cannot_be_is_said_beside_the_field(training, browse, field, value, said):
    page = browse("org_contact").post(GROUP, WHO | {field: value})
    assert page.status_code == 422
    assert said in html.unescape(page.content.decode())


def test_line_that_cannot_be_is_said_in_its_form(training, browse):
    client = browse("org_contact")
    client.post(GROUP, WHO)
    for given, said in (
        (course_line(training, **{"course-quantity": "4"}), "这门课 5 到 40 人开班"),
        (course_line(training, **{"course-day": "2027-01-01"}), "这一项选不了"),
        (MEALS | {"meal-quantity": "13"}, "可你们一共来 12 人"),
        (NIGHTS | {"lodging-nights": ["2026-09-24"]}, "这一项选不了"),
        (NIGHTS | {"lodging-quantity": "0"}, "至少 1 份"),
    ):
        page = client.post(LINES, given)
        assert page.status_code == 422
        assert said in html.unescape(page.content.decode())
    for nonsense in ({"do": "out:99999999999"}, {"do": "out:-1"}, {"do": "party"}, {}):
        assert client.post(LINES, nonsense).status_code == 302
    assert client.get(CHECK).url == LINES


def test_draft_nobody_can_read_is_forgotten(training, browse):
    client = browse("org_contact")
    session = client.session
    session["training"] = {"new": {"base": "?", "group": 3}}
    session.save()
    assert client.get(LINES).url == GROUP


def test_fewer_people_or_days_take_the_lines_along(training, browse):
    client = browse("org_contact")
    client.post(GROUP, WHO)
    for given in (course_line(training), MEALS, NIGHTS):
        client.post(LINES, given)
    client.post(GROUP, WHO | {"people": "10", "last_day": "2026-09-23"})
    assert "10张床" in text(client.get(LINES))
    client.post(CHECK)
    lines = TrainingOrder.objects.get().lines
    assert set(lines.values_list("quantity", flat=True)) == {10}
    assert lines.filter(kind="lodging").count() == 1


# ---------------------------------------------------------------- one order
def press(client, order, event, **more):
    order.refresh_from_db()
    return client.post(reverse("training-act", args=[order.pk]), {"event": event, "version": order.version} | more)


def test_house_answers_on_the_page_of_the_order(cast, training, browse):
    order, client = submit(cast, training), browse("clerk")
    page = client.get(order.get_absolute_url())
    assert heading(page) == "等您回复，9月22日周二来12人。"
    assert "13900000001" not in page.content.decode()
    press(client, order, "confirm")
    assert heading(client.get(order.get_absolute_url())) == "定下了，9月22日周二来12人。"
    assert heading(browse("org_contact").get(order.get_absolute_url())) == "定下了，9月22日周二见。"


def test_refused_confirmation_names_the_line_and_offers_others_to_press(cast, training, browse):
    book(cast, training.house.studio, "09-22 09:00", "09-22 10:00", "clerk", purpose="书法班")
    order, client = submit(cast, training), browse("clerk")
    page = press(client, order, "confirm")
    assert page.status_code == 409
    said = text(page)
    assert "定不下来，有几项排不上" in said
    assert "《垃圾分类这样推》，书画室" in said
    pick = html.unescape(re.search(r'name="pick" value="([^"]+)"', page.content.decode()).group(1))
    press(client, order, "change", pick=pick)
    assert press(client, order, "confirm").status_code == 302
    assert Booking.objects.filter(training_line__order=order).count() == 1


@pytest.mark.parametrize("pick", ["", "a|b|c", "x", "|||", "2026"])
def test_made_up_pick_is_not_found(cast, training, browse, pick):
    order = submit(cast, training)
    assert press(browse("clerk"), order, "change", pick=pick).status_code == 404


def test_stale_page_is_told_so(cast, training, browse):
    order = submit(cast, training)
    url = reverse("training-act", args=[order.pk])
    press(browse("org_contact"), order, "cancel")
    page = browse("clerk").post(url, {"event": "confirm", "version": 1})
    assert page.status_code == 409
    assert "别人已经改动过" in text(page)


def test_house_declines_with_words_the_contact_reads(cast, training, browse):
    order, client = submit(cast, training), browse("clerk")
    assert press(client, order, "decline", reason=" ").status_code == 422
    press(client, order, "decline", reason="餐厅检修，往后推一周")
    page = browse("org_contact").get(order.get_absolute_url())
    assert "餐厅检修，往后推一周" in text(page)


def test_telephone_is_shown_once_asked_for_and_not_kept(cast, training, browse):
    order = submit(cast, training)
    page = browse("clerk").post(reverse("training-phone", args=[order.pk]), {"reason": "核对人数"})
    assert "+8613900000001" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(verb="training.reveal").count() == 1
    assert browse("org_contact").post(reverse("training-phone", args=[order.pk])).status_code == 403


def test_paper_has_every_line_and_the_sum(cast, training, browse):
    training.base.rules = "报到在一楼前台。\n三餐在二楼。"
    training.base.save()
    order = bring_to(cast, training, "confirmed")
    said = text(browse("org_contact").get(reverse("training-paper", args=[order.pk])))
    for part in ("培训确认单", "垃圾分类这样推", "午餐", "住宿", "合计2,520元", "三餐在二楼。"):
        assert part in said


# ---------------------------------------------------------------- a change
def test_contact_changes_lines_and_people_of_what_waits(cast, training, browse):
    order, client = submit(cast, training), browse("org_contact")
    lines = reverse("training-order-lines", args=[order.pk])
    assert client.get(lines, {"start": "1"}).status_code == 200
    group = {"people": "10", "first_day": "2026-09-22", "last_day": "2026-09-24", "wish": ""}
    assert client.post(reverse("training-order-group", args=[order.pk]), group).url == lines
    client.post(lines, MEALS | {"meal-quantity": "10"})
    order.refresh_from_db()
    assert order.people == 12  # nothing is written before it is saved
    assert client.post(lines, {"do": "save"}).url == order.get_absolute_url()
    order.refresh_from_db()
    assert (order.people, order.lines.count()) == (10, 4)


def test_change_begun_before_another_one_is_stale(cast, training, browse):
    order, client = submit(cast, training), browse("org_contact")
    lines = reverse("training-order-lines", args=[order.pk])
    client.get(lines, {"start": "1"})
    client.post(lines, MEALS)
    press(browse("clerk"), order, "confirm")
    assert client.post(lines, {"do": "save"}).status_code == 404  # confirmed: the organisation may not any more
    house = browse("clerk")
    house.post(lines, {"do": "out:0"})
    other = browse("secretary")
    other.post(lines, MEALS)
    assert other.post(lines, {"do": "save"}).status_code == 302
    page = house.post(lines, {"do": "save"})
    assert page.status_code == 409
    assert "别人已经改动过" in text(page)


def test_change_that_cannot_be_had_says_which_and_keeps_the_draft(cast, training, browse):
    order, client = bring_to(cast, training, "confirmed"), browse("clerk")
    book(cast, training.house.east, "09-23 09:00", "09-23 10:00", "clerk", purpose="义诊")
    lines = reverse("training-order-lines", args=[order.pk])
    given = {"do": "room", "room-day": "2026-09-23", "room-start": "09:00", "room-minutes": "120"}
    client.post(lines, given | {"room-room": training.house.east.pk, "room-quantity": "12"})
    page = client.post(lines, {"do": "save"})
    assert page.status_code == 409
    assert "大厅东半" in text(page)
    assert order.lines.count() == 3
    client.post(lines, {"do": "out:3"})
    assert client.post(lines, {"do": "save"}).status_code == 302


# ---------------------------------------------------------------- the house
def test_house_sees_what_waits_first(cast, training, browse):
    bring_to(cast, training, "confirmed")
    submit(cast, training, organisation="东山区民政局")
    page = browse("clerk").get(DESK)
    assert heading(page) == "一批要来的，等您回复。"
    said = text(page)
    assert said.index("东山区民政局") < said.index("临泽县沙河镇党委")
    assert said.count("东山区民政局") == 1
    assert "临泽县" not in text(browse("clerk").get(DESK, {"show": "waiting"}))
    assert heading(browse("clerk_b").get(DESK)) == "都回过了，没有等着的。"
    assert browse("org_contact").get(DESK).status_code == 403


def test_days_show_beds_meals_and_rooms(cast, training, browse):
    bring_to(
        cast, training, "confirmed", submit(cast, training, [class_(training), meeting(training), lunch(), night()])
    )
    page = browse("clerk").get(DAYS)
    assert heading(page) == "这两周有两天有人来。"
    said = text(page)
    for part in ("12/60", "12/100", "9:00–10:30书画室·垃圾分类这样推", "大厅东半·开会"):
        assert part in said
    assert browse("clerk_b").get(DAYS).status_code == 404
    assert browse("clerk_b").get(DAYS, {"base": training.base.pk}).status_code == 404
    for nonsense in ({"date": "9999-12-31"}, {"date": "x"}, {"date": "0001-01-01"}):
        assert browse("clerk").get(DAYS, nonsense).status_code == 200
    assert browse("clerk").get(DAYS, {"base": "x"}).status_code == 404


def test_sheet_says_who_eats_sleeps_comes_and_goes(cast, training, browse):
    bring_to(cast, training, "confirmed")
    said = text(browse("clerk").get(SHEET, {"date": TUESDAY.isoformat()}))
    for part in ("9月22日周二，一批人在。", "临泽县沙河镇党委", "今天入住", "要照顾的：有两位吃清真。"):
        assert part in said
    assert "今天退房" in text(browse("clerk").get(SHEET, {"date": "2026-09-23"}))
    assert heading(browse("clerk").get(SHEET, {"date": THURSDAY.isoformat()})) == "9月24日周四没有人来"
    assert browse("clerk_b").get(SHEET, {"base": training.base.pk}).status_code == 404


def test_beds_left_are_said_where_they_are_chosen(cast, training, browse):
    bring_to(cast, training, "confirmed", submit(cast, training, [night(quantity=50)], people=50))
    client = browse("resident")
    client.post(GROUP, WHO)
    said = text(client.get(LINES))
    assert "还有10张床" in said
    assert "还有60张床" in said
    assert capacity.taken(training.base, TUESDAY, TUESDAY).left(TUESDAY) == 10


# ---------------------------------------------------------------- 我的, the board, the search box
def test_panel_todo_number_and_search_know_the_orders(cast, training, browse):
    order = submit(cast, training)
    assert "我带队的培训" in text(browse("org_contact").get("/my/"))
    assert "我带队的培训" not in text(browse("resident").get("/my/"))
    todo = text(browse("secretary").get("/todo/"))
    assert "临泽县沙河镇党委要来培训，回一声" in todo
    board = browse("secretary").get("/board/")
    assert f"{DESK}?show=waiting" in board.content.decode()
    assert "等回复的培训" in text(board)
    assert "培训" not in text(browse("clerk_b").get("/todo/"))
    press(browse("clerk"), order, "confirm")
    assert "回一声" not in text(browse("secretary").get("/todo/"))


def test_foot_of_every_page_leads_to_the_catalogue(training, browse):
    assert 'href="/training/">培训基地' in browse().get("/rooms/").content.decode()


# ---------------------------------------------------------------- queries: the same at 1 and at 30 rows
def more_courses(training):
    for n in range(30):
        category = CourseCategory.objects.create(base=training.base, name=f"第{n}类", order=n)
        CourseOffer.objects.create(category=category, title=f"课 {n}", minutes=60)


def more_orders(cast, training):
    day = dt.date(2026, 9, 22)
    for n in range(30):
        order = submit(cast, training, [lunch(day, 1), night(day, 1)], organisation=f"单位{n}")
        if n % 2:
            bring_to(cast, training, "confirmed", order)


@pytest.mark.parametrize(
    ("url", "who", "queries"),
    [
        (CATALOGUE, "", 5),
        (MINE, "org_contact", 8),
        (DESK, "clerk", 9),
        (DAYS, "clerk", 8),
        (f"{SHEET}?date=2026-09-22", "clerk", 7),
    ],
)
def test_list_asks_the_same_at_one_and_at_thirty_rows(
    cast, training, browse, django_assert_num_queries, url, who, queries
):
    submit(cast, training)
    bring_to(cast, training, "confirmed")
    client = browse(who)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
    more_courses(training)
    more_orders(cast, training)
    with django_assert_num_queries(queries):
        client.get(url)
