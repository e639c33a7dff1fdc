"""临时停用 on its pages. It is Friday 18 September, 14:20."""

import re
import uuid

import pytest

from centres.rooms import waitlist
from centres.rooms.models import DayException
from centres.rooms.models_booking import Booking
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at, book, furnish
from tests.centres.rooms.test_pages import heading, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
CLOSURES = "/desk/closures/"


def shut(first="2026-09-21", **given):
    return {"where": "", "first_day": first, "last_day": "", "kind": "shut", "reason": "停水"} | given


def sent_on(page) -> dict[str, object]:
    """The hidden fields of the confirmation, the list of ids too."""
    form = next(one for one in re.findall(r"<form.*?</form>", page.content.decode(), re.S) if 'value="close"' in one)
    fields: dict[str, object] = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return fields | {"expected": re.findall(r'name="expected" value="([^"]*)"', form)}


@pytest.fixture
def monday(cast, house):
    """Three bookings of Monday, one of them the house's own; somebody waits; Tuesday has one too."""
    found = [
        book(cast, house.studio, "09-21 09:00", "09-21 10:00", purpose="练字"),
        book(cast, house.east, "09-21 10:00", "09-21 11:00", "neighbour", purpose="喝茶"),
        book(cast, house.stage, "09-21 14:00", "09-21 15:00", "clerk", purpose="合唱队"),
    ]
    book(cast, house.studio, "09-22 09:00", "09-22 10:00", purpose="明天")
    waitlist.join(
        actor=cast.actor("org_contact"), room=house.studio.pk, starts_at=at("09-21 09:00"), ends_at=at("09-21 10:00"),
        purpose="排队", now=NOW,
    )  # fmt: skip
    return found


def test_whom_it_costs_is_listed_before_and_then_called_off(house, browse, monday):
    client = browse("secretary")
    page = client.post(CLOSURES, shut())
    assert heading(page) == "会取消三场，都告诉到。"
    said = text(page)
    for words in ("练字", "喝茶", "合唱队", "排队", "138****0001"):
        assert words in said
    assert "明天" not in said
    assert not DayException.objects.exists()
    before = list(Notice.objects.values_list("pk", flat=True))
    done = client.get(client.post(CLOSURES, sent_on(page))["Location"])
    assert "已取消3场，已经告诉3个人。" in text(done)
    assert Booking.objects.filter(state="cancelled").count() == 3
    told = Notice.objects.exclude(pk__in=before).filter(channel="inapp").values_list("recipient__username", flat=True)
    assert sorted(told) == ["neighbour", "org_contact", "resident"]
    assert heading(done) == "贴出去一条，最近的是9月21日 周一。"


def test_closing_over_the_houses_own_does_not_say_that_nobody_was_told(cast, house, browse):
    book(cast, house.stage, "09-21 14:00", "09-21 15:00", "clerk", purpose="合唱队")
    client = browse("secretary")
    done = client.get(client.post(CLOSURES, sent_on(client.post(CLOSURES, shut())))["Location"])
    assert "已取消1场，都是中心自己用的" in text(done)
    assert "0个人" not in text(done)


def test_double_click_closes_once(browse, monday):
    client = browse("secretary")
    given = sent_on(client.post(CLOSURES, shut()))
    assert [client.post(CLOSURES, given).status_code for _ in range(2)] == [302, 302]
    assert DayException.objects.count() == 1


def test_whoever_booked_meanwhile_is_seen_first(cast, house, browse, monday):
    client = browse("secretary")
    given = sent_on(client.post(CLOSURES, shut()))
    book(cast, house.west, "09-21 16:00", "09-21 17:00", "volunteer", purpose="刚约的")
    page = client.post(CLOSURES, given)
    assert (page.status_code, "刚约的" in text(page)) == (409, True)
    assert not DayException.objects.exists()
    client.post(CLOSURES, sent_on(page))
    assert Booking.objects.filter(state="cancelled").count() == 4


def test_one_room_and_other_hours(house, browse, monday):
    page = browse("clerk").post(
        CLOSURES, shut(where=str(house.studio.pk), kind="hours", opens="10:00", closes="12:00", reason="布展")
    )
    said = text(page)
    assert heading(page) == "会取消一场，都告诉到。"
    assert "改成10:00–12:00开" in said
    assert "喝茶" not in said


def test_nobody_in_the_way(house, browse):
    client = browse("clerk")
    page = client.post(CLOSURES, shut())
    assert heading(page) == "一场也不用取消，贴出去就行。"
    assert "谁也没有耽误" in text(client.get(client.post(CLOSURES, sent_on(page))["Location"]))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"first_day": ""}, "从哪天"),
        ({"first_day": "2026-09-01"}, "过去的日子改不了"),
        ({"last_day": "2026-09-20"}, "最后一天不能早于第一天"),
        ({"last_day": "2036-09-20"}, "最多停到一年以后"),
        ({"first_day": "9999-12-31"}, "最多停到一年以后"),
        ({"kind": "hours"}, "改时间就要写几点"),
        ({"kind": "hours", "opens": "12:00", "closes": "09:00"}, "关门要晚于开门"),
        ({"kind": "hours", "opens": "09:10", "closes": "12:00"}, "请选整刻"),
        ({"reason": ""}, "为什么"),
        ({"reason": "水"}, "写一句为什么"),
        ({"where": "nonsense"}, "哪里"),
        ({"kind": "nonsense"}, "怎么改"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(house, browse, wrong, said):
    page = browse("secretary").post(CLOSURES, shut(**wrong))
    assert (page.status_code, said in text(page)) == (422, True)
    assert not DayException.objects.exists()


def test_other_hours_twice_is_a_conflict_in_words(house, browse):
    hours = {"kind": "hours", "opens": "10:00", "closes": "12:00"}
    client = browse("clerk")
    client.post(CLOSURES, sent_on(client.post(CLOSURES, shut(**hours))))
    page = client.post(CLOSURES, shut(**hours))
    assert (page.status_code, "先撤掉那一条" in text(page)) == (409, True)


def test_ids_that_are_none_are_left_out(house, browse, monday):
    given = shut(step="close", expected=["nonsense", str(uuid.uuid4())])
    assert browse("secretary").post(CLOSURES, given).status_code == 409


# ---------------------------------------------------------------- said ahead, taken back
def test_room_and_home_say_it_ahead(house, browse):
    client = browse("secretary")
    client.post(CLOSURES, sent_on(client.post(CLOSURES, shut())))
    assert "下周一停水，不开。" in text(browse().get(f"/rooms/{house.studio.pk}/"))
    assert "下周一停水，不开。" in text(browse().get("/"))


def test_one_rooms_closure_is_said_at_its_door_only(house, browse):
    client = browse("secretary")
    client.post(CLOSURES, sent_on(client.post(CLOSURES, shut(where=str(house.studio.pk)))))
    assert "下周一停水，不开。" in text(browse().get(f"/rooms/{house.studio.pk}/"))
    assert "停水" not in text(browse().get(f"/rooms/{house.east.pk}/"))
    assert "停水" not in text(browse().get("/"))


def test_taken_back_it_is_open_again(house, browse):
    client = browse("secretary")
    client.post(CLOSURES, sent_on(client.post(CLOSURES, shut())))
    row = DayException.objects.get()
    assert f'action="{CLOSURES}{row.pk}/reopen/"' in client.get(CLOSURES).content.decode()
    done = client.post(f"{CLOSURES}{row.pk}/reopen/", {"_once": "a"})
    assert heading(client.get(done["Location"])) == "这阵子天天照常开。"
    assert client.post(f"{CLOSURES}{row.pk}/reopen/", {"_once": "a"}).status_code == 302
    assert client.post(f"{CLOSURES}{row.pk}/reopen/").status_code == 404


def test_house_of_others_is_not_ones_to_shut(cast, house, browse):
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    row = DayException.objects.create(centre=other.centre, first_day="2026-09-21", last_day="2026-09-21", reason="停水")
    assert browse("secretary").post(f"{CLOSURES}{row.pk}/reopen/").status_code == 404
    assert "where" in browse("secretary").post(CLOSURES, shut(where=str(other.studio.pk))).content.decode()
    for who in ("resident", "grid_worker", "street_supervisor", "auditor"):
        assert browse(who).get(CLOSURES).status_code == 403, who
        assert browse(who).post(CLOSURES, shut()).status_code == 403
    assert DayException.objects.count() == 1
