"""Every event in every state by everybody: what the table of domain.md allows happens, everything else is refused."""

import pytest

from petitions.wishes.enums import Event, WishState
from petitions.wishes.models import Wish, WishRecord
from petitions.wishes.services import Taken
from portal.errors import Forbidden, IllegalTransition, NotFound, Refusal
from tests.petitions.wishes.people import a_wish, bring_to, do, helpers

pytestmark = pytest.mark.django_db

COMMUNITY = ("clerk", "secretary")
WISHER, CLAIMANT = ("resident",), ("volunteer",)
# event: ({state before: state after}, who). domain.md, line by line.
TABLE = {
    "approve": ({"in_review": "open"}, COMMUNITY),
    "request_changes": ({"in_review": "needs_changes"}, COMMUNITY),
    "decline": ({"in_review": "declined"}, COMMUNITY),
    "resubmit": ({"needs_changes": "in_review"}, WISHER),
    "claim": ({"open": "claimed"}, ("volunteer", "neighbour")),
    "start": ({"claimed": "in_progress"}, CLAIMANT),
    "give_up": ({"claimed": "open", "in_progress": "open"}, CLAIMANT),
    "revoke": ({"claimed": "open", "in_progress": "open"}, COMMUNITY),
    "hand_in": ({"in_progress": "to_confirm"}, CLAIMANT),
    "confirm": ({"to_confirm": "fulfilled"}, (*WISHER, *COMMUNITY)),
    "not_yet": ({"to_confirm": "in_progress"}, (*WISHER, *COMMUNITY)),
    "withdraw": ({"in_review": "withdrawn", "open": "withdrawn"}, WISHER),
}
SYSTEM = {"release": {"claimed": "open", "in_progress": "open"}, "expire": {"open": "expired"}}
EVERYBODY = (
    "resident", "neighbour", "volunteer", "outsider", "org_contact", "grid_worker", "grid_worker_b", "clerk", "clerk_b",
    "secretary", "secretary_b", "street_supervisor", "district_admin", "department_handler", "auditor", "sysadmin",
)  # fmt: skip

UNSEEN = ("Forbidden", "NotFound")


def refusal_of(actor, wish, event) -> str:
    """The kind of refusal, or "ok" where there was none."""
    try:
        do(actor, wish, event)
    except (Forbidden, IllegalTransition, NotFound, Taken) as refused:
        return type(refused).__name__
    return "ok"


@pytest.mark.parametrize("state", WishState.values)
def test_every_event_in_state_is_refused_to_whom_the_table_does_not_name(cast, state):
    helpers(cast)
    wish = bring_to(cast, state)
    actors = {who: cast.actor(who) for who in EVERYBODY}
    records = wish.records.count()
    wrong = []
    for event, (moves, allowed) in TABLE.items():
        for who in EVERYBODY:
            if state in moves and who in allowed:
                continue
            got = refusal_of(actors[who], wish, event)
            # Who may never do it learns nothing of the state; who may, but not from here, is told so.
            expected = ("IllegalTransition", "Forbidden", "NotFound", "Taken") if who in allowed else UNSEEN
            if got not in expected:
                wrong.append(f"{event} by {who}: {got}")
        after = Wish.objects.get(pk=wish.pk)
        assert (event, after.state, after.version) == (event, state, wish.version)
    assert wrong == []
    assert wish.records.count() == records


@pytest.mark.parametrize(
    ("event", "before", "after", "who"),
    [(e, b, a, who) for e, (moves, allowed) in TABLE.items() for b, a in moves.items() for who in allowed],
)
def test_allowed_event_moves_and_is_recorded(cast, event, before, after, who):
    helpers(cast)
    wish = bring_to(cast, before)
    moved = do(cast.actor(who), wish, event)
    record = WishRecord.objects.filter(subject=wish).latest("version")
    assert moved.state == after
    assert (record.from_state, record.event, record.to_state) == (before, event, after)
    assert (record.version, record.actor_id) == (moved.version, cast.users[who].pk)


@pytest.mark.parametrize(("event", "before", "after"), [(e, b, a) for e, m in SYSTEM.items() for b, a in m.items()])
def test_system_event_moves(cast, event, before, after):
    helpers(cast)
    wish = bring_to(cast, before)
    assert do(None, wish, event).state == after
    assert WishRecord.objects.filter(subject=wish).latest("version").actor_role == "system"


@pytest.mark.parametrize("event", ["release", "expire", "submit", "claim", "approve", "no_such_event"])
def test_nobody_fires_an_event_by_name_that_is_not_theirs(cast, event):
    from petitions.wishes.services import act

    wish = bring_to(cast, "open")
    with pytest.raises(IllegalTransition):
        act(actor=cast.actor("secretary"), wish_id=wish.pk, event=event)


@pytest.mark.parametrize(
    ("event", "state", "who"),
    [
        ("request_changes", "in_review", "clerk"),
        ("decline", "in_review", "clerk"),
        ("give_up", "claimed", "volunteer"),
        ("revoke", "claimed", "secretary"),
        ("not_yet", "to_confirm", "resident"),
    ],
)
def test_reason_must_be_written(cast, event, state, who):
    helpers(cast)
    wish = bring_to(cast, state)
    with pytest.raises(Refusal) as refused:
        do(cast.actor(who), wish, event, reason="  ")
    assert refused.value.code == "REASON_REQUIRED"
    assert Wish.objects.get(pk=wish.pk).state == state


def test_hand_in_needs_words(cast):
    helpers(cast)
    wish = bring_to(cast, "in_progress")
    with pytest.raises(Refusal) as refused:
        do(cast.actor("volunteer"), wish, "hand_in", evidence=" ")
    assert refused.value.code == "MISSING"


# ---------------------------------------------------------------- who may write a wish down
@pytest.mark.parametrize("who", ["resident", "neighbour", "outsider", "volunteer", "secretary", "auditor"])
def test_anybody_with_an_account_wishes_for_themselves(cast, who):
    wish = a_wish(cast, actor=cast.actor(who))
    assert (wish.state, wish.wisher_id) == ("in_review", cast.users[who].pk)
    assert wish.records.get().actor_role == "resident"


@pytest.mark.parametrize("who", EVERYBODY)
def test_on_behalf_only_the_worker_and_the_clerk_of_the_place(cast, who):
    given = {"actor": cast.actor(who), "on_behalf": True, "grid": cast.place.grid}
    if who in ("grid_worker", "clerk"):
        wish = a_wish(cast, **given)
        assert (wish.wisher_id, wish.written_by_id) == (None, cast.users[who].pk)
        assert wish.records.get().actor_role == {"grid_worker": "grid_worker", "clerk": "desk_clerk"}[who]
    else:
        with pytest.raises(Forbidden):
            a_wish(cast, **given)
        assert not Wish.objects.exists()


def test_the_test_table_speaks_of_every_event():
    assert set(TABLE) | set(SYSTEM) | {"submit"} == set(Event.values)
