"""社区110: known callers are not asked again; a slip is resumed by its number and the tail of the telephone."""

import re
from datetime import timedelta

import pytest

from grids.registry.models import Household, Resident
from petitions.cases import intake
from petitions.cases.enums import Kind
from petitions.cases.models import Case, Category
from tests.petitions.cases.conftest import FILED_AT
from tests.petitions.cases.test_desk import intake as take_down

NUMBER = "13800002046"


def somebody(desk, door: str = "301", name: str = "林秀英") -> Resident:
    household, _new = Household.objects.get_or_create(
        building=desk.cast.place.building, unit="1", door=door, code=f"5-1-{door}"
    )
    return Resident.objects.create(
        household=household, name=name, sort_key="x", initials="x", phone=f"+86{NUMBER}", phone_tail="2046"
    )


def open_desk(browse, text: str, who: str = "clerk") -> str:
    return browse(who).get("/desk/", {"q": text}).content.decode()


def value_of(page: str, name: str) -> str:
    field = re.search(rf'<input[^>]+name="{name}"[^>]*>', page).group()
    found = re.search(r'value="([^"]*)"', field)
    return found.group(1) if found else ""


# ---------------------------------------------------------------- who is calling
def test_somebody_of_the_register_is_known_by_the_number(desk, browse):
    resident = somebody(desk)
    waiting = desk.at("in_progress", contact_phone=NUMBER)
    desk.at("closed", contact_phone=NUMBER, title="很久以前的事")
    page = open_desk(browse, "138 0000 2046")
    assert "林秀英" in page
    assert "5 号楼 1 单元 301" in page
    assert waiting.get_absolute_url() in page
    assert "很久以前的事" not in page
    assert NUMBER not in page.replace(f'value="{NUMBER}"', "")
    assert (value_of(page, "name"), value_of(page, "resident"), value_of(page, "phone")) == (
        "林秀英", str(resident.pk), "",
    )  # fmt: skip
    assert re.search(r'<input[^>]+name="text"[^>]+autofocus', page)
    assert not re.search(r'<input id="ask-q"[^>]+autofocus', page)


def test_one_line_more_and_it_is_filed_for_them(desk, browse):
    resident = somebody(desk)
    client = browse("clerk")
    page = client.get("/desk/", {"q": NUMBER}).content.decode()
    given = {name: value_of(page, name) for name in ("phone", "name", "address", "resident")}
    answer = take_down(client, **given)
    case = Case.objects.get()
    assert (case.contact_phone, case.reporter_name, case.grid) == (
        resident.phone, "林秀英", desk.cast.place.building,
    )  # fmt: skip
    said = client.get(answer.url).content.decode()
    letters, day, number, check = case.ref.split("-")
    assert f"念给对方听：{' '.join(letters)}，{' '.join(day)}，{' '.join(number)}，{check}" in said
    assert "后四位 2046" in said


def test_who_rang_before_is_known_by_what_they_said_then(desk, browse):
    desk.at("closed", contact_phone=NUMBER, reporter_name="王师傅", address="6 号楼 2 单元")
    page = open_desk(browse, NUMBER)
    assert (value_of(page, "name"), value_of(page, "address"), value_of(page, "phone")) == (
        "王师傅", "6 号楼 2 单元", NUMBER,
    )  # fmt: skip


def test_the_place_of_a_restricted_case_is_not_somebodys_door(desk):
    care = Category.objects.create(code="care", name="特殊群体", sla="help", kind=Kind.CARE)
    desk.file(contact_phone=NUMBER, category=care, address="17 号楼 2 单元")
    found = intake.caller(desk.cast.actor("secretary").reach, NUMBER)
    assert found.door == ""
    assert intake.caller(desk.cast.actor("clerk").reach, NUMBER).cases == []


def test_a_number_several_share_asks_which_of_them(desk, browse):
    somebody(desk)
    somebody(desk, "302", "赵国平")
    page = open_desk(browse, NUMBER)
    assert "登记了几个人" in page
    assert "林秀英" in page
    assert "赵国平" in page
    assert value_of(page, "resident") == ""


def test_a_number_nobody_knows_is_put_into_its_field(desk, browse):
    page = open_desk(browse, NUMBER)
    assert "第一次打来" in page
    assert value_of(page, "phone") == NUMBER


def test_another_communitys_people_are_not_known_here(desk, browse):
    somebody(desk)
    desk.file(contact_phone=NUMBER)
    page = open_desk(browse, NUMBER, "clerk_b")
    assert "第一次打来" in page
    assert "林秀英" not in page


def test_a_caller_costs_the_same_with_one_case_or_ten(desk, browse, django_assert_num_queries, time_machine):
    time_machine.move_to(FILED_AT + timedelta(minutes=30), tick=False)  # nothing is late
    somebody(desk)
    client = browse("clerk")
    costs = []
    for n in (1, 9):
        for _case in range(n):
            desk.file(contact_phone=NUMBER)
        client.get("/desk/", {"q": NUMBER})
        with django_assert_num_queries(CALLER):
            costs.append(client.get("/desk/", {"q": NUMBER}).status_code)
    assert costs == [200, 200]


CALLER = 18


# ---------------------------------------------------------------- a slip resumed
def test_number_and_tail_open_what_the_slip_says(desk, browse):
    case = desk.at("in_progress", contact_phone=NUMBER)
    for text in (f"{case.ref} 2046", f"{case.ref.replace('-', '')}2046", f"{case.ref.lower()}　2046"):
        page = open_desk(browse, text)
        assert "号码和尾号对上了" in page, text
        assert case.get_absolute_url() in page
    far = open_desk(browse, f"{case.ref} 2046", "clerk_b")
    assert "号码和尾号对上了" in far
    assert case.get_absolute_url() not in far
    assert case.token not in far


def test_a_wrong_tail_tells_nothing_and_is_throttled(desk, browse):
    case = desk.at("in_progress", contact_phone=NUMBER)
    for _try in range(6):
        page = open_desk(browse, f"{case.ref} 2047")
        assert "没有对上" in page
        assert case.title not in page.split('id="intake"')[0]
    assert "试得太勤了" in open_desk(browse, f"{case.ref} 2046")


@pytest.mark.parametrize("text", ["2046", "WC 1124 0067 3", "WC 1124 0067 4 2046", "楼道灯", "", "x" * 60])
def test_other_words_are_no_number_with_a_tail(text):
    assert intake.number_and_tail(text) is None
