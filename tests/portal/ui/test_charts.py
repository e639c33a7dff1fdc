import pytest

from portal.ui import charts
from portal.ui.charts import Group, Series
from portal.ui.tables import Cell, Column, Table

PIECES = [Series("超时", "c-late"), Series("还有时间", "c-rest")]


def test_bars_draw_one_box_per_piece_in_the_order_given():
    chart = charts.bars("手上的", [Group("第 2 网格", "/2/", (1, 2)), Group("第 1 网格", "/1/", (0, 0))], PIECES)
    assert [row.label for row in chart.rows] == ["第 2 网格", "第 1 网格"]
    assert [box.css for box in chart.rows[0].boxes] == ["c-late", "c-rest", "c-rest"]
    assert chart.rows[0].total == 3
    assert chart.rows[1].boxes == []


def test_bars_of_many_are_one_box_per_series():
    chart = charts.bars("手上的", [Group("第 1 网格", "/1/", (20, 30))], PIECES)
    assert [(box.x, box.width) for box in chart.rows[0].boxes] == [(0, 20), (20, 30)]
    assert chart.width == 50


def test_bars_stay_within_their_width():
    chart = charts.bars("手上的", [Group("a", "#", (3, 9)), Group("b", "#", (1, 1))], PIECES)
    assert max(box.x + box.width for row in chart.rows for box in row.boxes) == chart.width


def test_no_groups_make_no_error():
    assert charts.bars("手上的", [], PIECES).rows == []
    assert charts.columns("每周", [], PIECES).groups == []


@pytest.mark.parametrize("values", [[(0, 0)], [(1, 0)], [(25, 21), (3, 4)], [(999, 1000)]])
def test_columns_stand_on_one_scale_from_zero(values):
    chart = charts.columns("每周", [Group(str(n), "#", pair) for n, pair in enumerate(values)], PIECES)
    most = max(max(pair) for pair in values)
    assert chart.ticks[0].label == 0
    assert chart.ticks[-1].label >= most
    assert len(chart.ticks) <= 5
    for cluster, pair in zip(chart.groups, values, strict=True):
        for box, n in zip(cluster.bars, pair, strict=True):
            assert box.y >= 30
            assert box.y + box.height == 180
            assert (box.height > 0) == (n > 0)


@pytest.mark.parametrize("weeks", [7, 8])
def test_columns_keep_the_newest_label_on_a_phone(weeks):
    chart = charts.columns("每周", [Group(str(n), "#", (1, 1)) for n in range(weeks)], PIECES)
    assert not chart.groups[-1].alt
    assert chart.groups[-2].alt


def test_every_bar_says_its_numbers_and_has_its_table():
    chart = charts.columns("每周", [Group("9/14", "/w/", (17, 12), urls=("/in/", "/out/"))], PIECES)
    assert str(chart.groups[0].said) == "9/14：超时 17 件，还有时间 12 件"
    assert [(cell.text, cell.url) for cell in chart.table.rows[0]] == [("9/14", ""), (17, "/in/"), (12, "/out/")]


def test_table_cells_take_their_label_for_folding():
    table = Table(
        "超时的",
        [Column("什么事"), Column("已超（上班时间）", short="已超", num=True)],
        [("渗水", Cell("12 小时", kind="late"))],
    )
    cell = table.rows[0][1]
    assert (cell.th, cell.num, cell.kind) == ("已超", True, "late")


def test_a_row_of_the_wrong_length_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        Table("x", [Column("a"), Column("b")], [("only one",)])
