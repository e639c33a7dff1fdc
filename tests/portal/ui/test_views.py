import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import constants, get_messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import include, path

from portal.accounts.policy import anyone
from portal.errors import Conflict, Forbidden, Invalid, Refusal, TooMany
from portal.ui import navigation, site, views

pytestmark = pytest.mark.django_db


def refuse(error):
    @anyone
    def view(request):
        raise error

    return view


ALTERNATIVES = [{"label": f"书画室 {n} 点", "url": f"/rooms/{n}/"} for n in range(5)]
urlpatterns = [
    path("", include("portal.urls")),
    path("x/taken/", refuse(Conflict("刚刚被别人约走了。", alternatives=ALTERNATIVES))),
    path("x/mine/", refuse(Forbidden())),
    path("x/hidden/", refuse(Refusal("x", status=404))),
    path("x/often/", refuse(TooMany())),
    path("x/wrong/", refuse(Invalid(errors={"room": ["这间不在名单上。"]}))),
    path("x/signin/", refuse(Refusal("x", status=401))),
    path("x/boom/", refuse(ZeroDivisionError())),
    path("x/page/", lambda request: render(request, "base.html")),
]


@pytest.fixture(autouse=True)
def _routes(settings):
    settings.ROOT_URLCONF = tuple(urlpatterns)


@pytest.fixture
def shown(monkeypatch):
    """A page with its place and its words."""
    monkeypatch.setattr(navigation, "nav", lambda request: [navigation.Link("今天", "/", True)])
    monkeypatch.setattr(
        site, "_supplier", lambda request: site.Site("槐荫社区", "槐荫社区党群服务中心", "槐荫路 12 号", "8555 0110")
    )


def text(response: HttpResponse) -> str:
    return response.content.decode()


# ---------------------------------------------------------------- 长辈版
def test_elder_step_is_remembered_by_the_browser(client):
    answer = client.get("/elder/", {"step": "2", "next": "/x/page/?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/x/page/?a=1")
    assert 'data-elder="2"' in text(client.get("/x/page/"))
    client.get("/elder/", {"step": "0"})
    assert "data-elder" not in text(client.get("/x/page/"))


@pytest.mark.parametrize("elsewhere", ["//evil.test/", "https://evil.test/", "javascript:alert(1)", "/\\evil.test"])
def test_elder_step_leads_nowhere_else(client, elsewhere):
    assert client.get("/elder/", {"step": "1", "next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize("step", ["4", "-1", "x", ""])
def test_elder_step_that_is_none_is_not_found(client, step):
    assert client.get("/elder/", {"step": step}).status_code == 404


@pytest.mark.parametrize("cookie", ["9", "x", "²", ""])
def test_a_spoilt_cookie_shows_the_ordinary_page(client, cookie):
    client.cookies["elder"] = cookie
    assert "data-elder" not in text(client.get("/x/page/"))


def test_elder_page_has_the_call_bar_and_no_nav(client, shown):
    client.cookies["elder"] = "1"
    page = text(client.get("/x/page/"))
    assert 'class="call"' in page
    assert 'href="tel:85550110"' in page
    assert 'class="nav"' not in page
    assert "回到普通版" in page
    assert 'href="/track/"' in page  # a slip in the hand must not lead nowhere
    assert 'href="/sharing/"' not in page


def test_ordinary_page_has_nav_and_no_call_bar(client, shown):
    page = text(client.get("/x/page/"))
    assert 'class="call"' not in page
    assert 'class="nav"' in page
    assert 'class="callno"' in page
    assert "长辈版" in page


def test_elder_step_follows_the_account(browse, cast):
    phone = browse("resident")
    phone.post("/elder/", {"step": "3"})
    other = browse("resident")
    assert 'data-elder="3"' in text(other.get("/x/page/"))


# ---------------------------------------------------------------- language
def test_language_is_switched_by_a_button(client):
    assert '<html lang="zh-Hans"' in text(client.get("/x/page/"))
    answer = client.post("/language/", {"language": "en", "next": "/x/page/"})
    assert answer["Location"] == "/x/page/"
    assert '<html lang="en"' in text(client.get("/x/page/"))


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/x/taken/", 409, "刚刚被别人约走了。"),
        ("/x/mine/", 403, "这件事不归您办"),
        ("/x/hidden/", 404, "没有这一页"),
        ("/x/often/", 429, "试得太勤了"),
        ("/x/wrong/", 422, "这间不在名单上。"),
    ],
)
def test_a_refusal_becomes_a_page_with_its_status(client, url, status, words):
    answer = client.get(url)
    assert answer.status_code == status
    assert words in text(answer)
    assert "<h1>" in text(answer)


def test_a_refusal_offers_three_alternatives(client):
    assert re.findall(r'href="/rooms/(\d)/"', text(client.get("/x/taken/"))) == ["0", "1", "2"]


def test_a_refusal_to_htmx_is_the_notice_alone(client):
    answer = client.get("/x/taken/", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "刚刚被别人约走了。" in text(answer)
    assert "<html" not in text(answer)


def test_who_must_sign_in_is_sent_there(client):
    answer = client.get("/x/signin/")
    assert answer.status_code == 302
    assert "next=/x/signin/" in answer["Location"]


def test_a_refusal_does_not_lead_back_elsewhere(client):
    answer = client.get("/x/taken/", headers={"Referer": "https://evil.test/x"})
    assert "evil.test" not in text(answer)


# ---------------------------------------------------------------- error pages
def test_missing_page_says_what_to_do(client, shown):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "拿着回单号" in text(answer)


def test_broken_page_answers_without_any_context(error_log):
    answer = Client(raise_request_exception=False).get("/x/boom/")
    error_log.lines.clear()
    assert answer.status_code == 500
    assert "不是您的错" in text(answer)


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_bare_error_page_needs_no_request(name):
    page = render_to_string(name)
    assert '<html lang="zh-Hans">' in page
    assert "回到首页" in page


def test_a_form_without_its_token_is_told_to_try_again():
    answer = Client(enforce_csrf_checks=True).post("/elder/", {"step": "1"})
    assert answer.status_code == 403
    assert "放得太久了" in text(answer)


# ---------------------------------------------------------------- the base page
def test_page_without_a_place_leaves_no_holes(client, monkeypatch):
    monkeypatch.setattr(site, "_supplier", None)
    page = text(client.get("/x/page/"))
    assert "tel:" not in page
    assert "None" not in page


def test_page_loads_nothing_from_another_host(client, shown):
    for url in re.findall(r'(?:src|href|action)="([^"#]+)"', text(client.get("/x/page/"))):
        assert re.match(r"/(?!/)|tel:", url), url


def test_messages_are_said_in_their_kind(rf: RequestFactory):
    from django.contrib.messages.storage.base import Message

    messages = [Message(level, "话") for level in (constants.SUCCESS, constants.WARNING, constants.ERROR)]
    page = render_to_string("portal/ui/_messages.html", {"messages": messages})
    assert re.findall(r'say say-(\w+)" role="(\w+)"', page) == [
        ("done", "status"),
        ("wait", "status"),
        ("late", "alert"),
    ]
    assert get_messages(rf.get("/")) == []


# ---------------------------------------------------------------- the gallery
def test_gallery_is_for_the_demo_only(client, settings):
    settings.DEMO = settings.DEBUG = False
    assert client.get("/_look/").status_code == 404


@pytest.mark.parametrize("elder", ["0", "1", "3"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_gallery_shows_every_part(client, settings, elder, language, shown):
    settings.DEMO = True
    client.cookies["elder"] = elder
    client.cookies["django_language"] = language
    answer = client.get("/_look/")
    assert answer.status_code == 200
    assert "<c-" not in text(answer)
    ids = re.findall(r'\bid="([^"]+)"', text(answer))
    assert len(ids) == len(set(ids))


def test_safe_next_keeps_to_this_site(rf: RequestFactory):
    request = rf.get("/")
    assert views.safe_next(request, "/a/?b=1") == "/a/?b=1"
    assert views.safe_next(request, None, "/x/") == "/x/"
    assert views.safe_next(request, "http://evil.test/") == "/"


def test_masthead_and_footer_read_nothing_that_a_page_may_call_its_own(rf):
    """A booking's `who`, a grid's `here`: they once stood in the masthead and in the way back from 长辈版."""
    page = render_to_string("base.html", {"who": "别人", "here": "某社区"}, rf.get("/grids/1/"))
    assert "别人" not in page
    assert "某社区" not in page
    assert "next=%2Fgrids%2F1%2F" in page


# ---------------------------------------------------------------- a press that comes too late
def test_press_after_the_sign_in_ran_out_leads_back_to_its_page(client):
    page = "/training/?q=%E8%80%81"
    sent = client.post("/accounts/name/", {"name": "林"}, HTTP_REFERER=f"http://testserver{page}")
    assert parse_qs(urlsplit(sent.url).query)["next"] == [page]
    assert "请再点一次" in text(client.get(sent.url))
    elsewhere = client.post("/accounts/name/", {"name": "林"}, HTTP_REFERER="http://elsewhere.example/x/")
    assert parse_qs(urlsplit(elsewhere.url).query)["next"] == ["/"]


def test_address_that_only_a_button_leads_to_says_so(client, shown):
    answer = client.get("/accounts/login/code/again/", HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "要在页面上点按钮" in text(answer)
    assert not client.get("/accounts/login/code/again/", HTTP_ACCEPT="application/json").content


def test_form_that_was_open_too_long_leads_back_to_itself():
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/elder/", {"step": "1"}, HTTP_REFERER="http://testserver/rooms/")
    assert answer.status_code == 403
    assert 'href="http://testserver/rooms/"' in text(answer)


@pytest.mark.parametrize(
    ("who", "theirs"), [("grid_worker", True), ("clerk", True), ("auditor", False), ("resident", False)]
)
def test_what_a_browser_keeps_is_offered_to_whom_its_page_opens(browse, who, theirs):
    client = browse(who)
    page = client.get("/my/").content.decode()
    assert ("data-kept-go" in page) is theirs
    assert ("记走访的人登录了才打得开" in page) is not theirs
    assert (client.get("/grid/today/").status_code == 200) is theirs
