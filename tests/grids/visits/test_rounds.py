"""敲门行动: chosen doors, how far it is, what is left and carried over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.tree.models import Grid
from grids.visits.models import Visit, VisitRound
from grids.visits.promising import morning_of
from grids.visits.rounds import end_round, open_round, progress_of
from grids.visits.walk import walk_of
from portal.errors import Conflict, Invalid, NotFound
from portal.flow.due import sweep
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(cast):
    return [open_door(cast.place.building, f"{n}01", (f"周晓{n}", None)) for n in (1, 2, 3)] + [
        open_door(cast.place.building_b, "101", ("吴琳", None))
    ]


def usual(today) -> dict:
    return {"name": "敲门", "starts_on": today, "ends_on": today + timedelta(days=3), "purposes": ("publicity",)}


def start(cast, who="secretary", **given) -> VisitRound:
    return open_round(actor=cast.actor(who), grid=cast.place.community, **usual(timezone.localdate()) | given)


def walked(cast, who="grid_worker") -> list[str]:
    return [stop.door.code for stop in walk_of(cast.actor(who).reach, cast.users[who].pk, timezone.now()).stops]


def test_chosen_buildings_are_walked_and_no_other(cast, doors):
    start(cast, target="buildings", buildings=[cast.place.building_b.pk])
    assert (walked(cast), walked(cast, "grid_worker_b")) == ([], ["6-1-101"])


def test_doors_not_met_for_so_long_are_walked(cast, doors, knock):
    for door, days, outcome in ((doors[0], 10, "met"), (doors[1], 10, "not_home"), (doors[2], 40, "met")):
        visit = knock(door, outcome=outcome).visit
        Visit.objects.filter(pk=visit.pk).update(visited_at=timezone.now() - timedelta(days=days))
    start(cast, target="unvisited", unvisited_days=30)
    assert walked(cast) == ["5-1-201", "5-1-301"]


def test_progress_is_by_grid_in_the_order_of_the_tree(cast, doors, knock):
    current = start(cast)
    knock(doors[0])
    knock(doors[1], outcome="not_home")
    rows = progress_of(current, [cast.place.community.path])
    assert [(one.grid.name, one.doors, one.tried, one.met, one.left) for one in rows] == [
        ("第 1 网格", 3, 2, 1, 2),
        ("第 2 网格", 1, 0, 0, 1),
    ]
    assert [one.doors for one in progress_of(current, [cast.place.grid_b.path])] == [1]


def test_what_is_left_carries_over(cast, doors, knock):
    first = start(cast)
    knock(doors[0])
    knock(doors[1], outcome="not_home")
    end_round(actor=cast.actor("secretary"), round_id=first.pk)
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    start(cast, target="left", follows=first)
    assert walked(cast) == ["5-1-201", "5-1-301"]


def test_sum_is_told_to_who_opened_it_once(cast, doors, knock, told):
    current = start(cast)
    knock(doors[0])
    for _twice in range(2):
        sweep(morning_of(current.ends_on + timedelta(days=1)))
    assert told(cast.secretary) == ["敲门行动结束：敲门"]
    assert told(cast.grid_worker_b) == ["敲门行动开始：敲门"]


def test_ended_round_is_walked_no_more(cast, doors):
    current = start(cast)
    for _twice in range(2):
        end_round(actor=cast.actor("secretary"), round_id=current.pk)
    assert walked(cast) == []
    with pytest.raises(NotFound):
        end_round(actor=cast.actor("secretary_b"), round_id=current.pk)
    VisitRound.objects.update(ended_at=None, starts_on="2026-01-01", ends_on="2026-01-02")
    with pytest.raises(Conflict):
        end_round(actor=cast.actor("secretary"), round_id=current.pk)


def test_targets_that_say_nothing_are_refused(cast, doors):
    elsewhere = [cast.place.grid_c.pk]
    for wrong in (
        {"target": "buildings"}, {"target": "buildings", "buildings": elsewhere}, {"target": "unvisited"},
        {"target": "unvisited", "unvisited_days": 9999}, {"target": "left"}, {"target": "党员"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            start(cast, **wrong)


def test_round_on_a_grid_that_has_ended_is_refused_and_says_where_to_go(cast, doors, browse):
    """The form lay open over midnight, when the grid was merged away; nor is what was left carried over on it."""
    current = start(cast)
    end_round(actor=cast.actor("secretary"), round_id=current.pk)
    place = Grid.objects.get(pk=cast.place.community.pk)
    Grid.objects.filter(pk=place.pk).update(is_active=False)
    with pytest.raises(Invalid, match="已经停用了"):
        open_round(actor=cast.actor("secretary"), grid=place, **usual(timezone.localdate()))
    days = {"starts_on": timezone.localdate(), "ends_on": timezone.localdate() + timedelta(days=5)}
    answer = browse("secretary").post(f"/grid/rounds/{current.pk}/", days)
    assert answer.status_code == 422
    assert "请在接手的网格上发起" in answer.content.decode()
    assert VisitRound.objects.count() == 1


def test_seventy_buildings_lie_folded_until_one_is_picked(cast, browse):
    client = browse("secretary")
    folded = '<details class="why"><summary>挑几栋楼的'
    assert folded in client.get("/grid/rounds/").content.decode()
    wrong = {"target": "buildings", "name": "敲门", "grid": str(cast.place.community.pk)}
    page = client.post("/grid/rounds/", wrong).content.decode()
    assert folded not in page
    assert "挑几栋楼，至少一栋" in page


def test_round_page_shows_its_grids_and_goes_on(cast, doors, knock, browse):
    current = start(cast)
    knock(doors[0])
    page = browse("secretary").get(f"/grid/rounds/{current.pk}/").content.decode()
    assert "该敲 4 户，敲过 1 户，见到 1 户" in page
    assert "grid_worker" not in page.split("<main")[1]
    client, today = browse("secretary"), timezone.localdate()
    assert client.post(f"/grid/rounds/{current.pk}/end/").status_code == 302
    next_days = {"starts_on": today, "ends_on": today + timedelta(days=5)}
    assert client.post(f"/grid/rounds/{current.pk}/", next_days).status_code == 302
    assert VisitRound.objects.get(follows=current).target == "left"


@pytest.mark.parametrize("rows", [1, 30])
def test_round_page_takes_the_same_queries(rows, cast, browse, no_masthead, django_assert_num_queries):
    for n in range(rows):
        open_door(cast.place.building, f"{n + 100}", ("某人", None))
    current, client = start(cast), browse("secretary")
    with django_assert_num_queries(6):
        client.get(f"/grid/rounds/{current.pk}/")


def test_who_has_waited_longest_is_tried_again_first(cast, knock):
    homes = [open_door(cast.place.building, f"{n}01", (f"周晓{n}", None)) for n in range(1, 5)]
    current = start(cast)
    # All four the day before yesterday; the first three, as many as are tried again in a day, yesterday once more.
    for days, some in ((2, homes), (1, homes[:3])):
        for minutes, door in enumerate(some):
            visit = knock(door, outcome="not_home").visit
            at = timezone.now() - timedelta(days=days) + timedelta(minutes=minutes)
            Visit.objects.filter(pk=visit.pk).update(visited_at=at, round=current)
    assert "5-1-401" in walked(cast)
