"""捎带的事: several departments, one knock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.visits.entry import ErrandEntry
from grids.visits.errands import ask_errand, withdraw_errand
from grids.visits.models_errands import Errand
from grids.visits.promising import morning_of
from grids.visits.walk import walk_of
from portal.errors import Conflict, Invalid, NotFound
from portal.flow.due import sweep
from portal.rows import uuid7

pytestmark = pytest.mark.django_db
HERE = "620902001001"


@pytest.fixture
def ask(cast, homes):
    def asked(who="department_handler", node="sector", **given) -> Errand:
        given = {"place": HERE, "code": "5-1-301", "text": "请看一眼雨棚", "until": timezone.localdate()} | given
        return ask_errand(actor=cast.actor(who), asker_id=getattr(cast.place, node).pk, **given)

    return asked


def test_errands_of_two_stand_on_one_stop_and_are_answered(cast, homes, ask, knock, told):
    made = [ask(), ask("clerk", "community", text="把回执捎去")]
    (stop,) = walk_of(cast.actor("grid_worker").reach, cast.grid_worker.pk, timezone.now()).stops
    assert (stop.errands, stop.why) == (made, "城管网格托的：请看一眼雨棚")
    visit = knock(homes.lin, errands=tuple(ErrandEntry(one.pk, "看过了，没破") for one in made)).visit
    assert set(visit.errands.values_list("state", flat=True)) == {"done"}
    assert told(cast.department_handler) == ["您托的事办了：请看一眼雨棚"]
    assert walk_of(cast.actor("grid_worker").reach, cast.grid_worker.pk, timezone.now()).stops == []


def test_errand_at_another_door_is_not_ticked_off(homes, ask, knock):
    other = ask(code="6-1-402")
    knock(homes.lin, errands=(ErrandEntry(other.pk),))
    other.refresh_from_db()
    assert other.state == "open"


def test_nobody_got_there_and_the_asker_is_told_once(cast, ask, told):
    one = ask()
    for _twice in range(2):
        sweep(morning_of(one.until + timedelta(days=1)))
    assert told(cast.department_handler) == ["到日子没办上：请看一眼雨棚"]


def test_what_is_no_errand_is_refused(ask):
    today = timezone.localdate()
    for wrong in ({"code": "9-9-999"}, {"text": "。"}, {"until": today - timedelta(days=1)}, {"place": "1"}):
        with pytest.raises(Invalid):
            ask(**wrong)
    assert not Errand.objects.exists()


@pytest.mark.parametrize(
    ("who", "node"), [("resident", "community"), ("grid_worker", "grid"), ("clerk_b", "community")]
)
def test_who_may_not_ask_for_that_node_finds_nothing(ask, who, node):
    with pytest.raises(NotFound):
        ask(who, node)


def test_errand_is_taken_back_by_its_desk_until_it_is_done(cast, homes, ask, knock):
    one, done = ask(), ask(text="量一下门")
    with pytest.raises(NotFound):
        withdraw_errand(actor=cast.actor("clerk"), errand_id=one.pk)
    assert withdraw_errand(actor=cast.actor("department_handler"), errand_id=one.pk).state == "withdrawn"
    knock(homes.lin, errands=(ErrandEntry(done.pk),))
    with pytest.raises(Conflict):
        withdraw_errand(actor=cast.actor("department_handler"), errand_id=done.pk)


def test_pages_ask_tick_and_answer(browse, cast, homes, ask):
    client = browse("department_handler")
    given = {
        "asker": cast.place.sector.pk,
        "place": HERE,
        "code": "5-1-301",
        "text": "请看一眼雨棚",
        "until": timezone.localdate(),
    }
    assert client.post("/errands/new/", given | {"code": "0-0-0"}).status_code == 422
    assert client.post("/errands/new/", given).status_code == 302
    one = Errand.objects.get()
    at_door = {"visit": uuid7(), "door": homes.lin.pk, "outcome": "met", "at": "00:00"}
    ticked = at_door | {"errands": [one.pk], "errand_answer": "没破"}
    assert browse("grid_worker").post("/grid/today/", ticked).status_code == 302
    assert "没破" in client.get(f"/errands/{one.pk}/").content.decode()
    assert "没破" in client.get("/errands/").content.decode()
