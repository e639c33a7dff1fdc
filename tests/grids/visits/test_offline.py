"""Visits that come in late: by which clock they were written, under which posting, from whose phone."""

from datetime import timedelta

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from grids.postings.models import Posting
from grids.visits.models import Promise, Visit, VisitRound
from grids.visits.models_offline import OfflineDevice, WipeOrder, WipeReceipt
from grids.visits.services_offline import order_wipe, register_device
from portal.audit.models import AuditEntry
from portal.errors import Invalid, NotFound
from portal.rows import uuid7
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(homes):
    def of(at=None, ago=timedelta(hours=2), **more):
        given = {"household": str((at or homes.lin).pk), "outcome": "met", "purposes": ["needs"]}
        return {**given, "visited_at": (timezone.now() - ago).isoformat(), **more}

    return of


def put(client, body, visit_id=None, **headers):
    return client.put(f"/api/v1/visits/{visit_id or uuid7()}/", body, **headers)


def end_posting(cast, ago: timedelta, who: str = "grid_worker") -> None:
    ended = timezone.now() - ago
    Posting.objects.filter(user=cast.users[who]).update(starts_at=ended - timedelta(days=300), ends_at=ended)


# ---------------------------------------------------------------- the posting
# (ended so long ago, visited so long ago) → status
UNDER_A_POSTING = {
    (timedelta(hours=1), timedelta(hours=2)): 201,
    (timedelta(hours=1), timedelta(minutes=30)): 202,
    (timedelta(days=6), timedelta(days=8)): 201,
    (timedelta(days=8), timedelta(days=9)): 202,
}


def test_visit_is_taken_late_where_it_was_made_under_a_posting(cast, call, body):
    for (ended, visited), status in UNDER_A_POSTING.items():
        end_posting(cast, ended)
        assert put(call("grid_worker"), body(ago=visited)).status_code == status, (ended, visited)


def test_everything_that_follows_from_a_late_visit_is_done_by_the_posting_of_then(cast, call, body, homes):
    given = body(promises=[{"text": "带申请表来", "due_on": "2099-01-01"}])
    given["follow_ups"] = [{"code": "case", "text": "楼道灯不亮"}]
    end_posting(cast, timedelta(hours=1))
    answer = put(call("grid_worker"), given)
    assert (answer.status_code, len(answer.json()["follow_ups"])) == (201, 1)
    assert Promise.objects.count() == 1
    assert AuditEntry.objects.get(verb="visit.log").actor_role == "grid_worker"


def test_old_posting_opens_nothing_but_the_visit(cast, call, browse, body, homes):
    end_posting(cast, timedelta(hours=1))
    assert put(call("grid_worker"), body()).status_code == 201
    assert browse("grid_worker").get(f"/households/{homes.lin.pk}/").status_code in (403, 404)


def test_clerk_who_left_hands_in_too(cast, call, body):
    end_posting(cast, timedelta(hours=1), "clerk")
    assert put(call("clerk"), body()).status_code == 201
    assert put(call("clerk"), body(ago=timedelta(minutes=5))).status_code == 202


# ---------------------------------------------------------------- the clock
@pytest.mark.parametrize("off", [timedelta(hours=-9), timedelta(hours=9), timedelta(days=-400)])
def test_clock_that_is_off_is_put_right_by_what_it_shows_when_it_sends(call, body, off):
    real = timezone.now() - timedelta(hours=2)
    given = body(visited_at=(real + off).isoformat(), sent_at=(timezone.now() + off).isoformat())
    assert put(call("grid_worker"), given).status_code == 201
    assert abs(Visit.objects.get().visited_at - real) < timedelta(seconds=30)


def test_small_difference_is_left_alone(call, body):
    given = body(sent_at=(timezone.now() + timedelta(minutes=4)).isoformat())
    put(call("grid_worker"), given)
    assert Visit.objects.get().visited_at.isoformat() == given["visited_at"]


def test_visit_sent_again_by_a_wrong_clock_is_the_same_visit(call, body):
    visit_id, given = uuid7(), body(visited_at=(timezone.now() + timedelta(hours=7)).isoformat())
    said = [{**given, "sent_at": (timezone.now() + timedelta(hours=9, seconds=n)).isoformat()} for n in (0, 40)]
    assert [put(call("grid_worker"), one, visit_id).status_code for one in said] == [201, 200]


def test_wrong_clock_does_not_move_a_visit_into_a_posting_or_out_of_it(cast, call, body):
    """The day is judged by our clock: nine hours slow, two hours ago, and the posting ended one hour ago."""
    end_posting(cast, timedelta(hours=1))
    off = timedelta(hours=9)
    given = body(ago=timedelta(hours=2) + off, sent_at=(timezone.now() - off).isoformat())
    assert put(call("grid_worker"), given).status_code == 201
    after = body(ago=timedelta(minutes=20) + off, sent_at=(timezone.now() - off).isoformat())
    assert put(call("grid_worker"), after).status_code == 202


# ---------------------------------------------------------------- two devices, order, last month
def test_two_devices_at_one_door_are_two_visits_and_one_visit_from_two_devices_is_one(call, body):
    visit_id, given = uuid7(), body()
    assert [put(call("grid_worker"), given, visit_id).status_code for _twice in range(2)] == [201, 200]
    assert put(call("grid_worker"), given).status_code == 201
    assert Visit.objects.count() == 2


def test_visits_out_of_order_and_of_last_month_keep_their_own_time(call, body):
    for days in (1, 30, 0, 12):
        assert put(call("grid_worker"), body(ago=timedelta(days=days, hours=1))).status_code == 201
    days = [
        (timezone.now() - one).days for one in Visit.objects.order_by("visited_at").values_list("visited_at", flat=True)
    ]
    assert days == [30, 12, 1, 0]


def test_visit_of_somebody_else_is_not_taken_under_this_name(cast, call, body):
    answer = put(call("clerk"), body(), HTTP_X_WRITTEN_BY=str(cast.grid_worker.pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "OTHER_WRITER")
    assert not Visit.objects.exists()
    assert put(call("clerk"), body(), HTTP_X_WRITTEN_BY=str(cast.clerk.pk)).status_code == 201


# ---------------------------------------------------------------- what a phone takes along
def test_pack_is_todays_doors_with_their_forms_and_its_cost_does_not_grow(
    browse, homes, visit_round, knock, cast, django_assert_num_queries, no_masthead
):
    knock(homes.lin, promise="带申请表来", visited_at=timezone.now() - timedelta(days=2))
    client = browse("grid_worker")
    with django_assert_num_queries(14):
        said = client.get("/grid/today/doors.json").json()
    for number in range(29):
        open_door(cast.place.building, str(401 + number), ("钱多", None))
    VisitRound.objects.update(per_day=60)
    with django_assert_num_queries(14):
        assert len(client.get("/grid/today/doors.json").json()["doors"]) == 30
    assert said["owner"] == str(cast.grid_worker.pk)
    assert [door["code"] for door in said["doors"]] == [homes.lin.code]
    assert all(word in said["doors"][0]["form"] for word in ("带申请表来", "林秀英"))
    assert len(said["headings"]) == len(said["doors"]) + 1


def test_kept_page_names_nobody(browse, homes, visit_round):
    """Guardrail 17."""
    page = browse("grid_worker").get("/grid/today/").content.decode()
    shell = browse().get("/grid/offline/").content.decode()
    assert "林" in page
    assert "林秀英" not in shell
    assert 'data-owner=""' in shell


def test_worker_script_lists_files_that_are_there(browse):
    source = browse().get("/grid/sw.js").content.decode()
    files = source.split("const FILES = [")[1].split("]")[0].replace('"', "").split(",")
    assert len(files) > 15
    assert [url for url in files if finders.find(url.removeprefix("/static/")) is None] == []


# ---------------------------------------------------------------- phones, and the order to wipe
@pytest.fixture
def phone(cast):
    return register_device(actor=cast.actor("grid_worker"), device_id=uuid7())[0]


def contact(client, phone):
    return client.get(f"/api/v1/offline/devices/{phone.pk}/").json()


WHO = ("grid_worker", "grid_worker", "clerk", "resident")


def test_phone_registers_once_and_is_one_persons(call, cast):
    device = uuid7()
    said = [call(who).post("/api/v1/offline/devices/", {"device": str(device)}).status_code for who in WHO]
    assert said == [201, 200, 404, 403]
    assert OfflineDevice.objects.get().worker == cast.grid_worker


def test_contact_says_who_is_signed_in_and_what_time_it_is(call, cast, phone):
    assert contact(call("grid_worker"), phone)["owner"] == str(cast.grid_worker.pk)
    assert contact(call(), phone) | {"now": ""} == {"id": str(phone.pk), "owner": None, "now": "", "wipe": None}


def test_order_to_wipe_reaches_the_phone_without_a_session_until_it_has_obeyed(call, cast, phone):
    """Guardrail 17."""
    order = order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="手机丢了")
    assert contact(call(), phone)["wipe"] == {"id": str(order.pk), "destroy": False}
    done = {"order": str(order.pk), "unsent": 3}
    for _twice in range(2):
        assert call().post(f"/api/v1/offline/devices/{phone.pk}/wiped/", done).status_code == 200
    assert contact(call(), phone)["wipe"] is None
    assert WipeReceipt.objects.get().unsent == 3
    assert AuditEntry.objects.filter(verb__in=("visit.order_wipe", "visit.wiped")).count() == 2


def test_phone_that_was_turned_on_after_the_order_is_not_meant(call, cast, phone):
    order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="手机丢了")
    later = register_device(actor=cast.actor("grid_worker"), device_id=uuid7())[0]
    assert contact(call(), later)["wipe"] is None


def test_order_to_destroy_is_not_softened_by_a_later_one(call, cast, phone):
    for destroys in (True, False):
        order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="丢了", destroys=destroys)
    assert contact(call(), phone)["wipe"]["destroy"] is True


@pytest.mark.parametrize("who", ["secretary_b", "clerk", "street_supervisor", "grid_worker", "sysadmin"])
def test_only_the_secretary_of_the_place_orders(cast, phone, who):
    with pytest.raises(NotFound):
        order_wipe(actor=cast.actor(who), worker_id=cast.grid_worker.pk, reason="丢了")
    assert not WipeOrder.objects.exists()


def test_order_wants_a_reason_and_reaches_who_has_left(cast, phone):
    end_posting(cast, timedelta(days=30))
    with pytest.raises(Invalid):
        order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="  ")
    order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="走了没交手机")
    assert WipeOrder.objects.count() == 1


def test_receipt_needs_the_phones_id_and_the_order_it_has(call, cast, phone):
    order = order_wipe(actor=cast.actor("secretary"), worker_id=cast.grid_worker.pk, reason="丢了")
    said = {"order": str(order.pk), "unsent": 0}
    assert call().post(f"/api/v1/offline/devices/{uuid7()}/wiped/", said).status_code == 404
    other = {"order": str(uuid7()), "unsent": 0}
    assert call().post(f"/api/v1/offline/devices/{phone.pk}/wiped/", other).status_code == 404


def test_secretary_sees_phones_of_the_place_and_orders_on_the_page(browse, cast, phone):
    client = browse("secretary")
    assert str(cast.grid_worker) in client.get("/grid/phones/").content.decode()
    client.post(f"/grid/phones/{cast.grid_worker.pk}/wipe/", {"reason": "手机丢了", "once": uuid7().hex})
    assert "等手机连上" in client.get("/grid/phones/").content.decode()
    assert str(cast.grid_worker) not in browse("secretary_b").get("/grid/phones/").content.decode()
