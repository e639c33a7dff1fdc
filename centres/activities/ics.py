"""Sessions as a calendar file: one UID for ever, a SEQUENCE that grows with every change, called-off ones kept."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings
from icalendar import Calendar, Event

from centres.activities import words
from centres.activities.models import Activity, Session


def calendar(activity: Activity, sessions: Iterable[Session]) -> bytes:
    """An iCalendar document (RFC 5545) of an activity's sessions. They come with their room."""
    found = Calendar()
    found.add("prodid", "-//jiamenkou//activities//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", activity.title)
    found.add("x-wr-timezone", settings.TIME_ZONE)
    for session in sessions:
        found.add_component(event(activity, session))
    return bytes(found.to_ical())


def event(activity: Activity, session: Session) -> Event:
    centre = activity.centre
    one = Event()
    one.add("uid", f"{session.pk}@jiamenkou")
    one.add("sequence", session.sequence)
    one.add("dtstamp", datetime.now(UTC))
    one.add("dtstart", session.starts_at.astimezone(UTC))
    one.add("dtend", session.ends_at.astimezone(UTC))
    one.add("summary", activity.title)
    where = words.place(activity, session)
    one.add("location", " ".join(part for part in (centre.name, where, centre.address) if part))
    one.add("description", activity.about)
    one.add("url", settings.SITE_URL + activity.get_absolute_url())
    one.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    return one
