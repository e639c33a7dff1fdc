"""Each key is told exactly once: whoever queues it again, however many workers deliver, whoever dies on the way."""

from datetime import timedelta

import pytest
import time_machine
from celery import Celery, current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.notifications import queries, services
from portal.notifications.models import Channel, Notice, NoticeState
from portal.notifications.services import deliver, mark_read, queue


def state() -> str:
    return Notice.objects.get().state


def test_same_key_is_queued_once(tell):
    assert tell() == 1
    assert tell() == 0
    assert Notice.objects.count() == 1


def test_one_key_by_two_channels_is_two_rows(tell):
    assert tell(by=("inapp", "sms")) == 2
    assert set(Notice.objects.values_list("key", flat=True)) == {"k:inapp", "k:sms"}


def test_key_stays_taken_after_it_was_told(tell, texts):
    tell()
    deliver()
    tell()
    deliver()
    assert len(texts.sent) == 1


def test_message_rolled_back_was_never_queued(tell):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 (the block is what rolls back)
        tell()
        raise RuntimeError
    assert Notice.objects.count() == 0


def test_person_without_a_phone_is_told_in_app_only(cast, tell):
    cast.resident.phone = None
    assert tell(by=("inapp", "sms")) == 1


@pytest.mark.django_db
def test_somebody_without_an_account_is_told_by_phone(texts):
    queue(key="k", to=None, phone="+8613900000001", subject="回单号 HY 0916 014", by=("sms",))
    deliver()
    assert texts.sent[0][0] == "+8613900000001"


@pytest.mark.django_db
def test_message_nobody_can_receive_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="notice_has_recipient"):
        Notice.objects.create(key="k", channel=Channel.SMS, subject="x")


def test_text_carries_the_key_for_the_gateway(tell, texts):
    tell()
    deliver()
    assert texts.sent[0][2] == "k:sms"
    assert state() == NoticeState.SENT


def test_message_for_later_waits(tell, texts):
    tell(not_before=timezone.now() + timedelta(hours=1))
    assert deliver() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert deliver() == 1


# ---------------------------------------------------------------- when it goes wrong
def test_refused_message_is_tried_again_then_given_up(tell, texts):
    tell()
    texts.refuse()
    moment = timezone.now()
    for wait in (*services.RETRIES, timedelta(0)):
        with time_machine.travel(moment, tick=False):
            deliver()
            assert deliver() == 0
        moment += wait + timedelta(seconds=1)
    assert state() == NoticeState.FAILED
    texts.fail = None
    with time_machine.travel(moment + timedelta(days=1)):
        assert deliver() == 0


def test_lost_answer_is_unknown_and_not_sent_again(tell, forgetful):
    tell()
    forgetful.fail = TimeoutError()
    deliver()
    assert state() == NoticeState.UNKNOWN
    forgetful.fail = None
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert deliver() == 0
    assert forgetful.sent == []


def test_lost_answer_is_sent_again_to_a_gateway_that_deduplicates(tell, texts):
    tell()
    texts.fail = TimeoutError()
    deliver()
    assert state() == NoticeState.UNKNOWN
    texts.fail = None
    assert deliver() == 0  # not at once
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        deliver()
    assert state() == NoticeState.SENT
    assert len(texts.sent) == 1


@pytest.mark.parametrize(("gateway", "after", "texts_sent"), [("texts", "sent", 1), ("forgetful", "unknown", 0)])
def test_sender_that_died_leaves_no_second_message(tell, request, gateway, after, texts_sent):
    sent = request.getfixturevalue(gateway).sent
    tell()
    services._claim(10)  # and here it died
    deliver()
    assert state() == NoticeState.SENDING
    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        deliver()
    assert (state(), len(sent)) == (after, texts_sent)


def test_claim_that_was_given_up_is_not_acted_on(tell, texts):
    """A worker that was held up for minutes finds its claim taken, and leaves quietly."""
    tell()
    (held,) = services._claim(10)
    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        deliver()
    assert services._send(held) == 0
    assert len(texts.sent) == 1


@pytest.mark.django_db(transaction=True)
def test_page_answers_and_the_message_waits_while_the_broker_is_gone(cast, texts):
    previous = current_app._get_current_object()
    gone = Celery(
        "gone", broker="redis://127.0.0.1:1/0", broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    gone.set_current()
    started = timezone.now()
    try:
        queue(key="k", to=cast.resident, subject="您的事有进展", by=("sms",))
    finally:
        previous.set_current()
    assert timezone.now() - started < timedelta(seconds=5)
    assert state() == NoticeState.QUEUED
    assert deliver() == 1


# ---------------------------------------------------------------- the inbox
def test_inbox_holds_ones_own_newest_first(cast, tell):
    for number in range(3):
        tell(f"k{number}", by=("inapp",))
    queue(key="other", to=cast.neighbour, subject="别人的")
    assert [one.key for one in queries.inbox(cast.resident.pk)] == ["k2:inapp", "k1:inapp", "k0:inapp"]
    assert queries.unread(cast.resident.pk) == 3


def test_inbox_does_not_tell_before_the_time(cast, tell):
    tell(by=("inapp",), not_before=timezone.now() + timedelta(days=1))
    assert queries.inbox(cast.resident.pk) == []
    assert queries.unread(cast.resident.pk) == 0


def test_reading_marks_ones_own_only(cast, tell):
    tell(by=("inapp",))
    queue(key="other", to=cast.neighbour, subject="别人的")
    mark_read(user=cast.resident)
    assert (queries.unread(cast.resident.pk), queries.unread(cast.neighbour.pk)) == (0, 1)
