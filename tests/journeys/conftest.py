"""The whole portal as `make up` starts it, with its demo, and a browser for each person who walks through it."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.accounts.demo import PASSWORD, SIGN_INS
from tests.portal.services.up import BASE_DIR, HIDDEN, Up
from tests.servers import PREFIX, claim

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
BY_PASSWORD = {person.username for person in SIGN_INS if person.by_password}
PHONES = {person.username: person.phone for person in SIGN_INS}
PHONE_SIZE = {"width": 360, "height": 740}

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def portal() -> Iterator[str]:
    """The address of a portal with demo data; JOURNEYS_AT names one that is up already, while writing a test (then
    JIAMENKOU_DATA its folder)."""
    if running := os.environ.get("JOURNEYS_AT"):
        yield running.rstrip("/")
        return
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    folder.chmod(0o711)
    with claim(folder), Up(folder / "data", demo=True) as up:
        up.opens(seconds=240)
        os.environ["JOURNEYS_DATA"] = str(folder / "data")
        yield f"http://127.0.0.1:{up.port}"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def at_that_moment(portal: str) -> Callable[[str], None]:
    """at_that_moment("2026-09-18T14:20+08:00"): the portal does what is due by then, as its clock would."""
    data = os.environ.get("JOURNEYS_DATA") or os.environ["JIAMENKOU_DATA"]
    hidden = {name: value for name, value in os.environ.items() if name not in HIDDEN}

    def sweep(moment: str) -> None:
        command = [sys.executable, "manage.py", "sweep", "--now", moment]
        subprocess.run(command, env=hidden | {"JIAMENKOU_DATA": data}, cwd=BASE_DIR, check=True, capture_output=True)

    return sweep


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Doors:
    """Opens the portal for people. Each signs in once; what the sign-in left in the browser is used again."""

    base: str
    browser: Browser
    kept: dict[str, object] = field(default_factory=dict)
    open: list[BrowserContext] = field(default_factory=list)

    def __call__(self, who: str = "", *, elder: str = "0", viewport: dict[str, int] | None = None) -> Page:
        """A page of somebody: a sign-in of the demo, eleven digits of a new resident, "" for a passer-by."""
        if who and who not in self.kept:
            page = self._context(None).new_page()
            sign_in(page, who)
            self.kept[who] = page.context.storage_state()
        context = self._context(self.kept.get(who), viewport=viewport or PHONE_SIZE)
        context.add_cookies([{"name": "elder", "value": elder, "url": self.base}])
        return context.new_page()

    def _context(self, state: object, **options: object) -> BrowserContext:
        context = self.browser.new_context(base_url=self.base, locale="zh-CN", storage_state=state, **options)
        self.open.append(context)
        return context


def sign_in(page: Page, who: str) -> None:
    """As people do it: a telephone and the six digits; at work a password and the six digits of the app."""
    if who in BY_PASSWORD:
        used = _digits_of_the_app(page, who)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        _enter(page, used)
        if _came_in(page):
            return
        # The digits of an app count once: who signed in within the half minute waits for the next.
        beside = page.context.new_page()
        while (fresh := _digits_of_the_app(beside, who)) == used:
            beside.wait_for_timeout(1000)
        beside.close()
        _enter(page, fresh)
    else:
        page.goto("/accounts/login/")
        page.get_by_label("手机号").fill(PHONES.get(who, who))
        page.get_by_role("button", name="发验证码").click()
        _enter(page, _six_digits(page.locator("main").inner_text()))
    page.wait_for_url(_is_in)


def _six_digits(text: str) -> str:
    digits = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert digits, text
    return digits.group()


def _digits_of_the_app(page: Page, who: str) -> str:
    page.goto(f"/accounts/login/?as={who}#staff")
    page.reload()  # going where one is already fetches nothing
    return _six_digits(page.locator("li", has=page.locator(f"a[href^='?as={who}#']")).inner_text())


def _enter(page: Page, digits: str) -> None:
    page.locator("input[name=code]").fill(digits)
    page.locator("main form button").first.click()


def _is_in(url: str) -> bool:
    return "/accounts/login" not in url


def _came_in(page: Page) -> bool:
    """Once the page has answered: it led on, or said what is wrong."""
    page.wait_for_function("!location.pathname.startsWith('/accounts/login') || document.querySelector('.err')")
    return _is_in(page.url)


@pytest.fixture(scope="session")
def doors(portal: str, chromium: Browser) -> Doors:
    return Doors(portal, chromium)


@pytest.fixture
def person(doors: Doors) -> Iterator[Callable[..., Page]]:
    yield doors
    while doors.open:
        doors.open.pop().close()


def next_open_day(page: Page) -> str:
    """The first day from tomorrow on with a room to book: at night and on holidays today leads to none."""
    for days in range(1, 15):
        path = f"/rooms/?date={dt.date.today() + dt.timedelta(days=days)}"  # noqa: DTZ011 (the machine's own date)
        page.goto(path)
        if page.locator("ol.day li.free a").count():
            return path
    raise AssertionError("no room is free for two weeks")
