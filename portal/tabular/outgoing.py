"""What goes out as a table: words stay words, even where they begin like a formula.

A room called "=1+1" is a name. Whoever opens the file on their own machine must not run it.
"""

import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What Excel and WPS read as the beginning of a formula in a file without types. A telephone's + is one of them.
FORMULA = re.compile(r"^[=+\-@\t\r]")


def words_only(book: Workbook) -> None:
    """Every formula of a finished workbook is the text it was. Our own sheets have no other."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"


def word(sheet: Any, value: object) -> object:
    """One value for a write-only sheet: numbers as they are, words as text without the characters a cell refuses."""
    if value is None or isinstance(value, int | float):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def csv_word(value: object) -> object:
    """One value for a CSV, which knows no types: an apostrophe before what would be a formula."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value
