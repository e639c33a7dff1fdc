"""Show 4: a resident sees the look of a minute ago with its reason, asks for a correction, gets it; on paper too."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journeys

WHY = "核对登记的电话"


def door_of(page, text: str) -> None:
    page.goto(f"/grid/households/?q={text}")
    page.locator("main .no a").first.click()


def value_of(page, label: str):
    return page.locator(".held dl.facts div", has=page.get_by_text(label, exact=True)).first.locator("dd")


def put_right(resident, clerk, old: str, new: str) -> None:
    resident.get_by_role("link", name="不对，要改").first.click()
    resident.get_by_label("姓名", exact=True).check(force=True)
    resident.get_by_label("应该是什么").fill(new)
    resident.get_by_role("button", name="交给社区核对").click()
    clerk.goto("/grid/corrections/")
    clerk.locator("main li a", has_text=f"{old} · 姓名").first.click()
    clerk.get_by_role("button", name="核对过，照这个改").click()
    expect(clerk.locator("body")).to_contain_text("改好了，也告诉本人了")
    resident.goto("/my/data/")
    expect(value_of(resident, "姓名")).to_have_text(new)


def test_a_resident_sees_the_look_of_a_minute_ago_and_has_it_put_right(person):
    resident, clerk = person("resident"), person("clerk", viewport={"width": 1280, "height": 800})
    resident.goto("/my/data/")
    name = value_of(resident, "姓名").inner_text()

    # The clerk opens one telephone number, and says why.
    door_of(clerk, name)
    row = clerk.locator("#people li", has_text=name)
    row.get_by_role("link", name="看完整号码").click()
    clerk.get_by_label(WHY).check(force=True)
    clerk.get_by_role("button", name="记下原因，看号码").click()
    expect(clerk.locator("main")).to_contain_text("已经记下您看过")

    # The resident reads it: what, who by role, why.
    resident.reload()
    look = resident.locator("#looks li").first
    expect(look).to_contain_text("看了您的电话")
    expect(look).to_contain_text(WHY)
    expect(look).to_contain_text("窗口工作人员")

    # Something is wrong: asked for, granted, and it stands on the page.
    put_right(resident, clerk, name, f"{name[0]}秀兰")
    # The next journey meets her under her own name.
    put_right(resident, clerk, f"{name[0]}秀兰", name)

    # The printed twin, for somebody with no telephone: asks why, and is itself a look.
    door_of(clerk, name)
    clerk.locator("#people li", has_text=name).get_by_role("link", name="打印他的信息").click()
    clerk.get_by_label("为什么要看").fill("本人到窗口要看")
    clerk.get_by_role("button", name="记下原因，打开").click()
    clerk.emulate_media(media="print")
    expect(clerk.locator("main")).to_contain_text(name)
    expect(clerk.locator("main form").first).to_be_hidden()
    assert len(clerk.pdf(format="A4")) > 5_000
    resident.goto("/my/data/")
    expect(resident.locator("#looks li").first).to_contain_text("打印了您的全部信息")
