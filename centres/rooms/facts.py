"""What stands against a wish once the locks are held: whose times are used up, who is put off, what stands where.

One question to the database, however many dates are asked about: three lists laid one below the other.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, TextField, Value
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from centres.rooms.models_booking import Booking, Occupancy, Suspension
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.persons import Person


@dataclass(frozen=True)
class Stands:
    """A use on a part, and when the part is free after it."""

    part_id: UUID
    starts_at: dt.datetime
    used_until: dt.datetime
    free_at: dt.datetime


@dataclass
class Facts:
    """used: bookings that count, by first day of their month. put_off: the suspension that lasts longest."""

    used: Counter[dt.date] = field(default_factory=Counter)
    put_off: tuple[dt.datetime, UUID] | None = None
    standing: list[Stands] = field(default_factory=list)


def read(
    *,
    person: Person | None,
    part_ids: list[UUID],
    period: DateTimeTZRange,
    months: tuple[dt.date, dt.date],
    now: dt.datetime,
    moving: Booking | None = None,
    offer: WaitlistEntry | None = None,
) -> Facts:
    """The facts about a person (None: the house itself) and some parts over a period.

    months: first days of the first and the last month whose bookings are counted. moving, offer: what would be given up
    in the same act, and is not in its own way.
    """
    taken = Occupancy.objects.filter(part__in=part_ids, period__overlap=period)
    taken = taken.exclude(booking=moving) if moving else taken
    taken = taken.exclude(offer=offer) if offer else taken
    rows = _as("stands", taken, "part_id", "period__startswith", "used_until", "period__endswith")
    if person is not None:
        counted = Booking.objects.filter(person.owns, counts=True, quota_month__range=months)
        counted = counted.exclude(pk=moving.pk) if moving else counted
        put_off = Suspension.objects.filter(person.owns, until__gt=now, lifted_at=None)
        rows = rows.union(
            _as("used", counted, "pk", "starts_at", "ends_at", "ends_at"),
            _as("put off", put_off, "pk", "created_at", "until", "until"),
            all=True,
        )
    facts = Facts()
    for what, which, begins, ends, free in rows:
        if what == "stands":
            facts.standing.append(Stands(which, begins, ends, free))
        elif what == "used":
            facts.used[timezone.localtime(begins).date().replace(day=1)] += 1
        else:
            facts.put_off = max(facts.put_off or (ends, which), (ends, which))
    return facts


def _as(what: str, rows: Any, which: str, begins: str, ends: str, free: str) -> Any:
    """One of the lists, in columns that fit the others'."""
    columns = {"what": Value(what, output_field=TextField()), "which": F(which), "begins": F(begins)}
    columns |= {"ends": F(ends), "free_at": F(free)}
    return rows.order_by().annotate(**columns).values_list(*columns)
