"""The results as a spreadsheet, for whoever has to put them into a report: the same counts, hidden the same way."""

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from centres.surveys.enums import Kind
from centres.surveys.models import Survey
from centres.surveys.results import Results, said
from portal.tabular import outgoing

WIDTHS = (8, 44, 28, 12)


def workbook_of(survey: Survey, results: Results) -> bytes:
    """One row for each option. No free sentences: a file is passed on, and a sentence may name somebody."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("调研结果")
    sheet.append([_text(survey.title)])
    sheet.append([_("收到 %(n)s 份。人数太少的不写，免得认出是谁。") % {"n": said(results.sheets)}])
    sheet.append([])
    sheet.append([_("题号"), _("问题"), _("选项"), _("份数")])
    for one in results.questions:
        if one.question.kind == Kind.TEXT:
            continue
        for line in one.lines:
            sheet.append([one.number, _text(one.question.text), _text(line.label), _number(line.count)])
    outgoing.words_only(book)
    for row in (1, 4):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _number(count: int | None) -> int | str:
    return said(count) if count is None else count


def _text(words: str) -> str:
    """Without the control characters a spreadsheet refuses."""
    return "".join(sign for sign in words if sign.isprintable())
