"""A child goes with whoever shows today's code, or with somebody the guardian named; later nobody knows who."""

import datetime as dt

import pytest
from django.utils import translation

from centres.activities import attendance, pickup, services, steps
from centres.activities.models_enrolment import Attendance
from centres.activities.models_pickup import PickupCode, PickupPerson
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow import due
from tests.centres.activities.people import a_session, enrol, enrol_child, told
from tests.centres.activities.test_enrolling import refusal
from tests.centres.rooms.people import NOW, at

pytestmark = pytest.mark.django_db
HERE, HOME_TIME = at("09-21 16:25"), at("09-21 18:00")


@pytest.fixture
def child(cast, programme):
    """Arrived on Monday; today's code was looked at."""
    found = enrol_child(cast, programme.care)
    attendance.arrive(actor=cast.actor("clerk"), session_id=programme.care_day.pk, enrolment_id=found.pk, now=HERE)
    pickup.issue(enrolment=found, session=programme.care_day)
    return found


@pytest.fixture
def hand_over(cast, programme, child):
    def with_code(digits: str = "", now: dt.datetime = HOME_TIME, who: str = "clerk") -> Attendance:
        right = pickup.digits_of(PickupCode.objects.get(enrolment=child))
        return pickup.hand_over(
            actor=cast.actor(who),
            session_id=programme.care_day.pk,
            enrolment_id=child.pk,
            digits=digits or right,
            now=now,
        )

    return with_code


def wrong(child) -> str:
    right = int(pickup.digits_of(PickupCode.objects.get(enrolment=child)))
    return f"{(right + 1) % 1_000_000:06d}"


def name(cast, child, who="resident", **fields):
    given = {"name": "周桂芳", "phone": "13800009021", "relation": "外婆"} | fields
    return pickup.name_person(actor=cast.actor(who), enrolment_id=child.pk, **given)


# ---------------------------------------------------------------- the code
def test_the_code_lets_the_child_go_and_tells_the_guardian(cast, child, hand_over):
    found = hand_over()
    assert (found.picked_up_at, found.by_code, found.handed_over_by) == (HOME_TIME, True, cast.clerk)
    assert told(cast.resident) == ["小满已接走，18:00，凭接送码。"]
    assert told(cast.resident, "sms") == told(cast.resident)
    assert AuditEntry.objects.filter(verb="pickup.hand_over", object_id=str(child.pk)).count() == 1


def test_what_is_kept_is_chinese_whatever_the_clerk_reads(hand_over, english):
    with translation.override("en"):
        found = hand_over()
        assert (found.picked_up_by, found.fetched_by) == ("凭接送码", "with the pick-up code")


def test_used_twice_is_refused_plainly(cast, child, hand_over):
    hand_over()
    with pytest.raises(Conflict) as refused:
        hand_over(now=HOME_TIME + dt.timedelta(minutes=5))
    assert refused.value.code == "USED"
    assert "18:00 已经接走了" in refused.value.message
    assert len(told(cast.resident)) == 1


def test_a_wrong_code_is_counted_and_five_of_them_shut_it(cast, child, hand_over):
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Conflict) as refused:
            hand_over(wrong(child))
        assert f"还能试 {left} 次" in refused.value.message
    with refusal("THROTTLED", 429):
        hand_over()
    assert Attendance.objects.get().picked_up_at is None
    assert told(cast.resident) == []


def test_a_code_that_a_chinese_keyboard_wrote_wide_is_the_same_code(child, hand_over):
    right = pickup.digits_of(PickupCode.objects.get(enrolment=child))
    assert hand_over("".join(chr(ord(char) + 0xFEE0) for char in right)).picked_up_at is not None


def test_only_that_day(cast, child, hand_over):
    with refusal("NOT_TODAY"):
        hand_over(now=at("09-22 00:10"))


def test_the_table_holds_no_digits(child):
    code = PickupCode.objects.get(enrolment=child)
    digits = pickup.digits_of(code)
    assert len(digits) == 6
    assert digits not in str(PickupCode.objects.values().get())
    assert len(code.digest) == 64


def test_a_new_code_makes_the_old_one_worthless(cast, child, hand_over):
    old = pickup.digits_of(PickupCode.objects.get(enrolment=child))
    pickup.renew(actor=cast.actor("resident"), enrolment_id=child.pk, now=HERE)
    assert pickup.digits_of(PickupCode.objects.get(enrolment=child)) != old
    with refusal("WRONG_CODE", 409):
        hand_over(old)
    hand_over()


def test_each_child_and_each_day_has_its_own(cast, programme, child):
    other = enrol_child(cast, programme.care, name="小暑")
    codes = {pickup.digits_of(pickup.issue(enrolment=one, session=programme.care_day)) for one in (child, other)}
    assert len(codes) == 2
    assert pickup.issue(enrolment=child, session=programme.care_day).round == 1
    assert PickupCode.objects.count() == 2


def test_codes_are_made_the_evening_before(cast, programme):
    enrol_child(cast, programme.care)
    assert steps.remind(session_id=programme.care_day.pk, now=at("09-20 18:00"))
    assert PickupCode.objects.count() == 1


def test_a_child_that_is_not_here_cannot_go(cast, programme):
    found = enrol_child(cast, programme.care)
    code = pickup.issue(enrolment=found, session=programme.care_day)
    with refusal("NOT_HERE", 409):
        pickup.hand_over(
            actor=cast.actor("clerk"),
            session_id=programme.care_day.pk,
            enrolment_id=found.pk,
            digits=pickup.digits_of(code),
            now=HOME_TIME,
        )


def test_a_child_that_is_fetched_does_not_simply_leave(cast, programme, child):
    with refusal("NEEDS_PICKUP"):
        attendance.leave(
            actor=cast.actor("clerk"), session_id=programme.care_day.pk, enrolment_id=child.pk, now=HOME_TIME
        )


@pytest.mark.parametrize("who", ["resident", "grid_worker", "secretary_b", "volunteer"])
def test_only_the_house_hands_over(hand_over, who):
    with pytest.raises(NotFound):
        hand_over(who=who)


# ---------------------------------------------------------------- the list
def test_without_the_code_to_somebody_on_the_list_with_a_reason(cast, programme, child):
    granny = name(cast, child)
    given = {"actor": cast.actor("clerk"), "session_id": programme.care_day.pk, "enrolment_id": child.pk}
    with refusal("REASON_REQUIRED"):
        pickup.hand_to_listed(**given, person_id=granny.pk, reason=" ", now=HOME_TIME)
    found = pickup.hand_to_listed(**given, person_id=granny.pk, reason="手机没电，看过身份证", now=HOME_TIME)
    assert (found.by_code, found.picked_up_by, found.pickup_reason) == (False, "外婆 周桂芳", "手机没电，看过身份证")
    assert told(cast.resident) == ["小满已接走，18:00，外婆 周桂芳。"]


def test_nobody_who_is_not_on_this_childs_list(cast, programme, child):
    other = enrol_child(cast, programme.care, "neighbour", "小暑")
    theirs = name(cast, other, "neighbour")
    with pytest.raises(NotFound):
        pickup.hand_to_listed(
            actor=cast.actor("clerk"),
            session_id=programme.care_day.pk,
            enrolment_id=child.pk,
            person_id=theirs.pk,
            reason="说是亲戚",
            now=HOME_TIME,
        )


def test_the_guardian_names_up_to_four(cast, child):
    for number in range(4):
        name(cast, child, name=f"亲戚{number}")
    with refusal("TOO_MANY"):
        name(cast, child, name="第五位")
    with refusal("TWICE", 409):
        name(cast, child, name="亲戚0")


def test_whom_one_cannot_call_is_refused(cast, child):
    with pytest.raises(Invalid) as refused:
        name(cast, child, name=" ", phone="12345", relation="")
    assert set(refused.value.extra["errors"]) == {"name", "phone", "relation"}


def test_strangers_name_nobody_and_adults_need_nobody(cast, programme, child):
    with pytest.raises(NotFound):
        name(cast, child, "neighbour")
    with refusal("NO_PICKUP", 409):
        name(cast, enrol(cast, programme.course))
    with pytest.raises(Forbidden):
        pickup.renew(actor=cast.actor("clerk"), enrolment_id=child.pk, now=HERE)


def test_who_was_struck_does_not_fetch(cast, child):
    granny = name(cast, child)
    pickup.strike_person(actor=cast.actor("resident"), enrolment_id=child.pk, person_id=granny.pk)
    assert not PickupPerson.objects.exists()
    with pytest.raises(NotFound):
        pickup.strike_person(actor=cast.actor("resident"), enrolment_id=child.pk, person_id=granny.pk)


# ---------------------------------------------------------------- guardrail 8
def test_thirty_days_after_the_term_nobody_knows_who_fetched(cast, programme, child, hand_over):
    """Guardrail 8."""
    name(cast, child)
    hand_over()
    last = programme.care_day.ends_at
    due.sweep(last + dt.timedelta(days=30) - dt.timedelta(minutes=1))
    assert PickupPerson.objects.count() == PickupCode.objects.count() == 1
    due.sweep(last + dt.timedelta(days=30))
    assert PickupPerson.objects.count() == PickupCode.objects.count() == 0
    found = Attendance.objects.get()
    assert (found.picked_up_at, found.picked_up_by, found.handed_over_by, found.by_code) == (None, "", None, False)
    assert found.left_at == HOME_TIME


def test_forgetting_twice_changes_nothing_and_a_later_session_puts_it_off(cast, programme, child, hand_over):
    """Guardrail 8."""
    name(cast, child)
    hand_over()
    later = programme.care_day.ends_at + dt.timedelta(days=30)
    assert pickup.forget(activity_id=programme.care.pk, now=later - dt.timedelta(seconds=1)) == 0
    assert pickup.forget(activity_id=programme.care.pk, now=later) == 4
    lines = AuditEntry.objects.count()
    assert pickup.forget(activity_id=programme.care.pk, now=later) == 0
    assert AuditEntry.objects.count() == lines


def test_now_is_before_all_of_it():
    assert NOW < HERE < HOME_TIME


def test_what_is_fetched_only_from_now_on_is_forgotten_as_well(cast, programme):
    services.edit_activity(actor=cast.actor("clerk"), activity_id=programme.course.pk, needs_pickup=True, now=NOW)
    name(cast, enrol_child(cast, programme.course))
    due.sweep(programme.tuesday.ends_at + dt.timedelta(days=30))
    assert not PickupPerson.objects.exists()


def test_thirty_days_count_from_the_last_session_that_took_place(cast, programme, child):
    """The first reckoning was put off by a later session, which is then called off."""
    name(cast, child)
    later = a_session(cast, programme.care, "11-20 16:30", "11-20 18:00", now=NOW)
    due.sweep(programme.care_day.ends_at + dt.timedelta(days=30))
    assert PickupPerson.objects.exists()
    off = at("10-22 09:00")
    services.cancel_session(actor=cast.actor("clerk"), session_id=later.pk, reason="放寒假了", now=off)
    due.sweep(off)
    assert not PickupPerson.objects.exists()
