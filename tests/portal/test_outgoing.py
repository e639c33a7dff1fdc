"""What goes out as a table is words, whatever it begins with."""

import io

import openpyxl
import pytest

from portal.tabular import outgoing


def test_workbook_has_no_formula_left():
    book = openpyxl.Workbook()
    book.active.append(["=1+1", 2, "户"])
    outgoing.words_only(book)
    out = io.BytesIO()
    book.save(out)
    read = openpyxl.load_workbook(out).active
    assert [(cell.value, cell.data_type) for cell in read[1]] == [("=1+1", "s"), (2, "n"), ("户", "s")]


@pytest.mark.parametrize("said", ["=1+1", "+8613900001234", "-1", "@SUM(A1)", "\t=1"])
def test_csv_says_that_it_is_a_word(said):
    assert outgoing.csv_word(said) == f"'{said}"


@pytest.mark.parametrize("said", ["5-1-301 赵一禾", "", 7, None])
def test_other_values_go_out_as_they_are(said):
    assert outgoing.csv_word(said) == said
