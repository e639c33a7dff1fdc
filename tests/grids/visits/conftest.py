from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from grids.postings.models import Posting
from grids.visits.entry import PromiseEntry, VisitEntry
from grids.visits.models import VisitRound
from grids.visits.services import Logged, log_visit
from portal.notifications.models import Notice
from portal.rows import uuid7


@pytest.fixture
def visit_round(cast) -> VisitRound:
    today = timezone.localdate()
    return VisitRound.objects.create(
        grid=cast.place.community,
        name="入冬敲门行动",
        starts_on=today - timedelta(days=3),
        ends_on=today + timedelta(days=10),
        purposes=["publicity", "needs"],
        per_day=4,
    )


@pytest.fixture
def knock(cast):
    """knock(household) → the visit that `grid_worker` logs there; keywords change the entry."""

    def at(household, who: str = "grid_worker", visit_id: UUID | None = None, promise: str = "", **entry) -> Logged:
        entry.setdefault("outcome", "met")
        entry.setdefault("visited_at", timezone.now())  # a minute ago may be yesterday, or last week
        if promise:
            entry["promises"] = (PromiseEntry(promise, entry.pop("due_on", timezone.localdate())),)
        return log_visit(
            actor=cast.actor(who),
            visit_id=visit_id or uuid7(),
            entry=VisitEntry(household_id=household.pk, **entry),
        )

    return at


@pytest.fixture
def left(cast) -> None:
    """`grid_worker` has left the grid three hours ago; what they write down since was not done under a posting."""
    ended = timezone.now() - timedelta(hours=3)
    begun = ended - timedelta(days=300)
    Posting.objects.filter(user=cast.grid_worker).update(starts_at=begun, ends_at=ended)


@pytest.fixture
def at_home(cast, homes) -> None:
    """`resident` is 林秀英 of 5-1-301, `neighbour` 赵国平 of 6-1-402; both confirmed long ago."""
    long_ago = timezone.now() - timedelta(days=400)
    for person, user in ((homes.xiuying, cast.resident), (homes.guoping, cast.neighbour)):
        person.user, person.linked_by, person.linked_at = user, cast.clerk, long_ago
        person.created_at = long_ago
        person.save()


@pytest.fixture
def told():
    """told(user) → what this person was told, oldest first."""

    def subjects(user) -> list[str]:
        return list(
            Notice.objects.filter(recipient=user).order_by("created_at", "pk").values_list("subject", flat=True)
        )

    return subjects
