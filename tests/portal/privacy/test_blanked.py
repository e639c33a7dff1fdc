"""What is blanked stands against the table's own constraints: a night, and an erasure, must get past all of them."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, models
from django.utils import timezone

from portal.notifications.models import Notice
from portal.privacy import blanking, erasing, housekeeping, retention, subjects
from portal.privacy.declarations import BLANK, personal
from portal.privacy.models import RetentionRun
from tests.grids.conftest import open_door
from tests.portal.privacy.any_row import any_row

pytestmark = pytest.mark.django_db
LONG = timedelta(days=1500)


@pytest.fixture(autouse=True)
def home(cast):
    return open_door(cast.place.building, "301", ("林秀英", "+8613800002046"))


def fields_of(condition: models.Q) -> set[str]:
    """The columns a constraint speaks of."""
    found: set[str] = set()
    for one in condition.children:
        found |= fields_of(one) if isinstance(one, models.Q) else {one[0].partition("__")[0]}
    return found


# Constraints that speak of a column which is blanked, each with why they hold all the same. Somebody has looked.
HOLD = {
    "appeal_answered_whole": "what was answered stays answered: —",
    "attendance_handed_over_says_why": "who fetched and when go together",
    "booking_override_says_why": "why a rule was set aside: —",
    "call_more_says_what": "what they said: —",
    "care_need_child_has_guardian": "of open ones only, and those are not blanked",
    "case_anonymous_has_no_name": "less than that is no name",
    "donation_reversal_says_why": "why it was set right: —",
    "door_quiet_is_a_span": "both ends go together",
    "enrolment_child_has_consent": "the age and the words of the consent stay",
    "erasure_decided_says_why": "the answer: —",
    "notice_has_recipient": "a telephone: —",
    "promise_moved_says_why": "the reason: —",
    "resident_left_somehow": "empty is allowed",
    "resident_link_is_signed": "account and moment go together",
    "resident_phone_e164": "null is allowed",
    "wish_contact_goes": "less than that is no contact",
}


def test_every_constraint_on_what_is_blanked_has_been_looked_at():
    found = set()
    for said in personal():
        if said.apart:
            continue
        names = {name for name, held in said.fields.items() if not held.stays and said.erased == BLANK}
        names |= {name for keep, some in retention.rules(said) if keep.does == BLANK for name in some}
        checks = [one for one in said.model._meta.constraints if isinstance(one, models.CheckConstraint)]
        blanked = set(blanking.changes(said, sorted(names)))
        found |= {one.name for one in checks if fields_of(one.condition) & blanked}
    assert found == set(HOLD)


def test_message_to_a_bare_telephone_is_blanked(cast):
    old = timezone.now() - timedelta(days=200)
    for key, whose in (("phone", {"address": "+8613800002046"}), ("account", {"recipient": cast.resident})):
        Notice.objects.create(key=key, channel="sms", subject="您的预约", body="书画室", created_at=old, **whose)
    first, second = retention.run(), retention.run()
    assert (first.counts, first.finished, second.counts) == ({"portal.Notice": 2}, True, {})
    assert not Notice.objects.exclude(subject="", body="").exists()
    assert "13800002046" not in Notice.objects.get(key="phone").address


def test_call_that_brought_more_words_is_blanked(cast):
    call = any_row(cast, "petitions.FollowUpCall", outcome="wants_more", said="楼上又漏了")
    retention.run(timezone.now() + LONG)
    call.refresh_from_db()
    assert "漏" not in call.said


def test_guardian_of_an_enrolled_child_can_be_erased(cast):
    child = any_row(
        cast,
        "centres.Enrolment",
        user=cast.resident,
        state="finished",
        child_name="林小满",
        age=9,
        consent_at=timezone.now(),
        consent_words="我同意",
        consent_name="林秀英",
    )
    erasing.erase(subjects.of_account(cast.resident))
    child.refresh_from_db()
    assert not {"林小满", "林秀英"} & {child.child_name, child.consent_name}


def test_giver_whose_gift_was_set_right_can_be_erased(cast):
    gift = any_row(cast, "centres.Donation", giver=cast.resident, giver_name="林秀英")
    back = any_row(
        cast, "centres.Donation", drive=gift.drive, quantity=-gift.quantity, giver=cast.resident, reverses=gift,
        reason="林秀英记错了",
    )  # fmt: skip
    erasing.erase(subjects.of_account(cast.resident))
    back.refresh_from_db()
    assert "林" not in back.reason


def test_one_table_that_cannot_be_ended_holds_up_no_other(cast, monkeypatch, error_log):
    any_row(cast, "portal.Notice", recipient=cast.resident, created_at=timezone.now() - timedelta(days=200))
    work, night = retention._batch, RetentionRun.objects

    def fails(said, *rest):
        if said.label == "portal.PhoneCode":
            raise DatabaseError("no")
        return work(said, *rest)

    def job(now):
        raise ValueError("no")

    monkeypatch.setattr(retention, "_batch", fails)
    monkeypatch.setitem(housekeeping._jobs, "exports", job)
    retention.run()
    assert night.get().counts == {"portal.Notice": 1}
    # Said, not hidden: the night was not finished, and the log names the two.
    assert (night.get().finished, night.get().ended_at is None) == (False, False)
    lines = error_log.take()
    assert [any(name in line for line in lines) for name in ("portal.PhoneCode", "exports")] == [True, True]
