"""Files with people in them take longer than a page may."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.longwork.registry import Kind, Progress, Result, register
from portal.privacy import exporting

if TYPE_CHECKING:
    from portal.longwork.models import LongWork


def run(work: "LongWork", progress: Progress) -> Result:
    one = exporting.build(UUID(work.params["export"]), progress)
    return Result(note=_("%(n)d 行") % {"n": one.rows or 0}, url=one.get_absolute_url())


register(Kind(code=exporting.WORK, label=gettext_lazy("导出文件"), run=run))
