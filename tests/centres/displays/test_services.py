"""What hangs: put up, looked at, replaced, taken down; by whom, and what each leaves behind."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from centres.displays import queries, services
from centres.displays.models import DisplayItem, DisplayReview
from portal.audit.models import AuditEntry
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.flow.models import DueRow
from tests.centres.displays.people import ONE_DAY, TODAY, an_item
from tests.centres.rooms.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def open_rows(item: DisplayItem) -> list[str]:
    return [f"{row.due_at:%m-%d}" for row in DueRow.objects.filter(subject_id=item.pk, done_at=None)]


def test_what_is_put_up_is_looked_at_after_its_days(cast):
    item = an_item(cast, hung=10, interval_days=30)
    assert item.review_due == TODAY + 20 * ONE_DAY
    assert item.responsible == cast.clerk
    assert open_rows(item) == ["10-08"]
    assert an_item(cast, place="二楼走廊", responsible=cast.secretary.pk).responsible == cast.secretary


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"place": ""}, "place"),
        ({"kind": "poster"}, "kind"),
        ({"title": " "}, "title"),
        ({"text": "\0"}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"interval_days": 0}, "interval_days"),
        ({"interval_days": 731}, "interval_days"),
        ({"put_up_on": TODAY + ONE_DAY}, "put_up_on"),
        ({"put_up_on": dt.date(1, 1, 1)}, "put_up_on"),
    ],
)
def test_what_cannot_hang_is_refused(cast, wrong, field):
    with pytest.raises(Invalid) as refused:
        an_item(cast, **wrong)
    assert list(refused.value.extra["errors"]) == [field]
    assert not DisplayItem.objects.exists()


def test_only_somebody_at_work_there_is_responsible(cast):
    for who in ("resident", "clerk_b", "street_supervisor"):
        with pytest.raises(Invalid):
            an_item(cast, responsible=cast.users[who].pk)


# ---------------------------------------------------------------- who may
ACTS = {
    "review": services.review,
    "undo": services.undo_review,
    "take_down": services.take_down,
    "replace": lambda **given: services.replace(**given, title="冬天的活动", text="星期六包饺子。"),
}


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("clerk", None),
        ("secretary", None),
        ("street_supervisor", Forbidden),
        ("district_admin", NotFound),
        ("clerk_b", NotFound),
        ("grid_worker", NotFound),
        ("resident", NotFound),
    ],
)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_and_role(cast, act, who, refusal):
    item = an_item(cast, hung=100)
    if act == "undo":
        services.review(actor=cast.actor("clerk"), item_id=item.pk, now=NOW)
    lines = AuditEntry.objects.count()
    if refusal is None:
        ACTS[act](actor=cast.actor(who), item_id=item.pk, now=NOW)
        assert AuditEntry.objects.count() > lines
        return
    with pytest.raises(refusal):
        ACTS[act](actor=cast.actor(who), item_id=item.pk, now=NOW)
    assert AuditEntry.objects.count() == lines


@pytest.mark.parametrize("who", ["street_supervisor", "clerk_b", "grid_worker", "resident"])
def test_only_the_community_puts_up(cast, who):
    with pytest.raises(Forbidden):
        an_item(cast, who=who)


@pytest.mark.parametrize("act", ACTS)
def test_what_no_longer_hangs_is_left_alone(cast, act):
    item = an_item(cast, hung=100)
    services.take_down(actor=cast.actor("clerk"), item_id=item.pk, now=NOW)
    with pytest.raises(services.Gone):
        ACTS[act](actor=cast.actor("clerk"), item_id=item.pk, now=NOW)


# ---------------------------------------------------------------- looking, and taking it back
def test_a_look_moves_the_date_and_can_be_taken_back(cast):
    item, clerk = an_item(cast, hung=100), cast.actor("clerk")
    look = services.review(actor=clerk, item_id=item.pk, now=NOW)
    item.refresh_from_db()
    assert (look.due_before, look.due_after) == (TODAY - 10 * ONE_DAY, TODAY + 90 * ONE_DAY)
    assert (item.review_due, open_rows(item)) == (TODAY + 90 * ONE_DAY, ["12-17"])
    services.undo_review(actor=cast.actor("secretary"), item_id=item.pk, now=NOW)
    item.refresh_from_db()
    assert (item.review_due, open_rows(item)) == (TODAY - 10 * ONE_DAY, ["09-08"])
    with pytest.raises(Conflict, match="NOTHING_TO_UNDO"):
        services.undo_review(actor=clerk, item_id=item.pk, now=NOW)
    assert [verb.removeprefix("display.") for verb in AuditEntry.objects.values_list("verb", flat=True)] == [
        "put_up",
        "review",
        "undo_review",
    ]


def test_two_taps_are_one_look(cast):
    item, clerk = an_item(cast, hung=100), cast.actor("clerk")
    assert services.review(actor=clerk, item_id=item.pk, seen_due=item.review_due, now=NOW) is not None
    assert services.review(actor=clerk, item_id=item.pk, seen_due=item.review_due, now=NOW) is None
    assert services.review(actor=clerk, item_id=item.pk, now=NOW) is None
    assert DisplayReview.objects.count() == 1


def test_an_older_look_is_not_taken_back_through_a_newer(cast):
    item, clerk = an_item(cast, hung=100), cast.actor("clerk")
    services.review(actor=clerk, item_id=item.pk, now=NOW)
    services.review(actor=clerk, item_id=item.pk, now=NOW + 5 * ONE_DAY)
    services.undo_review(actor=clerk, item_id=item.pk, now=NOW + 5 * ONE_DAY)
    item.refresh_from_db()
    assert item.review_due == TODAY + 90 * ONE_DAY


# ---------------------------------------------------------------- replacing
def test_what_is_replaced_is_kept_and_no_longer_due(cast):
    old, clerk = an_item(cast, hung=100, interval_days=30), cast.actor("clerk")
    new = services.replace(actor=clerk, item_id=old.pk, title="冬天的活动", text="星期六包饺子。", now=NOW)
    old.refresh_from_db()
    assert (old.taken_down_on, open_rows(old)) == (TODAY, [])
    assert (new.place, new.kind, new.spot, new.interval_days) == (old.place, old.kind, old.spot, 30)
    assert (new.put_up_on, new.review_due) == (TODAY, TODAY + 30 * ONE_DAY)
    newest = services.replace(actor=clerk, item_id=new.pk, title="春天的活动", text="三月去植树。", now=NOW)
    assert list(queries.history_of(newest)) == [new, old]
    assert list(DisplayItem.objects.up()) == [newest]


def test_the_database_lets_one_hang_in_a_spot(cast):
    item = an_item(cast)
    item.pk, item._state.adding = services.DisplayItem().pk, True
    with pytest.raises(IntegrityError, match="display_one_hangs"), transaction.atomic():
        item.save()


def test_nonsense_replaces_nothing(cast):
    item = an_item(cast)
    with pytest.raises(Invalid):
        services.replace(actor=cast.actor("clerk"), item_id=item.pk, title="", text="", now=NOW)
    assert list(DisplayItem.objects.up()) == [item]
