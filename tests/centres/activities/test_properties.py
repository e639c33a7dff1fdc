"""Random days at the counter: whatever people do, no seat is had twice and none stands empty while somebody waits."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.activities import enrolling, seating, services
from centres.activities.enums import SEATED, EnrolmentState
from centres.activities.models_enrolment import Enrolment, EnrolmentRecord
from centres.activities.transitions import TABLE
from portal.errors import Refusal
from portal.flow import due
from tests.centres.activities.people import a_session, an_activity, published
from tests.centres.rooms.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]
PEOPLE = ("resident", "neighbour", "volunteer", "org_contact", "outsider")
ACTS = st.one_of(
    st.tuples(st.sampled_from(("enrol", "withdraw", "accept", "cancel")), st.sampled_from(PEOPLE)),
    st.tuples(st.just("seats"), st.integers(1, 4)),
    st.tuples(st.just("hours"), st.integers(1, 13)),
)


class Undo(Exception):
    """Takes an example back, so that the next one finds the same house."""


def act(cast, course, what, given_, now):
    if what == "seats":
        services.edit_activity(actor=cast.actor("secretary"), activity_id=course.pk, capacity=given_, now=now)
    elif what == "enrol":
        enrolling.enrol(actor=cast.actor(given_), activity_id=course.pk, now=now)
    else:
        mine = Enrolment.objects.live().filter(activity=course, user=cast.users[given_]).first()
        if mine is None:
            return
        if what == "cancel":
            enrolling.cancel(actor=cast.actor("secretary"), enrolment_id=mine.pk, reason="名字报重了", now=now)
        else:
            getattr(enrolling, what)(actor=cast.actor(given_), enrolment_id=mine.pk, now=now)


def holds(course, now):
    """What must be true after every act."""
    course.refresh_from_db()
    rows = Enrolment.objects.filter(activity=course)
    taken, waiting = rows.filter(state__in=SEATED).count(), rows.filter(state=EnrolmentState.WAITING).count()
    assert taken <= course.capacity, "a seat is had twice"
    assert not waiting or taken == course.capacity, "a seat stands empty while somebody waits"
    live = list(rows.live().values_list("who", flat=True))
    assert len(live) == len(set(live))
    for offer in rows.filter(state=EnrolmentState.OFFERED):
        assert now < offer.offered_until <= now + dt.timedelta(hours=12)
        assert not rows.filter(state=EnrolmentState.WAITING, line_no__lt=offer.line_no).exists(), (
            "somebody was passed over"
        )
    steps = {(row.event, state, row.target) for row in TABLE.rows for state in (row.source or ("",))}
    done = set(EnrolmentRecord.objects.values_list("event", "from_state", "to_state"))
    assert done <= {(str(event), str(state), str(target)) for event, state, target in steps}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(days=st.lists(ACTS, min_size=4, max_size=14))
def test_no_seat_twice_and_none_empty_while_somebody_waits(cast, house, days):
    try:
        with transaction.atomic():
            course, now = an_activity(cast, house), NOW
            a_session(cast, course, "09-30 09:00", "09-30 10:00")
            published(cast, course)
            # Two seats, and two who wait: whatever is drawn then does something.
            for who in PEOPLE[:4]:
                act(cast, course, "enrol", who, now)
            for what, given_ in days:
                if what == "hours":
                    now += dt.timedelta(hours=given_)
                    due.sweep(now)
                else:
                    try:
                        with transaction.atomic():
                            act(cast, course, what, given_, now)
                    except Refusal:
                        pass
                holds(course, now)
            assert seating.seats_of(course, None).capacity == course.capacity
            raise Undo
    except Undo:
        pass
