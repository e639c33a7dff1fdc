"""Counts without the ones that point at somebody, and without the ones that subtract to them."""

import io

import pytest
from openpyxl import load_workbook

from centres.surveys.results import results_of
from centres.surveys.sheets import workbook_of
from tests.centres.surveys.people import a_survey, close, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def counts(result) -> list[int | None]:
    return [line.count for line in result.lines]


def of(cast, *sheets, **given):
    survey = a_survey(cast, **{"questions": given.pop("questions")} if "questions" in given else {})
    fill(survey, *sheets, **given)
    close(survey)
    return survey, results_of(survey, inside=True)


def test_what_came_out_is_counted(cast):
    _survey, found = of(
        cast,
        *[(0, (0, 1), 5, None)] * 20,
        *[(1, (1,), 4, "少放盐")] * 15,
        *[(2, (2,), 2, None)] * 12,
        paper=12,
    )
    assert (found.sheets, found.online, found.paper) == (47, 35, 12)
    one, several, agree, text = found.questions
    assert counts(one) == [20, 15, 12]
    assert counts(several) == [20, 35, 12]  # all of 47: who did not choose it are many too
    # 5, 4, 3, 2, 1: nobody said 3 or 1, which together are nobody; the smallest that is shown goes with them.
    assert counts(agree) == [20, 15, None, None, None]
    assert text.sentences == ["少放盐"] * 15
    assert [row.total for row in one.chart.rows] == [20, 15, 12]
    assert [[str(cell.text) for cell in row] for row in one.table.rows] == [
        ["自己做", "20"],
        ["食堂", "15"],
        ["外卖", "12"],
    ]


def test_nothing_is_shown_while_it_is_asked(cast):
    """Whoever looked at ten and again at eleven would have read the eleventh."""
    survey = a_survey(cast)
    fill(survey, *[(0, None, 5, "一句")] * 40)
    assert results_of(survey, inside=True).questions == []


@pytest.mark.parametrize(("number", "shows"), [(0, False), (9, False), (10, True)])
def test_under_ten_sheets_nothing_is_shown(cast, number, shows):
    _survey, found = of(cast, *[(0, None, 5, "一句")] * number)
    assert (found.sheets is not None, bool(found.questions)) == (shows, shows)


def test_free_sentences_are_for_the_community_and_from_ten_on(cast):
    survey, found = of(cast, *[(0, None, 5, "一句")] * 9, *[(0, None, 5, None)] * 30)
    assert found.questions[3].sentences == []
    assert len(of(cast, *[(0, None, 5, "一句")] * 10)[1].questions[3].sentences) == 10
    assert results_of(survey).questions[3].sentences == []
    other, _found = of(cast, *[(0, None, 5, f"第 {n} 句") for n in range(12)])
    assert results_of(other).questions[3].sentences == []


def test_sentences_come_in_another_order_each_time(cast, monkeypatch):
    survey, found = of(cast, *[(0, None, 5, f"第 {n} 句") for n in range(15)])
    again = results_of(survey, inside=True).questions[3].sentences
    assert sorted(again) == sorted(found.questions[3].sentences)
    assert again != found.questions[3].sentences  # one chance in 10**12


def test_a_small_option_takes_another_with_it(cast):
    """Else the total less the others is the small one."""
    _survey, found = of(cast, *[(0, None, 5)] * 40, *[(1, None, 5)] * 21, *[(2, None, 5)] * 3)
    assert counts(found.questions[0]) == [40, None, None]
    assert found.questions[0].hidden == 2
    assert [row.label for row in found.questions[0].chart.rows] == ["自己做"]


def test_a_blank_line_counts_as_one_of_them(cast):
    """Three options add up to 57 of 60: the three who left it blank would be known."""
    sheets = [(0, None, 5)] * 30, [(1, None, 5)] * 15, [(2, None, 5)] * 12, [(None, None, 5)] * 3
    _survey, found = of(cast, *[sheet for some in sheets for sheet in some], paper=20)
    assert [line.label for line in found.questions[0].lines][-1] == "没填"
    assert counts(found.questions[0]) == [30, 15, None, None]


def test_an_option_that_nearly_everybody_chose_is_hidden_as_well(cast):
    """57 of 60 chose it: three did not."""
    _survey, found = of(cast, *[(0, (0, 1), 5)] * 30, *[(0, (0,), 5)] * 27, *[(0, None, 5)] * 3)
    assert counts(found.questions[1]) == [None, 30, None]


def test_few_paper_ones_do_not_show_beside_the_total(cast):
    _survey, found = of(cast, *[(0, None, 5)] * 40, paper=3)
    assert (found.sheets, found.online, found.paper) == (40, None, None)


def test_no_mean_is_given(cast):
    """With the total it would be the second equation for two hidden counts."""
    _survey, found = of(cast, *[(0, None, 5)] * 40)
    assert not [name for name in vars(found.questions[2]) if "mean" in name or "average" in name]


# ---------------------------------------------------------------- the export
def cells_of(survey) -> list[list[object]]:
    book = load_workbook(io.BytesIO(workbook_of(survey, results_of(survey, inside=True))))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_export_hides_what_the_page_hides(cast):
    survey, found = of(cast, *[(0, (0,), 5, "一句")] * 40, *[(1, (1,), 5, "一句")] * 21, *[(2, None, 4, "别的")] * 3)
    rows = cells_of(survey)
    assert rows[0][0] == survey.title
    assert rows[3] == ["题号", "问题", "选项", "份数"]
    exported = [row[3] for row in rows[4:]]
    assert exported == [
        40,
        "不写",
        "不写",
        40,
        21,
        "不写",
        *[line.count or "不写" for line in found.questions[2].lines],
    ]
    assert "一句" not in str(rows)


def test_words_that_look_like_a_formula_stay_words(cast):
    survey, _found = of(cast, *[(0,)] * 12, *[(1,)] * 12, questions=[("one", "=1+1 是几？", ('=HYPERLINK("x")', "二"))])
    book = load_workbook(io.BytesIO(workbook_of(survey, results_of(survey))))
    assert [cell.data_type for cell in book.active["C"][4:]] == ["s", "s"]
    assert book.active["B5"].value == "=1+1 是几？"


def test_the_export_of_few_says_that_they_are_few(cast):
    survey, _found = of(cast, *[(0, None, 5)] * 4)
    rows = cells_of(survey)
    assert "收到 不写 份" in rows[1][0]
    assert len(rows) == 4
