"""Telling everybody: one service, so that what was published is in the trail."""

from datetime import datetime

from django.utils import timezone

from portal.accounts.actors import Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.pages.models import Page


def publish(
    *,
    actor: Actor,
    slug: str,
    title: str,
    lead: str = "",
    body: str = "",
    kind: str = "notice",
    scope_code: str = "",
    at: datetime | None = None,
) -> Page:
    """Publish a page for one community (12-digit code) or for all (empty); the slug is its address."""

    def work() -> Page:
        page = Page(slug=slug, title=title, lead=lead, body=body, kind=kind, scope_code=scope_code)
        page.published_at = at or timezone.now()
        page.save(force_insert=True)
        record(actor=actor, verb="pages.publish", target=page)
        return page

    return in_one_transaction(work)
