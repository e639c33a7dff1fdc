"""A drive's count as a table to take away: communities and days, no names."""

import io

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from centres.sharing import queries
from centres.sharing.enums import Unit
from centres.sharing.models_drive import DonationDrive
from portal.accounts.actors import Actor
from portal.tabular import outgoing

MOST_ROWS = 20_000
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def of_drive(drive: DonationDrive, actor: Actor) -> bytes:
    """An .xlsx of two sheets: the count by community, and the entries of the places this person looks after."""
    book = Workbook(write_only=True)
    unit = str(Unit(drive.unit).label)
    sums = book.create_sheet(_("各社区"))
    sums.append([_("街道"), _("社区"), _("收到（%(unit)s）") % {"unit": unit}])
    total = 0
    for street in queries.count_of(drive):
        for row in street.communities:
            sums.append([outgoing.word(sums, one) for one in (street.street.name, row.community.name, row.total)])
            total += row.total
    sums.append([_("合计"), "", total])
    entries = book.create_sheet(_("明细"))
    entries.append([_("日期"), _("社区"), _("数量（%(unit)s）") % {"unit": unit}, _("更正")])
    for one in queries.entries_of(drive, actor)[:MOST_ROWS].iterator(chunk_size=2000):
        day = f"{timezone.localtime(one.created_at):%Y-%m-%d}"
        entries.append(
            [day, outgoing.word(entries, one.community.name), one.quantity, _("冲回") if one.reverses_id else ""]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
