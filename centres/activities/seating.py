"""Seats and the line before them. Everything that gives or frees a seat holds the activity's row first.

One lock, always taken before any enrolment: two who want the last seat queue here, and so does a capacity being cut.
The race's negative control replaces `hold` to show what it is there for.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from centres.activities.enums import SEATED, EnrolmentState
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Enrolment
from portal.errors import NotFound


def hold(activity_id: UUID) -> Activity:
    """Lock an activity until the transaction ends. Raises NotFound."""
    # NO KEY: rows that only point at the activity need not wait.
    rows = Activity.objects.with_centre().select_for_update(of=("self",), no_key=True)
    found: Activity | None = rows.filter(pk=activity_id).first()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class Seats:
    """Of a term, or of one session. An offered seat is taken."""

    capacity: int
    taken: int = 0
    waiting: int = 0

    @property
    def left(self) -> int:
        """Free for whoever comes next; nothing is, while somebody waits."""
        return 0 if self.waiting else max(0, self.capacity - self.taken)


def pool(activity: Activity, session_id: UUID | None) -> Q:
    """The enrolments that compete for the same seats."""
    return Q(activity=activity, session=session_id) if session_id else Q(activity=activity, session__isnull=True)


_COUNTS = {
    "taken": Count("pk", filter=Q(state__in=SEATED)),
    "waiting": Count("pk", filter=Q(state=EnrolmentState.WAITING)),
}


def seats_of(activity: Activity, session_id: UUID | None) -> Seats:
    counted = Enrolment.objects.filter(pool(activity, session_id)).aggregate(**_COUNTS)
    return Seats(activity.capacity, counted["taken"], counted["waiting"])


def seats_of_many(activities: list[Activity]) -> dict[tuple[UUID, UUID | None], Seats]:
    """(activity, session or None) → seats, for those that have any enrolment. One query."""
    capacity = {activity.pk: activity.capacity for activity in activities}
    rows: Any = Enrolment.objects.filter(activity__in=list(capacity)).values("activity_id", "session_id")
    found = rows.annotate(**_COUNTS).order_by().values_list("activity_id", "session_id", "taken", "waiting")
    return {(pk, session): Seats(capacity[pk], taken, waiting) for pk, session, taken, waiting in found}


@dataclass(frozen=True)
class Term:
    """When the standing sessions of an activity begin and end; None where there is none."""

    first: dt.datetime | None = None
    last: dt.datetime | None = None


def shuts_at(activity: Activity, session: Session | None, term: Term) -> dt.datetime | None:
    """When enrolment ends: as it was written, at the latest when it begins. None: there is nothing to come to.

    A term with a written date may be joined while it runs.
    """
    if session is not None:
        if session.is_cancelled:
            return None
        return min(activity.closes_at, session.starts_at) if activity.closes_at else session.starts_at
    if term.first is None or term.last is None:
        return None
    return min(activity.closes_at, term.last) if activity.closes_at else term.first


def terms_of(activity_ids: Iterable[UUID]) -> dict[UUID, Term]:
    """The terms of activities that have a standing session. One query."""
    rows: Any = Session.objects.standing().filter(activity__in=list(activity_ids)).order_by().values("activity_id")
    found = rows.annotate(first=Min("starts_at"), last=Max("ends_at")).values_list("activity_id", "first", "last")
    return {pk: Term(first, last) for pk, first, last in found}


def term_of(activity: Activity) -> Term:
    return terms_of([activity.pk]).get(activity.pk, Term())


def shut_of(activity: Activity, session: Session | None) -> dt.datetime | None:
    """`shuts_at`, asked of the database."""
    return shuts_at(activity, session, Term() if session is not None else term_of(activity))


def before(enrolment: Enrolment) -> int:
    """How many stand before somebody in line."""
    line = Enrolment.objects.filter(pool(enrolment.activity, enrolment.session_id)).in_line()
    return int(line.filter(line_no__lt=enrolment.line_no).count())
