"""临时停用、临时改时间: what it would cost is listed first; then it is done to all of them at once, each told once.

Closing and booking meet at the parts of the rooms: whoever books after the closure looks at the hours again under the
lock, and finds them shut.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import DateTimeTZRange

from centres.rooms import locks, offers, rules
from centres.rooms.diary import hours_book
from centres.rooms.enums import BookingState, Event, WaitEvent
from centres.rooms.hours import midnight
from centres.rooms.lifecycle import flow
from centres.rooms.models import QUARTERS, Centre, DayException, Room, RoomPart
from centres.rooms.models_booking import Booking, Occupancy
from centres.rooms.models_waitlist import WaitlistEntry
from portal.accounts.actors import SYSTEM, Actor
from portal.audit.services import record
from portal.db import in_one_transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound, Stale

# A house that shuts for longer is rebuilt, and its rooms are taken out of use.
LONGEST = dt.timedelta(days=366)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Closure:
    """What somebody wants to announce: a house or one room of it, from day to day, shut or open other hours."""

    centre: Centre
    first_day: dt.date
    last_day: dt.date
    reason: str
    room: Room | None = None
    opens: dt.time | None = None
    closes: dt.time | None = None

    def row(self) -> DayException:
        return DayException(
            centre=None if self.room else self.centre,
            room=self.room,
            first_day=self.first_day,
            last_day=self.last_day,
            opens=self.opens,
            closes=self.closes,
            reason=self.reason,
        )

    @property
    def period(self) -> tuple[dt.datetime, dt.datetime]:
        return midnight(self.first_day), midnight(self.last_day + ONE_DAY)


@dataclass
class Cost:
    """What a closure would call off: bookings, places in line; and the rooms that have hours of their own for those
    days, which stay as they are."""

    bookings: list[Booking] = field(default_factory=list)
    waiting: list[WaitlistEntry] = field(default_factory=list)
    keeps: list[Room] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """What was shown, to be sent back with the confirmation."""
        return sorted(str(one.pk) for one in self.bookings)

    @property
    def people(self) -> int:
        """How many persons hear of it; the house tells itself nothing."""
        all_of_them: list[Booking | WaitlistEntry] = [*self.bookings, *self.waiting]
        return len({one.resident_id or one.user_id for one in all_of_them} - {None})


# ---------------------------------------------------------------- what it would cost
def preview(*, actor: Actor, closure: Closure, now: dt.datetime | None = None) -> Cost:
    """Read only: what would be called off. Raises Forbidden, Invalid, Conflict OVERLAPS as close() would."""
    moment = now or timezone.now()
    _may(actor, closure, moment)
    return _cost(closure, _rooms(closure), moment)


def _may(actor: Actor, closure: Closure, now: dt.datetime) -> None:
    if not rules.runs_centre(actor, closure.centre):
        raise Forbidden()
    today = timezone.localtime(now).date()
    errors: dict[str, list[str]] = {}
    if closure.last_day < closure.first_day:
        errors["last_day"] = [_("最后一天不能早于第一天。")]
    elif closure.first_day < today:
        errors["first_day"] = [_("过去的日子改不了，从今天起。")]
    elif closure.last_day - today > LONGEST:
        errors["last_day"] = [_("最多停到一年以后。要一直停下去，请系统管理把房间停用。")]
    if (closure.opens is None) != (closure.closes is None):
        errors["closes"] = [_("开和关的时间都要写。")]
    elif closure.opens is not None and closure.closes is not None:
        if closure.opens >= closure.closes:
            errors["closes"] = [_("关门要晚于开门。")]
        elif closure.opens.minute not in QUARTERS or closure.closes.minute not in QUARTERS:
            errors["opens"] = [_("请选整刻，像 9:00、9:15、9:30。")]
    if not 2 <= len(closure.reason.strip()) <= 40:
        errors["reason"] = [_("写一句为什么，大家都看得到，四十个字以内。")]
    if errors:
        raise Invalid(errors=errors)
    if closure.opens is not None and (other := _same_days(closure).filter(opens__isnull=False).first()):
        said = {"reason": other.reason, "first": f"{other.first_day:%Y-%m-%d}", "last": f"{other.last_day:%Y-%m-%d}"}
        raise Conflict(
            _("%(first)s 到 %(last)s 已经另有时间（%(reason)s）。先撤掉那一条，再改。") % said, code="OVERLAPS"
        )


def _same_days(closure: Closure) -> Any:
    whose = Q(room=closure.room) if closure.room else Q(centre=closure.centre)
    return DayException.objects.filter(whose, first_day__lte=closure.last_day, last_day__gte=closure.first_day)


def _rooms(closure: Closure) -> list[Room]:
    if closure.room is not None:
        return [closure.room]
    return list(Room.objects.with_centre().filter(centre=closure.centre))


def _cost(closure: Closure, rooms: Sequence[Room], now: dt.datetime) -> Cost:
    """Everything that begins after now and would not lie within the hours of its day any more. Six queries."""
    start, end = closure.period
    by_id = {room.pk: room for room in rooms}
    book = hours_book(rooms, closure.first_day - ONE_DAY, closure.last_day)
    book.exceptions[closure.room.pk if closure.room else closure.centre.pk].append(closure.row())

    def stays(one: Booking | WaitlistEntry) -> bool:
        day = timezone.localtime(one.starts_at).date()
        return book.on(by_id[one.room_id], day).covers(one.starts_at, one.ends_at)

    within = {"room__in": list(by_id), "starts_at__lt": end, "ends_at__gt": start, "starts_at__gt": now}
    bookings = Booking.objects.filter(state__in=(BookingState.PENDING, BookingState.CONFIRMED), **within)
    bookings = bookings.with_room().with_people().order_by("starts_at", "room__order", "part__order", "pk")
    waiting = WaitlistEntry.objects.in_line().with_all().filter(**within).order_by("created_at", "pk")
    return Cost(
        [one for one in bookings if not stays(one)],
        [one for one in waiting if not stays(one)],
        [] if closure.room else _own_hours(rooms, closure),
    )


def _own_hours(rooms: Sequence[Room], closure: Closure) -> list[Room]:
    """Rooms with hours of their own for these days: they go before their centre's."""
    dated = DayException.objects.filter(
        room__in=[room.pk for room in rooms], first_day__lte=closure.last_day, last_day__gte=closure.first_day
    )
    having = set(dated.values_list("room_id", flat=True))
    return [room for room in rooms if room.pk in having]


# ---------------------------------------------------------------- doing it
def close(
    *, actor: Actor, closure: Closure, expected: Iterable[str], now: dt.datetime | None = None
) -> tuple[DayException, Cost]:
    """Announce it, and call off what no longer lies within the hours: by the house, each person told once, quota back.

    expected: the ids of the bookings that were listed (Cost.ids). Raises Stale where somebody has booked since: they
    are to be seen first; else as preview().
    """

    def work() -> tuple[DayException, Cost]:
        moment = now or timezone.now()
        rooms = _rooms(closure)
        _may(actor, closure, moment)
        locks.hold_around(rooms)
        # Once more under the locks: a colleague may have given the same days other hours meanwhile.
        _may(actor, closure, moment)
        cost = _cost(closure, rooms, moment)
        if set(cost.ids) != set(expected):
            raise Stale(_("您看着的时候，又有人约了或者取消了。请再看一眼名单，再确认。"))
        row = closure.row()
        row.save(force_insert=True)
        ids = [one.pk for one in (*cost.bookings, *cost.waiting)]
        gone = list(Occupancy.objects.filter(Q(booking__in=ids) | Q(offer__in=ids)))
        for entry in cost.waiting:
            offers.line.fire(
                entry.pk, event=WaitEvent.LAPSE, actor=SYSTEM, now=moment, reason=closure.reason, closing=True
            )
        for booking in cost.bookings:
            flow.fire(
                booking.pk,
                event=Event.CANCEL,
                actor=actor,
                now=moment,
                reason=closure.reason,
                by_centre=True,
                closing=True,
            )
        record(actor=actor, verb="room.close", target=row, path=closure.centre.grid.path)
        # Of what is called off some may lie within the new hours: whoever waits for that is asked.
        offers.refill(gone, moment)
        return row, cost

    return in_one_transaction(work)


def reopen(*, actor: Actor, exception_id: UUID, now: dt.datetime | None = None) -> None:
    """Take an announcement back. What was called off stays so; whoever waits for a time that is open again is asked.

    Raises NotFound for what is not of a house one runs, or is over.
    """
    in_one_transaction(lambda: _reopen(actor, exception_id, now or timezone.now()))


def _reopen(actor: Actor, exception_id: UUID, moment: dt.datetime) -> None:
    row = DayException.objects.select_related("centre__grid", "room__centre__grid").filter(pk=exception_id).first()
    house = None if row is None else (row.room.centre if row.room else row.centre)
    if row is None or house is None or not rules.runs_centre(actor, house):
        raise NotFound()
    if row.last_day < timezone.localtime(moment).date():
        raise Conflict(_("这一条已经过去了，不用撤。"), code="OVER")
    rooms = [row.room] if row.room else list(Room.objects.with_centre().filter(centre=house))
    locks.hold_around(rooms)
    record(actor=actor, verb="room.reopen", target=row, path=house.grid.path)
    row.delete()
    parts = RoomPart.objects.filter(room__in=[room.pk for room in rooms]).values_list("part_id", flat=True)
    days = DateTimeTZRange(midnight(row.first_day), midnight(row.last_day + ONE_DAY))
    # As if everything of these days had just come free: the rules say what really has.
    offers.refill([Occupancy(part_id=part, period=days) for part in set(parts)], moment)


def announced(centre: Centre, today: dt.date) -> list[DayException]:
    """What is announced from today on, of a house and its rooms, the next first."""
    rows = DayException.objects.filter(Q(centre=centre) | Q(room__centre=centre), last_day__gte=today)
    return list(rows.select_related("room").order_by("first_day", "room__order", "pk"))
