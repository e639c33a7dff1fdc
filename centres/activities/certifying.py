"""结业证: given once, for free, to whoever finished a course and was there."""

import datetime as dt
import secrets

from django.db import connection
from django.utils import timezone

from centres.activities import words
from centres.activities.enums import EnrolmentState
from centres.activities.models import Activity, Session
from centres.activities.models_enrolment import Certificate, Enrolment
from portal.accounts.actors import SYSTEM
from portal.audit.services import record


def certify(activity: Activity, now: dt.datetime) -> int:
    """One certificate for each who finished and was there; the hours are those of the sessions they came to.

    Twice is once. Returns how many are new. The caller holds the activity.
    """
    finished = Enrolment.objects.filter(
        activity=activity, state=EnrolmentState.FINISHED, certificate__isnull=True
    ).with_people()
    given = 0
    for enrolment in finished.order_by("line_no"):
        came_to = Session.objects.standing().filter(attendances__enrolment=enrolment)
        minutes = sum(session.minutes for session in came_to)
        if not minutes:
            continue
        certificate = Certificate.objects.create(
            enrolment=enrolment,
            code=secrets.token_hex(16),
            number=_next_number(now),
            masked_name=words.masked(enrolment.name),
            title=activity.title,
            provider=activity.provider or activity.centre.name,
            minutes=minutes,
            issued_on=timezone.localtime(now).date(),
        )
        record(
            actor=SYSTEM,
            verb="certificate.issue",
            target=certificate,
            path=activity.centre.grid.path,
            subject_id=enrolment.resident_id or enrolment.user_id,
        )
        given += 1
    return given


def _next_number(now: dt.datetime) -> str:
    """JY2026-0001. Numbers come from one row, so that two sweeps never give the same."""
    head = f"JY{timezone.localtime(now):%Y}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO centres_certificatecounter (head, last) VALUES (%s, 1) "
            "ON CONFLICT (head) DO UPDATE SET last = centres_certificatecounter.last + 1 RETURNING last",
            [head],
        )
        return f"{head}-{cursor.fetchone()[0]:04d}"
