"""Writes: a key for another system, and what that system files with it."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from petitions.cases import services as cases
from petitions.open311.models import Open311Filing, Open311Key
from petitions.open311.queries import digest_of
from petitions.open311.reading import Sent
from portal.accounts.actors import Actor
from portal.attachments.services import keep_photo
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid

if TYPE_CHECKING:
    from grids.tree.models import Grid

PREFIX = "jmk_"
# What fits into a description here; the standard allows twice that, and the rest follows as the reporter's word.
FIRST = 2000


def issue_key(
    *, actor: Actor, name: str, contact: str, grid: "Grid | None" = None, secret: str = ""
) -> tuple[Any, str]:
    """A key for another system; returns its row and the key itself, which is told this once.

    grid: the ground it may file on (None: everywhere). secret: the demo's own. Raises Invalid, Conflict.
    """
    name, contact = name.strip()[:60], contact.strip()[:120]
    if not name or not contact:
        raise Invalid(_("请写明是哪个系统，出了事找谁。"))
    if Open311Key.objects.filter(name=name).exists():
        raise Conflict(_("已经有叫“%(name)s”的密钥了。要换新的，先停用，再换个名字发。") % {"name": name})
    told = secret or PREFIX + secrets.token_urlsafe(24)
    key = Open311Key(name=name, contact=contact, grid=grid, digest=digest_of(told), tail=told[-4:])
    with transaction.atomic():
        key.save(force_insert=True)
        record(actor=actor, verb="open311.issue", target=key, path=grid.path if grid else None)
    return key, told


def end_key(*, actor: Actor, key: Open311Key) -> None:
    """From now on it opens nothing. What it filed stays. Twice changes nothing."""
    with transaction.atomic():
        if Open311Key.objects.filter(pk=key.pk, is_active=True).update(is_active=False):
            record(actor=actor, verb="open311.end", target=key)


def file(*, key: Open311Key, sent: Sent, photos: Sequence[Any] = (), digest: str = "") -> Open311Filing:
    """File what another system sent, as its resident's own words. The same number of theirs is filed once.

    digest: of all that was sent. Raises Conflict IDEMPOTENCY_KEY_REUSED where that number came with another story
    before, Invalid for a photo that is none.
    """
    actor = Actor(channel="open311")

    def work() -> Open311Filing:
        if sent.external_id:
            _one_at_a_time(key, sent.external_id)
            before = Open311Filing.objects.filter(key=key, external_id=sent.external_id).first()
            if before is not None:
                if before.digest != digest:
                    said = _("这个单号已经报过另一件事了，请换一个单号，或者查原来那一件。")
                    raise Conflict(said, code="IDEMPOTENCY_KEY_REUSED")
                return before
        kept = [keep_photo(actor=actor, upload=photo).pk for photo in photos]
        case = cases.submit(
            actor=actor,
            description=sent.description[:FIRST],
            category=sent.category,
            grid=sent.grid,
            address=sent.address,
            contact_phone=sent.phone,
            reporter_name=sent.name,
            reply_by=sent.reply_by,
            photos=kept,
            channel="open311",
        )
        for words in (sent.description[FIRST:].strip(), "\n".join(sent.aside)):
            if words:
                cases.add_remark(actor=actor, case=case, text=words, by_reporter=True)
        made = Open311Filing.objects.create(
            key=key, case=case, external_id=sent.external_id, digest=digest, promised_at=case.due_at
        )
        record(actor=actor, verb="open311.file", target=key, path=case.grid.path)
        return made

    return in_one_transaction(work)


def _one_at_a_time(key: Open311Key, external_id: str) -> None:
    """A call and its repetition at the same moment would both find that nothing was filed yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"open311:{key.pk}:{external_id}"])
