"""The booking engine as people meet it: a series with one conflict, a line, a closure, a walk-in, a dragged time."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import next_open_day

pytestmark = pytest.mark.journeys

DESK_SIZE = {"width": 1280, "height": 800}
FREE = "ol.day li.free a"


def room_url(page: Page, name: str) -> str:
    page.goto(next_open_day(page))
    href = page.locator(".room-name > a", has_text=name).first.get_attribute("href")
    assert href
    return href


def free_day(page: Page, room: str, *, skip: int = 2) -> str:
    """The first date of the coming week on which a room is free from nine to ten."""
    for n in range(skip, 21):
        page.goto(f"{room}book/")
        date = page.evaluate(
            "n => { const d = new Date(Date.now() + n * 864e5);"
            "return d.toLocaleDateString('sv-SE', {timeZone: 'Asia/Shanghai'}) }",
            n,
        )
        page.goto(f"{room}book/?date={date}&start=09:00&minutes=60")
        if (
            page.locator("#id_start option[value='09:00']").count()
            and page.locator("#id_minutes option[value='60']").count()
        ):
            return date
    raise AssertionError("no free morning in three weeks")


def book(page: Page, room: str, date: str, purpose: str, start: str = "09:00") -> str:
    """An hour on a date; the address of the booking."""
    page.goto(f"{room}book/?date={date}&start={start}&minutes=60")
    page.get_by_label("做什么").fill(purpose)
    page.get_by_role("button", name="下一步：看一眼").click()
    page.get_by_role("button", name="就约这个").click()
    expect(page.locator("h1")).to_contain_text("约好了，")
    return page.url


def weekday_of(date: str) -> str:
    return "周" + "一二三四五六日"[dt.date.fromisoformat(date).weekday()]


def test_series_with_one_conflict_is_previewed_and_skipped(person):
    somebody, page = person("13900020001"), person("13900020002")
    room = room_url(page, "睦邻会馆")
    date = free_day(page, room)
    book(somebody, room, date, "茶会")
    page.goto(f"{room}series/")
    last = (dt.date.fromisoformat(date) + dt.timedelta(days=7)).isoformat()
    page.get_by_label(weekday_of(date)).check()
    page.get_by_label("从哪天").fill(date)
    page.get_by_label("到哪天").fill(last)
    page.get_by_label("从几点").select_option("09:00")
    page.get_by_label("做什么").fill("读书会")
    page.get_by_role("button", name="下一步：一天一天看").click()
    expect(page.locator("h1")).to_contain_text("一天约得成，一天约不成。")
    expect(page.locator("ol.dates .no")).to_contain_text("刚好有人约了。")
    page.get_by_role("button", name="跳过约不成的 1 天，约上").click()
    expect(page.locator("h1")).to_contain_text("这一串一天还没到")
    page.locator("ol.rows a").first.click()
    expect(page.locator("main")).to_contain_text("这是一串里的")
    page.get_by_role("link", name="看这一串").click()
    page.get_by_text("还没到的都取消").click()
    page.get_by_role("button", name="取消这 1 天").click()
    expect(page.locator("h1")).to_contain_text("这一串都取消了")


def test_first_in_line_takes_what_comes_free_and_an_outsider_is_refused(person):
    owner, first, outsider = person("13900020011"), person("13900020012"), person("13900020013")
    room = room_url(owner, "五邻议事厅")
    date = free_day(owner, room)
    # The first fills in the form while it is free, and is too late by a moment.
    first.goto(f"{room}book/?date={date}&start=09:00&minutes=60")
    first.get_by_label("做什么").fill("开小会")
    booked = book(owner, room, date, "议一议停车")
    first.get_by_role("button", name="下一步：看一眼").click()
    expect(first.locator("h1")).to_contain_text("没约成")
    first.get_by_role("button", name="排个候补").click()
    expect(first.locator("h1")).to_have_text("排上了，您是第一位。")
    place = first.url
    # The owner gives it back: it is the first's alone, whatever the outsider presses.
    owner.goto(booked)
    owner.locator("summary", has_text="取消这次预约").click()
    owner.get_by_role("button", name="取消这次预约").click()
    expect(owner.locator("h1")).to_contain_text("取消了，")
    outsider.goto(f"{room}wait/?date={date}&start=09:00&minutes=60")
    outsider.get_by_label("做什么").fill("也想用")
    outsider.get_by_role("button", name="排上", exact=True).click()
    expect(outsider.locator("h1")).to_have_text("排上了，前面还有一位。")
    assert outsider.goto(place).status == 404
    first.goto("/my/")
    first.get_by_role("link", name="轮到您了：五邻议事厅").click()
    expect(first.locator("h1")).to_contain_text("轮到您了，给您留到")
    first.get_by_role("button", name="我要", exact=True).click()
    expect(first.locator("h1")).to_contain_text("约好了，")
    first.goto(place)
    expect(first.locator("h1")).to_contain_text("要到了，")


def test_closure_lists_whom_it_costs_and_tells_each_once(person):
    page, secretary = person("13900020021"), person("secretary", viewport=DESK_SIZE)
    room = room_url(page, "书画室")
    date = free_day(page, room, skip=4)
    booked = book(page, room, date, "练毛笔字")
    secretary.goto("/desk/closures/")
    secretary.get_by_label("哪里").select_option(label="书画室")
    secretary.get_by_label("从哪天").fill(date)
    secretary.get_by_label("为什么").fill("刷墙")
    secretary.get_by_role("button", name="先看看会取消谁").click()
    expect(secretary.locator("h1")).to_contain_text("会取消")
    expect(secretary.locator("main")).to_contain_text("练毛笔字")
    secretary.get_by_role("button", name="贴出去，取消这些").click()
    expect(secretary.locator("main")).to_contain_text("已取消")
    page.goto(booked)
    expect(page.locator("h1")).to_contain_text("取消了，")
    page.goto("/my/")
    expect(page.locator("#notices li", has_text="刷墙")).to_have_count(1)
    page.goto(room)
    expect(page.locator("main")).to_contain_text("刷墙，不开。")
    row = secretary.locator("ol.closures li", has_text="刷墙")
    row.get_by_text("撤掉", exact=True).click()
    row.get_by_role("button", name="撤掉，照常开").click()
    expect(secretary.locator("ol.closures li", has_text="刷墙")).to_have_count(0)


def test_walk_in_takes_a_name_and_one_tap(person):
    clerk = person("clerk", viewport=DESK_SIZE)
    clerk.goto("/desk/bookings/")
    if not clerk.locator("#walk-in button[name=slot]").count():
        # At this hour the house is shut, and the desk is told so.
        expect(clerk.locator("main")).to_contain_text("现在没有开着又空着的房间。")
        return
    expect(clerk.locator("#who")).to_be_focused()
    clerk.keyboard.type("林秀英")
    clerk.locator("#walk-in button[name=slot]").first.click()
    expect(clerk.locator("main")).to_contain_text("登记好了：")


def test_time_is_dragged_with_the_mouse_and_chosen_with_the_keys(person):
    page = person("13900020041", viewport=DESK_SIZE)
    room = room_url(page, "睦邻会馆")
    date = free_day(page, room)
    page.goto(f"/rooms/?date={date}")
    free = page.locator("li.room", has=page.get_by_role("link", name="睦邻会馆", exact=True)).locator(FREE).last
    since, until = (int(free.get_attribute(name) or 0) for name in ("data-since", "data-until"))
    free.scroll_into_view_if_needed()
    box = free.bounding_box()
    assert box
    quarter, middle = box["width"] / ((until - since) / 15), box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + quarter * 2.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + quarter * 7.5, middle, steps=6)
    page.mouse.up()
    page.wait_for_url(re.compile("/book/"))
    start = since + 30
    assert f"start={start // 60:02}%3A{start % 60:02}&minutes=90" in page.url
    page.go_back()
    free.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile("/book/"))
    assert "minutes=75" in page.url
    expect(page.locator("#id_minutes")).to_have_value("75")


def test_time_is_chosen_with_two_taps_on_a_telephone(person):
    page = person("13900020042")
    room = room_url(page, "睦邻会馆")
    date = free_day(page, room)
    page.goto(f"/rooms/?date={date}")
    row = page.locator("li.room", has=page.get_by_role("link", name="睦邻会馆", exact=True))
    row.locator(FREE).last.click()
    quarters = row.locator(".quarters button:not([disabled])")
    quarters.nth(2).click()
    expect(row.locator(".picker .label")).to_contain_text("到几点？")
    row.locator(".quarters button:not([disabled])").filter(has_not=page.locator("[aria-pressed=true]")).nth(5).click()
    row.get_by_role("link", name=re.compile("^约 ")).click()
    page.wait_for_url(re.compile(r"/book/\?.*minutes="))
    expect(page.locator("h1")).to_have_text("从几点，用多久？")


def test_full_class_goes_to_the_first_in_line_and_an_outsider_waits(person):
    clerk = person("clerk", viewport=DESK_SIZE)
    seated, first, outsider = (person(f"1390002005{n}") for n in range(3))
    clerk.goto("/desk/activities/new/")
    clerk.get_by_label("叫什么").fill("剪窗花")
    clerk.get_by_label("一句话说清楚").fill("一把剪刀一张红纸，坐下就会。")
    clerk.get_by_label("收多少人").fill("1")
    clerk.get_by_role("button", name="记下，去排日子").click()
    today = dt.date.today()  # noqa: DTZ011 (the machine's own date)
    for label, days in (("从哪天", 2), ("到哪天", 16)):
        clerk.get_by_label(label).fill((today + dt.timedelta(days=days)).isoformat())
    clerk.get_by_label("几点开始").fill("09:00")
    clerk.get_by_label("几点结束").fill("10:00")
    clerk.get_by_label("星期三").check()
    clerk.get_by_role("button", name="先看看行不行").click()
    clerk.get_by_role("button", name=re.compile("就这样排|先排这")).click()
    clerk.get_by_role("button", name="发布").click()
    public = clerk.get_by_role("link", name="大家看到的").get_attribute("href")
    assert public
    enrol(seated, public, "就报这个")
    enrol(first, public, "排候补")
    expect(first.locator("h1")).to_contain_text("排着队")
    seated.locator("summary", has_text="来不了了").click()
    seated.get_by_role("button", name="不来了").click()
    first.reload()
    expect(first.locator("h1")).to_contain_text("轮到您了")
    # The seat is free, and yet it is not to be had: it is being offered.
    enrol(outsider, public, "排候补")
    expect(outsider.locator("h1")).to_contain_text("排着队")
    first.get_by_role("button", name="我来").click()
    first.goto(public)
    expect(first.locator("main")).to_contain_text("报上了")


def enrol(page: Page, activity: str, button: str) -> None:
    page.goto(activity)
    page.locator("main a.btn-main").first.click()
    if page.get_by_label("我自己").count():
        page.get_by_label("我自己").check()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile("/enrolments/"))


def test_no_show_frees_the_room(person, at_that_moment):
    """Nobody comes: a quarter of an hour after the start the rest is everybody's again."""
    page, other = person("13900020061"), person("13900020062")
    room = room_url(page, "书画室")
    date = free_day(page, room, skip=1)
    page.goto(f"{room}book/?date={date}&start=09:00&minutes=120")
    page.get_by_label("做什么").fill("写春联")
    page.get_by_role("button", name="下一步：看一眼").click()
    page.get_by_role("button", name="就约这个").click()
    expect(page.locator("h1")).to_contain_text("约好了，")
    other.goto(f"{room}book/?date={date}&start=10:00&minutes=60")
    assert not other.locator("#id_start option[value='10:00']").count()
    at_that_moment(f"{date}T09:15+08:00")
    page.reload()
    expect(page.locator("h1")).to_contain_text("约了没来")
    book(other, room, date, "画牡丹", start="10:00")
