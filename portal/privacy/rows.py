"""The rows of a table that are about one person, by the paths its declaration names."""

from typing import Any

from django.db.models import F, Q, QuerySet

from portal.privacy.declarations import Declaration
from portal.privacy.subjects import Subject

NOBODY = Q(pk__in=[])


def of_subject(said: Declaration, subject: Subject) -> QuerySet[Any]:
    """Their rows, the newest first where the key grows with time. No path that leads to them: no rows."""
    wanted = NOBODY
    if said.whose.user and subject.account_id is not None:
        wanted |= Q(**{f"{said.whose.user}__in": [subject.account_id]})
    if said.whose.resident and subject.resident_ids:
        # A merged row is them, what is behind the door it stood at is not: it may have been another family's.
        ids = subject.resident_ids if "__" in said.whose.resident else subject.row_ids
        mine = Q(**{f"{said.whose.resident}__in": ids})
        if said.whose.since:
            # Whoever moved in later reads nothing about those before.
            mine &= Q(**{f"{said.whose.since}__gte": F(f"{said.whose.resident}__created_at")})
        wanted |= mine
    found = said.model._base_manager.filter(wanted)
    return found.distinct() if said.whose.since else found
