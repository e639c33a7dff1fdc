"""The pages of loans and drives, pressed as people press them. It is Friday 18 September, 14:20."""

import html
import re

import pytest

from centres.sharing import panels, services, todos
from centres.sharing.models import LoanCopy, LoanItem, LoanWait
from centres.sharing.models_drive import Donation, Pledge
from centres.sharing.models_loan import Loan
from grids.registry.models import Resident
from portal.workbench.registry import numbers_from
from tests.centres.rooms.test_pages import heading, text
from tests.centres.sharing.people import NOW, a_drive, a_thing, at, bring_to, rivals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
SHARING, DESK, MINE = "/sharing/", "/desk/sharing/", "/sharing/loans/"


def press(client, url, **body):
    return client.post(url, body)


# ---------------------------------------------------------------- what can be borrowed
def test_shelf_says_what_is_free_now_and_puts_it_first(cast, shelf, browse):
    bring_to(cast, "out", shelf.copy(shelf.drill))
    a_thing(shelf.centre, "tool", "折叠梯", 1)
    page = browse().get(SHARING)
    assert heading(page) == "三样东西，现在就能借。"
    said = text(page)
    assert said.index("折叠梯") < said.index("电钻")
    assert "9月21日周一还" in said


def test_place_without_anything_says_what_to_do(cast, browse):
    assert "先到窗口问问" in text(browse().get(SHARING))


def test_resident_reserves_fetches_renews_and_sees_the_way(cast, shelf, browse):
    me, clerk = browse("resident"), browse("clerk")
    page = press(me, f"/sharing/items/{shelf.kit.pk}/reserve/", _once="1")
    loan = Loan.objects.get()
    assert page.url == f"/sharing/loans/{loan.pk}/"
    assert press(me, f"/sharing/items/{shelf.kit.pk}/reserve/", _once="1").url == page.url
    assert "给您留着" in heading(me.get(page.url))
    press(clerk, f"{page.url}act/", event="hand_over", version=1)
    assert heading(me.get(page.url)) == "健康三件套在您手里，10月2日 周五还。"
    press(me, f"{page.url}act/", event="renew", version=2)
    assert "10月16日" in heading(me.get(page.url))
    assert "续过一次了" in text(me.get(page.url))


def test_late_loan_says_how_late_and_offers_no_renewing(cast, shelf, browse, friday):
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    friday.move_to(at("09-25 10:00"))
    page = browse("resident").get(loan.get_absolute_url())
    assert heading(page) == "电钻过了四天，该还了。"
    assert 'value="renew"' not in page.content.decode()


def test_what_is_back_already_is_a_conflict_said_on_the_page(cast, shelf, browse):
    loan = bring_to(cast, "returned", shelf.copy(shelf.kit))
    page = press(browse("clerk"), f"{loan.get_absolute_url()}act/", event="return")
    assert page.status_code == 409
    assert "什么也没有改动" in text(page)


def test_event_that_is_none_is_not_there(cast, shelf, browse):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    for event in ("lapse", "pass_on", "", "nonsense"):
        assert press(browse("clerk"), f"{loan.get_absolute_url()}act/", event=event).status_code == 404


def test_line_is_joined_and_left(cast, shelf, browse):
    bring_to(cast, "out", shelf.copy(shelf.drill), "neighbour")
    me, url = browse("resident"), f"/sharing/items/{shelf.drill.pk}/"
    assert press(me, f"{url}reserve/").status_code == 409
    press(me, f"{url}wait/")
    assert "您排着队" in text(me.get(url))
    assert "您是第一个" in text(me.get(MINE))
    press(me, f"/sharing/waits/{LoanWait.objects.get().pk}/leave/")
    assert LoanWait.objects.live().count() == 0


# ---------------------------------------------------------------- drifting books
def test_book_page_counts_hands_and_months_and_names_nobody(cast, shelf, browse):
    for n, who in enumerate(("resident", "neighbour", "volunteer", "clerk")):
        services.take_over(actor=cast.actor(who), code=shelf.code, now=at(f"0{6 + n // 2}-1{n} 10:00"))
    page = browse().get(f"/sharing/code/{shelf.code}/")
    said = text(page)
    assert heading(page) == "走过 4 位读者的手。"
    assert "2026年6月2位" in said
    assert "2026年7月2位" in said
    assert not any(who in said for who in ("resident", "neighbour", "volunteer", "clerk"))


def test_code_is_typed_as_people_type_it_and_unknown_ones_are_said(cast, shelf, browse):
    spoken = f"{shelf.code[:3]} {shelf.code[3:]}".lower()
    assert browse().get("/sharing/code/", {"code": spoken}).url == f"/sharing/code/{shelf.code}/"
    for nonsense in ("AAAAAA", "", "x" * 13, "边城", "../../.."):
        page = browse().get("/sharing/code/", {"code": nonsense})
        assert page.status_code == 422, nonsense
    assert browse().get("/sharing/code/AAAAAA/").status_code == 404


def test_next_reader_takes_over_and_the_holder_is_told_it_is_theirs(cast, shelf, browse):
    services.take_over(actor=cast.actor("resident"), code=shelf.code, now=NOW)
    url = f"/sharing/code/{shelf.code}/take/"
    page = press(browse("resident"), url)
    assert page.status_code == 409
    assert "就在您手里" in text(page)
    assert "在您手里" in heading(browse("neighbour").get(press(browse("neighbour"), url).url))


# ---------------------------------------------------------------- the counter
def test_counter_finds_by_code_and_takes_back_in_two_taps(cast, shelf, browse):
    loan = bring_to(cast, "out", shelf.copy(shelf.kit))
    clerk, code = browse("clerk"), shelf.copy(shelf.kit).code
    page = clerk.get(DESK, {"q": code}).content.decode()
    assert f'action="/sharing/loans/{loan.pk}/act/"' in page
    back = press(clerk, f"/sharing/loans/{loan.pk}/act/", event="return", next=DESK)
    assert back.url == DESK
    assert Loan.objects.get().state == "returned"


@pytest.mark.parametrize("asked", ["林秀英", "0099", "13900000099"])
def test_counter_finds_the_person_and_lends(cast, shelf, settle, browse, asked):
    resident = settle("林秀英", "building", user=None)
    Resident.objects.filter(pk=resident.pk).update(phone_tail="0099")
    clerk = browse("clerk")
    page = clerk.get(DESK, {"q": asked})
    assert "林秀英" in text(page)
    assert f'name="person" value="{resident.pk}"' in page.content.decode()
    copy = shelf.copy(shelf.drill)
    assert press(clerk, f"{DESK}lend/", person=resident.pk, copy=copy.pk).status_code == 302
    assert Loan.objects.get().resident == resident
    again = press(clerk, f"{DESK}lend/", person=resident.pk, copy=copy.pk)
    assert again.status_code == 409
    assert "已经有一份了" in text(again)


def test_code_then_person_lends_that_very_copy(cast, shelf, settle, browse):
    resident = settle("林秀英", "building", user=None)
    copy = shelf.copy(shelf.kit, 1)
    page = browse("clerk").get(DESK, {"q": "林秀英", "copy": str(copy.pk)}).content.decode()
    assert f'name="copy" value="{copy.pk}"' in page
    assert str(resident.pk) in page


def test_several_of_one_name_are_to_choose_from_and_nobody_is_said(cast, shelf, settle, browse):
    one, two = (settle("王芳", "building", user=None) for _n in range(2))
    page = browse("clerk").get(DESK, {"q": "王芳"}).content.decode()
    assert f"?person={one.pk}" in page
    assert f"?person={two.pk}" in page
    assert "没找到" in text(browse("clerk").get(DESK, {"q": "查无此人"}))
    assert browse("clerk_b").get(DESK, {"person": str(one.pk)}).status_code == 200
    assert "王芳" not in text(browse("clerk_b").get(DESK, {"person": str(one.pk)}))


def test_counter_puts_overdue_first_and_counts_them(cast, shelf, browse, friday):
    bring_to(cast, "out", shelf.copy(shelf.kit))
    bring_to(cast, "out", shelf.copy(shelf.drill), "neighbour")
    friday.move_to(at("09-25 10:00"))
    page = browse("clerk").get(DESK)
    assert heading(page) == "一样过期没还，打个电话。"
    assert text(page).index("电钻") < text(page).index("健康三件套")
    only = text(browse("clerk").get(DESK, {"show": "overdue"}))
    assert "电钻1号" in only
    assert "健康三件套" not in only


@pytest.mark.parametrize("who", ["resident", "grid_worker", "street_supervisor", "district_admin", "auditor"])
def test_counter_is_the_communitys(cast, shelf, browse, who):
    for url in (DESK, f"{DESK}stickers/", f"{DESK}items/new/"):
        assert browse(who).get(url).status_code == 403
    assert press(browse(who), f"{DESK}lend/").status_code == 403


def test_nonsense_at_the_counter_is_not_there(cast, shelf, browse):
    assert press(browse("clerk"), f"{DESK}lend/", person="x", copy="y").status_code == 404
    assert browse("clerk").get(DESK, {"q": "\x00", "person": "nobody", "copy": "1"}).status_code == 200


def test_stickers_have_code_and_qr_of_every_copy(cast, shelf, browse):
    page = browse("clerk").get(f"{DESK}stickers/")
    assert heading(page).startswith("4 张贴纸")
    assert page.content.decode().count('<li class="sticker">') == 4
    assert all(copy.spoken_code in page.content.decode() for copy in LoanCopy.objects.all())
    assert heading(browse("clerk").get(f"{DESK}stickers/", {"kind": "book"})).startswith("1 张贴纸")


def test_something_new_is_put_on_the_shelf(cast, shelf, browse):
    given = {"kind": "tool", "name": "折叠梯", "loan_days": 3, "copies": 2}
    clerk, url = browse("clerk"), f"{DESK}items/new/"
    assert press(clerk, url, **given).status_code == 302
    item = LoanItem.objects.get(name="折叠梯")
    assert [copy.label for copy in item.copies.all()] == ["1 号", "2 号"]
    assert press(clerk, url, **given).status_code == 422
    for wrong in ({"copies": 0}, {"copies": 10**9}, {"loan_days": 0}, {"kind": "car"}, {"name": ""}):
        assert press(clerk, url, **(given | {"name": "又一架"} | wrong)).status_code == 422
    assert LoanItem.objects.filter(name="又一架").count() == 0


# ---------------------------------------------------------------- drives
def test_drive_page_counts_and_takes_a_pledge_that_the_counter_confirms(cast, shelf, browse):
    drive = a_drive(cast)
    me, clerk, url = browse("resident"), browse("clerk"), f"/sharing/drives/{drive.pk}/"
    place = str(cast.place.community.pk)
    press(me, f"{url}pledge/", quantity=15, community=place)
    assert "您说好送15册到文昌花园社区" in text(me.get(url))
    assert press(me, f"{url}pledge/", quantity=3, community=place).status_code == 409
    desk = f"/desk/sharing/drives/{drive.pk}/"
    assert "说好15册" in text(clerk.get(desk))
    press(clerk, f"/desk/sharing/pledges/{Pledge.objects.get().pk}/confirm/", quantity=14)
    assert heading(browse().get(url)) == "已经收到 14 册，还在收。"
    said = text(browse().get(url))
    assert "文昌花园社区14" in said
    assert "南大街社区0" in said
    assert "resident" not in said


def test_counter_records_corrects_and_prints_a_thank_you(cast, shelf, browse):
    drive, clerk = a_drive(cast), browse("clerk")
    desk = f"/desk/sharing/drives/{drive.pk}/"
    for wrong in ("0", "-3", "1000000000", "", "十", "1e3"):
        assert press(clerk, f"{desk}receive/", quantity=wrong).status_code == 422, wrong
    assert Donation.objects.count() == 0
    press(clerk, f"{desk}receive/", quantity=120, giver_name="孙老师")
    entry = Donation.objects.get()
    assert press(clerk, f"/desk/sharing/donations/{entry.pk}/correct/", quantity=12).status_code == 422
    press(clerk, f"/desk/sharing/donations/{entry.pk}/correct/", quantity=12, reason="多个零")
    right = Donation.objects.latest("id")
    assert heading(clerk.get(f"/sharing/donations/{right.pk}/")) == "谢谢孙老师，收到 12 册。"
    assert "冲回" in text(clerk.get(desk))
    assert "孙老师" not in text(browse().get(f"/sharing/drives/{drive.pk}/"))


def test_pledge_after_the_end_is_refused_plainly(cast, shelf, browse, friday):
    drive = a_drive(cast)
    friday.move_to(at("10-01 08:00"))
    me, url = browse("resident"), f"/sharing/drives/{drive.pk}/"
    assert heading(me.get(url)) == "一共收到 0 册，谢谢大家。"
    page = press(me, f"{url}pledge/", quantity=3, community=str(cast.place.community.pk))
    assert page.status_code == 422
    assert "已经结束了" in html.unescape(page.content.decode())
    assert Pledge.objects.count() == 0


def test_street_begins_a_drive_and_a_community_cannot_for_its_street(cast, shelf, browse):
    given = {"title": "一人一本", "unit": "books", "target": 100, "where": "书箱", "purpose": "",
             "first_day": "2026-09-18", "last_day": "2026-10-18"}  # fmt: skip
    url, street = "/desk/sharing/drives/new/", str(cast.place.street.pk)
    assert press(browse("clerk"), url, **given, grid=street).status_code == 422
    made = press(browse("street_supervisor"), url, **given, grid=street)
    assert made.status_code == 302
    assert "一人一本" in text(browse().get(SHARING))
    assert press(browse("street_supervisor"), url, **given, grid=street).status_code == 422


# ---------------------------------------------------------------- elsewhere
def test_panel_number_todos_and_search(cast, shelf, browse, friday):
    loan = bring_to(cast, "out", shelf.copy(shelf.drill))
    resident, clerk = cast.actor("resident"), cast.actor("clerk")
    assert panels.mine(cast.actor("neighbour"), NOW, None) is None
    assert panels.mine(resident, NOW, None).context["rows"][0]["loan"] == loan
    now = at("09-24 10:00")
    (number,) = numbers_from([panels.overdue(clerk, now)])
    assert (number.value, number.late) == (1, True)
    assert numbers_from([panels.overdue(cast.actor("clerk_b"), now)])[0].value == 0
    assert numbers_from([panels.overdue(cast.actor("street_supervisor"), now)]) == []
    assert [one.title for one in todos.chase(clerk, now)] == ["电钻过期没还，打个电话"]
    assert todos.chase(clerk, at("09-23 10:00")) == []
    assert todos.chase(cast.actor("clerk_b"), now) == []
    assert [(one.title, one.late) for one in todos.bring_back(resident, now)] == [("还电钻", True)]
    friday.move_to(now)
    rows = set(re.findall(r"/sharing/loans/[0-9a-f-]{36}/(?=\")", browse("clerk").get(number.url).content.decode()))
    assert rows == {loan.get_absolute_url()}
    hits = [hit.title for hit in panels.find(resident, cast.place.community, "电钻")]
    assert hits == ["电钻"]
    assert panels.find(resident, cast.place.community, "我想借")[0].url == SHARING


def test_foot_names_the_page(browse):
    assert 'href="/sharing/"' in browse().get("/help/").content.decode()


# ---------------------------------------------------------------- queries
@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("who", "url", "queries"), [("", SHARING, 5), ("clerk", DESK, 11), ("resident", MINE, 11)])
def test_lists_ask_as_often_for_thirty_as_for_one(
    cast, shelf, browse, calendar_known, django_assert_num_queries, number, who, url, queries
):
    bring_to(cast, "out", shelf.copy(shelf.drill))
    a_drive(cast)
    for n, one in enumerate(rivals(number)):
        for copies, state in (("梯子", "out"), ("小车", "returned")):
            thing = a_thing(shelf.centre, "tool", f"{copies}{n}", 1)
            fields = {"out_on": NOW.date(), "due_on": NOW.date()} if state == "out" else {}
            user = one.user if state == "out" else cast.resident
            Loan.objects.create(copy=thing.copies.get(), user=user, state=state, **fields)
    client = browse(who)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
