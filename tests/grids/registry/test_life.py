"""People come to a door, go to another, go away, die; and what was written down wrongly is put back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from grids.registry import life, queries
from grids.registry.models import Household, Resident
from grids.registry.models_life import LifeEvent
from portal.errors import Conflict, Invalid, NotFound
from portal.flow import due
from portal.notifications.models import Notice
from portal.rows import uuid7
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def next_door(cast):
    return open_door(cast.place.building, "302", ("周桂芳", None))


def go(cast, door, to, *people, who="grid_worker", on=None, **more):
    ids = [one.pk for one in people or door.residents.all()]
    asked = {"household_id": door.pk, "people": ids, "to": to, "on": on or timezone.localdate()}
    return life.move(actor=cast.actor(who), **asked, **more)


def kinds(person):
    return list(person.life.order_by("pk").values_list("kind", flat=True))


def test_one_moves_in_with_others_and_is_found_there(cast, homes, next_door):
    person = homes.lin.residents.get(name="林建国")
    go(cast, homes.lin, "5-1-302", person)
    person.refresh_from_db()
    assert person.household == next_door
    assert [one.household.code for one in queries.find(cast.actor("clerk").reach, "林建国").residents] == ["5-1-302"]
    assert kinds(person) == ["joined"]


def test_found_in_the_new_community_grid_only(cast, homes):
    go(cast, homes.lin, "6-1-402", homes.xiuying, who="clerk")
    assert queries.find(cast.actor("grid_worker").reach, "林秀英").residents == []
    assert len(queries.find(cast.actor("grid_worker_b").reach, "林秀英").residents) == 1


def test_splitting_opens_a_door_and_forgets_the_relation(cast, homes):
    person = homes.xiuying
    Resident.objects.filter(pk=person.pk).update(relation="spouse")
    with pytest.raises(Invalid):
        go(cast, homes.lin, "5-1-303", person)
    go(cast, homes.lin, "5号楼1单元303室", person, open_door=True)
    person.refresh_from_db()
    assert (person.household.code, person.relation, kinds(person)) == ("5-1-303", "", ["split"])
    assert homes.lin.residents.count() == 1


def test_whole_household_keeps_its_relations_and_the_door_its_place(cast, homes):
    Resident.objects.filter(pk=homes.xiuying.pk).update(relation="head")
    go(cast, homes.lin, "5-1-303", open_door=True)
    there = Household.objects.get(code="5-1-303")
    assert sorted(there.residents.values_list("relation", flat=True)) == ["", "head"]
    assert set(LifeEvent.objects.values_list("kind", flat=True)) == {"moved"}


def test_who_moves_in_reads_nothing_of_before(cast, homes, next_door):
    person = homes.xiuying
    long_ago = timezone.now() - timedelta(days=400)
    Resident.objects.filter(pk=person.pk).update(created_at=long_ago)
    go(cast, homes.lin, "5-1-302", person)
    person.refresh_from_db()
    assert person.created_at > timezone.now() - timedelta(minutes=1)
    life.undo(actor=cast.actor("grid_worker"), event_id=person.life.get().pk)
    person.refresh_from_db()
    assert person.created_at == long_ago


def test_twice_is_once(cast, homes, next_door):
    assert go(cast, homes.lin, "5-1-302", homes.xiuying) == go(
        cast, homes.lin, "5-1-302", next_door.residents.get(name="林秀英")
    )
    assert LifeEvent.objects.count() == 1


@pytest.mark.parametrize("on", [date(9999, 1, 1), date(1900, 1, 1), None])
def test_day_that_is_none(cast, homes, today, on):
    with pytest.raises(Invalid) as refused:
        go(cast, homes.lin, "5-1-302", homes.xiuying, on=on or today + timedelta(days=31))
    assert "on" in refused.value.extra["errors"]


def test_same_name_there_is_told_only_to_whoever_looks_after_that_door(cast, homes):
    open_door(cast.place.building, "302", ("林秀英", None))
    open_door(cast.place.building_b, "403", ("林秀英", None))
    with pytest.raises(Conflict, match="SAME_NAME") as near:
        go(cast, homes.lin, "5-1-302", homes.xiuying)
    with pytest.raises(Conflict, match="SAME_NAME") as far:
        go(cast, homes.lin, "6-1-403", homes.xiuying)
    assert "林秀英" in near.value.message
    assert "林秀英" not in far.value.message


def test_door_of_another_grid_or_of_another_door_is_not_there(cast, homes, next_door):
    with pytest.raises(NotFound):
        go(cast, homes.lin, "5-1-302", who="grid_worker_b")
    with pytest.raises(NotFound):
        go(cast, homes.lin, "5-1-302", homes.guoping)
    with pytest.raises(NotFound):
        life.write_death(actor=cast.actor("secretary_b"), resident_id=homes.xiuying.pk, on=timezone.localdate())


def test_a_day_to_come_changes_nothing_before_it(cast, homes, next_door, today):
    person = homes.xiuying
    go(cast, homes.lin, "5-1-302", person, on=today + timedelta(days=3))
    with pytest.raises(Conflict, match="PLANNED"):
        go(cast, homes.lin, "6-1-402", person, on=today + timedelta(days=4))
    person.refresh_from_db()
    assert person.household == homes.lin
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        for _again in range(2):
            due.sweep()
    person.refresh_from_db()
    assert person.household == next_door


def test_plan_is_called_off(cast, homes, next_door, today):
    person = homes.xiuying
    go(cast, homes.lin, "5-1-302", person, on=today + timedelta(days=3))
    event = person.life.get()
    life.undo(actor=cast.actor("grid_worker"), event_id=event.pk)
    assert not life.carry_out(event_id=event.pk, now=timezone.now() + timedelta(days=4))
    person.refresh_from_db()
    assert person.household == homes.lin
    go(cast, homes.lin, "5-1-302", person)
    assert kinds(person) == ["joined", "back", "joined"]


def test_death_ends_the_link_and_tells_nobody(cast, homes, today):
    person = homes.xiuying
    Resident.objects.filter(pk=person.pk).update(user=cast.resident, linked_by=cast.clerk, linked_at=timezone.now())
    first = life.write_death(actor=cast.actor("grid_worker"), resident_id=person.pk, on=today)
    assert life.write_death(actor=cast.actor("clerk"), resident_id=person.pk, on=today) == first
    person = Resident.everyone.get(pk=person.pk)
    assert (person.leaving, person.user, person.left_on) == ("died", None, today)
    assert queries.find(cast.actor("clerk").reach, "林秀英").residents == []
    assert not Notice.objects.exists()
    life.undo(actor=cast.actor("grid_worker"), event_id=first.pk)
    person = Resident.objects.get(pk=person.pk)
    assert (person.user, person.linked_by) == (cast.resident, cast.grid_worker)


def test_nobody_dies_tomorrow(cast, homes, today):
    with pytest.raises(Invalid):
        life.write_death(actor=cast.actor("clerk"), resident_id=homes.xiuying.pk, on=today + timedelta(days=1))


def test_birth_is_written_once_and_taken_back(cast, homes, today):
    asked = {"household_id": homes.lin.pk, "name": "林小满", "on": today, "born": True, "relation": "child"}
    made = life.arrive(actor=cast.actor("grid_worker"), **asked)
    assert life.arrive(actor=cast.actor("grid_worker"), **asked) == made
    assert (made.initials, kinds(made)) == ("lxm", ["born"])
    with pytest.raises(Conflict, match="SAME_NAME"):
        life.arrive(actor=cast.actor("grid_worker"), **(asked | {"born": False}))
    life.undo(actor=cast.actor("grid_worker"), event_id=made.life.get().pk)
    assert Resident.everyone.get(pk=made.pk).leaving == "mistake"


def test_several_are_put_back_together_and_once(cast, homes, next_door):
    go(cast, homes.lin, "5-1-302")
    event = LifeEvent.objects.first()
    first = life.undo(actor=cast.actor("grid_worker"), event_id=event.pk)
    assert life.undo(actor=cast.actor("grid_worker"), event_id=event.pk) == first
    assert (homes.lin.residents.count(), LifeEvent.objects.filter(kind="back").count()) == (2, 2)


def test_what_changed_since_is_not_put_back(cast, homes, next_door):
    person = homes.xiuying
    go(cast, homes.lin, "5-1-302", person)
    Resident.objects.filter(pk=person.pk).update(relation="tenant")
    with pytest.raises(Conflict, match="TOUCHED"):
        life.undo(actor=cast.actor("grid_worker"), event_id=person.life.get().pk)


def test_after_thirty_days_it_stays(cast, homes, next_door):
    person = homes.xiuying
    go(cast, homes.lin, "5-1-302", person)
    LifeEvent.objects.update(created_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Conflict, match="TOO_LATE"):
        life.undo(actor=cast.actor("grid_worker"), event_id=person.life.get().pk)


def test_history_is_for_whoever_has_the_door_now(browse, cast, homes):
    person = homes.xiuying
    go(cast, homes.lin, "6-1-402", person, who="clerk")
    path = f"/grid/residents/{person.pk}/doors/"
    assert browse("grid_worker").get(path).status_code == 404
    assert "5-1-301" in browse("grid_worker_b").get(path).content.decode()
    assert browse("grid_worker").post(f"/grid/life/{person.life.get().pk}/undo/").status_code == 404


def test_the_dead_are_named_to_those_at_the_door_only(browse, cast, homes, today):
    life.write_death(actor=cast.actor("clerk"), resident_id=homes.xiuying.pk, on=today)
    path = f"/grid/households/{homes.lin.pk}/"
    assert "已故" in browse("grid_worker").get(path).content.decode()
    assert "已故" not in browse("street_supervisor").get(path).content.decode()


def test_page_sends_a_double_click_once(browse, homes, next_door):
    sent = {"people": [str(homes.xiuying.pk)], "way": "door", "to": "5-1-302", "on": timezone.localdate()}
    sent["_once"] = str(uuid7())
    answers = {browse("grid_worker").post(f"/grid/households/{homes.lin.pk}/move/", sent).status_code for _ in "12"}
    assert (answers, LifeEvent.objects.count()) == ({302}, 1)


def test_page_says_what_is_wrong(browse, homes):
    answer = browse("grid_worker").post(f"/grid/households/{homes.lin.pk}/move/", {"way": "door", "on": "9999-99-99"})
    assert answer.status_code == 422
    assert "请写搬到哪扇门" in answer.content.decode()


@pytest.mark.parametrize("people", [1, 30])
def test_household_page_asks_the_same_for_any_number(
    browse, cast, homes, no_masthead, django_assert_num_queries, people
):
    for n in range(people):
        ids = [open_door(cast.place.building, f"{500 + n}", (f"周{n:02d}", None)).residents.get().pk]
        door = Household.objects.get(residents=ids[0])
        life.move(actor=cast.actor("clerk"), household_id=door.pk, people=ids, to="5-1-301", on=timezone.localdate())
        person = Resident.objects.get(pk=ids[0])
        if n % 2:
            life.write_death(actor=cast.actor("clerk"), resident_id=person.pk, on=timezone.localdate())
    client = browse("clerk")
    client.get(f"/grid/households/{homes.lin.pk}/")
    with django_assert_num_queries(8):
        client.get(f"/grid/households/{homes.lin.pk}/")
