"""Long work of the doors: printing contact cards."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.visits import cards
from portal.accounts.actors import Actor
from portal.longwork.registry import Kind, Progress, Result, register

if TYPE_CHECKING:
    from portal.longwork.models import LongWork


def run(work: "LongWork", progress: Progress) -> Result:
    actor = Actor.of(work.owner, channel="system")
    sheets, count = cards.write_sheets(actor, work.pk, work.params, progress)
    pages = -(-count // cards.card_sheet.PER_SHEET)
    said = {"n": count, "pages": pages}
    note = _("%(n)d 张卡，%(pages)d 页 A4。打开这个文件，按“打印”，缩放选 100%%，不要页眉页脚。") % said
    if not count:
        sheets.close()
        return Result(note=_("每户的卡都是现在的网格员，没有要印的。"))
    return Result(note=note, name=_("温馨服务卡") + ".html", content=sheets)  # type: ignore[arg-type]


register(Kind(code=cards.KIND, label=gettext_lazy("打印服务卡"), run=run))
