"""Reading activities, sessions and enrolments; the door through which other rooms read them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from centres.activities import seating, words
from centres.activities.enums import LIVE, ON_THE_LIST, EnrolmentState, Stage
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Attendance, Certificate, Enrolment
from centres.activities.models_pickup import PickupCode, PickupPerson
from centres.activities.seating import Seats, Term
from portal.accounts.actors import Actor

WEEK = 7
ONE_DAY = dt.timedelta(days=1)


def midnight(day: dt.date) -> dt.datetime:
    """The local midnight a date begins with."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


# ---------------------------------------------------------------- what is on
@dataclass
class Row:
    """A session as a list shows it. `open`: one may enrol for it now; `seats` of the session, or of its term."""

    session: Session
    seats: Seats
    open: bool
    opens_at: dt.datetime | None
    lit: bool

    @property
    def activity(self) -> Activity:
        return self.session.activity

    @property
    def has_room(self) -> bool:
        return self.open and self.seats.left > 0

    @property
    def ages(self) -> str:
        return words.ages(self.activity)

    @property
    def place(self) -> str:
        return words.place(self.activity, self.session)

    @property
    def said(self) -> str:
        return words.room_left(self.seats)


def rows_of(sessions: Iterable[Session], now: dt.datetime) -> list[Row]:
    """Three queries, however many sessions; they come with their activity, centre and room."""
    sessions = list(sessions)
    activities = {one.activity_id: one.activity for one in sessions}
    seats = seating.seats_of_many(list(activities.values()))
    terms = seating.terms_of(pk for pk, one in activities.items() if not one.by_session)
    rows = []
    for one in sessions:
        activity = one.activity
        own = one if activity.by_session else None
        shut = seating.shuts_at(activity, own, terms.get(activity.pk, Term()))
        opened = activity.opens_at is None or now >= activity.opens_at
        rows.append(
            Row(
                one,
                seats.get((activity.pk, own.pk if own else None), Seats(activity.capacity)),
                open=shut is not None and opened and now < shut,
                opens_at=None if opened else activity.opens_at,
                lit=one.starts_at <= now < one.ends_at,
            )
        )
    return rows


def on_between(centre: Any, first: dt.datetime, last: dt.datetime, now: dt.datetime) -> QuerySet[Session]:
    """Published sessions of a centre that start within [first, last) and are not over."""
    rows = Session.objects.public().between(first, last).filter(activity__centre=centre, ends_at__gt=now)
    return rows.with_activity().order_by("starts_at", "id")


def suits_age(low: int, high: int) -> Q:
    """Activities that somebody of these ages may come to."""
    return (Q(activity__min_age__isnull=True) | Q(activity__min_age__lte=high)) & (
        Q(activity__max_age__isnull=True) | Q(activity__max_age__gte=low)
    )


def coming_at(centre: Any, now: dt.datetime, limit: int) -> list[Row]:
    """What is on now and next at a centre. Three queries."""
    return rows_of(on_between(centre, midnight(timezone.localtime(now).date()), now + 8 * ONE_DAY, now)[:limit], now)


# ---------------------------------------------------------------- one activity
def visible_activity(actor: Actor, activity_id: UUID) -> Activity | None:
    found: Activity | None = Activity.objects.visible_to(actor).with_centre().filter(pk=activity_id).first()
    return found


def own_activity(actor: Actor, activity_id: UUID) -> Activity | None:
    """An activity of a house this person runs."""
    found: Activity | None = Activity.objects.within(actor).with_centre().filter(pk=activity_id).first()
    return found


def sessions_of(activity: Activity) -> list[Session]:
    """All of them, called-off ones too, in order."""
    return list(activity.sessions.with_activity().order_by("starts_at", "id"))


def activities_of(actor: Actor, now: dt.datetime) -> QuerySet[Activity]:
    """The activities of the houses this person runs that are not over, drafts first; with `coming` sessions."""
    rows = Activity.objects.within(actor).with_centre()
    coming = Count("sessions", filter=Q(sessions__is_cancelled=False, sessions__ends_at__gt=now))
    ended = Exists(Session.objects.standing().filter(activity=OuterRef("pk")))
    rows = rows.annotate(coming=coming, planned=ended).exclude(stage=Stage.CANCELLED)
    return rows.filter(Q(coming__gt=0) | Q(planned=False) | Q(stage=Stage.DRAFT)).order_by("stage", "title", "id")


# ---------------------------------------------------------------- enrolments
def mine(user_id: UUID) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(user_id=user_id).with_activity().with_people().order_by("-id")


def live_of(user_id: UUID) -> list[Enrolment]:
    """What somebody still has before them, offers first: they want an answer."""
    rows = list(mine(user_id).filter(state__in=LIVE))
    return sorted(rows, key=lambda one: (one.state != EnrolmentState.OFFERED, one.pk))


def next_sessions(enrolments: Iterable[Enrolment], now: dt.datetime) -> dict[UUID, Session]:
    """Enrolment → the session they come to next. One query."""
    enrolments = list(enrolments)
    rows = Session.objects.standing().filter(activity__in={one.activity_id for one in enrolments}, ends_at__gt=now)
    coming = list(rows.select_related("room").order_by("starts_at", "id"))
    found = {}
    for one in enrolments:
        theirs = (
            session
            for session in coming
            if session.activity_id == one.activity_id and one.session_id in (None, session.pk)
        )
        if session := next(theirs, None):
            found[one.pk] = session
    return found


def by_date(enrolments: Iterable[Enrolment], now: dt.datetime) -> list[tuple[Enrolment, Session | None]]:
    """Each with the session they come to next: offers first, then the nearest date. One query."""
    enrolments = list(enrolments)
    coming = next_sessions(enrolments, now)

    def place(one: Enrolment) -> tuple[bool, bool, dt.datetime]:
        session = coming.get(one.pk)
        return one.state != EnrolmentState.OFFERED, session is None, session.starts_at if session else now

    return [(one, coming.get(one.pk)) for one in sorted(enrolments, key=place)]


def people_of(activity: Activity) -> list[Enrolment]:
    """Everybody of an activity that is live or finished: seats first, then the line in its order."""
    rows = Enrolment.objects.filter(activity=activity, state__in=(*LIVE, EnrolmentState.FINISHED))
    rank: dict[str, int] = {EnrolmentState.ENROLLED: 0, EnrolmentState.FINISHED: 0, EnrolmentState.OFFERED: 1}
    return sorted(
        rows.with_activity().with_people(),
        key=lambda one: (one.session.starts_at if one.session else now_or_never(), rank.get(one.state, 2), one.line_no),
    )


def now_or_never() -> dt.datetime:
    return dt.datetime.min.replace(tzinfo=dt.UTC)


def records_of(enrolment: Enrolment) -> list[Any]:
    return list(enrolment.records.order_by("-version"))


def certificate_of(enrolment: Enrolment) -> Certificate | None:
    return Certificate.objects.filter(enrolment=enrolment).first()


def certificate_by_code(code: str) -> Certificate | None:
    return Certificate.objects.filter(code=code).first()


# ---------------------------------------------------------------- who was there
@dataclass
class Present:
    """A line of the attendance page."""

    enrolment: Enrolment
    attendance: Attendance | None = None
    people: list[PickupPerson] = field(default_factory=list)

    @property
    def fetched(self) -> bool:
        """A child that somebody must fetch."""
        return self.enrolment.is_child and self.enrolment.activity.needs_pickup


def roster(session: Session) -> list[Present]:
    """Who is expected at a session, in the order they enrolled. Three queries."""
    pool = seating.pool(session.activity, session.pk if session.activity.by_session else None)
    rows = Enrolment.objects.filter(pool, state__in=ON_THE_LIST).with_activity().with_people().order_by("line_no")
    there = {one.enrolment_id: one for one in Attendance.objects.filter(session=session)}
    found = {one.pk: Present(one, there.get(one.pk)) for one in rows}
    if session.activity.needs_pickup:
        for person in PickupPerson.objects.filter(enrolment__in=list(found)):
            found[person.enrolment_id].people.append(person)
    return list(found.values())


def on_day(actor: Actor, date: dt.date) -> QuerySet[Session]:
    """The sessions of a date in the houses this person runs: what the board counts."""
    rows = Session.objects.within(actor).public().between(midnight(date), midnight(date + ONE_DAY))
    return rows.with_activity().order_by("starts_at", "id")


def untaken(actor: Actor, now: dt.datetime) -> list[Session]:
    """Sessions that have begun within a day and whose list nobody has gone through, though somebody is on it."""
    pool = Q(session=OuterRef("pk")) | Q(session__isnull=True, activity=OuterRef("activity"))
    expected = Enrolment.objects.filter(pool, state__in=ON_THE_LIST)
    rows = (
        Session.objects.within(actor)
        .public()
        .filter(starts_at__lte=now, ends_at__gt=now - ONE_DAY, taken_at__isnull=True)
    )
    return list(rows.filter(Exists(expected)).with_activity().order_by("starts_at", "id"))


# ---------------------------------------------------------------- fetching a child
def pickup_people(enrolment: Enrolment) -> list[PickupPerson]:
    return list(enrolment.pickup_people.all())


def codes_of_today(user_id: UUID, now: dt.datetime) -> list[PickupCode]:
    """The codes of a guardian's children for today, those that were made."""
    day = timezone.localtime(now).date()
    rows = PickupCode.objects.filter(
        enrolment__user_id=user_id,
        enrolment__state__in=ON_THE_LIST,
        session__starts_at__gte=midnight(day),
        session__starts_at__lt=midnight(day + ONE_DAY),
        session__is_cancelled=False,
    )
    return list(rows.select_related("enrolment__activity", "session").order_by("session__starts_at", "id"))


def published_at(centre: Any) -> list[Activity]:
    """What a centre has published and has not called off."""
    return list(Activity.objects.published().filter(centre=centre).order_by("title", "id"))
