"""The .xlsx half of portal.tabular: look the archive over before openpyxl unpacks any of it."""

import datetime as dt
import xml.parsers.expat
import zipfile
from collections.abc import Callable, Generator
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from portal.tabular.rows import RawRow, TableError, text_of

MAX_COLUMNS = 256
MAX_PARTS = 2_000
# openpyxl streams sheets, but holds the strings and builds a tree of every other part.
MAX_SHEET = 256 * 1024 * 1024
MAX_STRINGS = 48 * 1024 * 1024
MAX_OTHER = 8 * 1024 * 1024
MAX_MERGED = 10_000
EXACT_DIGITS = 15  # a spreadsheet keeps no more: an 18-digit number has already lost its end


def xlsx_rows(
    stream: IO[bytes],
    max_rows: int,
    sheet_name: str = "",
    fill_down: bool = False,
    size: Callable[[int], None] | None = None,
) -> Generator[RawRow]:
    """Rows of a visible sheet (the first, where none is named), unreadable ones with their problem.

    fill_down: what is merged downwards stands in each of its rows; else a merged row is a problem.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_dangerous(archive)
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except TableError:
        raise
    except Exception as error:  # openpyxl answers a damaged file with whatever broke first
        raise TableError(_("这个表格打不开，可能已经损坏。请另存为 .xlsx，再导入。")) from error
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise TableError(_("表里没有内容。"))
        sheet = next((one for one in sheets if one.title == sheet_name), sheets[0])
        survey = _Survey(max_rows)
        with sheet._get_source() as part:  # the part that iter_rows will read
            survey.read(part)
        if not survey.last_row:
            return
        if size is not None:
            size(survey.rows_filled)
        # The size we saw, not the one the file claims: some programs write A1.
        rows = sheet.iter_rows(max_row=survey.last_row, max_col=survey.last_column)
        for line, cells in enumerate(rows, start=1):
            yield _raw(line, cells, survey, fill_down)
    except (TableError, GeneratorExit):
        raise
    except Exception as error:
        raise TableError(_("这个表格打不开，可能已经损坏。请另存为 .xlsx，再导入。")) from error
    finally:
        book.close()


def _refuse_dangerous(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if "mimetype" in names or "xl/workbook.bin" in names or "[content_types].xml" not in names:
        raise TableError(_("这不是 .xlsx 表格。请打开后另存为 .xlsx，再导入。"))
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise TableError(_("表格里带着宏，不能导入。请另存为不带宏的 .xlsx。"))
    if any(part.flag_bits & 0x1 for part in parts):
        raise TableError(_("表格加了密码。请去掉密码，再导入。"))
    # The declared size is the most that zipfile will unpack, so a lie here costs the liar, not us.
    if len(parts) > MAX_PARTS or any(part.file_size > _limit(part.filename.lower()) for part in parts):
        raise TableError(_("这个表格解开以后大得不正常，不能导入。请只留要导入的那一张表。"))
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as xml_part:
                _refuse_doctype(xml_part)


def _limit(name: str) -> int:
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return MAX_SHEET
    if name == "xl/sharedstrings.xml":
        return MAX_STRINGS
    return MAX_OTHER if name.endswith((".xml", ".rels")) else MAX_SHEET


def _refuse_doctype(part: IO[bytes]) -> None:
    """No spreadsheet declares entities; whoever does wants them expanded. A DOCTYPE stands before the first element."""
    parser = xml.parsers.expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_args: seen.append("doctype")
    parser.StartElementHandler = lambda *_args: seen.append("element")
    while not seen and (chunk := part.read(4096)):
        parser.Parse(chunk)
    if "doctype" in seen:
        raise TableError(_("这个表格里夹了不该有的内容，不能导入。"))


def sheet_names(stream: IO[bytes]) -> list[str]:
    """The visible sheets of a workbook that xlsx_rows would read."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_dangerous(archive)
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except TableError:
        raise
    except Exception as error:  # openpyxl answers a damaged file with whatever broke first
        raise TableError(_("这个表格打不开，可能已经损坏。请另存为 .xlsx，再导入。")) from error
    try:
        return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    finally:
        book.close()


def _raw(line: int, cells: tuple[Any, ...], survey: "_Survey", fill_down: bool = False) -> RawRow:
    problem = ""
    merged = survey.merged_at(line)
    if merged and not fill_down:
        problem = _("有合并单元格（%(range)s）。请取消合并，每一行都填全。") % {"range": merged}
    elif line in survey.unsaved_formulas:
        problem = _("公式没有存下结果。请用表格软件打开、保存一次，再导入。")
    texts = []
    for column, cell in enumerate(cells, start=1):
        value = cell.value
        if cell.data_type == "e":
            where = {"column": get_column_letter(column), "value": value}
            problem = problem or _("%(column)s 列的公式出错（%(value)s）。") % where
        elif isinstance(value, (int, float)) and abs(value) >= 10**EXACT_DIGITS:
            where = {"column": get_column_letter(column)}
            problem = (
                problem
                or _("%(column)s 列的数字太长，表格软件已经把末尾改成了 0。请把这一列设为文本，重新填写。") % where
            )
        texts.append(_text(value))
    if fill_down and any(texts):
        survey.fill(line, texts)
    # A merge that only spans blank cells hurts nobody.
    return RawRow(line, texts, problem if any(texts) or line in survey.unsaved_formulas else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    return text_of(value)


class _Survey:
    """One streaming look for what openpyxl's read-only mode hides: merges, unsaved formulas, wild references."""

    def __init__(self, max_rows: int):
        self.max_rows = max_rows
        self.last_row = self.last_column = 0
        self.unsaved_formulas: set[int] = set()
        # column → (last row, what stands in the first) of the merges that reach down to the row being read
        self._down: dict[int, tuple[int, str]] = {}
        self._downward: dict[int, list[tuple[int, int]]] = {}
        self._merged: list[tuple[int, int, str]] = []
        self._longest = (0, 0, "")
        self._row = self._column = self.rows_filled = self._last_filled = 0
        self._formula = self._value = self._inside = False

    def read(self, part: IO[bytes]) -> None:
        parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        while chunk := part.read(65_536):
            parser.Parse(chunk)
        self._merged.sort(reverse=True)

    def merged_at(self, line: int) -> str:
        """The merged range that covers `line`, or nothing. Lines are asked in rising order."""
        while self._merged and self._merged[-1][0] <= line:
            candidate = self._merged.pop()
            if candidate[1] > self._longest[1]:
                self._longest = candidate
        return self._longest[2] if self._longest[1] >= line else ""

    def fill(self, line: int, texts: list[str]) -> None:
        """Write what is merged downwards into this row; a household's number stands once beside all its people."""
        for column, last in self._downward.pop(line, ()):
            if column <= len(texts):
                self._down[column] = last, texts[column - 1]
        for column, (last, text) in list(self._down.items()):
            if line > last:
                del self._down[column]
            elif column <= len(texts) and not texts[column - 1]:
                texts[column - 1] = text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                row = int(attributes.get("r", self._row + 1))
                if row <= self._row or row > 1_048_576:
                    raise TableError(_("行号是乱的。请用表格软件打开、另存为 .xlsx，再导入。"))
                self._row, self._column = row, 0
            case "c":
                ref = attributes.get("r")
                self._column = column_index_from_string(coordinate_from_string(ref)[0]) if ref else self._column + 1
                self._formula = self._value = False
            case "f":
                self._formula = True
            case "v" | "t":
                self._inside = True
            case "mergeCell":
                left, first, _right, last = range_boundaries(attributes["ref"])
                if last > first:
                    self._downward.setdefault(first, []).append((left, last))
                self._merged.append((first, last, attributes["ref"]))
                if len(self._merged) > MAX_MERGED:
                    raise TableError(_("合并单元格太多了。请取消合并，再导入。"))

    def _text(self, text: str) -> None:
        # Not the element but its text: an uncached formula is written with an empty <v/>.
        self._value = self._value or (self._inside and not text.isspace())

    def _end(self, name: str) -> None:
        self._inside = False
        if name.rpartition(" ")[2] != "c" or not (self._value or self._formula):
            return
        if self._formula and not self._value:
            self.unsaved_formulas.add(self._row)
        if self._column > MAX_COLUMNS:
            raise TableError(_("超过 %(columns)d 列。请只留要导入的列。") % {"columns": MAX_COLUMNS}, self._row)
        if self._row != self._last_filled:
            self._last_filled, self.rows_filled = self._row, self.rows_filled + 1
            if self.rows_filled > self.max_rows + 20:  # titles and the header are rows too
                raise TableError(_("超过 %(rows)d 行，请分成几份再导入。") % {"rows": self.max_rows}, self._row)
        self.last_row, self.last_column = self._row, max(self.last_column, self._column)
