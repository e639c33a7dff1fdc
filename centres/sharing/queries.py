"""Reading what is lent and what was given; the door through which other rooms read it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from centres.sharing import rules
from centres.sharing.enums import LIVE, ItemKind
from centres.sharing.models import LoanCopy, LoanItem, LoanWait
from centres.sharing.models_drive import Donation, DonationDrive, Pledge
from centres.sharing.models_loan import Loan
from centres.sharing.querysets import OVERSEERS, LoanQuerySet
from grids.tree.queries import communities, prefixes, streets
from portal.accounts.actors import Actor
from portal.errors import NotFound

# Days from the day it is due after which somebody at the counter picks up the telephone.
CHASE_AFTER = dt.timedelta(days=3)
# A drive that has ended stays in sight this long.
STAYS_UP = dt.timedelta(days=30)


# ---------------------------------------------------------------- what can be borrowed
def items_of(centre: Any) -> QuerySet[LoanItem]:
    """What a house lends, with `free`, `waiting` and `back_on` (the next day one is due): one query, free first."""
    of_item = Q(copies__is_active=True)
    taken = Loan.objects.live().filter(copy=OuterRef("pk"))
    free = (
        LoanCopy.objects.filter(item=OuterRef("pk"), is_active=True)
        .filter(~Exists(taken))
        .order_by()
        .values("item")
        .annotate(n=Count("pk"))
        .values("n")
    )
    waiting = LoanWait.objects.live().filter(item=OuterRef("pk")).order_by().values("item")
    back = Loan.objects.out().filter(copy__item=OuterRef("pk")).order_by().values("copy__item")
    rows = LoanItem.objects.active().filter(centre=centre).with_centre()
    return rows.annotate(
        total=Count("copies", filter=of_item),
        free=Coalesce(Subquery(free, output_field=IntegerField()), 0),
        waiting=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        back_on=Subquery(back.annotate(day=Min("due_on")).values("day")),
    ).order_by("order", "id")


def item_by_id(item_id: UUID) -> LoanItem | None:
    """With `free`, `waiting`, `back_on`, whichever house it belongs to."""
    found = LoanItem.objects.active().filter(pk=item_id).first()
    return items_of(found.centre_id).filter(pk=item_id).first() if found else None


def copies_of(item: LoanItem) -> list[LoanCopy]:
    return list(LoanCopy.objects.active().filter(item=item))


def stickers_of(centre: Any, kind: str = "") -> list[LoanCopy]:
    """Every copy of a house that wears a sticker, in the order of the shelf."""
    rows = LoanCopy.objects.active().with_item().filter(item__centre=centre)
    rows = rows.filter(item__kind=kind) if kind in ItemKind.values else rows
    return list(rows.order_by("item__kind", "item__order", "item_id", "label"))


def free_copies(centre: Any) -> list[LoanCopy]:
    """What stands on the shelf, for whoever stands at the counter."""
    rows = LoanCopy.objects.free().with_item().filter(item__centre=centre)
    return list(rows.order_by("item__order", "item_id", "label"))


def free_copy_by_id(copy_id: UUID) -> LoanCopy | None:
    found: LoanCopy | None = LoanCopy.objects.free().with_item().filter(pk=copy_id).first()
    return found


# ---------------------------------------------------------------- loans
def loan_by_copy(copy: LoanCopy) -> Loan | None:
    """Who has it, or whom it is kept for."""
    return Loan.objects.live().with_copy().with_people().filter(copy=copy).first()


def out_loan(loan_id: UUID) -> Loan | None:
    return Loan.objects.out().with_copy().with_people().filter(pk=loan_id).first()


def live_of(user_id: UUID) -> list[Loan]:
    """What somebody has in hand or kept for them, the first to bring back first."""
    return list(
        Loan.objects.live().of(user_id).with_copy().order_by(F("due_on").asc(nulls_first=True), "hold_until", "id")
    )


def past_of(user_id: UUID) -> QuerySet[Loan]:
    return Loan.objects.of(user_id).exclude(state__in=LIVE).with_copy().order_by("-id")


def waits_of(user_id: UUID) -> list[LoanWait]:
    """Where somebody stands in line, with `ahead`: how many are before them."""
    before = LoanWait.objects.live().filter(item=OuterRef("item"), created_at__lt=OuterRef("created_at"))
    ahead = before.order_by().values("item").annotate(n=Count("pk")).values("n")
    rows = LoanWait.objects.in_line().of(user_id).select_related("item__centre")
    return list(rows.annotate(ahead=Coalesce(Subquery(ahead, output_field=IntegerField()), 0)))


def own(user_id: UUID | None, item: LoanItem) -> tuple[Loan | None, LoanWait | None]:
    """What this account has of an item: a live loan, a place in the line."""
    if user_id is None:
        return None, None
    loan = Loan.objects.live().of(user_id).with_copy().filter(copy__item=item).first()
    return loan, LoanWait.objects.live().of(user_id).filter(item=item).first()


def of_people(actor: Actor, condition: Q) -> list[Loan]:
    """Live loans of somebody who stands at the counter, of the houses this person keeps."""
    rows = Loan.objects.live().within(actor).filter(condition).with_copy().with_people()
    return list(rows.order_by(F("due_on").asc(nulls_first=True), "id"))


def out_within(actor: Actor) -> LoanQuerySet:
    """What is out, the longest overdue first."""
    rows: LoanQuerySet = Loan.objects.out().within(actor).with_copy().with_people().order_by("due_on", "id")
    return rows


def overdue_within(actor: Actor, today: dt.date) -> LoanQuerySet:
    return out_within(actor).overdue(today)


def to_chase(actor: Actor, today: dt.date) -> QuerySet[Loan]:
    """Three days late or more."""
    return out_within(actor).filter(due_on__lte=today - CHASE_AFTER)


def kept_within(actor: Actor) -> QuerySet[Loan]:
    """What is kept, the first to lapse first."""
    return Loan.objects.reserved().within(actor).with_copy().with_people().order_by("hold_until", "id")


# ---------------------------------------------------------------- drifting books
@dataclass(frozen=True)
class Journey:
    """Where a book has been: how many readers' hands, and how many took it up in each month. Never who."""

    readers: int
    months: list[tuple[dt.date, int]]


def journey_of(copy: LoanCopy) -> Journey:
    """One query."""
    read = Loan.objects.filter(copy=copy, out_on__isnull=False).order_by()
    months = read.annotate(month=TruncMonth("out_on")).values_list("month").annotate(n=Count("pk")).order_by("month")
    found = list(months)
    return Journey(sum(n for _month, n in found), found)


# ---------------------------------------------------------------- drives
def _with_total(rows: QuerySet[DonationDrive]) -> QuerySet[DonationDrive]:
    return rows.select_related("grid").annotate(total=Coalesce(Sum("donations__quantity"), 0))


def drives_for(community: Any, today: dt.date) -> list[Any]:
    """Drives that reach a community, with `total`: those that run, then those that ended lately. One query."""
    if community is None:
        return []
    rows = DonationDrive.objects.covering(prefixes(community.path)).filter(last_day__gte=today - STAYS_UP)
    return sorted(_with_total(rows).order_by("last_day", "id"), key=lambda drive: drive.last_day < today)


def drive_by_id(drive_id: UUID) -> Any:
    """With `total`."""
    return _with_total(DonationDrive.objects.filter(pk=drive_id)).first()


def drives_looked_after(actor: Actor, today: dt.date) -> list[Any]:
    """Drives of places this person works in, with `total`; those that ended a month ago are left out."""
    rows = DonationDrive.objects.looked_after_by(actor).filter(last_day__gte=today - STAYS_UP)
    return list(_with_total(rows).order_by("last_day", "id"))


@dataclass(frozen=True)
class CommunityCount:
    community: Any
    total: int

    @property
    def said(self) -> str:
        return f"{self.total:,}"


@dataclass(frozen=True)
class StreetCount:
    street: Any
    total: int
    communities: list[CommunityCount]

    @property
    def said(self) -> str:
        return f"{self.total:,}"


def totals_by_community(drive: DonationDrive) -> dict[UUID, int]:
    """The running count, community by community: one query over the entries, whatever was corrected."""
    rows = Donation.objects.filter(drive=drive).order_by().values_list("community").annotate(total=Sum("quantity"))
    return dict(rows)


def count_of(drive: DonationDrive) -> list[StreetCount]:
    """The count with every community the drive covers, those with nothing yet too, in the order of the tree."""
    totals, below = totals_by_community(drive), drive.grid.path
    places = [one for one in communities() if one.path.startswith(below)]
    rows = [CommunityCount(one, totals.get(one.pk, 0)) for one in places]
    found = []
    for street in streets():
        mine = [row for row in rows if row.community.path.startswith(street.path)]
        if mine:
            found.append(StreetCount(street, sum(row.total for row in mine), mine))
    return found


def entries_of(drive: DonationDrive, actor: Actor) -> QuerySet[Any]:
    """What was written down at the counters this person looks after, newest first; corrections with what they mend."""
    rows = Donation.objects.filter(drive=drive).within(actor).select_related("community", "giver", "reverses")
    return rows.annotate(is_reversed=Exists(Donation.objects.filter(reverses=OuterRef("pk")))).order_by("-id")


def pledges_to_confirm(drive: DonationDrive, actor: Actor) -> list[Pledge]:
    """What people said they would bring to this person's counters, the oldest word first."""
    rows = Pledge.objects.waiting().within(actor).filter(drive=drive)
    return list(rows.select_related("user", "community").order_by("id")[:50])


def pledge_of(drive: DonationDrive, user_id: UUID | None) -> Pledge | None:
    if user_id is None:
        return None
    return Pledge.objects.waiting().of(user_id).select_related("community").filter(drive=drive).first()


def given_by(user_id: UUID, limit: int = 5) -> list[Donation]:
    """What somebody brought, as it stands, newest first."""
    rows = Donation.objects.standing().filter(giver_id=user_id).select_related("drive")
    return list(rows.order_by("-id")[:limit])


def communities_for(drive: DonationDrive, actor: Actor | None = None) -> list[Any]:
    """Communities a drive covers; with `actor` those at whose counter they stand."""
    found = [one for one in communities() if one.path.startswith(drive.grid.path)]
    if actor is None:
        return found
    return [one for one in found if rules.may_record(actor, drive, one)]


def looks_after(actor: Actor, drive: DonationDrive) -> bool:
    """Whether this person works somewhere the drive reaches."""
    within = actor.reach.covers(drive.grid.path, *OVERSEERS)
    return within or any(path.startswith(drive.grid.path) for path in actor.reach.paths(*OVERSEERS))


def drives_with_pledges(actor: Actor) -> list[tuple[UUID, str, int]]:
    """(id, title, number) of drives for which something was promised to this person's counters, and by how many."""
    waiting = Pledge.objects.waiting().within(actor).values_list("drive", "drive__title", "drive__last_day")
    rows = waiting.annotate(n=Count("pk")).order_by("drive__last_day", "drive")
    return [(drive_id, title, n) for drive_id, title, _last_day, n in rows]


def drive_of_pledge(actor: Actor, pledge_id: UUID) -> UUID:
    """Raises NotFound out of reach."""
    return _of(Pledge.objects.within(actor).filter(pk=pledge_id))


def drive_of_entry(actor: Actor, donation_id: UUID) -> UUID:
    """Raises NotFound out of reach."""
    return _of(Donation.objects.within(actor).filter(pk=donation_id))


def _of(rows: QuerySet[Any]) -> UUID:
    found: UUID | None = rows.values_list("drive_id", flat=True).first()
    if found is None:
        raise NotFound()
    return found
