"""The wall at home, and the desk's list that says what to look at first."""

import html
import re

import pytest

from centres.displays import services
from centres.displays.models import DisplayItem, DisplayReview
from tests.centres.displays.people import ONE_DAY, TODAY, an_item
from tests.centres.rooms.people import NOW
from tests.centres.surveys.people import a_centre

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
DESK = "/desk/displays/"


def text(response) -> str:
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL).group()
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", main)))


def test_at_home_one_reads_what_hangs_wall_by_wall(cast, browse):
    old = an_item(cast, title="旧的活动")
    services.replace(actor=cast.actor("clerk"), item_id=old.pk, title="新的活动", text="第一段\n\n第二段", now=NOW)
    an_item(cast, place="二楼走廊", title="议事会定下的")
    an_item(cast, place="阅览室", title="取下的", hung=3)
    services.take_down(actor=cast.actor("clerk"), item_id=DisplayItem.objects.get(title="取下的").pk, now=NOW)
    an_item(cast, "secretary_b", grid=cast.place.community_b, title="别家的")
    page = browse().get("/displays/")
    said = text(page)
    assert "新的活动第一段第二段展板" in said
    assert ("二楼走廊" in said, "旧的活动" in said, "取下的" in said, "别家的" in said) == (True, False, False, False)
    assert cast.clerk.username not in said


def test_nothing_hangs_yet(cast, browse):
    assert "还没有可看的" in text(browse().get("/displays/"))
    a_centre(cast.place.community)
    assert "还没有登记" in text(browse("clerk").get(DESK))


def test_what_somebody_typed_stays_text(cast, browse):
    an_item(cast, text="<script>alert(1)</script>")
    assert "<script>alert" not in browse().get("/displays/").content.decode()


def test_desk_begins_with_what_is_due_longest(cast, browse):
    an_item(cast, hung=95, title="第二块")
    an_item(cast, hung=5, title="第三块")
    an_item(cast, hung=110, title="第一块")
    said = text(browse("clerk").get(DESK))
    assert "两块到了日子，看一眼还对不对。" in said
    assert said.index("第一块") < said.index("第二块") < said.index("还没到日子的") < said.index("第三块")
    assert "过了20天" in said


def test_one_tap_and_one_to_take_it_back(cast, browse):
    item, clerk = an_item(cast, hung=100), browse("clerk")
    said = text(clerk.post(f"{DESK}{item.pk}/act/", {"do": "review", "due": f"{item.review_due}"}, follow=True))
    assert "看过了。12月17日" in said
    assert "点错了，撤回" in said
    said = text(clerk.post(f"{DESK}{item.pk}/act/", {"do": "review", "due": f"{item.review_due}"}, follow=True))
    assert "刚有人看过了，不用再看。" in said
    assert DisplayReview.objects.count() == 1
    assert "撤回了" in text(clerk.post(f"{DESK}{item.pk}/act/", {"do": "undo"}, follow=True))
    item.refresh_from_db()
    assert item.review_due == TODAY - 10 * ONE_DAY


@pytest.mark.parametrize("sent", [{}, {"do": "burn"}, {"do": "undo"}])
def test_what_cannot_be_done_is_said_and_changes_nothing(cast, browse, sent):
    item = an_item(cast, hung=100)
    assert browse("clerk").post(f"{DESK}{item.pk}/act/", sent).status_code == 409
    assert not DisplayReview.objects.exists()


@pytest.mark.parametrize("due", ["", "nonsense", "2026-99-99"])
def test_a_date_that_cannot_be_read_is_as_good_as_none(cast, browse, due):
    item = an_item(cast, hung=100)
    assert browse("clerk").post(f"{DESK}{item.pk}/act/", {"do": "review", "due": due}).status_code == 302


def test_put_up_replace_and_history_through_the_pages(cast, browse):
    a_centre(cast.place.community)
    clerk = browse("clerk")
    sent = {
        "place": "东门橱窗",
        "kind": "window",
        "title": "养犬的约定",
        "text": "牵绳出门。",
        "put_up_on": "2026-09-01",
    }
    sent |= {"interval_days": "30", "responsible": str(cast.secretary.pk)}
    wrong = clerk.post(f"{DESK}new/", sent | {"put_up_on": "2026-10-01", "interval_days": "0"})
    assert wrong.status_code == 422
    assert "还差" in text(wrong)
    assert 'value="养犬的约定"' in wrong.content.decode()
    assert clerk.post(f"{DESK}new/", sent).url == DESK
    item = DisplayItem.objects.get()
    assert (item.responsible, f"{item.review_due}") == (cast.secretary, "2026-10-01")
    new = {"title": "遛狗的约定", "text": "捡干净。", "interval_days": "60", "responsible": str(cast.clerk.pk)}
    page = clerk.post(f"{DESK}{item.pk}/replace/", new, follow=True)
    assert "这里以前挂的" in text(page)
    assert "养犬的约定" in text(page)
    assert clerk.get(f"{DESK}{item.pk}/replace/").status_code == 409
    assert "9月18日周五取下了。" in text(clerk.get(f"{DESK}{item.pk}/")).replace("今天", "9月18日周五")


def test_street_reads_and_is_offered_nothing_to_press(cast, browse):
    item = an_item(cast, hung=100)
    page = browse("street_supervisor").get(DESK)
    assert "夏天的活动" in text(page)
    assert "看过了，还行" not in text(page)
    assert "看过了，还行" not in text(browse("street_supervisor").get(item.get_absolute_url()))
    assert browse("street_supervisor").post(f"{DESK}{item.pk}/act/", {"do": "review"}).status_code == 403


@pytest.fixture
def no_masthead(monkeypatch):
    monkeypatch.setattr("portal.ui.site._supplier", None)


@pytest.mark.parametrize("number", [1, 30])
def test_pages_ask_the_same_at_any_length(cast, browse, no_masthead, django_assert_num_queries, number):
    for n in range(number):
        an_item(cast, hung=100, place=f"第 {n} 面墙", title=f"第 {n} 块")
    clerk, anybody = browse("clerk"), browse()
    with django_assert_num_queries(7):  # session, user, reach, count, rows, due, just looked at
        clerk.get(DESK)
    with django_assert_num_queries(3):  # community, count, rows
        anybody.get("/displays/")
