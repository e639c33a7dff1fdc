"""Whom the photos of a claim are shown to."""

from typing import Any
from uuid import UUID

from petitions.wishes import rules
from petitions.wishes.queries import wish_of_claim
from petitions.wishes.services import PHOTOS_OF
from portal.accounts.actors import Actor
from portal.attachments.queries import shown_by


@shown_by(PHOTOS_OF)
def may_see(actor: Actor, claim_id: UUID, request: Any) -> bool:
    """The wisher, the community and who carried it out. Never the public: a photo may show a person (guardrail 13)."""
    wish, claim = wish_of_claim(claim_id)
    return wish is not None and (rules.is_party(actor, wish) or rules.acts_for(actor, claim))
