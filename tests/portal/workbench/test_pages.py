from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from portal.accounts.models import User
from portal.flow import due
from portal.notifications.services import queue
from portal.workbench import registry
from portal.workbench.registry import Counted, Headline, Number, Todo


@pytest.fixture
def on_the_desk(monkeypatch):
    """An empty registry for one test: what it puts there is all there is."""
    for name, empty in (("_todos", []), ("_numbers", []), ("_panels", {"board": [], "my": [], "home": []})):
        monkeypatch.setattr(registry, name, empty)
    return registry


def test_home_says_whether_the_door_is_open(browse, monkeypatch):
    monkeypatch.setattr(registry, "_headline", lambda place, now: Headline("门开着，|到晚上九点。"))
    page = browse().get("/").content.decode()
    assert "门开着，" in page.split("<h1")[1].split("</h1>")[0]


def test_home_offers_what_is_served(browse):
    page = browse().get("/").content.decode()
    assert 'href="/grid/worker/"' in page
    assert "55550110"[1:] in page.replace(" ", "")


def test_board_says_what_is_late_in_a_sentence_that_opens_its_rows(browse, on_the_desk):
    registry.number_source(1)(lambda actor, now: [Number("超时", 4, "/cases/?late=1", late=True, phrase="四件超时")])
    heading = browse("secretary").get("/board/").content.decode().split("<h1")[1].split("</h1>")[0]
    assert 'href="/cases/?late=1"' in heading
    assert "四件超时" in heading


def test_board_leaves_out_of_the_sentence_what_is_none(browse, on_the_desk):
    registry.number_source(1)(lambda actor, now: [Number("超时", 0, "/cases/?late=1", phrase="零件超时")])
    heading = browse("secretary").get("/board/").content.decode().split("<h1")[1].split("</h1>")[0]
    assert "零件超时" not in heading


def test_board_says_three_things_the_late_ones_first(browse, on_the_desk):
    for order, (name, late) in enumerate([("甲", False), ("乙", False), ("丙", True), ("丁", False)]):
        number = Number(name, 1, "/cases/", late=late, phrase=f"一件{name}")
        registry.number_source(order - 10)(lambda actor, now, number=number: [number])
    heading = browse("secretary").get("/board/").content.decode().split("<h1")[1].split("</h1>")[0]
    assert [name for name in "丙甲乙丁" if f"一件{name}" in heading] == ["丙", "甲", "乙"]
    assert heading.index("一件丙") < heading.index("一件甲")


def test_board_says_when_the_sweep_itself_is_late(browse, on_the_desk):
    page = browse("secretary").get("/board/").content.decode()
    assert "系统耽搁了" not in page
    at = timezone.now() - timedelta(hours=3, minutes=5)
    due.schedule(key="long:ago", kind="nobody.comes", subject_id=uuid4(), due_at=at)
    page = browse("secretary").get("/board/").content.decode()
    assert "系统耽搁了 3 小时" in page
    assert browse().get("/readyz").json()["late"] is True


def test_figures_that_only_count_are_counted_in_one_query(cast, place, django_assert_num_queries):
    people, nobody = User.objects.order_by("name"), User.objects.none()
    found = [
        [Number("先", 1, "/a/")],
        Counted(lambda n, none: [Number("人", n, "/b/", detail=str(none))], people, nobody),
        Counted(lambda n: [Number("格", n, "/c/")] if n else [], type(place.district).objects.all()),
    ]
    with django_assert_num_queries(1):
        first, users, grids = registry.numbers_from(found)
    assert (first.value, users.value, users.detail) == (1, len(people), "0")
    assert grids.value == type(place.district).objects.count()
    assert registry.numbers_from([Counted(lambda n: [Number("无", n, "/")], nobody)])[0].value == 0


def test_what_sources_share_is_read_once_for_a_page_and_afresh_for_the_next(cast):
    actor, now, read = cast.actor("secretary"), timezone.now(), []
    shared = registry.read_once(lambda actor, now: read.append(1) or len(read))
    for page in (1, 2):
        with registry.one_page():
            assert [shared(actor, now), shared(actor, now)] == [page, page]
    assert [shared(actor, now), shared(actor, now)] == [3, 4]


def test_board_asks_for_all_rooms_in_so_many_questions(browse, django_assert_num_queries):
    client = browse("secretary")
    client.get("/board/")
    with django_assert_num_queries(43):
        client.get("/board/")


@pytest.mark.parametrize("name", ["resident", "grid_worker", "clerk", "department_handler", "auditor"])
def test_board_is_for_those_who_supervise(browse, name):
    assert browse(name).get("/board/").status_code == 403


def test_todos_stand_the_most_urgent_first(browse, on_the_desk):
    now = timezone.now()
    registry.todo_source(
        lambda actor, at: [
            Todo("以后的", "/b/", due_at=now + timedelta(days=1)),
            Todo("马上的", "/a/", due_at=now),
        ]
    )
    page = browse("clerk").get("/todo/").content.decode()
    assert page.index("马上的") < page.index("以后的")


@pytest.mark.parametrize("page", ["/board/", "/my/"])
def test_pages_that_show_more_show_the_first_eight_and_lead_to_all(browse, on_the_desk, page):
    registry.todo_source(lambda actor, at: [Todo(f"第 {n} 件", f"/{n}/") for n in range(1, 10)])
    shown = browse("secretary").get(page).content.decode()
    assert "第 8 件" in shown
    assert "第 9 件" not in shown
    assert "全部 9 件" in shown
    assert "第 9 件" in browse("secretary").get("/todo/").content.decode()
    registry._todos.clear()
    assert "全部 0 件" not in browse("secretary").get(page).content.decode()


def test_residents_see_all_that_waits_for_them(browse, on_the_desk):
    registry.todo_source(lambda actor, at: [Todo(f"第 {n} 件", f"/{n}/") for n in range(1, 10)])
    assert "第 9 件" in browse("resident").get("/my/").content.decode()


def test_notices_are_read_once_opened(browse, cast):
    queue(key="t", to=cast.resident, subject="您的事有进展")
    client = browse("resident")
    assert "您的事有进展" in client.get("/my/").content.decode()
    client.get("/my/notices/")
    assert cast.resident.notices.get().read_at is not None


def test_notices_of_others_are_not_shown(browse, cast):
    queue(key="t", to=cast.neighbour, subject="别人的事")
    assert "别人的事" not in browse("resident").get("/my/notices/").content.decode()


@pytest.mark.parametrize("text", ["路灯", "路灯不亮了", "找网格员", "心愿", "回单", "志愿"])
def test_search_leads_on(browse, text):
    page = browse().get("/search/", {"q": text}).content.decode()
    assert "没有现成的页面" not in page


def test_search_that_finds_nothing_still_offers_the_way_in(browse):
    page = browse().get("/search/", {"q": "zzz<script>"}).content.decode()
    assert "没有现成的页面" in page
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]
