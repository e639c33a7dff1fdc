"""The whole table of an enrolment: every state, event and role, denials included."""

import pytest

from centres.activities.enums import EnrolmentState, Event
from centres.activities.lifecycle import flow
from centres.activities.models_enrolment import Enrolment
from centres.activities.transitions import TABLE
from portal.accounts.actors import SYSTEM
from portal.errors import Forbidden, IllegalTransition
from tests.centres.activities.people import enrol
from tests.centres.rooms.people import NOW

pytestmark = pytest.mark.django_db

S, E = EnrolmentState, Event
# event → from → to; what is not here is refused.
MOVES = {
    E.OFFER: {S.WAITING: S.OFFERED},
    E.ACCEPT: {S.OFFERED: S.ENROLLED},
    E.LAPSE: {S.OFFERED: S.LAPSED, S.WAITING: S.LAPSED},
    E.WITHDRAW: {S.ENROLLED: S.WITHDRAWN, S.WAITING: S.WITHDRAWN, S.OFFERED: S.WITHDRAWN},
    E.CANCEL: {S.ENROLLED: S.CANCELLED, S.WAITING: S.CANCELLED, S.OFFERED: S.CANCELLED},
    E.FINISH: {S.ENROLLED: S.FINISHED},
}
MAY = {
    "system": set(MOVES),
    "resident": {E.ACCEPT, E.WITHDRAW},
    "clerk": {E.ACCEPT, E.WITHDRAW, E.CANCEL},
    "secretary": {E.ACCEPT, E.WITHDRAW, E.CANCEL},
    **dict.fromkeys(
        ("neighbour", "grid_worker", "volunteer", "secretary_b", "street_supervisor", "district_admin"), ()
    ),
    **dict.fromkeys(("department_handler", "auditor", "sysadmin", "outsider"), ()),
}


@pytest.mark.parametrize("who", MAY)
def test_every_state_event_and_role(cast, programme, who):
    found = enrol(cast, programme.course)
    actor = SYSTEM if who == "system" else cast.actor(who)
    for state in S:
        for event, steps in MOVES.items():
            until = programme.monday.starts_at if state == S.OFFERED else None
            Enrolment.objects.filter(pk=found.pk).update(state=state, offered_until=until)

            def fire(event=event):
                return flow.fire(found.pk, event=event, actor=actor, reason="原因", now=NOW, until=NOW)

            if event not in MAY[who]:
                with pytest.raises(Forbidden):
                    fire()
            elif state not in steps:
                with pytest.raises(IllegalTransition):
                    fire()
            else:
                assert fire().state == steps[state], f"{event} from {state}"
                continue
            assert Enrolment.objects.get(pk=found.pk).state == state


def test_the_table_above_is_the_table():
    assert set(TABLE.events) == {*MOVES, E.ENROL, E.WAIT}
    assert {(row.event, state, row.target) for row in TABLE.rows for state in row.source} == {
        (event, state, target) for event, steps in MOVES.items() for state, target in steps.items()
    }


def test_ones_own_seat_cannot_be_called_off_by_oneself_at_work(cast, programme):
    own = enrol(cast, programme.course, "clerk")
    with pytest.raises(Forbidden):
        flow.fire(own.pk, event=E.CANCEL, actor=cast.actor("clerk"), reason="原因", now=NOW)
