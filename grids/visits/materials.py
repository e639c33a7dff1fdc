"""宣传材料: which leaflets are handed out, until when they hold, and that one was left at a door."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from grids.tree.queries import prefixes
from grids.visits import rules
from grids.visits.models import Visit
from grids.visits.models_errands import PolicyMaterial, VisitMaterial
from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Forbidden, Invalid, NotFound

if TYPE_CHECKING:
    from grids.tree.models import Grid


def materials_at(path: str) -> list[PolicyMaterial]:
    """What is handed out at this place: its community's, its street's, the district's."""
    rows = PolicyMaterial.objects.active().filter(grid__path__in=prefixes(path))
    return list(rows.order_by("-grid__path", "title", "pk"))


def materials_over(paths: Iterable[str]) -> list[PolicyMaterial]:
    """What is handed out at any of these places, with whose it is."""
    wanted = {prefix for path in set(paths) for prefix in prefixes(path)}
    rows = PolicyMaterial.objects.active().filter(grid__path__in=wanted).select_related("grid")
    return list(rows.order_by("-grid__path", "title", "pk"))


def add_material(*, actor: Actor, grid: "Grid", title: str, about: str, review_on: date) -> PolicyMaterial:
    """Put a leaflet on the list of a community. Raises Forbidden, Invalid."""
    if not rules.may_keep_materials(actor, grid.path):
        raise Forbidden()
    title = " ".join(title.split())[:60]
    if not title:
        raise Invalid(errors={"title": [_("写上材料的名称。")]})
    _check_day(review_on)

    def work() -> PolicyMaterial:
        made = PolicyMaterial.objects.create(
            grid=grid, title=title, about=" ".join(about.split())[:200], review_on=review_on
        )
        record(actor=actor, verb="visit.add_material", target=made, path=grid.path)
        return made

    return in_one_transaction(work)


def _check_day(review_on: date) -> None:
    if review_on <= timezone.localdate():
        said = _("写一个以后的日子，到时候提醒您再看一遍。")
        raise Invalid(said, errors={"review_on": [said]})


def review_material(*, actor: Actor, material_id: UUID, review_on: date | None) -> PolicyMaterial:
    """It was looked at: still right until this day, or (None) handed out no longer. Raises NotFound beyond reach."""
    if review_on is not None:
        _check_day(review_on)

    def work() -> PolicyMaterial:
        rows = PolicyMaterial.objects.select_for_update(of=("self",)).select_related("grid")
        found = rows.filter(pk=material_id).first()
        if found is None or not rules.may_keep_materials(actor, found.grid.path):
            raise NotFound()
        found.is_active, found.review_on = review_on is not None, review_on or found.review_on
        found.save(update_fields=["is_active", "review_on"])
        record(actor=actor, verb="visit.review_material", target=found, path=found.grid.path, fields=["review_on"])
        return found

    return in_one_transaction(work)


def hand_out(*, visit: Visit, path: str, materials: Iterable[UUID]) -> None:
    """Within a visit's transaction: these were left at the door. What is not handed out there any more is left out."""
    known = PolicyMaterial.objects.filter(pk__in=list(materials), grid__path__in=prefixes(path))
    VisitMaterial.objects.bulk_create(
        [VisitMaterial(visit=visit, material=one) for one in known], ignore_conflicts=True
    )
