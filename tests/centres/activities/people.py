"""What the tests of activities share: a few activities of 文昌花园, and short ways to enrol."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from centres.activities import enrolling, services
from centres.activities.enrolling import Child
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Enrolment
from portal.notifications.models import Notice
from tests.cast import Cast
from tests.centres.rooms.people import NOW, House, at

# 9 years old on 21 September 2026.
BORN = dt.date(2017, 5, 1)
PLAIN: dict[str, Any] = {"title": "书法课", "kind": "course", "about": "从横竖撇捺学起。", "capacity": 2}


def an_activity(cast: Cast, house: House, **fields: Any) -> Activity:
    """A draft, written by the secretary."""
    return services.create_activity(actor=cast.actor("secretary"), centre=house.centre.pk, **(PLAIN | fields))


def a_session(
    cast: Cast, activity: Activity, start: str, end: str, room: Any = None, now: dt.datetime = NOW
) -> Session:
    """a_session(cast, activity, "09-21 09:00", "09-21 10:00", house.studio)"""
    return services.add_session(
        actor=cast.actor("secretary"),
        activity_id=activity.pk,
        starts_at=at(start),
        ends_at=at(end),
        room=room.pk if room else None,
        now=now,
    )


def published(cast: Cast, activity: Activity) -> Activity:
    return services.publish(actor=cast.actor("secretary"), activity_id=activity.pk, now=NOW)


@dataclass
class Programme:
    """course: two seats, a term of Monday and Tuesday 9–10 in the studio. film: two seats a session, Saturday and
    Sunday in the hall's east half. care: five seats, children of 6 to 12, fetched; Monday 16:30–18:00."""

    course: Activity
    monday: Session
    tuesday: Session
    film: Activity
    saturday: Session
    sunday: Session
    care: Activity
    care_day: Session


def set_up(cast: Cast, house: House) -> Programme:
    course = an_activity(cast, house, gives_certificate=True)
    film = an_activity(cast, house, title="坝坝电影", kind="film", enrols="session")
    care = an_activity(
        cast, house, title="四点半课堂", kind="after_school", capacity=5, min_age=6, max_age=12, needs_pickup=True
    )
    made = Programme(
        course,
        a_session(cast, course, "09-21 09:00", "09-21 10:00", house.studio),
        a_session(cast, course, "09-22 09:00", "09-22 10:00", house.studio),
        film,
        a_session(cast, film, "09-19 15:00", "09-19 17:00", house.east),
        a_session(cast, film, "09-20 15:00", "09-20 17:00", house.east),
        care,
        a_session(cast, care, "09-21 16:30", "09-21 18:00", house.studio),
    )
    made.course, made.film, made.care = (published(cast, one) for one in (course, film, care))
    return made


def enrol(
    cast: Cast, activity: Activity, who: str = "resident", session: Session | None = None, **given: Any
) -> Enrolment:
    given = {"now": NOW} | given
    session_id = session.pk if session else None
    return enrolling.enrol(actor=cast.actor(who), activity_id=activity.pk, session_id=session_id, **given)


def enrol_child(cast: Cast, activity: Activity, who: str = "resident", name: str = "小满", **given: Any) -> Enrolment:
    return enrol(cast, activity, who, **({"child": Child(name, consent=True), "born": BORN} | given))


def fill(cast: Cast, activity: Activity, session: Session | None = None) -> list[Enrolment]:
    """Both seats taken, by the neighbour and the volunteer."""
    return [enrol(cast, activity, who, session) for who in ("neighbour", "volunteer")]


def told(user: Any, channel: str = "inapp") -> list[str]:
    """What somebody has been told, in order."""
    rows = Notice.objects.filter(recipient=user, channel=channel).order_by("id")
    return list(rows.values_list("subject", flat=True))
