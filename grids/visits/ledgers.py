"""The ledgers of visits and promises: counted from what was written at the doors."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.visits.enums import Outcome, Purpose
from grids.visits.models import Promise, Visit
from grids.visits.models_errands import Errand, VisitMaterial
from portal.accounts.reach import Reach
from portal.workbench.ledgers import Ledger, Line, Shown, Span, add_ledger

Rows = Callable[[Reach, Span], QuerySet[Any]]


def _visits(**wanted: Any) -> Rows:
    def rows(reach: Reach, span: Span) -> QuerySet[Visit]:
        found = Visit.objects.kept().visible_to(reach).between(span.since, span.until).filter(**wanted)
        found = found.filter(household__building__path__startswith=span.path)
        return found.select_related("household", "worker").order_by("-visited_at", "-pk")

    return rows


def _show_visit(visit: Visit) -> Shown:
    return Shown(visit.household.code, visit.get_absolute_url(), visit.visited_at, visit.get_outcome_display())


def _visit_lines() -> list[Line]:
    lines = [Line("all", _("走访"), _visits())]
    lines += [Line(code, label, _visits(outcome=code)) for code, label in Outcome.choices]
    return lines + [Line(code, label, _visits(purposes__contains=[code])) for code, label in Purpose.choices]


add_ledger(
    Ledger(
        "visits",
        _("走访"),
        _("次"),
        _visit_lines,
        _show_visit,
        10,
        overlap=_("一次走访可以做几样事，各样加起来会比走访次数多。"),
    )
)


def _at_door(model: Any, moment: str, condition: Q | None = None) -> Rows:
    def rows(reach: Reach, span: Span) -> QuerySet[Any]:
        found = model.objects.visible_to(reach).filter(condition or Q())
        found = found.filter(**{f"{moment}__gte": span.since, f"{moment}__lt": span.until})
        found = found.filter(household__building__path__startswith=span.path)
        return found.select_related("household").order_by(f"-{moment}", "-pk")

    return rows


def _promise_lines() -> list[Line]:
    in_time = Q(kept_at__date__lte=F("due_on"))
    return [
        Line("made", _("答应的"), _at_door(Promise, "visit__visited_at")),
        Line("kept", _("兑现的"), _at_door(Promise, "kept_at")),
        Line("in-time", _("其中按日子兑现的"), _at_door(Promise, "kept_at", in_time)),
        Line("moved", _("改过一次日子的"), _at_door(Promise, "moved_at")),
    ]


def _show_promise(promise: Promise) -> Shown:
    url = reverse("visit", args=[promise.visit_id])
    return Shown(promise.text, url, promise.kept_at or promise.created_at, promise.household.code)


add_ledger(Ledger("promises", _("承诺"), _("件"), _promise_lines, _show_promise, 20))


def _leaflets(reach: Reach, span: Span) -> QuerySet[VisitMaterial]:
    found = VisitMaterial.objects.filter(
        reach.q("visit__household__building__path"),
        visit__household__building__path__startswith=span.path,
        visit__visited_at__gte=span.since,
        visit__visited_at__lt=span.until,
    )
    return found.select_related("visit__household", "material").order_by("-visit__visited_at", "-pk")


def _show_leaflet(one: VisitMaterial) -> Shown:
    return Shown(one.material.title, one.visit.get_absolute_url(), one.visit.visited_at, one.visit.household.code)


add_ledger(
    Ledger("leaflets", _("宣传材料"), _("份"), lambda: [Line("all", _("发出的材料"), _leaflets)], _show_leaflet, 30)
)


def _errand_lines() -> list[Line]:
    return [
        Line("asked", _("托来的"), _at_door(Errand, "created_at")),
        Line("done", _("顺路办了的"), _at_door(Errand, "done_at")),
    ]


def _show_errand(one: Errand) -> Shown:
    return Shown(one.text, one.get_absolute_url(), one.done_at or one.created_at, one.household.code)


add_ledger(Ledger("errands", _("捎带的事"), _("件"), _errand_lines, _show_errand, 40))
