"""A grid worker at a door; a wish from the wall to 已实现; the secretary who sees all of it."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journeys


def test_grid_worker_finds_the_door_and_logs_a_visit_with_a_promise(person):
    page = person("gridworker")
    page.goto("/grid/today/")
    door = page.locator("#h-now").inner_text()
    page.locator("summary", has_text="记一句话，或答应一件事").click()
    page.get_by_label("答应了什么").fill("把医保的表带来")
    page.get_by_label("到哪天").fill((dt.date.today() + dt.timedelta(days=2)).isoformat())  # noqa: DTZ011
    page.get_by_role("radio", name="见到了").check()
    page.get_by_role("button", name=re.compile("^存好")).click()
    expect(page.locator("#h-now")).not_to_have_text(door)
    page.goto("/grid/promises/")
    expect(page.locator("main")).to_contain_text("把医保的表带来")


def test_visit_takes_three_taps(person):
    page = person("gridworker")
    page.goto("/grid/today/")
    done = page.locator("#sent li").count()
    page.get_by_role("radio", name="没人在").check()
    page.get_by_role("button", name=re.compile("^存好")).click()
    expect(page.locator("#sent li")).to_have_count(done + 1)


def test_volunteer_takes_a_wish_and_the_wisher_says_it_came_true(person):
    wisher, secretary, volunteer = person("13900010006"), person("secretary"), person("volunteer")
    wisher.goto("/wishes/new/")
    wisher.get_by_label("想要什么").fill("想要一盏小夜灯，起夜看得清。")
    wisher.locator("main form button").first.click()
    wish = wisher.url.split("?")[0]
    assert re.search(r"/wishes/[0-9a-f-]{36}/", wish)
    secretary.goto(wish)
    secretary.get_by_role("button", name="挂上墙").click()
    volunteer.goto(wish)
    volunteer.get_by_role("link", name="我来").click()
    volunteer.get_by_role("button", name="我来").click()
    volunteer.goto(wish)
    volunteer.get_by_role("button", name=re.compile("开始|动手")).first.click()
    volunteer.get_by_label("办得怎样").fill("灯买好装上了。")
    volunteer.get_by_role("button", name=re.compile("办好")).first.click()
    wisher.goto(wish)
    wisher.get_by_role("button", name=re.compile("实现|办好|收到")).first.click()
    expect(wisher.locator("main")).to_contain_text("已实现")


def test_secretary_sees_who_is_late_and_opens_the_rows_behind_a_number(person):
    page = person("secretary", viewport={"width": 1280, "height": 800})
    page.goto("/board/")
    expect(page.locator("h1")).to_contain_text("超时")
    numbers = page.locator("#numbers .figs a")
    assert numbers.count() >= 5
    for position in range(numbers.count()):
        page.goto("/board/")
        link = numbers.nth(position)
        said, href = int(link.inner_text().strip()), link.get_attribute("href")
        answer = page.goto(href)
        assert answer.status == 200, href
        if said:
            assert page.locator("main li a, main td a, main th a").count() >= 1, href
