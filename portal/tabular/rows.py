"""What every kind of table is turned into, and what is said when it cannot be."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.errors import Refusal

INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"


class TableError(Refusal):
    """A table, or one line of it, that cannot be read. `line` is None when it is the whole file."""

    code = "BAD_TABLE"

    def __init__(self, what: str, line: int | None = None):
        self.line = line
        self.what = what
        super().__init__(what if line is None else _("第 %(line)d 行：%(what)s") % {"line": line, "what": what})

    def __str__(self) -> str:
        return str(self.message)


class RawRow(NamedTuple):
    line: int
    cells: list[str]
    problem: str = ""  # why this row cannot be trusted, though the file goes on


def text_of(value: Any) -> str:
    """The cell as a person reads it: stripped of spaces (full-width too) and of invisible characters at either end."""
    return str(value).strip().strip(INVISIBLE).strip()
