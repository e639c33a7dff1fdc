"""Reading what hangs; the door through which other rooms would."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from centres.displays.models import DisplayItem, DisplayReview
from portal.accounts.actors import Actor

# How long the desk offers to take a look back.
UNDO_FOR = dt.timedelta(days=1)


def hanging_at(place: Any) -> QuerySet[DisplayItem]:
    """What hangs in a community, wall by wall, for somebody who reads it at home."""
    found = DisplayItem.objects.up().of_place(place.path).select_related("centre")
    return found.order_by("centre__order", "centre_id", "place", "id")


def for_desk(actor: Actor) -> QuerySet[DisplayItem]:
    """What hangs within reach, the first to be looked at first."""
    return DisplayItem.objects.visible_to(actor).up().with_people().order_by("review_due", "id")


def due_for(actor: Actor, today: dt.date) -> QuerySet[DisplayItem]:
    """What somebody of the community should look at."""
    return DisplayItem.objects.kept_by(actor).due(today).with_people().order_by("review_due", "id")


def stale_for(actor: Actor, today: dt.date) -> QuerySet[DisplayItem]:
    """Two weeks past its date and still hanging."""
    return DisplayItem.objects.visible_to(actor).stale(today).with_people().order_by("review_due", "id")


def just_reviewed(actor: Actor, now: dt.datetime, most: int = 5) -> QuerySet[DisplayReview]:
    """Looks of the last day that can still be taken back."""
    kept = DisplayItem.objects.kept_by(actor).up()
    looks = DisplayReview.objects.filter(item__in=kept, undone_at=None, reviewed_at__gte=now - UNDO_FOR)
    return looks.filter(item__review_due=F("due_after")).select_related("item", "reviewed_by")[:most]


def history_of(item: DisplayItem) -> QuerySet[DisplayItem]:
    """What hung at this spot before it, the newest first."""
    before = DisplayItem.objects.filter(spot=item.spot).exclude(pk=item.pk)
    return before.with_people().order_by("-put_up_on", "-id")


def item_by_id(item_id: UUID) -> DisplayItem | None:
    return DisplayItem.objects.with_people().filter(pk=item_id).first()
