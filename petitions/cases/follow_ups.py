"""A visit that ends with 这件事要办 becomes a case, in the visit's own transaction."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.cases import queries, services
from petitions.cases.models import Case
from portal.accounts.actors import Actor
from portal.workbench.registry import FollowUp, follow_up


def start(*, actor: Actor, source: Any = None, grid: Any = None, resident: Any = None, data: dict[str, Any]) -> Case:
    """data: text, and optionally category (its code), address. The resident's number is taken from the register."""
    category = queries.category_by_code(data["category"]) if data.get("category") else None
    return services.submit(
        actor=actor,
        description=str(data.get("text", "")),
        category=category,
        grid=grid,
        address=str(data.get("address", "")),
        reporter_name=resident.name if resident is not None else "",
        contact_phone=(resident.phone or "") if resident is not None else "",
        reporter=resident.user if resident is not None else None,
        channel="visit",
    )


follow_up(FollowUp(code="case", label=_("转成诉求"), start=start, fields=("text",)))
