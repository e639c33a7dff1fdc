"""Promises, follow-ups, late visits, rounds."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from grids.visits.models import Promise, Visit, VisitFollowUp
from grids.visits.promising import morning_of
from grids.visits.services import admit, dismiss, keep_promise, open_round
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow.due import sweep
from portal.notifications.models import Notice
from portal.rows import uuid7
from portal.workbench import registry
from portal.workbench.registry import FollowUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(monkeypatch):
    """A follow-up upstairs: what it was asked to start."""
    asked = []

    def start(**given):
        if given["data"]["text"] == "办不了":
            raise Refusal(code="REFUSED_UPSTAIRS")
        asked.append(given)
        return SimpleNamespace(pk=uuid7(), ref="HY0001", get_absolute_url=lambda: "/cases/HY0001/")

    monkeypatch.setattr(registry, "_follow_ups", {"errand": FollowUp("errand", "转成代办", start)})
    return asked


def test_follow_up_is_started_with_the_visit(knock, homes, cast, started):
    visit = knock(homes.lin, follow_ups=({"code": "errand", "text": "楼道灯不亮"},)).visit
    assert started[0]["grid"] == cast.place.building
    assert started[0]["resident"] == homes.xiuying
    assert started[0]["source"] == visit
    assert VisitFollowUp.objects.get().url == "/cases/HY0001/"


def test_follow_up_that_is_refused_takes_the_visit_with_it(knock, homes, started):
    with pytest.raises(Refusal, check=lambda refused: refused.code == "REFUSED_UPSTAIRS"):
        knock(homes.lin, follow_ups=({"code": "errand", "text": "办不了"},), promise="再来看看")
    assert not Visit.objects.exists()
    assert not Promise.objects.exists()


def test_follow_up_of_a_worker_in_another_grid_is_not_there(knock, homes, started):
    with pytest.raises(NotFound):
        knock(homes.zhao, follow_ups=({"code": "errand", "text": "楼道灯不亮"},))
    assert started == []


def test_follow_up_is_started_once_however_often_the_visit_is_sent(knock, homes, started):
    visit_id, at = uuid7(), timezone.now() - timedelta(minutes=3)
    for _twice in range(2):
        knock(homes.lin, visit_id=visit_id, visited_at=at, follow_ups=({"code": "errand", "text": "楼道灯不亮"},))
    assert len(started) == 1


def test_promise_is_reminded_on_its_morning_once(knock, homes, cast):
    day = timezone.localdate() + timedelta(days=2)
    knock(homes.lin, promise="带申请表来", due_on=day)
    assert sweep(timezone.now() + timedelta(days=1)).done == 0
    for _twice in range(2):
        sweep(morning_of(day))
    notice = Notice.objects.get()
    assert (notice.recipient, notice.subject) == (cast.grid_worker, "今天要兑现：带申请表来")


def test_promise_of_a_worker_who_left_reminds_who_has_the_grid_now(knock, homes, cast, left):
    from grids.postings.models import Posting
    from portal.accounts.enums import Role

    Posting.objects.create(user=cast.outsider, grid=cast.place.grid, role=Role.GRID_WORKER)
    visit = Visit.objects.create(
        household=homes.lin, worker=cast.grid_worker, purposes=[], outcome="met", visited_at=timezone.now()
    )
    from grids.visits.duties import remind

    promise = Promise.objects.create(visit=visit, household=homes.lin, text="带表来", due_on=timezone.localdate())
    remind(SimpleNamespace(subject_id=promise.pk), timezone.now())
    assert Notice.objects.get().recipient == cast.outsider


def test_promise_is_kept_once_and_no_longer_reminded(knock, homes, cast):
    promise = knock(homes.lin, promise="带申请表来").visit.promises.get()
    first = keep_promise(actor=cast.actor("grid_worker"), promise_id=promise.pk, note="送到了").kept_at
    assert keep_promise(actor=cast.actor("clerk"), promise_id=promise.pk).kept_at == first
    assert AuditEntry.objects.filter(verb="visit.keep_promise").count() == 1
    sweep(timezone.now() + timedelta(days=1))
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["grid_worker_b", "clerk_b", "street_supervisor", "resident", "auditor"])
def test_promise_of_another_grid_is_not_there_to_be_kept(knock, homes, cast, who):
    promise = knock(homes.lin, promise="带申请表来").visit.promises.get()
    with pytest.raises(NotFound):
        keep_promise(actor=cast.actor(who), promise_id=promise.pk)


def test_late_visit_is_let_in_with_what_hangs_on_it(knock, homes, cast, left, started):
    visit = knock(homes.lin, promise="带申请表来", follow_ups=({"code": "errand", "text": "楼道灯不亮"},)).visit
    assert (started, Promise.objects.count()) == ([], 0)
    for _twice in range(2):
        admit(actor=cast.actor("secretary"), visit_id=visit.pk)
    visit.refresh_from_db()
    assert (visit.state, visit.judged_by, visit.pending) == ("kept", cast.secretary, {})
    assert (len(started), Promise.objects.get().text) == (1, "带申请表来")


def test_late_visit_that_is_not_taken_starts_nothing(knock, homes, cast, left, started):
    visit = knock(homes.lin, promise="带申请表来").visit
    with pytest.raises(Invalid):
        dismiss(actor=cast.actor("secretary"), visit_id=visit.pk, reason=" ")
    dismiss(actor=cast.actor("secretary"), visit_id=visit.pk, reason="那天他已经不在岗")
    with pytest.raises(Conflict):
        admit(actor=cast.actor("secretary"), visit_id=visit.pk)
    assert not Promise.objects.exists()
    assert AuditEntry.objects.get(verb="visit.dismiss").note.text == "那天他已经不在岗"


@pytest.mark.parametrize(
    ("who", "refusal"), [("clerk", Forbidden), ("grid_worker", NotFound), ("secretary_b", NotFound)]
)
def test_late_visit_is_judged_by_the_secretary_only(knock, homes, cast, left, who, refusal):
    visit = knock(homes.lin).visit
    with pytest.raises(refusal):
        admit(actor=cast.actor(who), visit_id=visit.pk)


def test_round_is_opened_by_secretary_or_above(cast):
    today = timezone.localdate()
    given = {"grid": cast.place.community, "name": "敲门", "starts_on": today, "ends_on": today, "purposes": ("needs",)}
    assert open_round(actor=cast.actor("secretary"), **given).name == "敲门"
    for who in ("grid_worker", "clerk", "secretary_b", "resident"):
        with pytest.raises(Forbidden):
            open_round(actor=cast.actor(who), **given)
    with pytest.raises(Invalid):
        open_round(actor=cast.actor("secretary"), **{**given, "ends_on": today - timedelta(days=1)})


def test_every_write_leaves_one_line_in_the_trail(knock, homes, cast, left):
    for judge in (admit, lambda **of: dismiss(**of, reason="不在岗")):
        judge(actor=cast.actor("secretary"), visit_id=knock(homes.lin).visit.pk)
    promise = knock(homes.zhao, who="clerk", promise="再来").visit.promises.get()
    keep_promise(actor=cast.actor("clerk"), promise_id=promise.pk)
    today = timezone.localdate()
    given = {"name": "敲门", "starts_on": today, "ends_on": today, "purposes": ("needs",)}
    open_round(actor=cast.actor("secretary"), grid=cast.place.community, **given)
    lines = AuditEntry.objects.filter(verb__startswith="visit.").order_by("pk").values_list("verb", "actor_id")
    assert list(lines) == [
        ("visit.hold_back", cast.grid_worker.pk),
        ("visit.admit", cast.secretary.pk),
        ("visit.hold_back", cast.grid_worker.pk),
        ("visit.dismiss", cast.secretary.pk),
        ("visit.log", cast.clerk.pk),
        ("visit.keep_promise", cast.clerk.pk),
        ("visit.open_round", cast.secretary.pk),
    ]
