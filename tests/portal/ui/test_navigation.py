from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from portal.accounts.enums import Role
from portal.ui import navigation


def page(request):
    return HttpResponse("")


@pytest.fixture(autouse=True)
def _served(settings, monkeypatch):
    served = ("", "rooms/", "wishes/", "my/", "my/data/", "board/", "desk/", "cases/", "grid/today/", "extra/", "more/")
    settings.ROOT_URLCONF = tuple(path(one, page, name=f"p-{one.strip('/')}") for one in served)
    monkeypatch.setattr(navigation, "_items", list(navigation._items))


def asks(at: str, *roles: str):
    request = RequestFactory().get(at)
    scopes = tuple(SimpleNamespace(role=role) for role in roles)
    request.actor = SimpleNamespace(user=object() if roles else None, reach=SimpleNamespace(scopes=scopes))
    return request


def labels(links) -> list[str]:
    return [str(link.label) for link in links]


def test_resident_sees_their_words_in_order():
    assert labels(navigation.nav(asks("/"))) == ["今天", "活动室", "心愿", "我的"]


def test_secretary_sees_the_work():
    assert labels(navigation.nav(asks("/board/", Role.SECRETARY))) == ["督办", "诉求", "活动室", "心愿"]


def test_an_unserved_path_is_left_out(settings):
    settings.ROOT_URLCONF = (path("rooms/", page),)
    assert labels(navigation.nav(asks("/rooms/"))) == ["活动室"]


@pytest.mark.parametrize(
    ("at", "current"), [("/", "今天"), ("/rooms/", "活动室"), ("/rooms/7/", "活动室"), ("/elsewhere/", "")]
)
def test_current_word_is_marked(at, current):
    assert [str(link.label) for link in navigation.nav(asks(at)) if link.current] == ([current] if current else [])


def test_at_most_five_words_stand_beside_each_other():
    for url in ("/extra/", "/more/"):
        navigation.register(url, path=url, order=90)
    assert len(navigation.nav(asks("/"))) == navigation.MOST


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_words(role):
    assert 1 <= len(navigation.nav(asks("/", role))) <= navigation.MOST


def test_a_room_registers_its_word_once():
    for label in ("多出来的", "换个说法"):
        navigation.register(label, url_name="p-extra", roles=[Role.AUDITOR])
    assert labels(navigation.nav(asks("/", Role.AUDITOR))) == ["换个说法"]


def test_no_actor_means_a_visitor():
    request = RequestFactory().get("/")
    assert labels(navigation.nav(request))[0] == "今天"


def test_footer_links_are_those_that_are_served():
    assert labels(navigation.foot(asks("/"))) == ["我的信息谁看过"]


def test_what_staff_look_after_stands_on_shelves_and_residents_have_none():
    assert navigation.shelves(asks("/")) == []
    navigation.register("格子", url_name="p-extra", roles=[Role.AUDITOR], shelf="register")
    navigation.register("单子", path="/my/data/", roles=[Role.AUDITOR], shelf="cases")
    found = [(str(label), labels(links)) for label, links in navigation.shelves(asks("/", Role.AUDITOR))]
    assert found == [("诉求", ["单子"]), ("住户和网格", ["格子"])]
    assert labels(navigation.foot(asks("/", Role.AUDITOR))) == ["我的信息谁看过"]
