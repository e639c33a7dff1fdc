"""The figures of a period as a workbook: what the page shows and nothing more. No case, no person."""

import io
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from petitions.cases.figures import Value
from portal.tabular import outgoing

WIDTHS = (14, 18, 10, 18, 10, 10)


def workbook_of(values: list[Value], place: str, since: Any, until: Any) -> bytes:
    """One row for each figure: its two numbers with what they count, and its share (empty where there is none).

    since, until: the first and the last day.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("办理情况")
    sheet.append([place or _("您看得到的地方")])
    sheet.append([_("%(a)s 至 %(b)s") % {"a": since, "b": until}])
    sheet.append([])
    sheet.append([_("指标"), _("分子"), _("件数"), _("分母"), _("件数"), _("比例")])
    for one in values:
        figure = one.figure
        sheet.append(
            [str(figure.label), str(figure.above), one.numerator, str(figure.below), one.denominator, one.value]
        )
        sheet.cell(row=sheet.max_row, column=6).number_format = "0%"
    outgoing.words_only(book)
    for row_number in (1, 4):
        for cell in sheet[row_number]:
            cell.font = Font(bold=True)
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
