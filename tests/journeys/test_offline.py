"""A day without a signal: ten visits with photos, and everything that goes wrong on the way goes wrong."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.phone import PHRASE, SEALED_BEFORE, TODAY, Phone, note
from tests.portal.services.up import BASE_DIR, HIDDEN

pytestmark = pytest.mark.journeys


@pytest.fixture
def phone(portal: str, chromium, tmp_path: Path) -> Iterator[Phone]:
    made = Phone(chromium.browser_type, portal, tmp_path / "phone")
    yield made
    made.close()


@pytest.fixture
def ask(portal: str):
    """ask("Visit.objects.count()") → what the portal's own database says."""
    data = os.environ.get("JOURNEYS_DATA") or os.environ["JIAMENKOU_DATA"]
    hidden = {name: value for name, value in os.environ.items() if name not in HIDDEN}

    def ask(expression: str):
        code = (
            "import json; from django.db.models import *; from django.contrib.sessions.models import Session; "
            "from grids.visits.models import *; from grids.visits.models_offline import *; "
            "from portal.accounts.models import User; from portal.attachments.models import Attachment; "
            f"print('=>' + json.dumps({expression}, default=str))"
        )
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", code],
            env=hidden | {"JIAMENKOU_DATA": data},
            cwd=BASE_DIR,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout.rsplit("=>", 1)[1])

    return ask


NEW = "Visit.objects.filter(note__startswith='离线的第', created_at__gte='{since}')"


def test_ten_visits_with_photos_arrive_once_whatever_happens(phone, ask, person):
    phone.turn_on(person)
    page = phone.page
    new = NEW.format(since=ask("__import__('django.utils.timezone').utils.timezone.now().isoformat()"))
    ask("VisitRound.objects.update(per_day=90)")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-offline", "on")
    expect(page.locator("[data-walk] li").nth(10)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-doors", re.compile(r"\d\d"), timeout=30_000)

    # Ten doors without any signal.
    phone.context.set_offline(True)
    for number in range(1, 11):
        phone.knock(number)
        assert phone.waiting() == number
    sealed = phone.on_disk()
    assert "sealed:outbox" in sealed
    assert [word for word in (note(1), "楼道干净", "李梅", PHRASE) if word in sealed] == []

    # The line comes back and breaks in the middle of the third photo.
    seen = {"photos": 0}

    def breaks(route: Route) -> None:
        seen["photos"] += 1
        if seen["photos"] >= 3:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone.context.route("**/photos/*", breaks)
    phone.context.set_offline(False)
    for _tenth_of_a_second in range(300):  # the count says eight before the third is under way
        if seen["photos"] >= 3:
            break
        page.wait_for_timeout(100)
    assert seen["photos"] >= 3
    expect(page.locator("[data-kept-n]")).to_have_text("待上传 8 条", timeout=30_000)

    # The portal answers 500 for a while.
    def fails(route: Route) -> None:
        route.fulfill(status=500, body="no")

    # Before the line is whole again: what is still on its way would arrive in between.
    phone.context.route("**/api/v1/visits/**", fails)
    phone.context.unroute("**/photos/*", breaks)
    page.get_by_role("button", name="再传一次").click()
    expect(page.locator("[data-kept-says]")).to_have_text("存好了，有信号再传。")
    assert phone.waiting() == 8

    # The session has ended meanwhile. Ended before the portal is well: the page tries again by itself.
    ask(f"Session.objects.filter(session_key='{phone.session()}').delete()[0]")
    person.kept.pop("gridworker")
    phone.context.unroute("**/api/v1/visits/**", fails)
    page.get_by_role("button", name="再传一次").click()
    expect(page.locator("[data-kept-says]")).to_have_text("请重新登录，记录还在。")
    assert phone.waiting() == 8

    # The browser is closed, and opened where there is no signal.
    phone.close()
    page = phone.open()
    phone.context.set_offline(True)
    page.goto(TODAY)
    assert phone.waiting() == 8
    phone.unlock("不是这一句口令啊啊")
    expect(page.locator("[data-part=locked] .err")).to_contain_text("口令不对")
    phone.unlock()
    expect(page.locator("[data-sent] .tag-wait")).to_have_count(8)
    assert phone.waiting() == 8
    phone.context.set_offline(False)

    # Signed in again: the sign-in page knows the number; the doors are unlocked, and everything goes.
    page.goto("/accounts/login/")
    assert phone.waiting() == 8
    phone.enter(person)
    phone.unlock()
    expect(page.locator("[data-kept]")).to_be_hidden(timeout=60_000)
    assert phone.waiting() == 0
    assert sorted(ask(f"list({new}.values_list('note', flat=True))")) == sorted(note(number) for number in range(1, 11))
    assert ask(f"Attachment.objects.filter(owner_id__in={new}.values('pk')).count()") == 10
    assert json.loads(phone.on_disk().split("sealed:outbox\n")[1].split("\n")[0]) == []


def test_digits_for_the_door_are_there_without_a_signal_and_are_the_workers(phone, person):
    phone.turn_on(person)
    phone.close()
    page = phone.open()
    phone.context.set_offline(True)
    page.goto("/grid/code/")  # any page of the grid leads to the one that was kept
    expect(page.locator("[data-digits]")).to_be_hidden()
    phone.unlock()
    digits = page.locator("[data-digits] b")
    expect(digits).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    neighbour = person()
    neighbour.goto("/door/")
    neighbour.get_by_label("来人手机上的六个数字").fill(digits.inner_text())
    neighbour.get_by_role("button", name="查").click()
    expect(neighbour.locator("main")).to_contain_text("李梅")


def test_log_out_wipes_the_doors_and_leaves_the_unsent_to_their_author(phone, ask, person):
    phone.turn_on(person)
    person.kept.pop("gridworker")
    phone.context.route("**/api/v1/visits/**", lambda route: route.abort())
    phone.knock(21, photo=False)
    assert phone.waiting() == 1
    phone.page.goto("/accounts/logout/")
    phone.page.locator("main form button").click()
    phone.page.wait_for_url(lambda url: "/accounts/logout" not in url)
    phone.page.goto("/accounts/login/")
    assert phone.waiting() == 1
    kept = phone.on_disk()
    assert json.loads(kept.split("gone:doors\n")[1].split("\n")[0]) == []
    assert note(21) not in kept
    phone.context.unroute("**/api/v1/visits/**")
    # Somebody else takes the phone: still one, still sealed, and not sent under their name.
    phone.enter(person, "secretary")
    assert phone.waiting() == 1
    phone.page.wait_for_timeout(500)
    assert phone.waiting() == 1
    assert note(21) not in ask("list(Visit.objects.values_list('note', flat=True).order_by('-pk')[:20])")


def test_full_disk_is_said_and_nothing_leaves_the_form(phone, person):
    phone.turn_on(person)
    phone.page.evaluate(
        """() => { IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); } }"""
    )
    page = phone.page
    door = page.locator("#h-now").inner_text()
    page.locator("summary", has_text="记一句话，或答应一件事").click()
    page.get_by_label("记一句话").fill("写了好长一句")
    page.get_by_role("radio", name="见到了").check()
    page.get_by_role("button", name=re.compile("^存好")).click()
    expect(page.get_by_role("alert").filter(has_text="手机存满了")).to_be_visible()
    assert page.get_by_label("记一句话").input_value() == "写了好长一句"
    assert page.locator("#h-now").inner_text() == door
    assert phone.waiting() == 0


def test_clock_wrong_by_hours_is_put_right(phone, ask, person):
    phone.turn_on(person)
    phone.close()
    page = phone.open()
    page.add_init_script("const real = Date.now; Date.now = () => real() + 7 * 3600 * 1000;")
    page.add_init_script(
        "const D = Date; Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now()); } };"
    )
    phone.context.set_offline(True)
    page.goto(TODAY)
    phone.unlock()
    expect(page.locator("#h-now")).to_be_visible()
    phone.knock(31, photo=False)
    phone.sign_in(person)  # the session ended with the browser
    phone.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_be_hidden(timeout=30_000)
    rows = "Visit.objects.filter(note__startswith='离线的第 31').order_by('-created_at')"
    found = f"{rows}.values_list('visited_at', 'created_at').first()"
    late = ask(f"(lambda a, b: abs((b - a).total_seconds()))(*{found})")
    assert late < 300


def test_visit_that_nobody_can_open_holds_up_no_other(phone, ask, person):
    phone.turn_on(person)
    phone.page.evaluate(SEALED_BEFORE)
    phone.context.route("**/api/v1/visits/**", lambda route: route.abort())
    phone.knock(41, photo=False)
    assert phone.waiting() == 2
    phone.context.unroute("**/api/v1/visits/**")
    phone.page.get_by_role("button", name="再传一次").click()
    row = phone.page.locator("[data-sent] li", has_text="用以前的口令锁的")
    expect(row.get_by_role("button", name="不要这一条")).to_be_visible()
    expect(row.get_by_role("button", name="改一改再传")).to_be_hidden()
    expect(phone.page.locator("[data-kept]")).to_have_attribute("data-n", "1")
    assert ask(f"Visit.objects.filter(note={note(41)!r}).count()") >= 1
    row.get_by_role("button", name="不要这一条").click()
    row.get_by_role("button", name="真的不要了").click()
    expect(phone.page.locator("[data-kept]")).to_be_hidden()


def test_order_to_wipe_acts_at_the_next_contact_without_a_session(phone, ask, person):
    phone.turn_on(person)
    expect(phone.page.locator("[data-walk] li").first).to_be_visible()
    secretary = person("secretary")
    secretary.goto("/grid/phones/")
    row = secretary.locator("main li").filter(has=secretary.get_by_text("李梅"))
    row.locator("summary").click()
    row.get_by_label("为什么要清").fill("手机丢在公交上了")
    row.get_by_role("button", name="下次连上就清").click()
    expect(secretary.locator("main")).to_contain_text("等手机连上")
    phone.context.clear_cookies()
    phone.page.get_by_role("button", name=re.compile("^存好")).wait_for()
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.page.locator("h1")).to_have_text("今天的门清掉了")
    assert json.loads(phone.on_disk().split("gone:doors\n")[1].split("\n")[0]) == []
    secretary.goto("/grid/phones/")
    assert ask("WipeReceipt.objects.count()") >= 1


def test_without_a_secure_context_the_page_says_so_and_the_form_works(portal, chromium, tmp_path, person):
    port = portal.rsplit(":", 1)[1]
    base, mapped = f"http://testserver:{port}", "--host-resolver-rules=MAP testserver 127.0.0.1"
    phone = Phone(chromium.browser_type, base, tmp_path / "plain", mapped)
    page = phone.page
    try:
        phone.enter(person)
        expect(page.locator("[data-part=insecure]")).to_contain_text("离线没有开")
        done = page.locator("#sent li").count()
        page.get_by_role("radio", name="没人在").check()
        page.get_by_role("button", name=re.compile("^存好")).click()
        expect(page.locator("#sent li")).to_have_count(done + 1)
    finally:
        phone.close()


TWO_G = {"offline": False, "latency": 300, "downloadThroughput": 31_250, "uploadThroughput": 12_500}


def test_first_load_is_under_100_kb_and_works_on_2g(phone, person):
    phone.sign_in(person)
    # Nothing of before is at hand.
    cdp = phone.context.new_cdp_session(phone.page)
    cdp.send("Network.enable")
    cdp.send("Network.clearBrowserCache")
    cdp.send("Network.emulateNetworkConditions", TWO_G)
    carried: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: carried.append(event["encodedDataLength"]))
    phone.page.goto(TODAY)
    phone.page.wait_for_load_state("networkidle")
    print(f"first load: {sum(carried):.0f} bytes in {len(carried)} requests")
    assert sum(carried) < 100_000
    phone.page.get_by_role("radio", name="见到了").check()
    phone.page.get_by_role("button", name=re.compile("^存好")).click()
    expect(phone.page.locator("main")).to_contain_text("存好了", timeout=60_000)
