"""What stands against a wish once the locks are held: whose times are used up, who is put off, what stands where.

One question to the database, however many dates are asked about: three lists laid one below the other.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from centres.rooms.models_booking import Booking
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.persons import Person

# By hand: composing three querysets into this takes several times as long as the database takes to answer it, in every
# booking, while others wait for the parts. The months come one line each, however often somebody has booked.
ASK = """
SELECT 'stands', part_id, lower(period), used_until, upper(period), 1
  FROM centres_occupancy
 WHERE part_id = ANY(%(parts)s::uuid[]) AND period && %(period)s
   AND (booking_id = %(moving)s) IS NOT TRUE AND (offer_id = %(offer)s) IS NOT TRUE
UNION ALL
SELECT 'used', NULL, min(starts_at), min(ends_at), min(ends_at), count(*)
  FROM centres_booking
 WHERE counts AND quota_month BETWEEN %(first)s AND %(last)s AND id IS DISTINCT FROM %(moving)s
   AND (resident_id = %(resident)s OR user_id = %(user)s AND resident_id IS NULL)
 GROUP BY quota_month
UNION ALL
SELECT 'put off', id, created_at, until, until, 1
  FROM centres_suspension
 WHERE until > %(now)s AND lifted_at IS NULL
   AND (resident_id = %(resident)s OR user_id = %(user)s AND resident_id IS NULL)
"""


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
    user, resident = person.keys if person else (None, None)
    known = {
        "parts": part_ids, "period": period, "first": months[0], "last": months[1], "now": now,
        "user": user, "resident": resident, "moving": moving and moving.pk, "offer": offer and offer.pk,
    }  # fmt: skip
    facts = Facts()
    with connection.cursor() as cursor:
        cursor.execute(ASK, known)
        for what, which, begins, ends, free_at, times in cursor.fetchall():
            if what == "stands":
                facts.standing.append(Stands(which, begins, ends, free_at))
            elif what == "used":
                facts.used[timezone.localtime(begins).date().replace(day=1)] = times
            else:
                facts.put_off = max(facts.put_off or (ends, which), (ends, which))
    return facts
