"""Two who answer one appeal at the same moment: one answer stands, the other person is told so. Real connections."""

from threading import Barrier

import pytest

from centres.rooms import appeals
from centres.rooms.models_appeal import SuspensionAppeal
from centres.rooms.models_booking import Suspension
from grids.postings.models import Posting
from portal.audit.models import AuditEntry
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, furnish
from tests.centres.rooms.test_race import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def put_off(cast, centre) -> Suspension:
    found = Suspension.objects.create(
        user=cast.resident, centre=centre, until=NOW.replace(month=12), reason="三次约了没来"
    )
    appeals.appeal(actor=cast.actor("resident"), suspension_id=found.pk, words="住院了", now=NOW)
    return found


def answers(cast, suspension):
    def of(who: str, lift: bool):
        actor = cast.actor(who)
        return lambda: appeals.decide(actor=actor, suspension_id=suspension.pk, lift=lift, reply=f"{who}说的", now=NOW)

    return of("clerk", True), of("secretary", False)


def test_two_deciders_give_one_answer(cast):
    centre = furnish(cast.place.community).centre
    for _n in range(ROUNDS):
        suspension = put_off(cast, centre)
        assert all_at_once(*answers(cast, suspension)) == {"ok": 1, "409 DECIDED": 1}
        said = SuspensionAppeal.objects.get(suspension=suspension)
        suspension.refresh_from_db()
        assert (suspension.lifted_at is not None) is (said.state == "lifted")
        assert Notice.objects.filter(key=f"appeal:{said.pk}:answered:{cast.resident.pk}:inapp").count() == 1
        verbs = AuditEntry.objects.filter(object_id=str(suspension.pk), verb__in=("suspension.lift", "suspension.keep"))
        assert verbs.count() == 1


def test_without_the_lock_both_would_be_right(cast, monkeypatch):
    """The negative control: both look, both see that nobody has answered, both write."""
    suspension = put_off(cast, furnish(cast.place.community).centre)
    both_have_looked, is_running = Barrier(2), appeals.is_running

    def look_together(*given) -> bool:
        both_have_looked.wait(timeout=20)
        return is_running(*given)

    monkeypatch.setattr(appeals, "hold", lambda suspension_id: None)
    monkeypatch.setattr(appeals, "is_running", look_together)
    assert all_at_once(*answers(cast, suspension)) == {"ok": 2}


def test_said_twice_at_once_is_said_once(cast):
    Posting.objects.update(starts_at=NOW)
    centre = furnish(cast.place.community).centre
    suspension = Suspension.objects.create(
        user=cast.resident, centre=centre, until=NOW.replace(month=12), reason="三次约了没来"
    )
    actor = cast.actor("resident")

    def say():
        appeals.appeal(actor=actor, suspension_id=suspension.pk, words="住院了", now=NOW)

    assert all_at_once(say, say) == {"ok": 1, "409 SAID": 1}
    assert Notice.objects.filter(key__startswith="appeal:", recipient=cast.clerk).count() == 1
