"""Put off, and something to say about it: once, to the house it came from, which answers once."""

import datetime as dt
import re

import pytest

from centres.rooms import appeals, services, todos
from centres.rooms.models_appeal import SuspensionAppeal
from centres.rooms.models_booking import Suspension
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow import due
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at, book, furnish

pytestmark = pytest.mark.usefixtures("friday")


@pytest.fixture
def put_off(cast, house) -> Suspension:
    """The resident, by three mornings of last week when nobody came."""
    house.centre.monthly_quota = 30
    house.centre.save()
    for day in ("09-14", "09-15", "09-16"):
        book(cast, house.studio, f"{day} 09:00", f"{day} 10:00", now=at(f"{day} 08:00"))
        due.sweep(at(f"{day} 09:15"))
    return Suspension.objects.get()


def say(cast, suspension, words="那几天在住院", who="resident", now=NOW) -> SuspensionAppeal:
    return appeals.appeal(actor=cast.actor(who), suspension_id=suspension.pk, words=words, now=now)


def answer(cast, suspension, lift=True, reply="好好养病", who="clerk", now=NOW) -> SuspensionAppeal:
    return appeals.decide(actor=cast.actor(who), suspension_id=suspension.pk, lift=lift, reply=reply, now=now)


def text(page) -> str:
    return re.sub(r"<[^>]*>|\s", "", page.content.decode().split("<main", 1)[-1])


def told(user) -> list[str]:
    rows = Notice.objects.filter(recipient=user, channel="inapp", key__startswith="appeal:")
    return list(rows.order_by("id").values_list("subject", flat=True))


# ---------------------------------------------------------------- where it came from
def test_it_knows_its_house_and_its_three_times(cast, house, put_off):
    assert put_off.centre == house.centre
    assert [one.starts_at for one in appeals.absences_of(put_off)] == [at(f"09-{day} 09:00") for day in (14, 15, 16)]


def test_a_later_absence_is_not_one_of_the_three(cast, house, put_off):
    book(cast, house.studio, "09-21 09:00", "09-21 10:00", "clerk", on_behalf_of=cast.resident.pk, override_reason="急")
    due.sweep(at("09-21 09:15"))
    assert len(appeals.absences_of(put_off)) == 3
    assert appeals.absences_of(put_off)[0].starts_at == at("09-14 09:00")


# ---------------------------------------------------------------- saying it
def test_said_once_and_the_house_is_told_once(cast, put_off):
    say(cast, put_off)
    for who in ("clerk", "secretary"):
        assert told(cast.users[who]) == ["有人被暂停预约，有话说，请看一眼。"]
    with pytest.raises(Conflict, match="SAID"):
        say(cast, put_off, "再说一次")
    assert SuspensionAppeal.objects.get().words == "那几天在住院"
    assert told(cast.clerk_b) == told(cast.street_supervisor) == []
    entry = AuditEntry.objects.get(verb="suspension.appeal")
    assert (entry.object_id, entry.subject_id) == (str(put_off.pk), cast.resident.pk)


@pytest.mark.parametrize("words", ["", "  \n ", "长" * 301])
def test_without_words_nothing_is_said(cast, put_off, words):
    with pytest.raises(Invalid):
        say(cast, put_off, words)
    assert not SuspensionAppeal.objects.exists()


@pytest.mark.parametrize(("who", "error"), [("neighbour", NotFound), ("clerk_b", NotFound), ("clerk", Forbidden)])
def test_nobody_speaks_for_another(cast, put_off, who, error):
    with pytest.raises(error):
        say(cast, put_off, who=who)


def test_after_it_is_over_there_is_nothing_to_say(cast, put_off):
    with pytest.raises(Refusal, match="OVER"):
        say(cast, put_off, now=put_off.until)
    Suspension.objects.update(lifted_at=NOW)
    with pytest.raises(Refusal, match="OVER"):
        say(cast, put_off)


def test_one_of_an_unknown_house_is_for_the_counter(cast, put_off):
    Suspension.objects.update(centre=None)
    with pytest.raises(Refusal, match="NO_HOUSE"):
        say(cast, put_off)


# ---------------------------------------------------------------- the answer
def test_lifted_they_may_book_at_once_and_are_told(cast, house, put_off):
    say(cast, put_off)
    with pytest.raises(Refusal, match="SUSPENDED"):
        book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    answer(cast, put_off)
    assert book(cast, house.studio, "09-21 09:00", "09-21 10:00")
    assert told(cast.resident) == ["您可以约活动室了：好好养病"]
    assert Notice.objects.filter(recipient=cast.resident, channel="sms", key__startswith="appeal:").count() == 1
    assert AuditEntry.objects.get(verb="suspension.lift").subject_id == cast.resident.pk


def test_kept_it_goes_on_and_they_read_why(cast, house, put_off):
    say(cast, put_off)
    answer(cast, put_off, lift=False, reply="没有住院的单子")
    assert Suspension.objects.get().lifted_at is None
    assert told(cast.resident) == ["暂停预约还到 10月16日 周五 9:15：没有住院的单子"]
    assert AuditEntry.objects.filter(verb="suspension.keep").count() == 1
    with pytest.raises(Refusal, match="SUSPENDED"):
        book(cast, house.studio, "09-21 09:00", "09-21 10:00")


@pytest.mark.parametrize("lift", [True, False])
def test_second_answer_changes_nothing(cast, put_off, lift):
    say(cast, put_off)
    answer(cast, put_off, lift=not lift)
    with pytest.raises(Conflict, match="DECIDED"):
        answer(cast, put_off, lift=lift, who="secretary")
    assert SuspensionAppeal.objects.get().decided_by == cast.clerk
    assert (Suspension.objects.get().lifted_at is None) is lift
    assert len(told(cast.resident)) == 1


@pytest.mark.parametrize("lift", [True, False])
def test_an_answer_has_words(cast, put_off, lift):
    say(cast, put_off)
    with pytest.raises(Refusal, match="REASON_REQUIRED"):
        answer(cast, put_off, lift=lift, reply="  ")
    with pytest.raises(Invalid):
        answer(cast, put_off, lift=lift, reply="长" * 201)
    assert SuspensionAppeal.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("secretary", None),
        ("clerk", None),
        ("street_supervisor", Forbidden),
        ("district_admin", Forbidden),
        ("resident", Forbidden),
        ("neighbour", NotFound),
        ("grid_worker", NotFound),
        ("clerk_b", NotFound),
        ("secretary_b", NotFound),
        ("auditor", NotFound),
        ("sysadmin", NotFound),
    ],
)
def test_the_house_it_came_from_answers_and_nobody_else(cast, put_off, who, error):
    say(cast, put_off)
    if error is None:
        assert answer(cast, put_off, who=who).state == "lifted"
        return
    with pytest.raises(error):
        answer(cast, put_off, who=who)
    assert SuspensionAppeal.objects.get().state == "waiting"


def test_a_clerk_who_was_put_off_does_not_let_themself_off(cast, put_off):
    Suspension.objects.update(user=cast.clerk)
    say(cast, put_off, who="clerk")
    with pytest.raises(Forbidden):
        answer(cast, put_off)
    assert told(cast.clerk) == []
    assert answer(cast, put_off, who="secretary").state == "lifted"


def test_nothing_was_said_nothing_is_answered(cast, put_off):
    with pytest.raises(NotFound):
        answer(cast, put_off)


def test_answer_after_the_end_is_none(cast, put_off):
    say(cast, put_off)
    with pytest.raises(Refusal, match="OVER"):
        answer(cast, put_off, now=put_off.until)


def test_bookings_that_stand_stay(cast, house, put_off):
    kept = book(
        cast,
        house.hall,
        "09-21 09:00",
        "09-21 10:00",
        "clerk",
        on_behalf_of=cast.resident.pk,
        override_reason="早说好的",
    )
    say(cast, put_off)
    answer(cast, put_off, lift=False)
    kept.refresh_from_db()
    assert kept.state == "confirmed"
    services.cancel(actor=cast.actor("resident"), booking_id=kept.pk, now=NOW)


# ---------------------------------------------------------------- pages and lists
def test_resident_sees_why_and_says_it(cast, put_off, browse):
    client, where = browse("resident"), f"/suspensions/{put_off.pk}/"
    mine = client.get("/bookings/")
    assert where in mine.content.decode()
    assert "到10月16日9:15，您先不能自己约" in text(mine)
    page = text(client.get(where))
    for said in ("90天里三次约了没来", "9月14日", "9月15日", "9月16日", "10月16日", "我有话说", "照样算数"):
        assert said in page
    empty = client.post(f"{where}appeal/", {"words": " "})
    assert (empty.status_code, "写几句怎么回事" in text(empty)) == (422, True)
    assert client.post(f"{where}appeal/", {"words": "在住院"})["Location"] == where
    page = text(client.get(where))
    assert "在住院" in page
    assert "等社区回话" in page
    assert "看看社区怎么说" in text(client.get("/bookings/"))
    again = client.post(f"{where}appeal/", {"words": "再说一次"})
    assert (again.status_code, "您已经说过一次了" in text(again)) == (409, True)


def test_refusal_leads_there(cast, house, put_off, browse):
    given = {"date": "2026-09-21", "start": "09:00", "minutes": "60", "purpose": "练字", "step": "book"}
    page = browse("resident").post(f"/rooms/{house.studio.pk}/book/", given)
    assert page.status_code == 422
    assert f'href="/suspensions/{put_off.pk}/"' in page.content.decode()


def test_staff_answer_from_their_list_on_one_page(cast, put_off, browse):
    say(cast, put_off)
    (todo,) = todos.to_answer(cast.actor("clerk"), NOW)
    assert (todo.title, todo.detail) == ("resident被暂停预约，有话说", "那几天在住院")
    assert todos.to_answer(cast.actor("clerk_b"), NOW) == todos.to_answer(cast.actor("resident"), NOW) == []
    client = browse("clerk")
    assert "给他一句回话" in text(client.get(todo.url))
    nothing = client.post(f"{todo.url}decide/", {"reply": "好"})
    assert (nothing.status_code, SuspensionAppeal.objects.get().state) == (422, "waiting")
    short = client.post(f"{todo.url}decide/", {"answer": "lift", "reply": ""})
    assert (short.status_code, "请写一句话" in text(short)) == (422, True)
    assert client.post(f"{todo.url}decide/", {"answer": "lift", "reply": "好好养病"}).status_code == 302
    assert todos.to_answer(cast.actor("clerk"), NOW) == []
    assert "给他一句回话" not in text(client.get(todo.url))
    late = client.post(f"{todo.url}decide/", {"answer": "keep", "reply": "不行"})
    assert (late.status_code, "同事刚刚已经回过话了" in text(late)) == (409, True)


def test_what_has_run_out_waits_for_nobody(cast, put_off):
    say(cast, put_off)
    assert todos.to_answer(cast.actor("clerk"), put_off.until - dt.timedelta(minutes=1))
    assert todos.to_answer(cast.actor("clerk"), put_off.until) == []


def test_desk_does_not_open_bookings_of_another_house(cast, house, put_off, browse):
    other = furnish(cast.place.community_b, "南大街社区党群服务中心")
    Suspension.objects.update(centre=other.centre)
    page = browse("clerk_b").get(f"/suspensions/{put_off.pk}/")
    assert "书画室" in text(page)
    assert "/bookings/0" not in page.content.decode()


@pytest.mark.usefixtures("calendar_known")
def test_the_page_is_asked_for_in_few_questions(cast, house, put_off, browse, django_assert_num_queries):
    client, where = browse("resident"), f"/suspensions/{put_off.pk}/"
    client.get(where)
    with django_assert_num_queries(8):
        client.get(where)
