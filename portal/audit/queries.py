"""Reading the trail: the door for other rooms."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from portal.audit.models import AuditEntry


def about(ids: Iterable[UUID], *, but_by: UUID | None = None) -> QuerySet[AuditEntry]:
    """Lines about somebody's data, the newest first, with what was said beside them; without those of one's own."""
    found = AuditEntry.objects.filter(subject_id__in=list(ids)).select_related("note").order_by("-id")
    return found.exclude(actor_id=but_by) if but_by else found


def of_object(object_type: str, object_id: object, *verbs: str) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.filter(object_type=object_type, object_id=str(object_id))
    return (found.filter(verb__in=verbs) if verbs else found).order_by("-id")
