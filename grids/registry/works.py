"""Reading and writing a roster, with a bar that moves."""

import csv
import io
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.registry import roster_undo, rosters
from grids.registry.importing import RosterReport
from portal.accounts.actors import Actor
from portal.errors import Conflict
from portal.longwork.registry import Kind, Progress, Result, register
from portal.tabular.outgoing import csv_word

if TYPE_CHECKING:
    from portal.longwork.models import LongWork


def look(work: "LongWork", progress: Progress) -> Result:
    report = rosters.look(actor=Actor.of(work.owner), roster_id=UUID(work.params["roster"]), progress=progress)
    said = _("看了 %(n)d 行，%(bad)d 行有问题。每一行怎么样，在文件里。") % {"n": report.lines, "bad": len(report.bad)}
    return Result(note=said, url=_page(work), name=_("预演.csv"), content=_table(report))


def write(work: "LongWork", progress: Progress) -> Result:
    rosters.write(actor=Actor.of(work.owner), roster_id=UUID(work.params["roster"]), progress=progress)
    return Result(note=_("导入了。"), url=_page(work))


def undo(work: "LongWork", progress: Progress) -> Result:
    try:
        roster_undo.undo(actor=Actor.of(work.owner), roster_id=UUID(work.params["roster"]), progress=progress)
    except Conflict as refused:
        # The page of a work shows one sentence: where to look belongs into it.
        places = _("、").join(refused.extra.get("errors", {}).get("touched", [])[:5])
        said = _("%(said)s先看：%(places)s。") % {"said": refused.message, "places": places}
        raise Conflict(said if places else refused.message, code=refused.code) from refused
    return Result(note=_("撤回了，登记回到导入以前。"), url=_page(work))


def _page(work: "LongWork") -> str:
    return reverse("roster", args=[work.params["roster"]])


def _table(report: RosterReport) -> bytes:
    """Line by line what would happen, the wrong ones first: opens in a spreadsheet as it is."""
    kinds = {"new": _("新增"), "changed": _("改动"), "gone": _("名册里没有，不动")}
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([_("行"), _("怎么样"), _("说明")])
    lines.writerows((number, _("有问题，不导入"), csv_word(said)) for number, said in report.bad)
    lines.writerows((number, _("请留意"), csv_word(said)) for number, said in report.notes)
    rows = ((number or "", kinds[kind], f"{door} {name}") for number, kind, door, name in report.lines_said)
    lines.writerows((number, kind, csv_word(said)) for number, kind, said in rows)
    return out.getvalue().encode("utf-8-sig")


register(Kind(code="registry.look", label=gettext_lazy("预演名册"), run=look))
register(Kind(code="registry.import", label=gettext_lazy("导入名册"), run=write))
register(Kind(code="registry.undo", label=gettext_lazy("撤回名册"), run=undo))
