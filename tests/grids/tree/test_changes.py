"""Grids split, merged and moved on a date: what is there afterwards, who reaches it, and what stays as it was."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from grids.postings.models import Posting
from grids.postings.services import end
from grids.tree.change_words import measured, tell_plan
from grids.tree.models import Grid
from grids.tree.models_change import GridChange, GridLineage
from grids.tree.planting import Seedling, plant
from grids.tree.services import Part, Plan, perform, plan_change, preview, undo_change
from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.models import Promise, Visit
from grids.visits.services import log_visit
from petitions.cases.models import Case
from portal.accounts.actors import Actor
from portal.accounts.reach import reach_of
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.rows import uuid7
from tests.grids.conftest import open_door
from tests.petitions.cases.conftest import Desk


@pytest.fixture
def ground(cast):
    """第 1 网格 with 5 号楼 and 7 号楼; everybody posted since long ago."""
    Posting.objects.update(starts_at=timezone.now() - timedelta(days=30))
    grown = plant([Seedling("620902001001-0101-07", cast.place.grid.code, {"level": "building", "name": "7 号楼"})])
    cast.place.seven = grown["620902001001-0101-07"]
    return cast.place


@pytest.fixture
def life(cast, ground):
    """What happened in 5 号楼 and 7 号楼 under 李梅: two visits, two promises."""
    doors = [open_door(ground.building, "301"), open_door(ground.seven, "101")]
    for door in doors:
        entry = VisitEntry(
            household_id=door.pk,
            outcome="met",
            visited_at=timezone.now() - timedelta(minutes=5),
            promises=(PromiseEntry("修灯", timezone.localdate()),),
        )
        log_visit(actor=cast.actor("grid_worker"), visit_id=uuid7(), entry=entry)
    return doors


def split(place, *, worker=None, keep=True) -> Plan:
    """7 号楼 becomes a grid of its own; without `keep` both parts do."""
    stay = Part(grid=place.grid.pk) if keep else Part(name="第 8 网格", worker=worker)
    stay.buildings = [place.building.pk]
    return Plan("split", [place.grid.pk], [stay, Part(name="第 9 网格", worker=worker, buildings=[place.seven.pk])])


def merge(place) -> Plan:
    return Plan("merge", [place.grid.pk, place.grid_b.pk], [Part(grid=place.grid_b.pk)])


def now_is(grid: Grid) -> Grid:
    return Grid.objects.get(pk=grid.pk)


def sees(user, path: str) -> bool:
    return reach_of(user.pk).covers(path)


def do(cast, plan: Plan, on: date | None = None, who: str = "street_supervisor") -> GridChange:
    return plan_change(actor=cast.actor(who), plan=plan, on=on or timezone.localdate(), reason="街发〔2026〕3号")


def kept(model, *fields: str) -> list:
    return list(model.objects.order_by("pk").values_list("pk", *fields))


def test_a_split_plants_a_grid_and_reach_follows(cast, ground, life):
    visits = kept(Visit, "household", "worker"), kept(Promise, "household", "text", "due_on")
    homes = [(door.pk, door.building_id) for door in life]
    change = do(cast, split(ground, worker=cast.grid_worker_b.pk))
    new = Grid.objects.get(name="第 9 网格")
    assert (new.code, new.level, new.path[:16]) == ("620902001001-0103", "basic_grid", ground.area.path)
    assert now_is(ground.seven).path.startswith(new.path)
    assert now_is(ground.grid).is_active
    assert Grid.objects.find_problems() == ([], [], [], [], [])
    assert not sees(cast.grid_worker, now_is(ground.seven).path)
    assert sees(cast.grid_worker_b, now_is(ground.seven).path)
    assert sees(cast.grid_worker, now_is(ground.building).path)
    assert (kept(Visit, "household", "worker"), kept(Promise, "household", "text", "due_on")) == visits
    assert [(door.pk, door.building_id) for door in life] == homes
    assert list(change.lineage.values_list("old", "new")) == [(ground.grid.pk, new.pk)]
    assert AuditEntry.objects.filter(verb="tree.change", object_id=str(change.pk)).count() == 1


def test_a_split_that_ends_its_grid_ends_its_postings(cast, ground, browse):
    do(cast, split(ground, worker=cast.grid_worker_b.pk, keep=False))
    assert not now_is(ground.grid).is_active
    assert Posting.objects.get(grid=ground.grid).ends_at is not None
    page = browse("resident").get(f"/grids/{ground.grid.code}/")
    assert page.status_code == 200
    for name in ("第 8 网格", "第 9 网格"):
        assert name in page.content.decode()
    assert browse("resident").get(f"/grids/{ground.grid.code}/poster/").status_code == 200


def test_a_merge_brings_the_old_grid_below_the_new_with_its_history(cast, ground, life):
    desk = Desk(cast)
    case = Case.objects.get(pk=desk.at("in_progress", timezone.now()).pk)
    assert case.holder_user == cast.grid_worker
    visits, at = kept(Visit, "household", "worker"), case.grid_id
    do(cast, merge(ground))
    old = now_is(ground.grid)
    assert not old.is_active
    assert old.path.startswith(now_is(ground.grid_b).path)
    assert Grid.objects.find_problems() == ([], [], [], [], [])
    assert sees(cast.grid_worker_b, old.path)
    assert not sees(cast.grid_worker, now_is(ground.building).path)
    case.refresh_from_db()
    assert (case.grid_id, case.holder_user, case.holder_grid_id) == (at, None, ground.grid_b.pk)
    assert kept(Visit, "household", "worker") == visits
    assert Posting.objects.filter(grid=ground.grid, role="grid_worker").get().ends_at is not None


def test_a_grid_is_moved_to_another_community_with_what_it_has(cast, ground, life):
    place_of = life[0].place
    case = Desk(cast).at("accepted", timezone.now())
    do(cast, Plan("move", [ground.grid.pk], to=ground.area_b.pk), who="district_admin")
    here = now_is(ground.grid)
    assert here.path.startswith(ground.area_b.path)
    assert here.code == ground.grid.code
    life[0].refresh_from_db()
    assert life[0].place != place_of
    case = Case.objects.select_related("grid").get(pk=case.pk)
    assert case.grid.path.startswith(here.path)
    assert sees(cast.secretary_b, here.path)
    assert not sees(cast.secretary, here.path)
    assert sees(cast.grid_worker, now_is(ground.building).path)


def test_a_community_is_moved_by_the_district_alone(cast, ground):
    plan = Plan("move", [ground.community.pk], to=ground.street_b.pk)
    with pytest.raises(NotFound):  # the other street is not theirs
        do(cast, plan)
    do(cast, plan, who="district_admin")
    assert now_is(ground.building).path.startswith(now_is(ground.street_b).path)


def test_the_sweep_does_it_on_the_day_and_only_once(cast, ground):
    later = timezone.localdate() + timedelta(days=3)
    change = do(cast, split(ground, worker=cast.grid_worker_b.pk), later)
    sweep()
    assert now_is(ground.seven).path.startswith(ground.grid.path)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        for _again in range(2):
            sweep()
            assert perform(change_id=change.pk) is None
    change.refresh_from_db()
    assert change.state == "done"
    assert Grid.objects.filter(name="第 9 网格").count() == GridLineage.objects.count() == 1
    told = Notice.objects.filter(key__startswith=f"gridchange:{change.pk}:")
    assert sorted(told.values_list("recipient__username", flat=True)) == [
        "grid_worker",
        "grid_worker_b",
        "street_supervisor",
    ]
    assert DueRow.objects.get(key=f"gridchange:{change.pk}").done_at


def test_it_is_undone_before_its_day_and_not_after(cast, ground):
    later = timezone.localdate() + timedelta(days=3)
    change = do(cast, merge(ground), later)
    with pytest.raises(NotFound):
        undo_change(actor=cast.actor("street_supervisor_b"), change_id=change.pk)
    for _again in range(2):
        assert undo_change(actor=cast.actor("street_supervisor"), change_id=change.pk).state == "undone"
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        sweep()
    assert now_is(ground.grid).is_active
    done = do(cast, merge(ground))
    with pytest.raises(Conflict):
        undo_change(actor=cast.actor("street_supervisor"), change_id=done.pk)


@pytest.mark.parametrize("gone", ["worker", "building"])
def test_a_plan_that_no_longer_fits_fails_and_changes_nothing(cast, ground, gone):
    change = do(cast, split(ground, worker=cast.grid_worker_b.pk), timezone.localdate() + timedelta(days=3))
    if gone == "worker":
        end(actor=cast.actor("secretary"), posting_id=Posting.objects.get(user=cast.grid_worker_b).pk)
    else:
        plant([Seedling("620902001001-0101-09", ground.grid.code, {"level": "building", "name": "9 号楼"})])
    before = kept(Grid, "path", "is_active")
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        sweep()
    change.refresh_from_db()
    assert change.state == "failed"
    assert change.why
    assert kept(Grid, "path", "is_active") == before
    notice = Notice.objects.get(key__startswith=f"gridchange:{change.pk}:failed")
    assert notice.recipient == cast.street_supervisor
    assert change.why in notice.body


def test_nothing_is_left_without_a_holder(cast, ground):
    day = timezone.localdate()
    Posting.objects.filter(user=cast.grid_worker_b).update(ends_at=timezone.now() + timedelta(days=2))
    do_not = [(split(ground), day), (merge(ground), day + timedelta(days=3))]
    for plan, on in do_not:
        with pytest.raises(Conflict) as refused:
            do(cast, plan, on)
        assert refused.value.code == "NO_HOLDER"
    assert GridChange.objects.count() == 0


def test_what_is_refused(cast, ground):
    today, b = timezone.localdate(), cast.grid_worker_b.pk
    good = split(ground, worker=b)
    twice = split(ground, worker=b)
    twice.parts[0].buildings.append(ground.seven.pk)
    left = split(ground, worker=b)
    left.parts[0].buildings = []
    unnamed = split(ground, worker=b)
    unnamed.parts[1].name = " "
    far = Plan("merge", [ground.grid.pk, ground.grid_c.pk], [Part(grid=ground.grid_c.pk)])
    rows = [
        ("street_supervisor", good, today - timedelta(days=1), Invalid),
        ("street_supervisor", good, date(9999, 12, 31), Invalid),
        ("street_supervisor", twice, today, Invalid),
        ("street_supervisor", left, today, Invalid),
        ("street_supervisor", unnamed, today, Invalid),
        ("street_supervisor", far, today, NotFound),
        ("district_admin", far, today, Invalid),
        ("street_supervisor_b", good, today, NotFound),
        ("secretary", good, today, Forbidden),
        ("street_supervisor", split(ground, worker=cast.resident.pk), today, Conflict),
        ("street_supervisor", Plan("move", [ground.grid.pk], to=ground.area.pk), today, Conflict),
        ("street_supervisor", Plan("move", [ground.grid.pk], to=ground.street.pk), today, Invalid),
    ]
    before = kept(Grid, "path", "is_active")
    for who, plan, on, expected in rows:
        with pytest.raises(Refusal) as refused:
            do(cast, plan, on, who)
        assert type(refused.value) is expected, (who, plan, refused.value)
    assert kept(Grid, "path", "is_active") == before
    do(cast, good, today + timedelta(days=9))
    with pytest.raises(Conflict):
        do(cast, merge(ground), today)


def test_the_preview_counts_and_writes_nothing(cast, ground, life):
    before = kept(Grid, "path")
    actor: Actor = cast.actor("street_supervisor")
    _fit, counts = preview(actor=actor, plan=split(ground, worker=cast.grid_worker_b.pk), on=timezone.localdate())
    found = {str(one.label): one.n for one in counts}
    assert (found["户"], found["人"], found["还没兑现的承诺"], found["没办完的诉求"]) == (2, 0, 2, 0)
    assert (kept(Grid, "path"), GridChange.objects.count()) == (before, 0)


def test_the_preview_says_how_large_each_grid_will_be(cast, ground, settings):
    """第 1 网格: two doors in 5 号楼, one in 7 号楼; 第 2 网格 has two of its own."""
    settings.GRID_MOST_HOUSEHOLDS, settings.GRID_MOST_PEOPLE = 2, 99
    for building, door in (
        (ground.building, "1"),
        (ground.building, "2"),
        (ground.seven, "1"),
        (ground.building_b, "1"),
    ):
        open_door(building, f"{door}01", ("周晓", None))
    open_door(ground.building_b, "201", ("吴琳", None), ("吴越", None))
    given = Plan("split", [ground.grid.pk], split(ground).parts)
    given.parts[1].grid = ground.grid_b.pk  # 7 号楼 joins those who are there
    joined = merge(ground)
    preview(actor=cast.actor("street_supervisor"), plan=joined, on=timezone.localdate())
    moved = Plan("move", [ground.grid.pk], to=ground.area_b.pk)
    for plan, expected in (
        (given, [("2 户，2 人", False), ("3 户，4 人", True)]),
        (joined, [("5 户，6 人", True)]),
        (moved, [("3 户，3 人", True)]),
        (Plan("move", [ground.community.pk], to=ground.street_b.pk), []),
    ):
        told = measured(tell_plan(plan), plan)
        assert [(one.size, one.over.endswith("超过 2 户，该分一分了")) for one in told.parts] == expected, plan.kind


def test_a_change_that_waits_shows_the_sizes_again(cast, ground, browse, settings):
    settings.GRID_MOST_HOUSEHOLDS = 1
    open_door(ground.seven, "101")
    open_door(ground.seven, "102")
    change = do(cast, split(ground, worker=cast.grid_worker_b.pk), timezone.localdate() + timedelta(days=9))
    page = browse("street_supervisor").get(change.get_absolute_url()).content.decode()
    assert "2 户，超过 1 户，该分一分了" in page
    assert "一次调整定好了" in browse("street_supervisor").get("/grid/changes/").content.decode()


def test_the_pages_plan_it(cast, ground, browse):
    client = browse("street_supervisor")
    url = f"/grid/changes/new/?kind=split&grid={ground.grid.code}"
    page = client.get(url).content.decode()
    assert "7 号楼" in page
    assert "grid_worker_b · 文昌花园社区 第 2 网格" in page.replace("\u00a0", " ")
    assert "拆分 · 文昌花园社区" in page
    sent = {
        "p1_to": str(ground.grid.pk),
        "p2_to": "new",
        "p2_name": "第 9 网格",
        "p2_worker": str(cast.grid_worker_b.pk),
        f"b_{ground.building.pk}": "1",
        "on": (timezone.localdate() + timedelta(days=2)).isoformat(),
    }
    assert client.post(url, sent).status_code == 422  # 7 号楼 has nowhere to go
    sent[f"b_{ground.seven.pk}"] = "2"
    shown = client.post(url, sent)
    assert (shown.status_code, GridChange.objects.count()) == (200, 0)
    assert "就这样定" in shown.content.decode()
    page = client.post(url, sent | {"sure": "1"}, follow=True).content.decode()
    assert "第 1 网格拆成第 1 网格、第 9 网格" in page.replace("\u00a0", " ")
    change = GridChange.objects.get()
    assert "撤回了" in client.post(f"/grid/changes/{change.pk}/undo/", follow=True).content.decode()
    assert browse("street_supervisor_b").get(url).status_code == 404


@pytest.mark.parametrize("kind", ["merge", "move"])
def test_the_other_pages_plan_too(cast, ground, browse, kind):
    client = browse("district_admin")
    url = f"/grid/changes/new/?kind={kind}&grid={ground.grid.code}"
    to = ground.grid_b if kind == "merge" else ground.area_b
    sent = {"with_": [str(ground.grid_b.pk)], "to": str(to.pk), "on": timezone.localdate().isoformat(), "sure": "1"}
    assert client.get(url).status_code == 200
    assert client.post(url, sent).status_code == 302
    assert GridChange.objects.get().state == "done"
    found = client.get(f"/grid/changes/?code={ground.grid.code}").content.decode()
    assert GridChange.objects.get().get_absolute_url() in found


def test_the_list_takes_the_same_queries(cast, ground, browse, no_masthead, django_assert_num_queries):
    client, worker = browse("street_supervisor"), cast.grid_worker_b.pk
    change = do(cast, split(ground, worker=worker), timezone.localdate() + timedelta(days=9))
    client.get("/grid/changes/")
    for more in (0, 29):
        GridChange.objects.bulk_create(
            GridChange(
                kind="split",
                grid=ground.grid,
                grids=change.grids,
                plan=change.plan,
                on=change.on,
                asked_by=cast.street_supervisor,
            )
            for _n in range(more)
        )
        with django_assert_num_queries(8):
            client.get("/grid/changes/")
