"""The gallery in a real browser: every part, in every mode, at both widths."""

import os
import shutil

import pytest
from playwright.sync_api import Page, sync_playwright

from portal.ui import site

pytestmark = [pytest.mark.journeys, pytest.mark.django_db(transaction=True)]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = (360, 1280)
MODES = [("0", "light"), ("0", "dark"), ("1", "light"), ("3", "dark")]

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Links within a running sentence are excepted (WCAG 2.5.8), and so are inputs whose whole row is the target.
SMALL = """least => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.height < least - 0.5
        && !e.closest('.vh, .skip, .pick, p:not(.btns):not(.hints), svg, details:not([open])');
}).map(e => e.outerHTML.slice(0, 90) + ' ' + e.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def chromium():
    # Playwright keeps an event loop running in this thread, and Django takes that for asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def gallery(chromium, live_server, settings, monkeypatch):
    """gallery(width, elder, scheme) → the gallery; what it requested in `.asked`, its complaints in `.said`."""
    settings.DEMO = True
    monkeypatch.setattr(site, "_supplier", lambda request: site.Site("槐荫社区", phone="8555 0110"))
    opened = []

    def show(width: int = 360, elder: str = "0", scheme: str = "light", path: str = "/_look/", **more) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 740}, color_scheme=scheme, locale="zh-CN", **more
        )
        opened.append(context)
        context.add_cookies([{"name": "elder", "value": elder, "url": live_server.url}])
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield show
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("elder", "scheme"), MODES)
def test_gallery_fits_is_reachable_and_asks_nobody_else(gallery, live_server, width, elder, scheme):
    page = gallery(width, elder, scheme)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SMALL, 60 if elder != "0" else 44) == []
    assert [url for url in page.asked if not url.startswith(live_server.url)] == []
    assert page.said == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("elder", "scheme"), MODES)
def test_gallery_has_no_serious_violation(gallery, width, elder, scheme):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(gallery(width, elder, scheme)).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_four_choices_fit_one_screen_in_elder_mode(gallery):
    page = gallery(360, "1")
    last = page.locator(".big a").last.bounding_box()
    first = page.locator(".big a").first.bounding_box()
    bar = page.locator(".call").bounding_box()
    # From the top of the first to the foot of the last, beside the masthead, the answer and the bar (740 high).
    assert last["y"] + last["height"] - first["y"] <= 440
    assert bar["y"] + bar["height"] == pytest.approx(740, abs=1)


@pytest.mark.parametrize(("step", "size"), [("0", 17), ("1", 22), ("2", 26), ("3", 30)])
def test_elder_steps_set_the_size(gallery, step, size):
    page = gallery(360, step)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == size
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main *')].filter(e => !e.closest('svg') && e.innerText?.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert smallest >= (16 if step == "0" else 18)


def test_a_double_press_sends_once(gallery):
    page = gallery(360, "1")
    sent = []

    def answer(route):
        sent.append(route.request.post_data)
        route.fulfill(status=204)  # leaves the page standing, as while an answer is on its way

    page.route("**/elder/", answer)
    for _ in range(2):
        page.evaluate("document.querySelector('.sizes button').click()")
        page.wait_for_timeout(200)
    assert len(sent) == 1
    assert "step=1" in sent[0]


def test_summary_of_what_is_missing_is_read_first(gallery):
    page = gallery(360)
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    page.locator("[data-errors] a").first.click()
    assert page.evaluate("location.hash") == "#wrong_what"


def test_page_works_without_scripts(gallery):
    page = gallery(360, java_script_enabled=False)
    assert page.locator("[data-print]").is_hidden()
    page.locator(".foot .lang button").click()
    assert page.locator("html").get_attribute("lang") == "en"


def test_skip_link_is_the_first_stop(gallery):
    page = gallery(360, path="/nowhere/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_paper_shows_no_buttons_and_keeps_the_slip(gallery):
    page = gallery(1280)
    page.emulate_media(media="print")
    for gone in (".nav", ".tools", ".btn", ".act", "form .field"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator(".slip .qr").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
