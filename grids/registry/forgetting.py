"""Who moved away or died is forgotten half a year later: the row stays, for the history of the door and its figures,
and says no more who it was. What other rooms hold about them has terms of its own."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from grids.registry.models import Resident
from grids.registry.models_life import PUT_BACK_WITHIN, DifferentPeople, LifeEvent, ResidentMerge
from portal.accounts.actors import SYSTEM
from portal.audit.services import record
from portal.privacy import erasing
from portal.privacy.subjects import Person, of_person

HALF_YEAR = timedelta(days=183)
# People a night: a community that was given up all at once does not hold up the morning.
MOST = 5_000


def forget_those_gone(now: datetime, *, most: int = MOST) -> int:
    """Returns how many. Each in a transaction of their own: killed half-way, the next night goes on."""
    done = 0
    for key in due_to_go(timezone.localdate(now), now).order_by("left_on", "pk").values_list("pk", flat=True):
        if done >= most:
            break
        with transaction.atomic():
            done += _forget(key, now)
    return done


def due_to_go(today: date, now: datetime) -> QuerySet[Resident]:
    """Gone for half a year, and for good: what was written down late can still be put back for thirty days."""
    late = Q(created_at__gt=now - PUT_BACK_WITHIN - timedelta(days=1))
    event = LifeEvent.objects.filter(late, resident=OuterRef("pk"))
    merge = ResidentMerge.objects.filter(late, gone=OuterRef("pk"), undone_at__isnull=True)
    rows = Resident.everyone.filter(left_on__lt=today - HALF_YEAR).exclude(sort_key=erasing.UNNAMED)
    return rows.exclude(Exists(event)).exclude(Exists(merge))


def _forget(key: UUID, now: datetime) -> bool:
    rows = due_to_go(timezone.localdate(now), now).select_for_update(of=("self",)).filter(pk=key)
    one = rows.select_related("household__building").first()
    if one is None:
        return False
    path = one.household.building.path
    if erasing.holds(of_person(Person(one.pk, one.name, path, account_id=one.user_id))):
        return False  # something is being done for them: another night
    LifeEvent.objects.filter(resident=one).update(relation_before="", relation_after="", account=None)
    DifferentPeople.objects.filter(Q(first=one) | Q(second=one)).delete()
    erasing.unname([one.pk])
    record(actor=SYSTEM, verb="registry.forget", target=one, path=path, subject_id=one.pk, fields=["name", "phone"])
    return True
