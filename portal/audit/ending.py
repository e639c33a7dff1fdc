"""The end of the trail's lines, three years after the seal (docs/adr/0028): by the owner of the tables only."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from portal.audit import sealing
from portal.audit.models import AuditNote
from portal.errors import Conflict


def end(now: datetime | None = None) -> int:
    """Delete whole batches that are past their time; returns how many lines. Their seals stay, so that the chain holds.

    A batch is one transaction: killed in between, the next run goes on; run twice, the second finds nothing. Raises
    Conflict TRAIL_BROKEN where something is wrong: what shows that somebody changed the trail must not go with it.
    """
    moment = now or timezone.now()
    if trouble := sealing.verify(moment).trouble:
        raise Conflict(trouble, code="TRAIL_BROKEN")
    gone = 0
    for seal, held in sealing.batches():
        if moment - seal.at <= sealing.KEPT_AT_LEAST:
            break
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL jiamenkou.maintenance = 'on'")
            AuditNote.objects.filter(entry__in=held.values("pk")).delete()
            gone += held.delete()[0]
    return gone
