"""The .csv half of portal.tabular: which encoding, which delimiter, then the standard reader."""

import codecs
import csv
import io
from collections.abc import Callable, Generator
from typing import IO

from django.utils.translation import gettext as _

from portal.tabular.rows import RawRow, TableError, text_of

DELIMITERS = ",\t;"


def csv_rows(stream: IO[bytes], size: Callable[[int], None] | None = None) -> Generator[RawRow]:
    encoding, lines = _encoding(stream)
    if size is not None:
        size(lines)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    line = 0
    try:
        delimiter = _delimiter(text)
        text.seek(0)
        # strict: a quote left open would otherwise swallow the rest of the file into one cell.
        reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
        for line, cells in enumerate(reader, start=1):
            yield RawRow(line, [text_of(cell) for cell in cells])
    except csv.Error:
        raise TableError(_("引号没有成对，从这里往下读不出来。"), line + 1) from None
    finally:
        text.detach()  # the stream is the caller's to close


def _delimiter(text: IO[str]) -> str:
    sample = "".join(text.readline(10_000) for _line in range(10))
    return max(DELIMITERS, key=sample.count)


def _encoding(stream: IO[bytes]) -> tuple[str, int]:
    """utf-8, utf-16 or gb18030 (which holds GBK and GB2312), and how many lines there are.

    Reads the whole file once: one late byte decides.
    """
    stream.seek(0)
    head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    broken = 1
    for encoding in candidates:
        broken, chinese, lines = _first_broken_line(stream, encoding)
        if not broken:
            return encoding, lines
        if encoding == "utf-8" and chinese >= 8:
            break  # UTF-8 with a damaged place; as GBK the good part would become nonsense
    raise TableError(_("这一行的文字编码坏了，认不出来。请另存为“CSV UTF-8”，再导入。"), broken)


def _first_broken_line(stream: IO[bytes], encoding: str) -> tuple[int, int, int]:
    """(line of the first byte that is not `encoding`, or 0; Chinese characters before it; lines)."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, chinese = 1, 0
    while True:
        # One line at a time, so that the answer can name it; 64 kB at most, so that memory stays flat.
        chunk = stream.readline(65_536) if encoding != "utf-16" else stream.read(65_536)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            return line, chinese, line
        if "\0" in text:
            raise TableError(_("这不是表格。请用 .xlsx 或 .csv。"))
        if not chunk:
            return 0, chinese, line
        line += text.count("\n")
        if chinese < 8:
            chinese += sum("\u4e00" <= char <= "\u9fff" for char in text)
