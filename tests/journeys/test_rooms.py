"""A resident signs in by phone, sees what is free, books, is refused a taken time with alternatives, cancels."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journeys

FREE = "ol.day li.free a"


def first_free(page: Page, room: str) -> None:
    """Open the booking of the first free time of a room, tomorrow or later."""
    page.goto("/rooms/")
    for day in range(1, 7):
        page.locator("ol.days a").nth(day).click()
        row = page.locator("li.room", has=page.get_by_role("link", name=room, exact=True))
        if row.locator(FREE).count():
            # Where the time leads without a script; choosing one by two taps is test_engine's.
            page.goto(row.locator(FREE).first.get_attribute("href"))
            return
    raise AssertionError(f"no free time in {room} this week")


def ask_for_it(page: Page, purpose: str) -> None:
    page.get_by_label("做什么").fill(purpose)
    page.get_by_role("button", name="下一步：看一眼").click()
    expect(page.locator("h1")).to_have_text("就约这个吗？")


def test_resident_books_a_room_and_gives_it_back(person):
    page = person("13900010001")
    page.goto("/rooms/")
    expect(page.locator("h1")).to_contain_text("今天")
    first_free(page, "书画室")
    ask_for_it(page, "练毛笔字")
    page.get_by_role("button", name="就约这个").click()
    expect(page.locator("h1")).to_contain_text("约好了，")
    with page.expect_download() as calendar:
        page.get_by_role("link", name="放进手机日历").click()
    assert calendar.value.suggested_filename.endswith(".ics")
    where = page.url
    page.goto("/my/")
    expect(page.locator("main")).to_contain_text("练毛笔字")
    page.goto(where)
    page.locator("summary", has_text="取消这次预约").click()
    page.get_by_role("button", name="取消这次预约").click()
    expect(page.locator("h1")).to_contain_text("取消了，")


def test_two_want_the_same_and_the_second_is_offered_others(person):
    quick, slow = person("13900010002"), person("13900010003")
    first_free(slow, "二楼教室")
    ask_for_it(slow, "读书会")
    first_free(quick, "二楼教室")
    ask_for_it(quick, "教手机")
    quick.get_by_role("button", name="就约这个").click()
    expect(quick.locator("h1")).to_contain_text("约好了，")
    slow.get_by_role("button", name="就约这个").click()
    expect(slow.locator("h1")).to_have_text("没约成，这几个时间行")
    expect(slow.locator("ul.alts > li")).to_have_count(3)
    slow.locator("ul.alts button, ul.alts a").first.click()
    expect(slow.locator("h1")).to_have_text("就约这个吗？")
    slow.get_by_role("button", name="就约这个").click()
    expect(slow.locator("h1")).to_contain_text("约好了，")


def test_double_click_books_once(person):
    page = person("13900010004")
    first_free(page, "睦邻会馆")
    ask_for_it(page, "喝茶")
    page.get_by_role("button", name="就约这个").dblclick()
    expect(page.locator("h1")).to_contain_text("约好了，")
    page.goto("/bookings/")
    expect(page.locator("main a", has_text=re.compile("睦邻会馆"))).to_have_count(1)


def test_hall_waits_for_the_nod_of_the_secretary(person):
    page, secretary = person("13900010005"), person("secretary")
    first_free(page, "排练厅")
    ask_for_it(page, "合练一首歌")
    page.get_by_role("button", name="就约这个").click()
    expect(page.locator("h1")).to_contain_text("等社区点头")
    secretary.goto(page.url)
    secretary.get_by_role("button", name="点头").click()
    page.reload()
    expect(page.locator("h1")).to_contain_text("约好了，")
