"""承诺账本: seen by the resident, moved once, told upwards once per level, inherited by whoever has the grid."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.visits.models import Promise
from grids.visits.promising import keep_promise, morning_of, move_promise
from portal.errors import Conflict, Invalid, NotFound
from portal.flow.due import sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def promise(knock, homes, at_home) -> Promise:
    knock(homes.lin, promise="带申请表来", due_on=timezone.localdate() + timedelta(days=1))
    return Promise.objects.get()


def move(cast, promise, days=5, reason="表还没印好", who="grid_worker"):
    day = timezone.localdate() + timedelta(days=days)
    return move_promise(actor=cast.actor(who), promise_id=promise.pk, due_on=day, reason=reason)


def test_resident_is_told_of_what_was_promised_moved_and_kept(cast, promise, told):
    move(cast, promise)
    keep_promise(actor=cast.actor("grid_worker"), promise_id=promise.pk, note="送到了")
    said = [one for one in told(cast.resident) if "答应您的事" in one]
    assert [one.split("：")[0] for one in said] == ["答应您的事", "答应您的事改了日子", "答应您的事办好了"]
    assert told(cast.neighbour) == []


def test_overdue_promise_is_told_once_per_level(cast, promise, told):
    for _twice in range(2):
        sweep(morning_of(promise.due_on + timedelta(days=1)))
    assert told(cast.secretary) == ["答应的事过了日子：带申请表来"]
    assert told(cast.street_supervisor) == []
    for _twice in range(2):
        sweep(morning_of(promise.due_on + timedelta(days=4)))
    assert [len(told(one)) for one in (cast.secretary, cast.street_supervisor, cast.street_supervisor_b)] == [1, 1, 0]


def test_kept_promise_is_told_to_nobody_above(cast, promise, told):
    keep_promise(actor=cast.actor("grid_worker"), promise_id=promise.pk)
    sweep(morning_of(promise.due_on + timedelta(days=9)))
    assert told(cast.secretary) == []


def test_moved_promise_is_late_by_its_new_day(cast, promise, told):
    first = promise.due_on
    moved = move(cast, promise)
    assert (moved.first_due_on, moved.moved_reason) == (first, "表还没印好")
    sweep(morning_of(first + timedelta(days=1)))
    assert told(cast.secretary) == []
    sweep(morning_of(moved.due_on + timedelta(days=1)))
    assert len(told(cast.secretary)) == 1


def test_promise_moved_on_its_morning_is_reminded_of_on_its_new_morning(cast, promise, told):
    def mornings():
        return [one for one in told(cast.grid_worker) if "今天要兑现" in one]

    sweep(morning_of(promise.due_on))
    assert len(mornings()) == 1
    moved = move(cast, promise)
    for _twice in range(2):
        sweep(morning_of(moved.due_on))
    assert len(mornings()) == 2


def test_promise_is_moved_once_forward_and_with_a_reason(cast, promise):
    for wrong in ({"reason": "。"}, {"days": 0}, {"days": 1}, {"days": 200}):
        with pytest.raises(Invalid):
            move(cast, promise, **wrong)
    move(cast, promise)
    with pytest.raises(Conflict, check=lambda refused: refused.code == "ALREADY_MOVED"):
        move(cast, promise, days=8)


@pytest.mark.parametrize("who", ["grid_worker_b", "secretary_b", "street_supervisor", "resident", "outsider"])
def test_only_who_knocks_there_moves_it(cast, promise, who):
    with pytest.raises(NotFound):
        move(cast, promise, who=who)


def test_resident_reads_by_whom_until_when_and_why_it_was_moved(cast, promise, browse):
    move(cast, promise)
    page = browse("resident").get("/my/door/").content.decode()
    assert all(said in page for said in ("带申请表来", "grid_worker答应的", "改过一次：表还没印好"))
    assert "带申请表来" not in browse("neighbour").get("/my/door/").content.decode()


def test_page_to_move_it_says_what_is_wrong(cast, promise, browse):
    client, url = browse("grid_worker"), f"/grid/promises/{promise.pk}/move/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"due_on": timezone.localdate(), "reason": "表没印"}).status_code == 422
    assert client.post(url, {"due_on": timezone.localdate() + timedelta(days=3), "reason": "表没印"}).status_code == 302
    assert "不能再改" in client.get(url).content.decode()
