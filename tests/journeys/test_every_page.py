"""Every page that links lead to, as each person, in both modes: nothing serious, nothing foreign, nothing too wide."""

from collections import deque
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from portal.accounts.demo import SIGN_INS
from tests.guards.routes import ours
from tests.journeys.conftest import next_open_day

pytestmark = pytest.mark.journeys

# Where each begins; from there on their own links lead.
PEOPLE = {
    "": ["/", "/report/", "/track/", "/accounts/login/", "/help/", "/search/?q=路灯"],
    "resident": ["/my/", "/bookings/", "/wishes/new/", "/volunteers/join/"],
    "volunteer": ["/my/", "/wishes/"],
    "gridworker": ["/grid/today/", "/grid/promises/", "/grid/visits/"],
    "clerk": ["/desk/", "/cases/", "/desk/bookings/"],
    "secretary": ["/board/", "/todo/", "/grid/rounds/", "/ledgers/", "/teams/new/", "/wishes/review/"],
    "department": ["/cases/", "/whistles/", "/errands/"],
    "street": ["/grid/changes/"],
}
# Not pages: they answer a file, change something, or are somebody else's.
LEFT_OUT = {
    "grid-worker", "grid-manifest", "grid-doors",
    "photo", "activity-ics", "drive-export", "survey-export", "booking-ics", "bookings-feed", "room-feed",
    "room-report-xlsx", "case-figures-xlsx", "long-work-file", "look", "healthz", "readyz", "metrics", "account_logout",
    "ledgers-xlsx", "grids-shapes", "my-data-export", "export-file",
}  # fmt: skip
# Read by programs, and by those who write them.
LEFT_OUT |= {route.name for route in ours() if route.path.startswith("open311/")}
AFTER_A_FORM = {
    "grid-change-new",  # once one has said which grid
    "grid-offline",  # the door page of a phone without a signal
    "report-where", "report-reply", "report-done",
    "account_confirm_login_code", "mfa_authenticate", "account_inactive", "recovery_codes",
    "second_factor", "account_change_password", "account_name",
    "booking-series",  # once somebody has booked one
    "certificate", "enrolment-certificate",  # once a course is over
    "loan-copy",  # what the code on a sticker opens
    "survey-thanks", "training-check",
    "desk-session-change", "survey-paper",  # of what is still to come, or open: another may stand first
    "door", "room-here",  # the tablet at a door, and what its code opens
    "long-work",  # what an import or a print job shows while it goes
    "rate-link", "rate-thanks",  # the link in a message, and what follows
    "roster",  # once a file was brought
    "posting-end", "posting-stand-in",  # of a grid that has somebody: the first in the list waits for one
    "case-alike",  # of one that may be the same as another: others stand first
    "contact-card", "contact-card-revoke",  # what the code on a card opens; once one was printed
    "life-undo", "merge-undo",  # within thirty days of one
}  # fmt: skip
ONLY_POSTED = {
    "offline-wipe", "posting-call-off",
    "answer-template-switch", "bridge-settle", "inspection-add", "inspection-end", "routing-rule-switch",
    "desk-activity-act", "desk-display-act", "desk-lend", "desk-session-mark", "desk-survey-act",
    "desk-survey-followup", "donation-correct", "drive-pledge", "drive-receive", "enrolment-act", "loan-act",
    "loan-copy-take", "loan-reserve", "loan-wait", "loan-wait-leave", "pledge-confirm", "pledge-withdraw",
    "survey-answer", "training-act", "training-phone",
    "account_resend_login_code", "booking-act", "booking-series-cancel", "bookings-feed-new", "desk-reopen",
    "desk-walk-in", "waitlist-act", "long-work-stop", "case-phone", "case-say", "case-slip",
    "choose-community", "promise-keep", "resident-link", "resident-unlink", "set_language", "suspension-appeal",
    "suspension-decide", "team-ask", "team-decide", "team-leader", "visit-judge", "volunteer-stop", "whistle-act",
    "grid-change-undo",
    "wish-act", "wish-consent", "wish-contact",
    "care-hand", "consent-withdraw", "erasure-back", "resident-erase",
    "errand-withdraw", "material-review", "my-door-object", "my-door-sign", "objection-decide", "visit-round-end",
}  # fmt: skip
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# By the attribute: the href of a link within a drawing is no text. What is hidden leads nobody anywhere.
LINKS = """[...document.querySelectorAll('a[href]')].filter(a => !a.closest('[hidden]'))
.map(a => new URL(a.getAttribute('href'), location.href).href)"""
SOLID = "[...document.querySelectorAll('main .btn-main')].filter(e => e.getClientRects().length).length"
# Latin words on a Chinese page, but for what is written that way everywhere.
LATIN = """[...new Set((document.querySelector('main').innerText.match(/[A-Za-z]{4,}/g) || []))]"""
SPOKEN = {"English", "Enter", "jiamenkou", "demo"}
# What one is called here stands on the page of what is held, with the sounds of one's name by which one is found.
SPOKEN |= {one.username for one in SIGN_INS} | {"ying", "xiao", "linxiuying", "sunxiaowen"}


def route_of(url: str) -> str:
    """The name of the route a link leads to; empty where it is no page of ours."""
    path = urlsplit(url).path
    if path.startswith(("/admin/", "/api/", "/static/")):
        return ""
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return ""
    return "" if name in LEFT_OUT else name


def walk(page: Page, base: str, who: str):
    """Yield each page once per route: (name, what was asked from elsewhere, what the console said)."""
    starts = [next_open_day(page), *PEOPLE[who]] if who in ("", "resident") else PEOPLE[who]
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    queue = deque((base + start, "") for start in starts)
    known: set[str] = set()
    while queue:
        url, led_by = queue.popleft()
        name = route_of(url)
        if not name or name in known:
            continue
        known.add(name)
        asked.clear()
        said.clear()
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url}: {answer.status} (a link of {led_by})"
        if urlsplit(page.url).path != urlsplit(url).path:
            known.add(route_of(page.url))  # was sent on
        yield name, [one for one in asked if not one.startswith(base)], list(said)
        queue.extend((link.split("#")[0], url) for link in page.evaluate(LINKS) if link.startswith(base))


@pytest.mark.parametrize("elder", ["0", "2"], ids=["ordinary", "elder"])
@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "passer-by")
def test_pages_have_no_serious_violation_and_load_nothing_from_elsewhere(person, portal, who, elder):
    page, faults, seen = person(who, elder=elder), [], 0
    axe = Axe()
    for name, foreign, said in walk(page, portal, who):
        seen += 1
        found = axe.run(page).response["violations"]
        faults += [
            f"{page.url} {one['id']}: {one['nodes'][0]['html'][:140]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        if (over := page.evaluate(OVERFLOW)) > 0:
            faults.append(f"{page.url} ({name}) is {over} px too wide")
        if (reds := page.evaluate(SOLID)) > 1:
            faults.append(f"{page.url} has {reds} solid red buttons")
        if english := set(page.evaluate(LATIN)) - SPOKEN:
            faults.append(f"{page.url} says {sorted(english)[:5]}")
        faults += [f"{page.url} asks {one}" for one in foreign] + [f"{page.url} says {one}" for one in said]
    assert not faults, "\n".join(faults)
    assert seen > len(PEOPLE[who]) / 2


def test_the_walks_reach_all_that_can_be_read(person, portal):
    """A page that nothing leads to is a page that nobody looks at, these tests included."""
    reached = set()
    for who in PEOPLE:
        reached |= {name for name, _foreign, _said in walk(person(who), portal, who)}
    readable = {route.name for route in ours() if "get" in route.methods and not route.path.startswith("api/")}
    unread = readable - reached - LEFT_OUT - AFTER_A_FORM
    assert not unread ^ ONLY_POSTED, " ".join(sorted(unread ^ ONLY_POSTED))
