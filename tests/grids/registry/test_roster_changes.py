"""A roster, or a table of the tree, that is older than the grids: it finds the doors where they are now, or is told
where they went. Nothing that ended begins again because an old file names it."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grids.postings.models import Posting
from grids.registry import roster_undo, rosters
from grids.registry.models import Household, Resident
from grids.tree.models import Grid
from grids.tree.planting import Seedling, plant
from grids.tree.services import Part, Plan, import_tree, plan_change
from portal.errors import Conflict
from tests.grids.conftest import open_door
from tests.grids.registry.files import as_file, book, bring, exported, register, row_of, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(cast, homes):
    """第 1 网格 with 5 号楼 (林家) and 7 号楼 (孙家); everybody posted since long ago."""
    Posting.objects.update(starts_at=timezone.now() - timedelta(days=30))
    seven = Seedling("620902001001-0101-07", cast.place.grid.code, {"level": "building", "name": "7 号楼"})
    cast.place.seven = plant([seven])[seven.code]
    open_door(cast.place.seven, "101", ("孙小满", None))
    return cast.place


def do(cast, plan: Plan, who: str = "street_supervisor") -> None:
    plan_change(actor=cast.actor(who), plan=plan, on=timezone.localdate(), reason="街发〔2026〕3号")


def split(cast, place, keep: bool) -> None:
    """7 号楼 becomes 第 9 网格; without `keep` 5 号楼 becomes 第 8 网格, and 第 1 网格 ends."""
    worker = cast.grid_worker_b.pk
    stay = Part(grid=place.grid.pk) if keep else Part(name="第 8 网格", worker=worker)
    stay.buildings = [place.building.pk]
    parts = [stay, Part(name="第 9 网格", worker=worker, buildings=[place.seven.pk])]
    do(cast, Plan("split", [place.grid.pk], parts))


def merge(cast, place) -> None:
    do(cast, Plan("merge", [place.grid.pk, place.grid_b.pk], [Part(grid=place.grid_b.pk)]))


def move(cast, place) -> None:
    do(cast, Plan("move", [place.grid.pk], to=place.area_b.pk), who="district_admin")


CHANGES = {
    "split": (lambda cast, place: split(cast, place, keep=True), {"7 号楼现在在第 9 网格"}),
    "ended": (lambda cast, place: split(cast, place, keep=False), {"5 号楼现在在第 8 网格", "7 号楼现在在第 9 网格"}),
    "merged": (merge, {"5 号楼现在在第 2 网格", "7 号楼现在在第 2 网格"}),
    "merged, then split": (
        lambda cast, place: (
            merge(cast, place),
            do(
                cast,
                Plan(
                    "split",
                    [place.grid_b.pk],
                    [
                        Part(grid=place.grid_b.pk, buildings=[place.building.pk, place.building_b.pk]),
                        Part(name="第 9 网格", worker=cast.grid_worker_b.pk, buildings=[place.seven.pk]),
                    ],
                ),
            ),
        ),
        {"5 号楼现在在第 2 网格", "7 号楼现在在第 9 网格"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_roster_older_than_its_grids_finds_the_doors_where_they_are(cast, ground, name):
    made, before = exported(cast), register()
    row_of(made, "孙小满")[5].value = "13900007788"
    change, said = CHANGES[name]
    change(cast, ground)
    report = write(cast, bring(cast, made))
    assert (report.bad, report.changes, report.phones) == ([], 1, 1)
    assert {words for words in said for _line, note in report.notes if words in note} == said
    assert len(report.notes) == len(said)
    after = register()
    assert after[1] == before[1]
    assert {one["name"] for pk, one in after[0].items() if one != before[0][pk]} == {"孙小满"}


@pytest.mark.parametrize("create", [False, True])
def test_roster_of_a_grid_that_went_to_another_community_is_told_so(cast, ground, create):
    made = exported(cast)
    move(cast, ground)
    before, nodes = register(), Grid.objects.count()
    batch = bring(cast, made)
    rosters.settle(
        actor=cast.actor("clerk"),
        roster_id=batch.pk,
        sheet="名册",
        columns=batch.options["columns"],
        overwrite=True,
        create=create,
    )
    report = write(cast, batch)
    assert {said for _line, said in report.bad} == {"第 1 网格已经划到南大街社区了，请交给那边登记。"}
    assert (len(report.bad), report.unchanged) == (3, 1)
    assert (register(), Grid.objects.count()) == (before, nodes)


def test_building_that_went_is_not_built_again_where_it_stood(cast, ground):
    move(cast, ground)
    rows = [
        ["楼栋", "网格", "户号", "姓名"],
        ["5 号楼", "2 网格", "1-301", "林秀英"],
        ["5 号楼", "", "1-301", "林秀英"],
    ]
    report = write(cast, bring(cast, book(*rows)))
    assert [said for _line, said in report.bad] == ["5 号楼已经划到南大街社区了，请交给那边登记。"] * 2


def test_new_building_of_that_name_is_opened_in_another_grid_where_that_is_asked_for(cast, ground):
    """Not in what the grid it left has become, nor in one that is called as that grid was."""
    move(cast, ground)
    plant([Seedling("620902001001-0109", ground.area.code, {"level": "basic_grid", "name": "第 1 网格"})])
    batch = bring(
        cast,
        book(
            ["楼栋", "网格", "户号", "姓名"],
            ["5 号楼", "1 网格", "1-301", "林秀英"],
            ["5 号楼", "2 网格", "101", "周一"],
            ["5号楼", "第 2 网格", "102", "周二"],
        ),
    )
    batch.options["create"] = True
    batch.save()
    report = write(cast, batch)
    assert [said for _line, said in report.bad] == ["5 号楼已经划到南大街社区了，请交给那边登记。"]
    assert [said for _line, said in report.notes] == ["5 号楼是新开的，和划走的那栋同名。"]
    made = Grid.objects.get(name="5 号楼", path__startswith=ground.grid_b.path)
    assert (made.code, made.households.count()) == (f"{ground.grid_b.code}-05", 2)


def test_new_building_has_a_code_that_none_that_went_took_along(cast, ground):
    split(cast, ground, keep=True)
    Grid.objects.filter(code=ground.seven.code).update(name="老楼")
    batch = bring(cast, book(["楼栋", "网格", "户号", "姓名"], ["7 号楼", "第 1 网格", "101", "周一"]))
    batch.options["create"] = True
    batch.save()
    assert write(cast, batch).bad == []
    assert Grid.objects.get(name="7 号楼").code == f"{ground.grid.code}-01"


def test_what_came_from_elsewhere_and_went_on_is_told_too(cast, ground):
    """第 1 网格 to 南大街社区 and back: there it was only brought, its code says nothing of it."""
    move(cast, ground)
    do(cast, Plan("move", [ground.grid.pk], to=ground.area.pk), who="district_admin")
    made = book(["楼栋", "户号", "姓名"], ["5 号楼", "1-301", "林秀英"])
    batch = rosters.bring(
        actor=cast.actor("clerk_b"),
        community=ground.community_b,
        upload=SimpleUploadedFile("名册.xlsx", as_file(made).getvalue()),
    )
    report = rosters.look(actor=cast.actor("clerk_b"), roster_id=batch.pk, progress=lambda done, total: None)
    assert [said for _line, said in report.bad] == ["5 号楼已经划到文昌花园社区了，请交给那边登记。"]


def test_new_building_is_not_opened_in_a_grid_that_ended(cast, ground):
    split(cast, ground, keep=False)
    nodes = Grid.objects.count()
    batch = bring(cast, book(["楼栋", "网格", "户号", "姓名"], ["11 号楼", "第 1 网格", "101", "周一"]))
    batch.options["create"] = True
    batch.save()
    report = write(cast, batch)
    assert [said for _line, said in report.bad] == ["第 1 网格已经停用了。“11 号楼”是新楼的话，请写它现在的网格。"]
    assert Grid.objects.count() == nodes


def test_import_is_not_undone_behind_doors_that_are_another_communitys_now(cast, ground):
    made = exported(cast)
    row_of(made, "林秀英")[5].value = "13900007788"
    made.active.append(["第 1 网格", "5 号楼", "1", "302", "空户", "", "", ""])
    batch = bring(cast, made)
    write(cast, batch)
    move(cast, ground)
    before = register()
    with pytest.raises(Conflict) as refused:
        roster_undo.undo(actor=cast.actor("clerk"), roster_id=batch.pk)
    assert sorted(refused.value.extra["errors"]["touched"]) == ["5-1-301 林秀英", "5-1-302"]
    assert register() == before


# ---------------------------------------------------------------- the tree itself
def table(*nodes: Grid) -> io.BytesIO:
    """These nodes as a table of the tree says them now."""
    codes = {one.path: one.code for one in Grid.objects.all()}
    lines = [f"{one.code},{codes.get(one.path[:-4], '')},{one.level},{one.name}" for one in nodes]
    return io.BytesIO("\n".join(["代码,上级代码,层级,名称", *lines]).encode())


def tree() -> list:
    return list(Grid.objects.order_by("pk").values())


@pytest.mark.parametrize("name", CHANGES)
def test_table_of_the_tree_from_before_a_change_gives_nothing_back(cast, ground, name):
    old = table(*Grid.objects.all())
    CHANGES[name][0](cast, ground)
    before = tree()
    report = import_tree(actor=cast.actor("district_admin"), source=old, save=True)
    assert tree() == before
    assert (report.added, report.changed) == (0, 0)
    assert any(ground.seven.code in said for _line, said in report.bad)


def test_table_puts_nothing_below_a_grid_that_ended_and_does_not_touch_it(cast, ground):
    split(cast, ground, keep=False)
    before = tree()
    text = f"代码,上级代码,层级,名称\n{ground.grid.code},{ground.area.code},基础网格,第 1 网格（新）\n"
    text += f"{ground.grid.code}-11,{ground.grid.code},楼栋,11 号楼\n"
    report = import_tree(actor=cast.actor("district_admin"), source=io.BytesIO(text.encode()), save=True)
    assert [said for _line, said in report.bad] == [
        "620902001001-0101 已经停用了，现在是第 8 网格、第 9 网格。",
        "上级 620902001001-0101 已经停用了，现在是第 8 网格、第 9 网格。",
    ]
    assert tree() == before
    assert not Household.objects.filter(building__name="11 号楼").exists()
    assert Resident.objects.count() == 4
