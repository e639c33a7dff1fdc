"""The ledgers of a month as a workbook that is printed, signed and filed: title, unit, period, who filled it in, who
checks it. Numbers only: no person and no door leaves with it."""

import io
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from grids.ledgers.queries import Month, Sheet
from portal.tabular import outgoing

WIDTHS = (8, 44, 16, 40)
HEAD_ROW = 5
LINE = Side(style="thin")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def workbook_of(sheets: list[Sheet], *, place: str, month: Month, by: str, today: date) -> bytes:
    """One sheet for each ledger, A4 on its side, the heading on every page."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for one in sheets:
        _write(book.create_sheet(str(one.ledger.title)[:31]), one, place, month, by, today)
    outgoing.words_only(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, one: Sheet, place: str, month: Month, by: str, today: date) -> None:
    title = _("%(year)d年%(month)d月%(what)s台账") % {
        "year": month.year,
        "month": month.month,
        "what": one.ledger.title,
    }
    period = _("%(a)s 至 %(b)s") % {
        "a": month.first,
        "b": min(today, date.fromordinal(month.next.first.toordinal() - 1)),
    }
    sheet.append([title])
    sheet.append([_("填报单位：%(place)s") % {"place": place}, None, None, _("期间：%(period)s") % {"period": period}])
    sheet.append([_("数字由平日办的事汇总，不另填。"), None, None, str(one.ledger.overlap)])
    sheet.append([])
    sheet.append([_("序号"), _("项目"), _("数量（%(unit)s）") % {"unit": one.ledger.unit}, _("备注")])
    for number, line in enumerate(one.lines, start=1):
        sheet.append([number, str(line.line.label), line.count, None])
    sheet.append([])
    sheet.append([_("填表人：%(name)s") % {"name": by}, None, _("审核人："), _("填报日期：%(day)s") % {"day": today}])
    _dress(sheet, len(one.lines))


def _dress(sheet: Worksheet, lines: int) -> None:
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    for column in range(1, len(WIDTHS) + 1):
        # Centred over the columns without merging them: merged cells cannot be sorted or read in again.
        sheet.cell(1, column).alignment = Alignment(horizontal="centerContinuous")
        sheet.cell(HEAD_ROW, column).font = Font(bold=True)
        for row in range(HEAD_ROW, HEAD_ROW + lines + 1):
            sheet.cell(row, column).border = BOX
    for letter, width in zip("ABCD", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"1:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    properties: Any = sheet.sheet_properties
    properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"
