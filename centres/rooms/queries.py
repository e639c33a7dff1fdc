"""Reading rooms and bookings; the door through which other rooms read them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centres.rooms import closurewords, persons, rules, words
from centres.rooms.diary import Diary, hours_book, open_diary
from centres.rooms.enums import BookingState, SpanState
from centres.rooms.hours import DayHours, HoursBook, midnight
from centres.rooms.models import Centre, DayException, Room, RoomPart
from centres.rooms.models_booking import Booking, CalendarFeed
from centres.rooms.models_waitlist import WaitlistEntry
from centres.rooms.spans import Span
from portal.accounts.actors import Actor
from portal.accounts.enums import COMMUNITY
from portal.ui.words import clock, day
from portal.workdays.enums import DayKind

LOOK_AHEAD = 9  # days; past the longest holiday
ONE_DAY = dt.timedelta(days=1)


# ---------------------------------------------------------------- places
def centre_of(community: Any) -> Centre | None:
    """The first centre of a community (a Grid), or None. One query."""
    if community is None:
        return None
    return Centre.objects.select_related("grid").filter(grid=community, is_active=True).first()


def centre_by_id(centre_id: UUID) -> Centre | None:
    return Centre.objects.select_related("grid").filter(pk=centre_id, is_active=True).first()


def centres_run_by(actor: Actor) -> list[Centre]:
    """The centres this person keeps: clerk or secretary of their communities."""
    kept = Centre.objects.filter(actor.reach.q("grid__path", *COMMUNITY), is_active=True)
    return list(kept.select_related("grid"))


def rooms_of(centre: Centre) -> list[Room]:
    """The rooms in use, in the centre's order."""
    return list(Room.objects.active().with_centre().filter(centre=centre))


def all_rooms(*, centre: UUID | None = None) -> QuerySet[Room]:
    """Every room of every centre: which rooms there are is nobody's secret."""
    rooms = Room.objects.active().with_centre()
    return rooms.filter(centre=centre) if centre else rooms


def place_named(room: Room, part: Any) -> str:
    """7 号座: a place of a room by its id; empty where it is none of them, or the room is let whole."""
    try:
        wanted = UUID(str(part)) if part and room.by_place else None
    except ValueError:
        return ""
    found = room.parts.filter(pk=wanted).first() if wanted else None
    return found.name if found else ""


def room_by_id(room_id: UUID) -> Room | None:
    return Room.objects.active().with_centre().filter(pk=room_id).first()


class Masthead(NamedTuple):
    """What every page prints of a centre; the door's hours are those of working days, None where nobody wrote them."""

    name: str
    address: str
    phone: str
    desk_hours: str
    door_opens: dt.time | None
    door_closes: dt.time | None


def masthead_of(community: Any) -> Masthead | None:
    """The first centre of a community as it stands there now. One query."""
    if community is None:
        return None
    # By hand: every page asks it, and composing it costs five times the answer.
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT centre.name, centre.address, centre.phone, centre.desk_hours, min(hour.opens), max(hour.closes)
            FROM centres_centre centre
            LEFT JOIN centres_openinghour hour ON hour.centre_id = centre.id AND hour.day_kind = %s
            WHERE centre.grid_id = %s AND centre.is_active
            GROUP BY centre.id ORDER BY centre."order", centre.id LIMIT 1""",
            [DayKind.WORKING.value, community.pk],
        )
        row = cursor.fetchone()
    return Masthead(*row) if row else None


# ---------------------------------------------------------------- free time
def diary_for(
    actor: Actor | None, centre: Centre, rooms: list[Room], first: dt.date, days: int, now: dt.datetime
) -> Diary:
    """What is known of a centre's rooms over these days, as the rules would answer this person.

    Its `person` is whom they would book for; None for passers-by and for whoever keeps the house.
    """
    keeps_house = actor is not None and rules.runs_centre(actor, centre)
    person = persons.of_account(actor.user) if actor and actor.user and not keeps_house else None
    local = keeps_house or bool(person and person.home_path and person.home_path.startswith(centre.grid.path))
    diary = open_diary(rooms, first, days, now, local=local, keeps_house=keeps_house)
    diary.person = person
    return diary


def availability(*, room: Room, first: dt.date, days: int, now: dt.datetime, actor: Actor | None = None) -> list[Span]:
    """The spans of a room over `days` dates from `first` on, each date from midnight to midnight, without holes."""
    diary = diary_for(actor, room.centre, [room], first, days, now)
    return [span for n in range(days) for span in diary.day(room, first + dt.timedelta(days=n))]


def announced_for(room: Room, today: dt.date) -> list[DayException]:
    """What is announced for a room or its whole house from today on, the next first."""
    rows = DayException.objects.filter(Q(room=room) | Q(centre=room.centre_id), last_day__gte=today)
    return list(rows.order_by("first_day", "pk"))


def next_open(diary: Diary, room: Room, day: dt.date) -> dt.datetime | None:
    """When a room that is shut opens next. It asks again: the diary knows no further than its own days."""
    book = hours_book([room], day, day + dt.timedelta(days=LOOK_AHEAD))
    days = (book.on(room, day + dt.timedelta(days=n)).opens for n in range(LOOK_AHEAD + 1))
    return next((opens for opens in days if opens is not None and opens > diary.now), None)


def near(centre: Centre) -> list[Centre]:
    """The other houses of the same street, in the order of the tree."""
    street = centre.grid.path[: -centre.grid.steplen]
    found = Centre.objects.select_related("grid").filter(is_active=True, grid__path__startswith=street)
    return list(found.exclude(pk=centre.pk).order_by("grid__path", "order"))


def free_near(actor: Actor | None, centre: Centre, day: dt.date, now: dt.datetime) -> list[tuple[Centre, int]]:
    """Houses nearby with rooms that can still be had that day, and how many. As many queries for one as for ten."""
    houses = near(centre)
    rooms = list(Room.objects.bookable().with_centre().filter(centre__in=[house.pk for house in houses]))
    if not rooms:
        return []
    diary = open_diary(rooms, day, 1, now, local=False)
    free = Counter(room.centre_id for room in rooms if diary.free(room, day))
    return [(house, free[house.pk]) for house in houses if free[house.pk]]


def next_free(diary: Diary, room: Room, after: dt.date, days: int) -> Span | None:
    """The first bookable span after a date, within the days the diary knows."""
    for n in range(1, days):
        for span in diary.free(room, after + dt.timedelta(days=n)):
            return span
    return None


# ---------------------------------------------------------------- today
@dataclass(frozen=True)
class Today:
    """How the front door is. `until`: when it shuts, or opens next (None: not within a week)."""

    is_open: bool
    until: dt.datetime | None
    hours: DayHours
    # 门开着，|到晚上九点。 The bar is where a line may break.
    sentence: str
    lead: str = ""


def today_at(centre: Centre, now: dt.datetime) -> Today:
    """Whether the door is open, until when, and the sentence that says so. Three queries."""
    local = timezone.localtime(now)
    book = hours_book([], local.date(), local.date() + dt.timedelta(days=LOOK_AHEAD), centres=[centre])
    today = book.door(centre.pk, local.date())
    announced = "".join(closurewords.ahead(_later(book, centre, local.date()), now))
    for opens, closes in today.spans:
        if opens <= now < closes:
            said = _("门开着，|到%(time)s。") % {"time": spoken(closes)}
            return Today(True, closes, today, said, lead(centre, today) + announced)
        if now < opens:
            return Today(
                False, opens, today, _("还没开门，|%(time)s开。") % {"time": spoken(opens)}, lead(centre, today)
            )
    for n in range(1, LOOK_AHEAD + 1):
        later = book.door(centre.pk, local.date() + dt.timedelta(days=n))
        if later.opens is not None:
            when = {"day": words.weekday(later.day, now), "time": spoken(later.opens)}
            closed = _("今天不开门，|%(day)s%(time)s开。") if not today.spans else _("关门了，|%(day)s%(time)s开。")
            return Today(False, later.opens, today, closed % when, lead(centre, today) + announced)
    return Today(False, None, today, _("这几天不开门，|有事请打电话。"), lead(centre, today))


def _later(book: HoursBook, centre: Centre, today: dt.date) -> list[DayException]:
    """What is announced for the house and has not begun: today's is said by today's hours."""
    return [one for one in book.exceptions.get(centre.pk, ()) if one.first_day > today]


def spoken(moment: dt.datetime) -> str:
    """晚上九点: a time as people say it in a sentence."""
    local = timezone.localtime(moment)
    return words.spoken_time(local.hour, local.minute)


def lead(centre: Centre, today: DayHours) -> str:
    """办事窗口 8:30–18:00。一楼有热水，有座位。"""
    said = [_("办事窗口 %(hours)s。") % {"hours": centre.desk_hours}] if centre.desk_hours and today.spans else []
    if today.code is not None and today.name:
        said.insert(0, _("%(name)s。") % {"name": today.name})
    if centre.welcome and today.spans:
        said.append(_("%(welcome)s。") % {"welcome": centre.welcome})
    return "".join(said)


@dataclass(frozen=True)
class Door:
    """A room as a door: open (walk in), busy (somebody is inside), shut."""

    room: Room
    state: str
    note: str
    until: str = ""


def doors(centre: Centre, now: dt.datetime) -> list[Door]:
    """Every room as it is now: those one can walk into first, then those in use, then the shut ones. Five queries."""
    rooms = rooms_of(centre)
    local = timezone.localtime(now)
    diary = open_diary(rooms, local.date(), 1, now, local=False)
    found = [door_of(diary, room, local) for room in rooms]
    rank = {"open": 0, "busy": 1, "shut": 2}
    return sorted((door for door in found if door is not None), key=lambda door: rank[door.state])


def door_of(diary: Diary, room: Room, now: dt.datetime) -> Door | None:
    """None for a room that stands empty and wants to be booked: it is neither open nor in use."""
    span = diary.at(room, now)
    until = _("到 %(time)s") % {"time": clock(span.ends_at)}
    if span.state in (SpanState.BOOKED, SpanState.HELD, SpanState.BUFFER):
        return Door(room, "busy", span.title or _("有人用"), until)
    if room.needs_booking:
        return None
    if span.state == SpanState.FREE:
        return Door(room, "open", _("大人陪着进") if room.guardian_required else _("开着"), until)
    opens = diary.hours.on(room, now.date()).opens
    if opens is not None and now < opens:
        return Door(room, "shut", _("还没开"), _("%(time)s 开") % {"time": clock(opens)})
    return Door(room, "shut", _("关了") if opens is not None else _("今天不开"))


# ---------------------------------------------------------------- bookings
def visible_to(actor: Actor) -> QuerySet[Booking]:
    return Booking.objects.visible_to(actor).with_room()


def line_visible_to(actor: Actor) -> QuerySet[WaitlistEntry]:
    return WaitlistEntry.objects.visible_to(actor).with_all()


def line_of(user_id: UUID) -> list[WaitlistEntry]:
    """Where somebody stands in line, the next start first."""
    return list(WaitlistEntry.objects.in_line().of(user_id).with_all().order_by("starts_at", "pk"))


def of_person(user_id: UUID) -> QuerySet[Booking]:
    """Somebody's own bookings, the latest start first."""
    return Booking.objects.of(user_id).with_room().order_by("-starts_at", "-id")


def coming_of(user_id: UUID, now: dt.datetime) -> list[Booking]:
    """What somebody still has before them, the next first; what was refused stays in sight until its day is over."""
    mine = Booking.objects.of(user_id).with_room().filter(ends_at__gt=now)
    return list(mine.exclude(state=BookingState.CANCELLED).order_by("starts_at", "id"))


def feed_of(user_id: UUID, now: dt.datetime) -> QuerySet[Booking]:
    """What a person's calendar shows: from a month back on, called-off ones too, so that calendars strike them out."""
    return Booking.objects.of(user_id).with_room().filter(ends_at__gt=now - dt.timedelta(days=31)).order_by("starts_at")


def feed_of_room(room: Room, now: dt.datetime) -> QuerySet[Booking]:
    """What a room's calendar shows: as feed_of, of every room that takes some of the same floor."""
    shared = RoomPart.objects.filter(part__room_parts__room=room).values("room")
    since = now - dt.timedelta(days=31)
    # Nobody books past midnight: a day more is enough for the index to be asked by the start.
    rows = Booking.objects.filter(room__in=shared, starts_at__gt=since - ONE_DAY, ends_at__gt=since)
    return rows.with_room().order_by("starts_at", "id")


def members_of(actor: Actor, series_id: UUID) -> QuerySet[Booking]:
    """The bookings of a series that this person may see, in the order of the calendar."""
    rows = Booking.objects.visible_to(actor).with_room().with_people().filter(series=series_id)
    return rows.select_related("resident__household__building").order_by("starts_at", "id")


def on_day(actor: Actor, date: dt.date) -> QuerySet[Booking]:
    """The bookings of a date that stand or stood, of the rooms this person looks after: what the board counts."""
    rows = Booking.objects.within(actor).took_place().between(midnight(date), midnight(date + ONE_DAY))
    return rows.with_room().with_people().order_by("starts_at", "room__order", "id")


def by_ids(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Booking]:
    """Of these the ones of rooms this person looks after, with whose they are."""
    return Booking.objects.within(actor).with_room().with_people().in_bulk(list(ids))


def line_on_day(actor: Actor, date: dt.date) -> list[WaitlistEntry]:
    """Who waits for something of a date in the rooms this person looks after, in the order they came."""
    rows = WaitlistEntry.objects.within(actor).in_line().with_all()
    day = {"starts_at__gte": midnight(date), "starts_at__lt": midnight(date + ONE_DAY)}
    return list(rows.filter(**day).order_by("created_at", "pk"))


def to_decide(actor: Actor) -> QuerySet[Booking]:
    """What waits for the community's nod, the first to lapse first; one's own is for a colleague."""
    rows = Booking.objects.within(actor).pending().filter(~Q(user_id=actor.id) | Q(user_id=None))
    return rows.with_room().with_people().order_by("starts_at", "id")


@dataclass(frozen=True)
class Quota:
    used: int
    allowed: int

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.used)


def quota_of(person: persons.Person, centre: Centre, date: dt.date) -> Quota:
    """How often somebody has booked in the month of a date, and how often they may."""
    month = date.replace(day=1)
    used = Booking.objects.filter(person.owns, counts=True, quota_month=month).count()
    return Quota(used, centre.monthly_quota)


def name_of(booking: Booking | WaitlistEntry) -> str:
    """Whose it is, for the staff."""
    if booking.resident is not None:
        return booking.resident.name
    return booking.user.get_full_name() if booking.user is not None else _("中心自己用")


def phone_of(booking: Booking | WaitlistEntry) -> str:
    """Where they are reached; shown masked."""
    if booking.user is not None and booking.user.phone:
        return booking.user.phone
    return (booking.resident.phone or "") if booking.resident is not None else ""


def day_label(date: dt.date, now: dt.datetime) -> str:
    return day(date, now)


def used_of(person: persons.Person, date: dt.date) -> int:
    """How many bookings count in the month of a date."""
    return Booking.objects.filter(person.owns, counts=True, quota_month=date.replace(day=1)).count()


def feed_for(user_id: UUID) -> CalendarFeed | None:
    """The calendar address somebody asked for, or None."""
    return CalendarFeed.objects.filter(user=user_id).first()
