"""One field finds people and doors at once; by index, however large the district is."""

import pytest
from django.db import connection

from grids.registry import queries
from grids.registry.models import Household, Resident
from grids.tree.models import Grid
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def lihua(cast):
    return open_door(
        cast.place.building,
        "502",
        ("林丽华", "+8613900001234"),
        ("阿依努尔·买买提", None),
        ("Anna Schmidt", None),
        ("丽华", None),
    )


def crowd(household: Household, size: int = 4000) -> None:
    """So many that reading them as they lie costs more than an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grids_resident"
            " (id, created_at, household_id, name, sort_key, initials, phone, phone_tail, relation, leaving)"
            " SELECT gen_random_uuid(), now(), %s, chr(20000 + i %% 3000) || chr(21000 + i), 'q' || i, 'q' || i,"
            " '+86137' || lpad(i::text, 8, '0'), lpad(i::text, 4, '0'), '', '' FROM generate_series(1, %s) AS i",
            [household.pk, size],
        )
        cursor.execute("ANALYZE grids_resident")


def names(cast, text, who="grid_worker"):
    return {one.name for one in queries.find(cast.actor(who).reach, text).residents}


SAID: dict[str, set[str]] = {
    "丽华": {"林丽华", "丽华"},
    "华": {"林丽华", "丽华"},
    "林丽华": {"林丽华"},
    "llh": {"林丽华"},
    "LLH": {"林丽华"},
    "lin li hua": {"林丽华"},
    "linlih": {"林丽华"},
    "1234": {"林丽华"},
    "１２３４": {"林丽华"},
    "139 0000 1234": {"林丽华"},
    "买买提": {"阿依努尔·买买提"},
    "阿依努尔•买买提": {"阿依努尔·买买提"},
    "努尔.买": {"阿依努尔·买买提"},
    "schm": set(),
    "anna": {"Anna Schmidt"},
    "annas": {"Anna Schmidt"},
    "丽%": set(),
    "丽_": set(),
    "'": set(),
}


def test_person_is_found_by_what_people_say(cast, lihua):
    assert {text: names(cast, text) for text in SAID} == SAID


@pytest.mark.parametrize("text", ["5-1-502", "５－１－５０２", "5号楼1单元502室", "5栋1-502", "5-1-5"])
def test_door_is_found_by_what_people_say(cast, lihua, text):
    assert [one.code for one in queries.find(cast.actor("grid_worker").reach, text).households] == ["5-1-502"]


@pytest.mark.parametrize("who", ["grid_worker_b", "secretary_b", "street_supervisor_b", "outsider", "sysadmin"])
def test_nothing_beyond_reach_is_found(cast, lihua, who):
    """Guardrail 5."""
    reach = cast.actor(who).reach
    for text in ("丽华", "llh", "linlihua", "1234", "13900001234", "5-1-502"):
        found = queries.find(reach, text)
        assert (found.residents, found.households) == ([], []), text


@pytest.mark.parametrize("who", ["clerk", "street_supervisor", "district_admin"])
def test_those_above_find_them_too(cast, lihua, who):
    assert "林丽华" in names(cast, "丽华", who)
    assert queries.find(cast.actor(who).reach, "5-1-502").households


INDEXES = {
    "丽华": "resident_keys",
    "林丽华儿": "resident_keys",
    "lxy": "resident_initials",
    "linlihua": "resident_spelled",
    "1234": "resident_tail",
    "13900001234": "resident_phone",
}


def test_every_kind_of_word_has_its_index(cast, lihua):
    crowd(lihua)
    for who in ("grid_worker", "clerk", "district_admin"):
        reach = cast.actor(who).reach
        for text, index in INDEXES.items():
            plan = queries.find_residents(reach, text)[:30].explain()
            assert index in plan, f"{who} {text}\n{plan}"


@pytest.mark.parametrize("who", ["grid_worker", "clerk"])
def test_search_takes_one_query(cast, lihua, django_assert_num_queries, who):
    reach = cast.actor(who).reach
    with django_assert_num_queries(1):
        queries.find(reach, "丽华")
    with django_assert_num_queries(1):  # no telephone has these digits
        queries.find(reach, "5-1-502")


def test_name_that_changes_is_found_by_the_new_one_only(cast, lihua):
    Resident.objects.filter(name="林丽华").update(name="林小芳")
    assert names(cast, "丽华") == {"丽华"}
    assert names(cast, "小芳") == {"林小芳"}


def test_search_follows_a_building_to_another_community(cast, lihua):
    building = Grid.objects.get(pk=cast.place.building.pk)
    Grid.objects.move(building, Grid.objects.get(pk=cast.place.grid_c.pk), pos="last-child")
    assert names(cast, "丽华", "clerk") == set()
    assert "林丽华" in names(cast, "丽华", "clerk_b")
    assert [one.code for one in queries.find(cast.actor("clerk_b").reach, "5-1-502").households] == ["5-1-502"]


def test_those_who_left_are_not_found(cast, lihua):
    Resident.objects.filter(name="丽华").update(left_on="2026-09-01", leaving="moved")
    assert names(cast, "丽华") == {"林丽华"}
    assert queries.households(cast.actor("grid_worker").reach).get(pk=lihua.pk).people == 3
