"""A table as a value: `<c-table :table="table" />` draws it the same everywhere, folding on a phone with its roles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Column:
    label: Any
    num: bool = False
    short: Any = ""  # the label beside the value when the table folds


@dataclass(frozen=True)
class Cell:
    """`kind` (done, wait, late) shows the text as a state word; `note` stands beneath it, smaller."""

    text: Any
    url: str = ""
    note: Any = ""
    kind: str = ""
    num: bool = False
    th: Any = ""


@dataclass
class Table:
    """`rows` hold Cells or plain values; the first of each row is its heading."""

    caption: Any
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = field(default_factory=list)
    fold: bool = True
    hide_caption: bool = True

    def __post_init__(self) -> None:
        self.rows = [
            [_cell(value, column) for value, column in zip(row, self.columns, strict=True)] for row in self.rows
        ]


def _cell(value: Any, column: Column) -> Cell:
    cell = value if isinstance(value, Cell) else Cell(value)
    return Cell(cell.text, cell.url, cell.note, cell.kind, column.num, column.short or column.label)
