"""减负: what forms asked this month, what was known already, and how long filling them in took. Nobody is counted."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.accounts.policy import roles
from portal.once.queries import Sums, by_day, of_span
from portal.ui.tables import Cell, Column, Table
from portal.workbench.views import BOARD
from portal.workbench.words_burden import field_title, form_title, took

MONTHS_BACK = 13


def _first(text: str, today: dt.date) -> dt.date:
    """2026-09 → its first day; anything else, and months to come, are this month."""
    try:
        found = dt.date.fromisoformat(f"{text}-01") if len(text) == 7 else today
    except ValueError:
        found = today
    return min(found, today).replace(day=1)


def _after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def _back(first: dt.date) -> list[str]:
    found = [first]
    while len(found) < MONTHS_BACK:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return [f"{one:%Y-%m}" for one in found]


def _opens(number: int, first: dt.date, one: Sums) -> Cell:
    query = urlencode({"month": f"{first:%Y-%m}", "form": one.form, "field": one.field})
    return Cell(number, url=f"{reverse('forms-burden-days')}?{query}" if number else "")


@roles(*BOARD)
@require_GET
def burden(request: HttpRequest) -> HttpResponse:
    """减负：这个月的表格问了什么，多少直接引用了，填一张要多久。"""
    today = timezone.localdate()
    first = _first(request.GET.get("month", ""), today)
    sums = of_span(first, _after(first))
    forms = sorted((one for one in sums if not one.field), key=lambda one: (-one.asked, one.form))
    fields = [one for one in sums if one.field]
    context = {
        "first": first,
        "month": f"{first:%Y-%m}",
        "months": _back(today.replace(day=1)),
        "sent": sum(one.asked for one in forms),
        "asked": sum(one.asked for one in fields),
        "reused": sum(one.reused for one in fields),
        "table": _of_forms(forms, first),
        "details": [_of_fields(form, [one for one in fields if one.form == form.form], first) for form in forms],
        "today": today,
    }
    return render(request, "portal/workbench/burden.html", context)


def _of_forms(forms: list[Sums], first: dt.date) -> Table:
    columns = [
        Column(_("表格")),
        Column(_("送出几次"), num=True),
        Column(_("有引用的"), num=True),
        Column(_("一半在多久里填完"), short=_("用时")),
    ]
    return Table(
        _("每张表格"),
        columns,
        [
            [form_title(one.form), _opens(one.asked, first, one), _opens(one.reused, first, one), took(one.half)]
            for one in forms
        ],
    )


def _of_fields(form: Sums, fields: list[Sums], first: dt.date) -> dict[str, Any]:
    rows = [
        [field_title(one.label, one.field), _opens(one.asked, first, one), _opens(one.reused, first, one)]
        for one in sorted(fields, key=lambda one: (-one.asked - one.reused, one.field))
    ]
    columns = [Column(_("项目")), Column(_("问了"), num=True), Column(_("直接引用"), num=True)]
    return {"code": form.form, "title": form_title(form.form), "table": Table(form_title(form.form), columns, rows)}


@roles(*BOARD)
@require_GET
def burden_days(request: HttpRequest) -> HttpResponse:
    """One number of it, day by day."""
    first = _first(request.GET.get("month", ""), timezone.localdate())
    form, field = (request.GET.get(name, "").replace("\x00", "")[:60] for name in ("form", "field"))
    days = by_day(form, field, first, _after(first))
    asked, reused = (_("问了"), _("直接引用")) if field else (_("送出几次"), _("有引用的"))
    columns = [Column(_("哪天")), Column(asked, num=True), Column(reused, num=True)]
    columns += [] if field else [Column(_("一半在多久里填完"), short=_("用时"))]
    rows: list[Any] = [
        [f"{one.day:%Y-%m-%d}", one.asked, one.reused, *([] if field else [took(one.half)])] for one in days
    ]
    label = next((one.label for one in days if one.label), "")
    context = {
        "month": f"{first:%Y-%m}",
        "first": first,
        "title": form_title(form),
        "field": field_title(label, field) if field else "",
        "asked": sum(one.asked for one in days),
        "reused": sum(one.reused for one in days),
        "table": Table(_("一天一天"), columns, rows),
        "days": days,
    }
    return render(request, "portal/workbench/burden_days.html", context)
