"""The whole tree from a table."""

import io

import pytest
from django.core.management import call_command

from grids.tree.models import Grid
from grids.tree.queries import chain
from grids.tree.services import import_tree
from portal.audit.models import AuditEntry
from portal.errors import Forbidden

pytestmark = pytest.mark.django_db

HEAD = "代码,上级代码,层级,类型,名称,户数,人数"
ROWS = """620903,,区,,柳荫区,,
620903001,620903,街道,,东街街道,,
620903001001,620903001,社区,,东街社区,,
620903001001-01,620903001001,社区网格,,一片区,,
620903001001-0101,620903001001-01,基础网格,,第 1 网格,280,840
620903001001-0101-01,620903001001-0101,楼栋,,1 号楼,,
620903001001-09,620903001001,基础网格,专属网格,商圈,,
620903-S01,620903,基础网格,部门网格,城管网格,,"""


def parent_of(name: str) -> Grid:
    return chain(Grid.objects.get(name=name))[-2]


@pytest.fixture
def bring(cast):
    def bring_in(*rows: str, who: str = "district_admin", save: bool = True):
        text = "\n".join([HEAD, *rows])
        return import_tree(actor=cast.actor(who), source=io.BytesIO(text.encode()), save=save)

    return bring_in


def test_tree_is_planted_whatever_the_order_of_lines(bring):
    report = bring(*reversed(ROWS.splitlines()))
    assert (report.added, report.bad) == (8, [])
    names = [grid.name for grid in chain(Grid.objects.get(code="620903001001-0101-01"))]
    assert names == ["柳荫区", "东街街道", "东街社区", "一片区", "第 1 网格", "1 号楼"]
    assert Grid.objects.find_problems() == ([], [], [], [], [])


def test_tree_again_changes_nothing(bring):
    bring(ROWS)
    entries = AuditEntry.objects.count()
    report = bring(ROWS)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 8)
    assert AuditEntry.objects.count() == entries


def test_rehearsal_writes_nothing(bring):
    before = Grid.objects.count()
    assert bring(ROWS, save=False).added == 8
    assert Grid.objects.count() == before
    assert not AuditEntry.objects.exists()


def test_new_nodes_go_under_those_that_stand(bring, cast):
    report = bring(f"620902001001-0107,{cast.place.area.code},基础网格,,第 7 网格,,", "620902003,,街道,,北街街道,,")
    assert (report.added, report.bad) == (2, [])
    assert parent_of("第 7 网格") == cast.place.area
    assert parent_of("北街街道") == cast.place.district
    assert Grid.objects.find_problems() == ([], [], [], [], [])


def test_name_is_changed_and_place_is_not(bring, cast):
    report = bring(
        f"{cast.place.grid.code},{cast.place.area.code},基础网格,,湖边网格,,",
        f"{cast.place.grid_b.code},{cast.place.area_b.code},基础网格,,第 2 网格,,",
    )
    assert (report.changed, dict(report.bad)[3][-9:]) == (1, "挪动网格要单独办。")
    assert Grid.objects.get(pk=cast.place.grid.pk).name == "湖边网格"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("62090,,区,,柳荫区,,", "6 位数字"),
        ("62090300,620903,街道,,东街街道,,", "9 位数字"),
        ("999999001,620902,街道,,东街街道,,", "应当以上级代码 620902 开头"),
        ("620902001002-01,620902001,社区网格,,一片区,,", "不能挂在街道下面"),
        ("620902001001-0109,999,基础网格,,第 9 网格,,", "找不到上级 999"),
        ("620902001001-0109,,基础网格,,第 9 网格,,", "没有写上级代码"),
        ("620902-S09,620902001001,基础网格,部门网格,城管,,", "部门网格的基础网格不能挂在社区下面"),
        ("620902004,620902,乡镇,,东街,,", "没有“乡镇”这一层"),
        ("620902004,620902,街道,怪网格,东街,,", "没有“怪网格”这一类"),
        ("620902004,620902,街道,,,,", "没有写名称"),
        ("620902001001-01 01/é,620902001001-01,基础网格,,第 9 网格,,", "只用数字、字母和短横线"),
        ("620903,620902,区,,柳荫区,,", "区上面不写上级"),
    ],
)
def test_bad_line_is_named_and_left_out(bring, row, why):
    report = bring(row)
    assert why in dict(report.bad)[2]
    assert report.added == 0


def test_what_hangs_on_a_bad_line_is_left_out_with_it(bring):
    report = bring("620902X,620902,街道,,坏街道,,", "620902009001,620902009,社区,,坏社区,,")
    assert list(dict(report.bad)) == [2, 3]


def test_code_written_twice_is_named(bring):
    report = bring("620902004,620902,街道,,东街街道,,", "620902004,620902,街道,,西街街道,,")
    assert dict(report.bad) == {3: "代码 620902004 和第 2 行重复。"}


def test_large_grid_is_taken_and_said_so(bring, cast):
    report = bring(f"620902001001-0107,{cast.place.area.code},基础网格,,第 7 网格,301,1001")
    assert (report.added, len(report.notes)) == (1, 2)
    assert report.notes[0][1] == "第 7 网格有 301 户，超过一个基础网格的 300 户。"


@pytest.mark.parametrize("who", ["secretary", "clerk", "grid_worker", "auditor", "resident"])
def test_tree_is_imported_by_district_or_system_administration(bring, who):
    with pytest.raises(Forbidden):
        bring(ROWS, who=who)


def test_command_speaks_chinese(cast, tmp_path, capsys):
    path = tmp_path / "网格.csv"
    path.write_text(f"{HEAD}\n{ROWS}\n6209,,区,,短,,\n", encoding="gb18030")
    call_command("import_tree", str(path), operator="sysadmin", save=True)
    out = capsys.readouterr().out
    assert "第 10 行：区的代码是 6 位数字。" in out
    assert "共 9 行：1 行有问题，新增 8，改动 0，不变 0。" in out
