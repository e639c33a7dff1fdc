"""The file itself: rows streamed into a workbook that says on every sheet whose it is and what for."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from portal.accounts.actors import Actor
from portal.accounts.enums import Role
from portal.privacy.exports import ExportKind
from portal.privacy.models import Export
from portal.tabular import outgoing

# A sheet of Excel ends at 1,048,576.
PER_SHEET = 200_000


def watermark(one: Export) -> str:
    """Who, when, for what, which number: a copy that turns up somewhere says where it came from."""
    role = Actor.of(one.asked_by).role_on(one.path)
    assert one.ready_at is not None
    assert one.expires_at is not None
    said = _("%(number)s · %(who)s（%(role)s）· %(at)s · 用途：%(why)s · 不得转发，%(until)s前删除")
    return said % {
        "number": one.number,
        "who": one.asked_by.get_full_name(),
        "role": dict(Role.choices).get(role, role),
        "at": f"{timezone.localtime(one.ready_at):%Y-%m-%d %H:%M}",
        "why": one.reason,
        "until": f"{timezone.localtime(one.expires_at):%Y-%m-%d}",
    }


def write(path: Path, one: Export, kind: ExportKind, progress: Callable[[int, int], None]) -> tuple[list[UUID], int]:
    """Write the workbook; returns whose rows are in it, and how many rows."""
    book, mark = Workbook(write_only=True), watermark(one)
    book.properties.creator = str(one.asked_by.get_full_name())
    book.properties.title = f"{kind.label} {one.number}"
    book.properties.description = book.properties.keywords = mark
    subjects: dict[UUID, None] = {}
    count, sheet = 0, None
    for subject_id, cells in kind.rows(one.path):
        if sheet is None or count % PER_SHEET == 0:
            sheet = _sheet(book, kind, mark)
        sheet.append([outgoing.word(sheet, cell) for cell in cells])
        if subject_id is not None:
            subjects[subject_id] = None
        count += 1
        if count % 500 == 0:
            progress(count, 0)
    if sheet is None:
        _sheet(book, kind, mark)
    # To a file object: by its name openpyxl would ask for an ending.
    with path.open("wb") as file:
        book.save(file)
    return list(subjects), count


def _sheet(book: Workbook, kind: ExportKind, mark: str):
    sheet = book.create_sheet(str(kind.label)[:28] + (f" {len(book.sheetnames) + 1}" if book.sheetnames else ""))
    # Ampersands begin a code in headers and footers.
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = mark.replace("&", "&&")[:250]
    sheet.append([_bold(sheet, mark)])
    sheet.append([_bold(sheet, str(column)) for column in kind.columns])
    return sheet


def _bold(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
