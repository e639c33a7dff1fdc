"""Tables people bring: .csv and .xlsx read row by row, with flat memory, the same way for every import.

    for line, row in read_table(path, need=("姓名", "电话"), problems=problems):
        ...

Everything arrives as stripped text: dates as 2026-10-01, whole numbers without ".0", an empty cell as "". `line` is the
row number the spreadsheet shows (in a CSV: the record, so a line break inside quotes does not shift it).
"""

import codecs
import io
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from portal.tabular.csv_file import csv_rows
from portal.tabular.rows import RawRow, TableError
from portal.tabular.xlsx_file import sheet_names, xlsx_rows

__all__ = ["Peek", "TableError", "peek", "read_table"]

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
HEADER_WITHIN = 10  # a title and a note often stand above the names of the columns

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"


def read_table(
    source: str | PathLike[str] | IO[bytes],
    *,
    need: Collection[str] = (),
    aliases: Mapping[str, str] | None = None,
    problems: list[TableError] | None = None,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    sheet: str = "",
    fill_down: bool = False,
    size: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield `(line, {column: text})` for every row that is not blank, below the row that names the columns.

    source: a path, or a seekable binary file (an upload); its name is not believed, its contents decide what it is.
    need: columns that must be there; the first row (of ten) that has them all is the header. Without it: the first row.
    aliases: other names of a column, e.g. `{"手机号": "电话"}`.
    sheet: which one of a workbook; without it, or where it is gone, the first visible one. fill_down: cells merged
    downwards stand in each of their rows, where they would otherwise be a line that cannot be trusted.
    size: told how many rows are filled, about, before the first one is yielded: the end of a bar that moves.
    problems: a list that collects lines that cannot be trusted (merged cells, a formula with no value, cells beyond the
    last column, a number too long to be exact); such a line is not yielded. Without the list the first one is raised.

    Raises TableError while iterating: at once for a file that cannot be read at all (.xls, a password, macros, a bomb,
    unknown encoding, columns missing or doubled), in the middle for a broken quote or too many rows. Write only inside
    a transaction, or after the last row. It says what to do, in the reader's language.
    """
    with _opened(source) as stream:
        length = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if length == 0:
            raise TableError(_("文件是空的。"))
        if length > max_bytes:
            raise TableError(_("文件超过 %(mb)d MB，请分成几份再导入。") % {"mb": max_bytes // 1024 // 1024})
        with closing(_raw_rows(stream, max_rows, sheet, fill_down, size)) as rows:
            yield from _named(rows, need, aliases or {}, problems, max_rows)


@contextmanager
def _opened(source: str | PathLike[str] | IO[bytes]) -> Iterator[IO[bytes]]:
    if not isinstance(source, str | PathLike):
        yield source
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(source).open("rb"))
        except FileNotFoundError:
            raise TableError(_("找不到文件 %(path)s。") % {"path": source}) from None
        except OSError as error:
            raise TableError(_("打不开文件 %(path)s。") % {"path": source}) from error
        yield stream


@dataclass
class Peek:
    """A sheet as it begins: what it is called, its first rows."""

    sheet: str
    rows: list[list[str]]


def peek(source: str | PathLike[str] | IO[bytes], *, rows: int = HEADER_WITHIN + 3) -> list[Peek]:
    """The sheets of a file with their first filled rows, for somebody to say what they are. Raises TableError."""
    with _opened(source) as stream:
        if stream.seek(0, io.SEEK_END) > MAX_BYTES:
            raise TableError(_("文件超过 %(mb)d MB，请分成几份再导入。") % {"mb": MAX_BYTES // 1024 // 1024})
        stream.seek(0)
        is_book = stream.read(4) == ZIP_MAGIC
        stream.seek(0)
        found = []
        for name in sheet_names(stream) if is_book else [""]:
            stream.seek(0)
            with closing(_raw_rows(stream, MAX_ROWS, name, True)) as lines:
                filled = (row.cells for row in lines if any(row.cells))
                found.append(Peek(name, list(islice(filled, rows))))
        return found


def _raw_rows(
    stream: IO[bytes],
    max_rows: int,
    sheet: str = "",
    fill_down: bool = False,
    size: Callable[[int], None] | None = None,
) -> Generator[RawRow]:
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(OLE_MAGIC):
        raise TableError(_("这是旧版 .xls，或者加了密码的表格。请打开后另存为不加密的 .xlsx，再导入。"))
    if head.startswith(ZIP_MAGIC):
        return xlsx_rows(stream, max_rows, sheet, fill_down, size)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"{\\rtf", b"%pdf")):
        raise TableError(_("这是网页或文档，只是改了名字。请打开后另存为 .xlsx，再导入。"))
    return csv_rows(stream, size)


def _named(
    rows: Iterable[RawRow],
    need: Collection[str],
    aliases: Mapping[str, str],
    problems: list[TableError] | None,
    max_rows: int,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Find the header, then give every later row its column names."""
    filled = (row for row in rows if any(row.cells) or row.problem)
    columns = _header(filled, need, aliases)
    for count, row in enumerate(filled, start=1):
        if count > max_rows:
            raise TableError(_("超过 %(rows)d 行，请分成几份再导入。") % {"rows": max_rows}, row.line)
        if what := row.problem or _misfit(row.cells, columns):
            if problems is None:
                raise TableError(what, row.line)
            problems.append(TableError(what, row.line))
            continue
        cells = row.cells + [""] * (len(columns) - len(row.cells))
        yield row.line, {name: cell for name, cell in zip(columns, cells, strict=False) if name}


def _header(rows: Iterator[RawRow], need: Collection[str], aliases: Mapping[str, str]) -> list[str]:
    closest: tuple[int, list[str]] | None = None
    for seen, row in enumerate(rows, start=1):
        columns = [aliases.get(cell, cell) for cell in row.cells]
        missing = [name for name in need if name not in columns]
        if not missing:
            if row.problem:
                raise TableError(row.problem, row.line)
            doubled = sorted({name for name in columns if name and columns.count(name) > 1})
            if doubled:
                raise TableError(_("列名重复：%(names)s。") % {"names": "、".join(doubled)}, row.line)
            return columns
        if closest is None or len(missing) < len(closest[1]):
            closest = row.line, missing
        if seen == HEADER_WITHIN:
            break
    if closest is None:
        raise TableError(_("表里没有内容。"))
    raise TableError(_("缺少这些列：%(names)s。请把列名写在最前面的一行。") % {"names": "、".join(closest[1])})


def _misfit(cells: list[str], columns: list[str]) -> str:
    """Why these cells do not fit under the column names, or nothing. A shifted row is not read as another's data."""
    for index, cell in enumerate(cells):
        if cell and (index >= len(columns) or not columns[index]):
            return _("第 %(column)d 列没有列名，却写了“%(cell)s”。") % {"column": index + 1, "cell": cell[:20]}
        if "\0" in cell:
            return _("第 %(column)d 列有看不见的坏字符。") % {"column": index + 1}
    return ""
