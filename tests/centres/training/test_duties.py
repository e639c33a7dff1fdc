"""What falls due: each handler run twice changes nothing the second time."""

from datetime import timedelta

import pytest

from centres.training import services
from centres.training.enums import OrderState
from centres.training.models_order import TrainingOrder
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from tests.centres.rooms.people import NOW, at
from tests.centres.training.people import THURSDAY, TUESDAY, bring_to, confirm, lunch, submit

pytestmark = pytest.mark.django_db


def said_to(who) -> list[str]:
    return list(Notice.objects.filter(recipient=who, channel="inapp").order_by("id").values_list("subject", flat=True))


def twice(moment) -> None:
    sweep(moment)
    before = Notice.objects.count(), list(TrainingOrder.objects.values_list("state", "version"))
    DueRow.objects.filter(outcome__in=("done", "skipped"), kind__startswith="training.").update(
        done_at=None, outcome=""
    )
    sweep(moment)
    assert (Notice.objects.count(), list(TrainingOrder.objects.values_list("state", "version"))) == before


def test_unanswered_order_is_declined_on_its_day(cast, training):
    order = submit(cast, training)
    sweep(at("09-21 23:59"))
    order.refresh_from_db()
    assert order.state == "submitted"
    twice(at("09-22 00:01"))
    order.refresh_from_db()
    record = order.records.latest("version")
    assert (order.state, record.actor_role) == ("declined", "system")
    assert "没有答复" in record.reason or "还没有答复" in record.reason
    assert "没接成" in said_to(cast.org_contact)[-1]


def test_contact_is_reminded_three_days_before_once(cast, training):
    bring_to(cast, training, "confirmed")
    sweep(at("09-19 08:59"))
    assert not any("都备好了" in said for said in said_to(cast.org_contact))
    twice(at("09-19 09:00"))
    assert sum("都备好了" in said for said in said_to(cast.org_contact)) == 1


def test_order_confirmed_late_is_not_reminded_of_the_past(cast, training):
    order = submit(cast, training)
    confirm(cast, order, now=at("09-20 10:00"))
    assert not DueRow.objects.filter(subject_id=order.pk, kind="training.remind").exists()


def test_house_gets_one_list_a_day_however_many_groups(cast, training):
    bring_to(cast, training, "confirmed")
    for day in (TUESDAY, THURSDAY):
        confirm(cast, submit(cast, training, [lunch(day)]))
    twice(at("09-21 15:00"))
    assert [said for said in said_to(cast.clerk) if "可以打了" in said] == [
        "明天（9月22日 周二）的用餐、床位单可以打了。"
    ]
    twice(at("09-23 15:00"))
    assert sum("可以打了" in said for said in said_to(cast.clerk)) == 2
    url = Notice.objects.filter(recipient=cast.clerk).latest("id").url
    assert url == f"/desk/training/sheet/?date=2026-09-24&base={training.base.pk}"


def test_finished_after_the_last_day(cast, training):
    order = bring_to(cast, training, "confirmed")
    twice(at("09-25 00:01"))
    order.refresh_from_db()
    assert order.state == OrderState.FINISHED


@pytest.mark.parametrize("state", ["cancelled", "declined"])
def test_nothing_falls_due_for_what_is_over(cast, training, state):
    order = bring_to(cast, training, state)
    assert not DueRow.objects.filter(subject_id=order.pk, done_at=None).exists()
    sweep(NOW + timedelta(days=30))
    order.refresh_from_db()
    assert order.state == state


def test_moved_order_is_reminded_of_its_new_day(cast, training):
    order = bring_to(cast, training, "confirmed")
    group = services.group_of(order)
    from dataclasses import replace

    later = replace(group, first_day=THURSDAY, last_day=THURSDAY)
    services.change_order(actor=cast.actor("clerk"), order_id=order.pk, group=later, lines=[lunch(THURSDAY)], now=NOW)
    open_rows = DueRow.objects.filter(subject_id=order.pk, done_at=None)
    assert {row.key.split(":", 2)[2] for row in open_rows} == {
        "finish:2026-09-24",
        "remind:2026-09-24",
        "sheet:2026-09-24",
    }
