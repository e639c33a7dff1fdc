"""What the other system hears: every step once, in order, signed; tried again by rows; in the end by a person."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from petitions.bridge import outbox
from petitions.bridge.models import OutboundUpdate
from petitions.cases.models import Case
from portal.errors import IllegalTransition, Invalid, NotFound
from portal.flow.models import DueRow
from tests.petitions.bridge.conftest import SECRET
from tests.petitions.bridge.remote import a_free_port
from tests.petitions.cases.conftest import PATHS

DAY = timedelta(days=1)


def test_every_step_is_told_in_order_and_once(bridge, remote):
    ticket = bridge.take()
    bridge.move(ticket, "closed")
    assert bridge.work() == len(remote.got)
    assert remote.events == ["submit", "accept", "assign", "sign", "submit_result", "verify_pass", "rate"]
    assert [body["sequence"] for _headers, body in remote.got] == [1, 2, 3, 4, 5, 6, 7]


def test_nothing_is_told_twice_by_a_worker_that_runs_again(bridge, remote):
    bridge.move(bridge.take(), "accepted")
    assert bridge.work() == 2
    for _again in range(3):
        assert bridge.work(DAY) == 0
    assert len(remote.got) == len(set(remote.keys)) == 2


def test_what_is_said_holds_no_name_and_no_telephone(bridge, remote):
    case = bridge.move(bridge.take(), "closed")
    bridge.work()
    last = remote.got[-1][1]
    assert (last["id"], last["ref"], last["state"]) == ("GD-2026-0918-01", case.ref, "closed")
    assert (last["answer"], last["solved"], last["satisfaction"]) == ("换了新灯。", "yes", "satisfied")
    said = str([body for _headers, body in remote.got])
    assert "林阿姨" not in said
    assert "2046" not in said
    # Not yet checked, the answer does not leave the house.
    assert not any("answer" in body for _headers, body in remote.got if body["event"] == "submit_result")


def test_it_is_signed_with_the_shared_secret(bridge, remote):
    bridge.take()
    bridge.work()
    headers, _body = remote.got[0]
    moment, made = (part.partition("=")[2] for part in headers["X-Jiamenkou-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + headers["raw"], hashlib.sha256).hexdigest()
    assert made == expected


def test_states_go_by_the_other_side_s_codes(bridge, remote):
    bridge.system.state_codes = {"submitted": "01"}
    bridge.system.save()
    bridge.move(bridge.take(), "accepted")
    bridge.work()
    assert [body["state"] for _headers, body in remote.got] == ["01", "accepted"]


def test_what_only_we_quarrel_about_is_not_told(bridge, remote):
    ticket = bridge.take()
    case = bridge.move(ticket, "assigned")
    bridge.desk.act(case, "return", "grid_worker", reason="不归我")
    bridge.work()
    # The state moved back, which they hear; why, is ours.
    assert remote.events[-1] == "return"
    assert "reason" not in remote.got[-1][1]
    bridge.desk.act(case, "assign", "clerk", person=bridge.desk.cast.grid_worker)
    bridge.desk.act(case, "return", "grid_worker", reason="还是不归我")
    bridge.work()
    assert remote.events[-1] == "assign"


def test_cases_of_other_doors_are_none_of_its_business(bridge):
    bridge.desk.at("closed")
    assert OutboundUpdate.objects.count() == 0


def test_whoever_handed_us_the_same_question_hears_the_answer(bridge, remote):
    target = bridge.desk.at("in_progress")
    ticket = bridge.take()
    bridge.desk.act(Case.objects.get(pk=ticket.case_id), "merge", "clerk", target=target)
    bridge.desk.act(target, "submit_result", "grid_worker", answer="换了新灯。", solved="yes")
    bridge.desk.act(target, "verify_pass", "secretary")
    bridge.work()
    assert remote.events == ["submit", "merge", "verify_pass"]
    assert remote.got[-1][1]["answer"] == "换了新灯。"
    assert remote.got[-1][1]["ref"] == target.ref


def test_merged_it_hears_the_end_and_nothing_of_the_other_reporter(bridge, remote):
    """12345 waited for ever for a ticket whose target its own reporter had rated, or that was turned down."""
    target, refused = bridge.desk.at("awaiting_feedback"), bridge.desk.file()
    for number, into in (("GD-1", target), ("GD-2", refused)):
        case = Case.objects.get(pk=bridge.take(id=number).case_id)
        bridge.desk.act(case, "merge", "clerk", target=into)
    bridge.work()
    remote.got.clear()
    bridge.desk.act(target, "rate", "resident", satisfaction="dissatisfied", solved="no", words="灯还是不亮")
    bridge.desk.act(refused, "reject", "clerk", reason="不归社区管，请找供电所")
    bridge.work()
    told = {said["id"]: said for _key, said in remote.got}
    assert (told["GD-1"]["state"], told["GD-2"]["state"]) == ("assigned", "rejected")
    assert told["GD-2"]["reason"] == "不归社区管，请找供电所"
    content = ("rate", "resident", {"satisfaction": "satisfied", "solved": "yes"})
    for event, who, data in (*PATHS["awaiting_feedback"][2:], content):
        bridge.desk.act(target, event, who, **data)
    bridge.work()
    last = remote.got[-1][1]
    assert (last["event"], last["state"], last["answer"]) == ("rate", "closed", "换了新灯。")
    assert not {"satisfaction", "verdict"} & set(last)


def test_of_a_restricted_case_it_hears_that_there_is_a_result_not_its_words(bridge, remote):
    target = bridge.desk.at("under_review")
    ticket = bridge.take()
    bridge.desk.act(Case.objects.get(pk=ticket.case_id), "merge", "clerk", target=target)
    Case.objects.filter(pk=target.pk).update(restricted=True)
    bridge.desk.act(target, "verify_pass", "secretary")
    bridge.work()
    last = remote.got[-1][1]
    assert (last["event"], "answer" in last, "solved" in last) == ("verify_pass", False, False)


@pytest.mark.parametrize("how", [500, 503, 429, "hang", "drip", "break", "garbage"])
def test_a_failure_is_tried_again_with_the_same_key(bridge, remote, how):
    bridge.take()
    remote.answers = [how]
    bridge.work()
    update = OutboundUpdate.objects.get()
    assert update.stage == "waiting"
    assert update.last_error
    assert bridge.work() == 0  # not before the pause is over
    assert bridge.work(timedelta(minutes=2)) == 1
    assert len(set(remote.keys)) == 1
    assert OutboundUpdate.objects.get().stage == "sent"


@pytest.mark.parametrize("how", [400, 401, 404, 409, 422, (302, "http://127.0.0.1:9/"), (307, "/elsewhere")])
def test_a_refusal_waits_for_a_person_at_once(bridge, remote, how):
    bridge.take()
    remote.answers = [how]
    bridge.work()
    assert OutboundUpdate.objects.get().stage == "dead"
    assert bridge.work(DAY) == 0
    assert len(remote.got) == 1  # no redirect was followed


def test_nobody_there_at_all(bridge, remote):
    bridge.system.answer_url = f"http://127.0.0.1:{a_free_port()}/"
    bridge.system.save()
    bridge.take()
    bridge.work()
    assert OutboundUpdate.objects.get().last_error == "连不上对方的系统。"


def test_after_all_tries_a_person_is_asked_and_the_next_goes_on(bridge, remote):
    bridge.move(bridge.take(), "accepted")
    remote.answers = [503] * outbox.MOST
    for _day in range(outbox.MOST + 1):
        bridge.work(DAY * (_day + 1))
    first, second = OutboundUpdate.objects.order_by("id")
    assert (first.stage, first.attempt) == ("dead", outbox.MOST)
    assert second.stage == "sent"
    assert len(set(remote.keys[: outbox.MOST])) == 1


def test_the_next_waits_until_the_one_before_is_over(bridge, remote):
    bridge.move(bridge.take(), "accepted")
    remote.answers = [503]
    bridge.work()
    assert remote.events == ["submit"]
    bridge.work(timedelta(minutes=2))
    assert remote.events == ["submit", "submit", "accept"]


def claimed(bridge) -> OutboundUpdate:
    bridge.take()
    bridge.sweep()
    return OutboundUpdate.objects.get(stage="sending")


def test_killed_after_the_claim_it_is_sent_by_the_next_row(bridge, remote):
    """The worker died before it sent: nothing was written but the claim, and the row after it."""
    claimed(bridge)
    bridge.sweep(timedelta(minutes=2))
    update = OutboundUpdate.objects.get()
    assert update.attempt == 2
    assert outbox.send(update_id=update.pk, attempt=2)
    assert len(remote.got) == 1


def test_killed_after_sending_the_key_tells_the_other_side(bridge, remote, monkeypatch):
    update = claimed(bridge)
    monkeypatch.setattr(outbox, "_lock", lambda update_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        outbox.send(update_id=update.pk, attempt=1)
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "wake", lambda update_id, attempt: None)
    bridge.work(timedelta(minutes=2))
    assert len(remote.got) == 2
    assert len(set(remote.keys)) == 1
    assert OutboundUpdate.objects.get().stage == "sent"


def test_two_workers_of_one_attempt_send_once(bridge, remote):
    update = claimed(bridge)
    assert [outbox.send(update_id=update.pk, attempt=1) for _worker in range(2)] == [True, False]
    assert len(remote.got) == 1


def test_a_late_no_does_not_undo_a_later_try(bridge, remote, monkeypatch):
    update = claimed(bridge)
    tried = outbox._try

    def slow(one, body, moment):
        bridge.sweep(timedelta(minutes=2))  # meanwhile given up for lost, and claimed again
        return tried(one, body, moment)

    remote.answers = [500]
    monkeypatch.setattr(outbox, "_try", slow)
    assert not outbox.send(update_id=update.pk, attempt=1)
    update.refresh_from_db()
    assert (update.stage, update.attempt, update.started_at) == ("sending", 2, None)


def test_a_row_that_comes_again_changes_nothing(bridge, remote):
    bridge.take()
    bridge.work()
    update = OutboundUpdate.objects.get()
    assert outbox.begin(update_id=update.pk, attempt=1, now=timezone.now()) == "skipped"
    assert outbox.begin(update_id=update.pk, attempt=2, now=timezone.now()) == "skipped"


def test_a_lost_broker_sends_here(bridge, remote, monkeypatch):
    monkeypatch.undo()

    def gone(*args, **kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(outbox.current_app, "send_task", gone)
    update = claimed(bridge)
    outbox.wake(update.pk, 1)
    assert OutboundUpdate.objects.get().stage == "sent"


def test_the_claim_is_committed_before_anything_leaves(bridge, remote, django_capture_on_commit_callbacks, monkeypatch):
    woken = []
    monkeypatch.setattr(outbox, "wake", lambda update_id, attempt: woken.append(attempt))
    bridge.take()
    with django_capture_on_commit_callbacks(execute=True):
        bridge.sweep()
        assert woken == []
    assert woken == [1]


def test_a_system_without_an_address_is_told_nothing(bridge):
    bridge.system.answer_url = ""
    bridge.system.save()
    bridge.take()
    assert OutboundUpdate.objects.count() == 0


def test_a_step_that_is_undone_is_not_told(bridge):
    ticket = bridge.take()
    mark = transaction.savepoint()
    bridge.desk.act(Case.objects.get(pk=ticket.case_id), "accept", "clerk")
    assert OutboundUpdate.objects.count() == 2
    transaction.savepoint_rollback(mark)
    assert list(OutboundUpdate.objects.values_list("event", flat=True)) == ["submit"]


# ---------------------------------------------------------------- the dead letters
@pytest.fixture
def dead(bridge, remote) -> OutboundUpdate:
    bridge.move(bridge.take(), "closed")
    remote.answers = [*[200] * 5, 422]
    bridge.work()
    return OutboundUpdate.objects.get(stage="dead")


def test_a_dead_letter_is_sent_again_with_other_words_under_another_key(bridge, remote, dead):
    assert dead.event == "verify_pass"
    bridge_actor = bridge.desk.actor("clerk")
    outbox.resend(actor=bridge_actor, update_id=dead.pk, answer="两盏灯都换了。")
    assert bridge.work() == 1
    headers, body = remote.got[-1]
    assert body["answer"] == "两盏灯都换了。"
    assert headers["Idempotency-Key"] not in remote.keys[:-1]
    assert body["sequence"] < remote.got[-2][1]["sequence"]  # old news, and known for it
    assert Case.objects.get().answer == "换了新灯。"


def test_the_same_words_keep_their_key(bridge, remote, dead):
    outbox.resend(actor=bridge.desk.actor("secretary"), update_id=dead.pk)
    bridge.work()
    assert remote.keys.count(remote.keys[-1]) == 2


def test_giving_up_wants_a_reason_and_is_the_end(bridge, dead):
    actor = bridge.desk.actor("clerk")
    with pytest.raises(Invalid):
        outbox.give_up(actor=actor, update_id=dead.pk, reason=" \0 ")
    outbox.give_up(actor=actor, update_id=dead.pk, reason="打电话说过了")
    dead.refresh_from_db()
    assert (dead.stage, dead.given_up_by) == ("given_up", actor.user)
    assert bridge.work(DAY) == 0


# stage → what a person may do with it; everywhere else it is refused.
TABLE = {
    "waiting": set(),
    "sending": set(),
    "sent": set(),
    "dead": {"resend", "give_up"},
    "given_up": set(),
}
WITHIN = {"clerk", "secretary", "street_supervisor", "district_admin"}
WITHOUT = {
    "resident", "outsider", "grid_worker", "clerk_b", "secretary_b", "street_supervisor_b", "department_handler",
    "auditor", "sysadmin",
}  # fmt: skip


def test_only_dead_letters_are_handled_and_only_by_those_within_reach(bridge, dead):
    acts = {
        "resend": lambda actor: outbox.resend(actor=actor, update_id=dead.pk),
        "give_up": lambda actor: outbox.give_up(actor=actor, update_id=dead.pk, reason="说过了"),
    }
    for stage, allowed in TABLE.items():
        OutboundUpdate.objects.filter(pk=dead.pk).update(
            stage=stage, sent_at=timezone.now(), given_up_why="说过了" if stage == "given_up" else ""
        )
        for name, act in acts.items():
            for who in WITHIN | WITHOUT:
                expected = NotFound if who in WITHOUT else None if name in allowed else IllegalTransition
                mark = transaction.savepoint()
                try:
                    act(bridge.desk.actor(who))
                    ended = None
                except (NotFound, IllegalTransition) as refused:
                    ended = type(refused)
                transaction.savepoint_rollback(mark)
                assert ended is expected, (stage, name, who)


def test_the_database_keeps_what_is_promised(bridge):
    bridge.take()
    update = OutboundUpdate.objects.get()
    for change in ({"stage": "given_up"}, {"stage": "sent", "sent_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutboundUpdate.objects.filter(pk=update.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboundUpdate.objects.create(key=update.key, ticket=update.ticket, sequence=9, event="x", state="x", limit=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(bridge.system).objects.filter(pk=bridge.system.pk).update(secret_box="")


def test_rows_of_the_outbox_outlive_what_was_sent(bridge, remote):
    """The due row of an attempt that was not needed any more is skipped, not worked."""
    bridge.take()
    bridge.work()
    bridge.work(DAY)
    assert set(DueRow.objects.filter(kind="bridge.send").values_list("outcome", flat=True)) == {"done", "skipped"}
