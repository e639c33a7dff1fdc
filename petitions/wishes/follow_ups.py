"""A visit at the door becomes a wish, in the visit's own transaction."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from petitions.wishes.models import Wish
from petitions.wishes.services import submit_wish
from portal.accounts.actors import Actor
from portal.workbench.registry import FollowUp, follow_up


def start(*, actor: Actor, source: Any, grid: Any, resident: Any, data: dict[str, Any]) -> Wish:
    """`data`: text; consent (bool) with contact_phone and contact_name, where the person agreed at the door."""
    return submit_wish(
        actor=actor,
        grid=grid,
        text=str(data.get("text", "")),
        on_behalf=True,
        resident=resident,
        contact_name=str(data.get("contact_name") or (resident.name if resident else "")),
        contact_phone=str(data.get("contact_phone") or (resident.phone if resident else "") or ""),
        consent=data.get("consent") is True,
        # A visit that waited: its worker has left, and who lets it in speaks for them.
        let_in=actor.id is not None and getattr(source, "judged_by_id", None) == actor.id,
    )


follow_up(FollowUp("wish", _("替他许个愿"), start, fields=("text",)))
