"""One case through all hands: reported with a photo, accepted, assigned, answered, verified, rated."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journeys


def photo() -> dict[str, object]:
    shot = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(shot, "JPEG")
    return {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": shot.getvalue()}


def report(page: Page, text: str) -> None:
    page.goto("/report/")
    page.get_by_label("事情是怎样的").fill(text)
    page.locator("input[type=file]").set_input_files(photo())
    page.get_by_role("button", name="下一步：在哪里").click()
    page.get_by_label("具体在哪里").fill("5 号楼东边")
    page.get_by_role("button", name="下一步：怎么回您").click()
    # What the register knows is quoted, and may be said differently this once.
    page.locator(".known summary").click()
    page.get_by_label("怎么称呼您").fill("林阿姨")
    page.get_by_role("button", name="送出去").click()
    expect(page.locator("h1")).to_have_text("收到了，回单请收好。")


def test_case_goes_through_all_hands_and_back(person):
    resident, clerk, handler, secretary = (person(who) for who in ("resident", "clerk", "gridworker", "secretary"))
    report(resident, "楼下的路灯三天不亮了，晚上老人不敢走")
    ref = resident.locator(".slip .ref").inner_text().replace(" ", "").replace("回单", "").strip()
    resident.get_by_role("link", name="看办到哪一步").click()
    slip = resident.url
    assert "/track/" in slip
    expect(resident.locator("main")).to_contain_text("待受理")
    expect(resident.locator("main img")).to_have_count(1)

    clerk.goto(f"/desk/?q={ref}")
    clerk.locator(".desk-hits a").first.click()
    case = clerk.url.split("?")[0]
    clerk.get_by_role("link", name="受理", exact=True).click()
    clerk.locator("main form button").first.click()
    expect(clerk.locator("h1")).to_have_text("交给谁办？")
    hands = clerk.get_by_label("交给")
    hands.select_option(hands.locator("option", has_text="李梅").first.get_attribute("value"))
    clerk.get_by_role("button", name="交给他们").click()
    expect(clerk.locator("main")).to_contain_text("待签收")

    handler.goto(case)
    handler.get_by_role("link", name="签收", exact=True).click()
    handler.locator("main form button").first.click()
    expect(handler.locator("main")).to_contain_text("办理中")
    handler.get_by_role("link", name="交结果", exact=True).click()
    handler.get_by_label("答复").fill("灯泡换好了，昨晚试过，亮了。")
    handler.get_by_role("radio", name="办好了", exact=True).check()
    handler.get_by_role("button", name="交结果", exact=True).click()
    expect(handler.locator("main")).to_contain_text("待核查")

    secretary.goto(case)
    secretary.get_by_role("link", name="核查通过", exact=True).click()
    secretary.locator("main form button").first.click()
    expect(secretary.locator("main")).to_contain_text("待评价")

    # By the slip alone: somebody without an account, on another telephone.
    guest = person()
    guest.goto(slip)
    expect(guest.locator("main")).to_contain_text("灯泡换好了")
    resident.goto(slip)
    resident.get_by_role("radio", name="办好了", exact=True).check()
    resident.get_by_role("radio", name="满意", exact=True).check()
    resident.get_by_role("button", name="送出评价").click()
    expect(resident.locator("main")).to_contain_text("已结案")


def test_photo_that_is_none_is_refused_and_nothing_is_lost(person):
    page = person()
    page.goto("/report/")
    page.get_by_label("事情是怎样的").fill("井盖松了")
    page.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"GIF no"})
    page.get_by_role("button", name="下一步：在哪里").click()
    expect(page.locator(".err").first).to_be_visible()
    expect(page.get_by_label("事情是怎样的")).to_have_value("井盖松了")


def test_number_opens_the_slip_only_with_the_end_of_the_phone(person):
    page = person("resident")
    report(page, "单元门关不上")
    number = page.locator(".slip .ref").inner_text()
    guest = person()
    for tail, opens in (("0000", False), ("0001", True)):
        guest.goto("/track/")
        guest.get_by_label("回单号").fill(number)
        guest.get_by_label("留的电话，最后四位").fill(tail)
        guest.locator("main form button").first.click()
        assert ("单元门关不上" in guest.locator("main").inner_text()) == opens
