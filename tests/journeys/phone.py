"""A grid worker's phone: a browser with a disk of its own, and what is knocked and photographed with it."""

import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.journeys.conftest import CHROMIUM, PHONE_SIZE

PHRASE = "正月十五看花灯去不去"
COUNT = re.compile(r"\d+")
TODAY = "/grid/today/"


class Phone:
    """A browser with a disk of its own, closed and opened again as one likes."""

    def __init__(self, browser: BrowserType, base: str, folder: Path, *arguments: str):
        self.browser, self.base, self.folder = browser, base, folder
        self.arguments = ["--no-sandbox", *arguments]
        self.page = self.open()

    def open(self) -> Page:
        self.context: BrowserContext = self.browser.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=self.arguments,
            base_url=self.base,
            locale="zh-CN",
            viewport=PHONE_SIZE,
        )
        self.page = self.context.pages[0]
        return self.page

    def close(self) -> None:
        self.context.close()

    def sign_in(self, person: Callable[..., Page], who: str = "gridworker") -> None:
        """By the session of other journeys: the digits of an app count once in half a minute."""
        cookies = [
            {"name": one["name"], "value": one["value"], "url": self.base}
            for one in person(who).context.cookies()
            if one["name"] in ("sessionid", "csrftoken")
        ]
        self.context.clear_cookies()
        self.context.add_cookies(cookies)

    def enter(self, person: Callable[..., Page], who: str = "gridworker") -> None:
        self.sign_in(person, who)
        self.page.goto(TODAY)

    def session(self) -> str:
        return next(one["value"] for one in self.context.cookies() if one["name"] == "sessionid")

    def turn_on(self, person: Callable[..., Page], who: str = "gridworker") -> None:
        self.enter(person, who)
        self.page.locator("summary", has_text="开离线").click()
        self.page.get_by_label("设一个离线口令").fill(PHRASE)
        self.page.get_by_label("再填一遍").fill(PHRASE)
        self.page.get_by_role("button", name="开离线").click()
        expect(self.page.locator("html")).to_have_attribute("data-offline", "on")
        expect(self.page.locator("html")).to_have_attribute("data-doors", COUNT, timeout=30_000)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def unlock(self, phrase: str = PHRASE) -> None:
        self.page.get_by_label("离线口令", exact=True).fill(phrase)
        self.page.get_by_role("button", name="开锁", exact=True).click()

    def knock(self, number: int, *, photo: bool = True) -> None:
        """One visit at the door in hand, saved; what is there afterwards is the next door."""
        page = self.page
        if photo:
            page.locator("summary", has_text="拍张照").click()
            page.get_by_label("照片").set_input_files(
                [{"name": "p.jpg", "mimeType": "image/jpeg", "buffer": a_photo(number)}]
            )
        page.locator("summary", has_text="记一句话，或答应一件事").click()
        page.get_by_label("记一句话").fill(note(number))
        page.get_by_role("radio", name="见到了").check()
        before = self.waiting()
        page.get_by_role("button", name=re.compile("^存好")).click()
        expect(page.locator("[data-sent] li").first).to_contain_text("见到了")
        expect(page.locator("[data-kept]")).not_to_have_attribute("data-n", str(before))

    def waiting(self) -> int:
        """待上传 as the strip says it; a strip that is not there says none."""
        strip = self.page.locator("[data-kept]")
        expect(strip).to_have_attribute("data-n", COUNT)
        return int(COUNT.search(strip.locator("[data-kept-n]").inner_text()).group()) if strip.is_visible() else 0

    def on_disk(self) -> str:
        """Everything in IndexedDB and the caches, as text; bytes too, as the UTF-8 they might be."""
        return str(self.page.evaluate(DUMP))


DUMP = """async () => {
  const shown = (key, value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  const said = [];
  const asked = indexedDB.open("jiamenkou");
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  for (const name of db.objectStoreNames) {
    const rows = await new Promise((done) => {
      const a = db.transaction(name).objectStore(name).getAll();
      a.onsuccess = () => done(a.result);
    });
    said.push(name, JSON.stringify(rows, shown));
  }
  db.close();
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) said.push(request.url, await (await cache.match(request)).text());
  }
  return said.join("\\n");
}"""

# A visit older than any other, sealed under a key that is gone.
SEALED_BEFORE = """async () => {
  const { keepVisit } = await import("/static/grids/visits/offline/store.js");
  const { owner } = document.querySelector("[data-owner]").dataset;
  await keepVisit({ id: "00000000-0000-7000-8000-000000000000", owner, box: {} }, []);
}"""


def note(number: int) -> str:
    return f"离线的第 {number} 户，楼道干净"


def a_photo(number: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1800 + number, 1200), 60).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()
