"""The ledger of cases: filed in the month by category, and closed."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from petitions.cases.enums import EXCLUDED
from petitions.cases.models import Case
from petitions.cases.queries import categories, visible
from portal.accounts.reach import Reach
from portal.workbench.ledgers import Ledger, Line, Shown, Span, add_ledger


def _cases(moment: str, condition: Q | None = None) -> Callable[[Reach, Span], QuerySet[Any]]:
    def rows(reach: Reach, span: Span) -> QuerySet[Case]:
        found = visible(reach).filter(reach.q("grid__path"), grid__path__startswith=span.path)
        found = found.filter(**{f"{moment}__gte": span.since, f"{moment}__lt": span.until})
        return found.exclude(state__in=EXCLUDED).filter(condition or Q()).order_by(f"-{moment}", "-pk")

    return rows


def _lines() -> list[Line]:
    lines = [Line("filed", _("收到的诉求"), _cases("submitted_at"))]
    lines += [Line(f"c-{one.code}", one.name, _cases("submitted_at", Q(category=one))) for one in categories()]
    lines += [Line("none", _("没有分类的"), _cases("submitted_at", Q(category=None)))]
    return [*lines, Line("closed", _("办结的诉求"), _cases("closed_at"))]


def _show(case: Case) -> Shown:
    return Shown(case.title, case.get_absolute_url(), case.submitted_at, case.get_state_display())


add_ledger(Ledger("cases", _("诉求"), _("件"), _lines, _show, 50, overlap=_("不予受理、撤回、并案的不算。")))
