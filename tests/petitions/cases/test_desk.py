"""The counter: one field for everything, intake from the keyboard, what waits. And what cases put on the board."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.registry.models import Household, Resident
from petitions.cases import panels, todos
from petitions.cases.models import Case
from petitions.cases.views_desk import FEW
from portal.workbench.registry import follow_up_by_code
from tests.petitions.cases.test_report import once


@pytest.fixture
def neighbour_of_5(place):
    """林秀英 behind door 1-301 of the building, with a telephone in the register."""
    household = Household.objects.create(building=place.building, unit="1", door="301", code="5-1-301")
    return Resident.objects.create(
        household=household,
        name="林秀英",
        sort_key="lin xiu ying",
        initials="lxy",
        phone="+8613800002046",
        phone_tail="2046",
    )


def intake(client, **given):
    key = once(client.get("/desk/"))
    return client.post("/desk/", {"_once": key, "channel": "phone", "text": "楼上漏水到我家"} | given)


def test_three_fields_and_enter(desk, browse):
    client = browse("clerk")
    answer = intake(client, phone="138 0000 2046", address="6 号楼 2 单元")
    case = Case.objects.get()
    assert answer.url == f"/desk/?slip={case.ref}"
    assert (case.channel, case.on_behalf_by, case.grid) == ("phone", desk.cast.clerk, desk.cast.place.building_b)
    page = client.get(answer.url).content.decode()
    assert f"回单号 {case.ref.replace('-', ' ')}" in page
    assert "最迟" in page


def test_one_sentence_is_a_single_line_so_that_enter_files_it(desk, browse):
    page = browse("clerk").get("/desk/").content.decode()
    assert re.search(r'<input[^>]+name="text"', page)
    order = [page.index(f'name="{name}"') for name in ("phone", "name", "text", "address", "category")]
    assert order == sorted(order)


@pytest.mark.parametrize("text", ["林秀英", "lxy", "2046", "13800002046"])
def test_the_one_field_finds_people_masked(desk, browse, neighbour_of_5, text):
    page = browse("clerk").get("/desk/", {"q": text}).content.decode()
    assert "林秀英" in page
    assert "138****2046" in page


def test_it_finds_cases_by_number_and_by_telephone(desk, browse):
    case = desk.file(contact_phone="13800002046")
    for text in (case.ref.replace("-", " "), "2046", "楼道灯"):
        assert case.ref.replace("-", " ") in browse("clerk").get("/desk/", {"q": text}).content.decode(), text


@pytest.mark.parametrize("text", ["5-1-301", "5号楼1单元301"])
def test_it_finds_a_door(desk, browse, neighbour_of_5, text):
    door = reverse("household", args=[neighbour_of_5.household_id])
    page = browse("clerk").get("/desk/", {"q": text}).content.decode()
    assert door in page
    assert "没有找到" not in page
    assert door not in browse("clerk_b").get("/desk/", {"q": text}).content.decode()


def test_more_than_it_lists_is_said_with_a_way_to_all(desk, browse, neighbour_of_5):
    def page() -> str:
        return browse("clerk").get("/desk/", {"q": "林"}).content.decode()

    for n in range(FEW - 1):
        Resident.objects.create(household=neighbour_of_5.household, name=f"林{n}", sort_key=f"lin {n}", initials="l")
    assert "只列了前几位" not in page()
    Resident.objects.create(household=neighbour_of_5.household, name="林末", sort_key="lin mo", initials="lm")
    assert f"{reverse('households')}?q={quote('林')}" in page()


def test_the_number_stands_by_the_field_that_has_the_cursor(desk, browse):
    """On a telephone the cursor scrolls the page: what is to be read out must be there, not above."""
    client = browse("clerk")
    page = client.get(intake(client).url).content.decode()
    assert page.index('id="ask-q"') < page.index("念给对方听") < page.index('id="intake"')


def test_it_finds_nobody_elses(desk, browse, neighbour_of_5):
    case = desk.file(contact_phone="13800002046")
    for text in (case.ref, "2046", "林秀英"):
        page = browse("clerk_b").get("/desk/", {"q": text}).content.decode()
        assert "林秀英" not in re.sub(r"<input[^>]*>", "", page)
        assert "楼道灯不亮" not in page


def test_for_somebody_found_the_number_and_door_come_along_unseen(desk, browse, neighbour_of_5):
    client = browse("clerk")
    page = client.get("/desk/", {"for": neighbour_of_5.pk}).content.decode()
    assert "替林秀英记一件" in page
    assert "13800002046" not in page
    intake(client, resident=neighbour_of_5.pk, name="林秀英")
    case = Case.objects.get()
    assert (case.contact_phone, case.grid, case.address) == (
        "+8613800002046",
        desk.cast.place.building,
        "5 号楼 1 单元 301",
    )


@pytest.mark.parametrize("who", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_guessed_person_is_nobody(desk, browse, who):
    assert browse("clerk").get("/desk/", {"for": who}).status_code == 200


def test_a_wrong_number_keeps_the_words(desk, browse):
    page = intake(browse("clerk"), phone="12345")
    assert page.status_code == 422
    assert "楼上漏水到我家" in page.content.decode()
    assert not Case.objects.exists()


def test_what_waits_is_on_the_page(desk, browse):
    waiting, to_check = desk.file(title="路灯不亮"), desk.at("under_review", title="井盖松了")
    page = browse("clerk").get("/desk/").content.decode()
    assert waiting.get_absolute_url() in page
    assert to_check.get_absolute_url() in page


@pytest.mark.parametrize("rows", [1, 20])
def test_the_desk_costs_the_same_at_one_and_at_twenty(desk, browse, django_assert_num_queries, rows):
    for _row in range(rows):
        desk.file(now=timezone.now() - timedelta(days=40))
    client = browse("clerk")
    client.get("/desk/")
    with django_assert_num_queries(DESK):
        client.get("/desk/")


DESK = 17


# ---------------------------------------------------------------- the board, to-dos, what a visit becomes
def test_numbers_count_the_rows_they_open(desk, browse):
    now = timezone.now()
    for _late in range(3):
        desk.at("in_progress", now=now - timedelta(days=40))
    desk.at("under_review", now=now - timedelta(days=40))
    numbers = panels.numbers(desk.cast.actor("secretary"), now)
    assert [(number.value, number.late) for number in numbers] == [(4, True), (0, False), (1, False)]
    for number in numbers:
        page = browse("secretary").get(number.url)
        assert page.context["page"].paginator.count == number.value, number.url


def test_the_board_says_it_in_a_sentence_of_links(desk, browse):
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    cases = [desk.file(now=now - timedelta(days=40)) for _n in range(6)]
    Case.objects.filter(pk__in=[case.pk for case in cases[4:]]).update(due_at=midnight)
    heading = browse("secretary").get("/board/").content.decode().split("<h1")[1].split("</h1>")[0]
    assert re.findall(r'href="([^"]+)">([^<]+)', heading) == [
        ("/cases/?late=1", "四件超时"),
        ("/cases/?today=1", "两件今天到期"),
    ]
    for query, rows in (("late=1", cases[:4]), ("today=1", cases[4:])):
        page = browse("secretary").get(f"/cases/?{query}").context["page"]
        assert page.paginator.count == len(rows)
        assert {row.ref for row in page} == {case.ref for case in rows}


def test_every_number_of_the_charts_opens_exactly_its_rows(desk, browse):
    now = timezone.now()
    desk.at("closed", now=now - timedelta(days=10))
    desk.at("in_progress", now=now - timedelta(days=40))
    desk.file(now=now - timedelta(minutes=5), grid=desk.cast.place.community)
    panel = panels.charts_panel(desk.cast.actor("secretary"), now, None)
    checked = 0
    for table in (panel.context["weeks"].table, panel.context["grids"].table):
        for row in table.rows:
            for cell in row[1:]:
                assert browse("secretary").get(cell.url).context["page"].paginator.count == cell.text, cell.url
                checked += bool(cell.text)
    assert checked >= 4


def test_todos_are_the_next_steps_of_this_person(desk):
    desk.file()
    desk.at("accepted")
    desk.at("assigned")
    desk.at("under_review")
    desk.at("escalated")
    now = timezone.now()
    kinds = {
        who: sorted(str(todo.kind) for todo in todos.waiting(desk.cast.actor(who), now))
        for who in ("clerk", "grid_worker", "street_supervisor", "resident")
    }
    assert kinds == {
        "clerk": sorted(["受理", "分派", "接收", "核查"]),
        "grid_worker": ["签收"],
        "street_supervisor": sorted(["受理", "分派", "核查"]),
        "resident": [],
    }


def test_a_residents_own_page_lists_their_cases(desk):
    desk.at("in_progress")
    panel = panels.my_cases(desk.cast.actor("resident"), timezone.now(), None)
    assert [row["title"] for row in panel.context["rows"]] == ["楼道灯不亮"]
    assert panels.my_cases(desk.cast.actor("neighbour"), timezone.now(), None).context["rows"] == []


def test_a_visit_becomes_a_case(desk, neighbour_of_5):
    case = follow_up_by_code("case").start(
        actor=desk.cast.actor("grid_worker"),
        grid=desk.cast.place.building,
        resident=neighbour_of_5,
        data={"text": "水管漏"},
    )
    assert (case.channel, case.contact_phone, case.on_behalf_by) == ("visit", "+8613800002046", desk.cast.grid_worker)
