"""How the rooms of a house are used, and how much of it is for people: on a page, behind each number, as a file."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from centres.rooms import occupancy_report, words
from centres.rooms.models import Centre, Room
from centres.rooms.occupancy_report import LONGEST, Line, Report
from centres.rooms.querysets import OVERSEERS
from grids.tree.queries import current_community
from portal.accounts.policy import roles
from portal.errors import Invalid, NotFound
from portal.tabular import outgoing
from portal.ui.forms import DateInput, Form
from portal.ui.tables import Cell, Column, Table
from portal.ui.words import span

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHAT = {
    "open": gettext_lazy("开着的日子"),
    "taken": gettext_lazy("有人用的时间"),
    "uses": gettext_lazy("用了的"),
    "no_shows": gettext_lazy("约了没来的"),
}


class PeriodForm(Form):
    """`from` and `to`, both counted. Nothing asked: this month until today."""

    def __init__(self, data: Any, centres: list[Centre], now: dt.datetime):
        first, last = occupancy_report.this_month(now)
        given = {"from": data.get("from") or first.isoformat(), "to": data.get("to") or last.isoformat()}
        super().__init__(given | {"centre": data.get("centre", "")})
        # Named as in the address: `from` is no name of Python's.
        self.fields["from"] = forms.DateField(label=_("从哪天"), widget=DateInput)
        self.fields["to"] = forms.DateField(label=_("到哪天"), widget=DateInput)
        if len(centres) > 1:
            choices = [(str(one.pk), one.name) for one in centres]
            self.fields["centre"] = forms.CharField(label=_("哪个中心"), widget=forms.Select(choices=choices))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("from"), data.get("to")
        if first and last and last < first:
            self.add_error("to", _("结束的那天不能早于开始的那天。"))
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("to", _("一次最多看 %(n)s 天。") % {"n": LONGEST})
        elif any(day is not None and not 2000 <= day.year <= 2200 for day in (first, last)):
            self.add_error("from", _("年份填得不对。"))
        return data


def _asked(request: HttpRequest) -> tuple[list[Centre], Centre, PeriodForm]:
    """The houses within reach, the one that was asked for (else that of the place, else the first), the period."""
    centres = occupancy_report.centres_within(request.actor)  # type: ignore[attr-defined]
    asked, here = request.GET.get("centre"), getattr(current_community(request), "pk", None)
    fits = [one for one in centres if (str(one.pk) == asked if asked else one.grid_id == here)]
    if not centres or (asked and not fits):
        raise NotFound()
    centre = (fits or centres)[0]
    return centres, centre, PeriodForm({**request.GET.dict(), "centre": str(centre.pk)}, centres, timezone.localtime())


@roles(*OVERSEERS)
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """活动室用得怎么样：一间一行，按走廊的次序；每个数点开就是它的行。`?centre= &from= &to=`."""
    centres, centre, form = _asked(request)
    context: dict[str, Any] = {"centre": centre, "centres": centres, "form": form, "report": None}
    if not form.is_valid():
        return render(request, "centres/rooms/report.html", context, status=422)
    found = occupancy_report.report_of(centre, form.cleaned_data["from"], form.cleaned_data["to"])
    period = _period(found)
    context |= {
        "report": found,
        "total": found.total,
        "space": found.space,
        "total_share": _percent(found.total.share),
        "space_share": _percent(found.space.share),
        "bars": [_bar(line, _links(line, period)["taken"]) for line in found.lines],
        "table": _table(found, period),
        "space_table": _space_table(found),
        "export": f"{reverse('room-report-xlsx')}?{urlencode({'centre': centre.pk} | period)}",
    }
    return render(request, "centres/rooms/report.html", context)


def _period(found: Report) -> dict[str, str]:
    return {"from": found.first.isoformat(), "to": found.last.isoformat()}


def _links(line: Line, period: dict[str, str]) -> dict[str, str]:
    """Where each number of a room leads."""
    base = reverse("room-report-rows")
    return {what: f"{base}?{urlencode({'room': line.room.pk, 'what': what} | period)}" for what in WHAT}


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share}%"


def _bar(line: Line, url: str) -> dict[str, Any]:
    """A bar of a hundred: in use, and open but empty. Hours that changed since may lie outside the open time."""
    share = line.share
    said = {"room": line.room.name, "taken": line.taken_hours, "open": line.open_hours, "share": _percent(share)}
    words_of = _("%(room)s：开了 %(open)s 小时，有人用 %(taken)s 小时，占 %(share)s") % said
    full = min(100, share or 0)
    return {"line": line, "url": url, "said": words_of, "full": full, "rest": 100 - full, "share": _percent(share)}


def plain(metres: Decimal | None) -> int | float:
    """75 rather than 75.0."""
    size = float(metres or 0)
    return int(size) if size.is_integer() else size


def _table(found: Report, period: dict[str, str]) -> Table:
    rows = []
    for line in found.lines:
        url = _links(line, period)
        note = _("按 %(n)s 个位子合计") % {"n": line.places} if line.room.by_place else ""
        rows.append(
            [
                Cell(line.room.name, url=line.room.get_absolute_url(), note=note),
                Cell(line.open_hours, url=url["open"]),
                Cell(line.taken_hours, url=url["taken"]),
                Cell(_percent(line.share)),
                Cell(line.uses, url=url["uses"]),
                Cell(line.no_shows, url=url["no_shows"]),
            ]
        )
    total = found.total
    share = _percent(total.share)
    rows.append([_("合计"), total.open_hours, total.taken_hours, share, total.uses, total.no_shows])  # type: ignore[list-item]
    columns = [
        Column(_("房间")),
        Column(_("开着，小时"), num=True),
        Column(_("有人用，小时"), num=True),
        Column(_("占比"), num=True),
        Column(_("用了，次"), num=True),
        Column(_("没来，次"), num=True),
    ]
    return Table(_("各间开了多久，用了多久"), columns, rows)


def _space_table(found: Report) -> Table:
    space = found.space
    rows: list[list[Any]] = [
        [Cell(room.name, url=room.get_absolute_url()), label, plain(room.area)]
        for some, label in ((space.people, _("群众活动")), (space.office, _("办公")))
        for room in some
    ]
    rows.append([_("合计"), "", plain(space.all)])
    columns = [Column(_("房间")), Column(_("做什么用")), Column(_("平方米"), num=True)]
    return Table(_("各间多大，做什么用"), columns, rows)


# ---------------------------------------------------------------- behind a number
@roles(*OVERSEERS)
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """一个数背后的行。`?room= &what= &from= &to=`."""
    room, form = _asked_room(request)
    what = request.GET.get("what", "")
    if what not in WHAT:
        raise NotFound()
    if not form.is_valid():
        raise Invalid(errors={name: [str(one) for one in errors] for name, errors in form.errors.items()})
    first, last, now = form.cleaned_data["from"], form.cleaned_data["to"], timezone.localtime()
    period = {"from": first.isoformat(), "to": last.isoformat()}
    listed: Any
    if what == "open":
        book = occupancy_report.hours_book([room], first, last)
        listed = occupancy_report.open_days(book, room, first, last)
    else:
        listed = occupancy_report.rows_behind(request.actor, room, first, last, what)  # type: ignore[attr-defined]
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "room": room,
        "what": WHAT[what],
        "first": first,
        "last": last,
        "page": page,
        "days": [(day, _("、").join(span(*one) for one in day.spans)) for day in page] if what == "open" else [],
        "bookings": [] if what == "open" else [(one, words.slot(one.starts_at, one.ends_at, now)) for one in page],
        "back": f"{reverse('room-report')}?{urlencode({'centre': room.centre_id} | period)}",
    }
    return render(request, "centres/rooms/report_rows.html", context)


def _asked_room(request: HttpRequest) -> tuple[Room, PeriodForm]:
    try:
        key = UUID(request.GET.get("room", ""))
    except ValueError as error:
        raise NotFound() from error
    found = Room.objects.active().with_centre().filter(pk=key).first()
    if found is None or not request.actor.reach.covers(found.centre.grid.path, *OVERSEERS):  # type: ignore[attr-defined]
        raise NotFound()
    return found, PeriodForm(request.GET, [], timezone.localtime())


# ---------------------------------------------------------------- as a file
@roles(*OVERSEERS)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The same tables as a workbook."""
    _centres, centre, form = _asked(request)
    if not form.is_valid():
        raise Invalid(errors={name: [str(one) for one in errors] for name, errors in form.errors.items()})
    found = occupancy_report.report_of(centre, form.cleaned_data["from"], form.cleaned_data["to"])
    book = Workbook()
    assert book.active is not None
    _sheet(book.active, _("使用"), _table(found, _period(found)))
    _sheet(book.create_sheet(), _("面积"), _space_table(found))
    outgoing.words_only(book)
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    name = f"rooms-{found.first:%Y%m%d}-{found.last:%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(sheet: Any, title: str, table: Table) -> None:
    sheet.title = title
    lines = [[str(column.label) for column in table.columns], *([cell.text for cell in row] for row in table.rows)]
    for line in lines:
        sheet.append([value if isinstance(value, int | float) else str(value) for value in line])
