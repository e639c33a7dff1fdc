"""Every event in every state by everybody: what the table allows happens, everything else is refused."""

from datetime import timedelta

import pytest

from centres.training import services, steps
from centres.training.enums import Event, OrderState
from centres.training.lifecycle import flow
from centres.training.lines import LineWish
from centres.training.models_order import TrainingOrder, TrainingRecord
from portal.accounts.actors import SYSTEM
from portal.errors import Forbidden, IllegalTransition, NotFound, Refusal, Stale
from tests.centres.rooms.people import NOW
from tests.centres.training.people import bring_to, submit

pytestmark = pytest.mark.django_db

HOUSE, CONTACT = ("clerk", "secretary"), ("org_contact",)
# event: {state before: (state after, who)}
TABLE = {
    "change": {"submitted": ("submitted", (*CONTACT, *HOUSE)), "confirmed": ("confirmed", HOUSE)},
    "confirm": {"submitted": ("confirmed", HOUSE)},
    "decline": {"submitted": ("declined", HOUSE)},
    "cancel": {"submitted": ("cancelled", CONTACT), "confirmed": ("cancelled", (*CONTACT, *HOUSE))},
}
SYSTEM_ONLY = {"lose_room": {"confirmed": "confirmed"}, "finish": {"confirmed": "finished"}}
EVERYBODY = (
    "resident", "neighbour", "volunteer", "outsider", "org_contact", "grid_worker", "grid_worker_b", "clerk", "clerk_b",
    "secretary", "secretary_b", "street_supervisor", "street_supervisor_b", "district_admin", "department_handler",
    "auditor", "sysadmin",
)  # fmt: skip


def do(actor, order, event, **given):
    if event == "change":
        lines = [LineWish.of(line) for line in order.lines.all()]
        group = services.group_of(order)
        return services.change_order(actor=actor, order_id=order.pk, group=group, lines=lines, now=NOW, **given)
    if event in ("decline", "cancel"):
        given.setdefault("reason", "餐厅检修")
    return getattr(services, event)(actor=actor, order_id=order.pk, now=NOW, **given)


def refusal_of(actor, order, event) -> str:
    try:
        do(actor, order, event)
    except (Forbidden, IllegalTransition, NotFound) as refused:
        return type(refused).__name__
    return "ok"


@pytest.mark.parametrize("state", OrderState.values)
def test_every_event_in_state_is_refused_to_whom_the_table_does_not_name(cast, training, state):
    order = bring_to(cast, training, state)
    order.refresh_from_db()
    records = order.records.count()
    wrong = []
    for event, moves in TABLE.items():
        ever = {who for _after, some in moves.values() for who in some}
        for who in EVERYBODY:
            if who in moves.get(state, ("", ()))[1]:
                continue
            got = refusal_of(cast.actor(who), order, event)
            # Strangers do not find it; who may never do it learns nothing; who may, but not from here, is told so.
            sees = who in (*HOUSE, *CONTACT)
            expected = ("NotFound",) if not sees else ("IllegalTransition",) if who in ever else ("Forbidden",)
            if got not in expected:
                wrong.append(f"{event} by {who}: {got}, not {expected}")
    after = TrainingOrder.objects.get(pk=order.pk)
    assert wrong == []
    assert (after.state, after.version) == (state, order.version)
    assert order.records.count() == records


@pytest.mark.parametrize(
    ("event", "before", "after", "who"),
    [(e, b, a, who) for e, moves in TABLE.items() for b, (a, allowed) in moves.items() for who in allowed],
)
def test_allowed_event_moves_and_is_recorded(cast, training, event, before, after, who):
    order = bring_to(cast, training, before)
    moved = do(cast.actor(who), order, event)
    record = TrainingRecord.objects.filter(subject=order).latest("version")
    assert moved.state == after
    assert (record.from_state, record.event, record.to_state) == (before, event, after)
    assert (record.version, record.actor_id) == (moved.version, cast.users[who].pk)
    assert record.actor_role == {"org_contact": "org_contact", "clerk": "desk_clerk"}.get(who, who)


@pytest.mark.parametrize("state", OrderState.values)
def test_systems_own_steps_are_nobodys_and_start_from_confirmed_only(cast, training, state):
    order = bring_to(cast, training, state)
    for event in SYSTEM_ONLY:
        for who in ("org_contact", "clerk", "secretary", "outsider", "sysadmin"):
            with pytest.raises(Forbidden):
                flow.fire(order.pk, event=event, actor=cast.actor(who), now=NOW)
        if state != "confirmed":
            with pytest.raises(IllegalTransition):
                flow.fire(order.pk, event=event, actor=SYSTEM, now=NOW)


def test_system_finishes_after_the_last_day_only(cast, training):
    order = bring_to(cast, training, "confirmed")
    assert not steps.finish(order_id=order.pk, now=NOW + timedelta(days=6))  # the 24th itself
    with pytest.raises(IllegalTransition):
        flow.fire(order.pk, event=Event.FINISH, actor=SYSTEM, now=NOW)
    assert steps.finish(order_id=order.pk, now=NOW + timedelta(days=7))
    order.refresh_from_db()
    assert (order.state, order.records.latest("version").actor_role) == ("finished", "system")


@pytest.mark.parametrize(
    ("event", "state", "who"), [("decline", "submitted", "clerk"), ("cancel", "confirmed", "clerk")]
)
def test_house_must_say_why(cast, training, event, state, who):
    order = bring_to(cast, training, state)
    with pytest.raises(Refusal) as refused:
        do(cast.actor(who), order, event, reason="  ")
    assert refused.value.code == "REASON_REQUIRED"
    assert TrainingOrder.objects.get(pk=order.pk).state == state


@pytest.mark.parametrize("event", TABLE)
def test_stale_version_changes_nothing(cast, training, event):
    order = submit(cast, training)
    do(cast.actor("org_contact"), order, "change")
    who = "org_contact" if event in ("change", "cancel") else "clerk"
    with pytest.raises(Stale) as refused:
        do(cast.actor(who), order, event, version=1)
    assert refused.value.status == 409
    assert TrainingOrder.objects.get(pk=order.pk).version == 2


def test_any_account_submits_and_is_the_contact(cast, training):
    for who in EVERYBODY:
        order = submit(cast, training, who=who)
        assert (order.state, order.contact_id) == ("submitted", cast.users[who].pk)


def test_nobody_answers_their_own_order(cast, training):
    order = submit(cast, training, who="clerk")
    for event in ("confirm", "decline"):
        with pytest.raises(Forbidden):
            do(cast.actor("clerk"), order, event)
    assert do(cast.actor("secretary"), order, "confirm").state == "confirmed"


def test_nobody_without_an_account_submits(cast, training):
    with pytest.raises(Forbidden):
        services.submit_order(
            actor=SYSTEM, base_id=training.base.pk, group=services.Group("", "", 0, NOW, NOW), lines=[]
        )


def test_the_test_table_speaks_of_every_event():
    assert set(TABLE) | set(SYSTEM_ONLY) | {"submit"} == set(Event.values)
