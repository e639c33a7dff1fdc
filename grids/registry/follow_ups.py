"""A visit that finds somebody in need of help asks for it, in the visit's own transaction and with its words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.registry.care import ask_need
from grids.registry.enums_care import CareKind
from grids.registry.models_care import CareNeed
from portal.accounts.actors import Actor
from portal.errors import Invalid
from portal.workbench.registry import FollowUp, follow_up


def start(
    *, actor: Actor, source: Any = None, grid: Any = None, resident: Any = None, data: dict[str, Any]
) -> CareNeed:
    """data: text, and optionally kind. Whoever knocked is given it while it waits for the secretary."""
    if resident is None:
        raise Invalid(_("这户还没有登记的人，先登记，再记他要帮什么。"))
    kind = str(data.get("kind") or CareKind.OTHER)
    return ask_need(actor=actor, resident_id=resident.pk, need=str(data.get("text", "")), kind=kind)


follow_up(
    FollowUp(code="care_need", label=gettext_lazy("记成关爱需求"), start=start, fields=("text",), confidential=True)
)
