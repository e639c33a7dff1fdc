"""约一串: the same hours on several dates. Seen first, then all of them or those that can be had, in one go."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import DateTimeTZRange

from centres.rooms import facts, limits, locks, services
from centres.rooms.diary import hours_book
from centres.rooms.enums import BookingState, Code, Mode
from centres.rooms.hours import midnight, on_day
from centres.rooms.limits import FURTHEST, Ask, Known, Verdict
from centres.rooms.models_booking import Booking, BookingSeries
from centres.rooms.refusals import refused
from centres.rooms.writing import bookable_room, narrowed, read, wish, write
from portal.accounts.actors import Actor
from portal.db import in_one_transaction
from portal.errors import Conflict, Invalid, NotFound, Refusal

# Twice a week for half a year. A longer list is a timetable, and those are made as an activity.
MOST = 60
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One date of a series: free (no code), or why not; with its booking once it is written."""

    date: dt.date
    code: Code | None = None
    message: str = ""
    booking: Booking | None = None

    def shown(self) -> dict[str, Any]:
        """As the API gives it."""
        found: dict[str, Any] = {"date": self.date.isoformat(), "code": str(self.code) if self.code else None}
        if self.code:
            found["detail"] = self.message
        if self.booking:
            found["id"] = str(self.booking.pk)
        return found


class SeriesRefused(Refusal):
    """All or nothing, and not all can be had. `lines` say which."""

    status, code = 409, "SERIES"

    def __init__(self, lines: list[Line]):
        self.lines = lines
        out = sum(1 for line in lines if line.code)
        said = _("有 %(n)s 天约不成，所以一天也没有约。可以跳过那几天，再约一次。") % {"n": out}
        super().__init__(said, dates=[line.shown() for line in lines])


def book_series(
    *,
    actor: Actor,
    room: UUID,
    dates: list[dt.date],
    start_time: dt.time,
    end_time: dt.time,
    purpose: str,
    mode: str,
    on_behalf_of: UUID | None = None,
    override_reason: str = "",
    people: int | None = None,
    part: UUID | None = None,
    now: dt.datetime | None = None,
) -> list[Line]:
    """A room at the same hours on several dates, in the order of the calendar.

    mode: `preview` writes nothing and answers for each date what would be; `all` books every date or none (raises
    SeriesRefused, 409); `skip` books what can be had and answers why not for the others. Each date is put to the rules
    with those before it already counted, so that the third of a month is QUOTA. Everything else as services.book.
    """
    purpose, override_reason = read(purpose, override_reason)
    _readable(dates, mode)

    def work() -> list[Line]:
        found, days = bookable_room(room), sorted(dates)
        first = wish(
            actor,
            found,
            *_span(days[0], start_time, end_time),
            on_behalf_of=on_behalf_of,
            people=people,
            now=now,
            why=override_reason,
        )
        parts = locks.parts_of(found) if mode == Mode.PREVIEW else locks.hold(first.person, found)
        first.part_ids = narrowed(parts, part, found)
        first.known = _known(first, days)
        asks = (_on(first, *_span(day, start_time, end_time)) for day in days)
        if mode == Mode.PREVIEW:
            return [_judged(ask, override_reason)[0] for ask in asks]
        return _written(actor, asks, purpose, override_reason, whole=mode == Mode.ALL)

    return in_one_transaction(work)


def _readable(dates: list[dt.date], mode: str) -> None:
    errors: dict[str, list[str]] = {}
    if not dates:
        errors["dates"] = [_("至少选一天。")]
    elif len(dates) > MOST:
        errors["dates"] = [_("一次最多约 %(n)s 天，请分几次约。") % {"n": MOST}]
    elif len(set(dates)) < len(dates):
        errors["dates"] = [_("有一天写了两遍。")]
    elif min(dates).year < 2000 or max(dates).year > 2200:
        errors["dates"] = [_("日期不对，请看一眼年份。")]
    if mode not in Mode.values:
        errors["mode"] = ["preview, all, skip"]
    if errors:
        raise Invalid(errors=errors)


def _span(date: dt.date, start_time: dt.time, end_time: dt.time) -> tuple[dt.datetime, dt.datetime]:
    return on_day(date, start_time), on_day(date, end_time)


def _known(first: Ask, dates: list[dt.date]) -> Known:
    """What all dates have in common: four questions, whether it is two dates or sixty."""
    today = timezone.localtime(first.now).date()
    # Dates beyond everybody's calendar are refused unread.
    start = max(dates[0], today)
    end = max(start, min(dates[-1], today + FURTHEST))
    read = facts.read(
        person=first.person,
        part_ids=first.part_ids,
        period=DateTimeTZRange(midnight(start), midnight(end + 2 * ONE_DAY)),
        months=(start.replace(day=1), end),
        now=first.now,
    )
    return Known(hours_book([first.room], start, end), read)


def _on(first: Ask, starts_at: dt.datetime, ends_at: dt.datetime) -> Ask:
    """The same wish at another time. Made anew: what an ask has looked up it keeps."""
    return Ask(
        room=first.room,
        starts_at=starts_at,
        ends_at=ends_at,
        now=first.now,
        person=first.person,
        part_ids=first.part_ids,
        people=first.people,
        keeps_house=first.keeps_house,
        known=first.known,
    )


def _judged(ask: Ask, override_reason: str) -> tuple[Line, Verdict]:
    """What the rules say of one date; what can be had is known to the dates after it."""
    verdict = limits.judge(ask, overriding=bool(override_reason))
    if verdict.code is not None:
        return Line(ask.day, verdict.code, str(refused(ask, verdict).message)), verdict
    assert ask.known is not None
    ask.known.add(ask)
    return Line(ask.day), verdict


def _written(actor: Actor, asks: Iterable[Ask], purpose: str, override_reason: str, *, whole: bool) -> list[Line]:
    assert actor.user is not None  # persons.booked_for has seen to it
    lines: list[Line] = []
    series: BookingSeries | None = None
    for ask in asks:
        line, verdict = _judged(ask, override_reason)
        if line.code is None:
            if series is None:
                series = BookingSeries.objects.create(room=ask.room, booked_by=actor.user, purpose=purpose)
            booking = write(
                actor=actor, ask=ask, purpose=purpose, verdict=verdict, override_reason=override_reason, series=series
            )
            line = Line(line.date, booking=booking)
        lines.append(line)
    if whole and any(line.code for line in lines):
        # The transaction takes back what was written before the date that could not be had.
        raise SeriesRefused([Line(line.date, line.code, line.message) for line in lines])
    return lines


# ---------------------------------------------------------------- giving it back
def cancel_coming(*, actor: Actor, series_id: UUID, reason: str = "", now: dt.datetime | None = None) -> list[Booking]:
    """Call off what has not begun of a series, of that what this person may see: all of it or none.

    Each as services.cancel would alone: the quota by the 24 hours of its own day, a reason owed by staff. Raises
    NotFound where they see none of it, Conflict OVER where nothing is left.
    """

    def work() -> list[Booking]:
        moment = now or timezone.now()
        seen = Booking.objects.visible_to(actor).filter(series=series_id).with_room()
        first = seen.first()
        if first is None:
            raise NotFound()
        locks.hold_around([first.room])
        coming = seen.filter(state__in=(BookingState.PENDING, BookingState.CONFIRMED), starts_at__gt=moment)
        gone = [
            services.cancel(actor=actor, booking_id=booking_id, reason=reason, now=moment)
            for booking_id in list(coming.order_by("starts_at", "pk").values_list("pk", flat=True))
        ]
        if not gone:
            raise Conflict(_("剩下的几次都过了，没有要取消的。"), code="OVER")
        return gone

    return in_one_transaction(work)
