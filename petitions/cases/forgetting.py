"""What ended without being closed: turned down, taken back, merged into another. It has no moment of closing that the
declarations (personal.py) could count from, and what was said in it must not stay for ever all the same."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Switch
from django.db.models import DateTimeField, F, OuterRef, QuerySet, Subquery, When

from petitions.cases.enums import EXCLUDED, State
from petitions.cases.models import Case, CaseRecord
from portal.privacy import blanking
from portal.privacy.declarations import personal
from portal.privacy.retention import MOST, rules

CASE = "petitions.Case"


def forget_never_closed(now: datetime) -> int:
    """The terms of closed cases, from the step that ended it; of a merged one, from the end of the one it went into.

    Returns how many rows. At most so many of a table a night; twice finds nothing.
    """
    done = 0
    for said in personal():
        for keep, names in rules(said):
            if said.label == CASE or keep.after == "case__closed_at":
                to = "pk__in" if said.label == CASE else "case__in"
                rows = said.model._base_manager.filter(**{to: _over(now - timedelta(days=keep.days)).values("pk")})
                done += blanking.blank(said, names, rows, MOST)
    return done


def _over(edge: datetime) -> QuerySet[Any]:
    """Cases that ended before this moment, and were not closed."""

    def last(of: str) -> Subquery:
        steps = CaseRecord.objects.filter(subject=OuterRef(of)).order_by("-version")
        return Subquery(steps.values("at")[:1], output_field=DateTimeField())

    ended = Switch(
        When(state=State.MERGED, merged_into__state=State.CLOSED, then=F("merged_into__closed_at")),
        # Whoever waits for the answer of another one is told by the number they left.
        When(state=State.MERGED, merged_into__state__in=EXCLUDED, then=last("merged_into")),
        When(state__in=(State.REJECTED, State.WITHDRAWN), then=last("pk")),
        output_field=DateTimeField(),
    )
    return Case.objects.filter(state__in=EXCLUDED, submitted_at__lt=edge).annotate(ended=ended).filter(ended__lt=edge)
