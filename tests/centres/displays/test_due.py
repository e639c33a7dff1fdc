"""On its day a display asks for a look: one notice, a to-do until somebody has looked; after two weeks the board."""

import datetime as dt

import pytest
from django.utils import timezone

from centres.displays import services
from centres.displays.panels import stale
from centres.displays.todos import to_look_at
from grids.postings.models import Posting
from portal.flow.due import sweep
from portal.flow.models import DueRow
from portal.notifications.models import Notice
from portal.workbench.registry import numbers_from
from tests.centres.displays.people import ONE_DAY, TODAY, an_item
from tests.centres.rooms.people import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]


def morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(8, 30)))


def told(item) -> list[str]:
    return list(Notice.objects.filter(about_id=item.pk).values_list("recipient__username", flat=True))


def test_swept_twice_it_tells_whoever_is_responsible_once(cast):
    item = an_item(cast, hung=80)
    day = morning(item.review_due)
    assert sweep(day - dt.timedelta(seconds=1)).done == 0
    assert (sweep(day).done, sweep(day).done) == (1, 0)
    assert told(item) == ["clerk"]
    DueRow.objects.filter(subject_id=item.pk).update(done_at=None, outcome="")  # worked through after all
    sweep(day + ONE_DAY)
    assert told(item) == ["clerk"]


def test_where_the_responsible_has_left_the_community_is_told(cast):
    item = an_item(cast, who="clerk", hung=80)
    Posting.objects.filter(user=cast.clerk).update(ends_at=NOW + ONE_DAY)
    sweep(morning(item.review_due))
    assert told(item) == ["secretary"]


def test_each_review_date_is_told_once_and_going_back_tells_nobody(cast):
    item, clerk = an_item(cast, hung=90), cast.actor("clerk")
    sweep(NOW)
    services.review(actor=clerk, item_id=item.pk, now=NOW)
    services.undo_review(actor=clerk, item_id=item.pk, now=NOW)
    sweep(NOW)
    assert told(item) == ["clerk"]
    services.review(actor=clerk, item_id=item.pk, now=NOW)
    sweep(morning(TODAY + 90 * ONE_DAY))
    assert told(item) == ["clerk", "clerk"]


@pytest.mark.parametrize("done", ["review", "take_down", "replace"])
def test_what_was_looked_at_before_its_day_asks_for_nothing(cast, done):
    item, clerk = an_item(cast, hung=80), cast.actor("clerk")
    row = DueRow.objects.get(subject_id=item.pk)
    more = {"title": "冬天的活动", "text": "星期六包饺子。"} if done == "replace" else {}
    getattr(services, done)(actor=clerk, item_id=item.pk, now=NOW, **more)
    DueRow.objects.filter(pk=row.pk).update(done_at=None, outcome="")  # as if nobody had cancelled it
    sweep(row.due_at)
    row.refresh_from_db()
    assert (row.outcome, told(item)) == ("skipped", [])


# ---------------------------------------------------------------- to-dos
@pytest.mark.parametrize(
    ("hung", "titles", "late"),
    [
        (89, [], []),
        (90, ["看看展板：夏天的活动"], [False]),
        (103, ["看看展板：夏天的活动"], [False]),
        (104, ["看看展板：夏天的活动"], [True]),
    ],
)
def test_todo_from_its_day_on(cast, hung, titles, late):
    an_item(cast, hung=hung)
    for who in ("clerk", "secretary"):
        found = to_look_at(cast.actor(who), NOW)
        assert ([todo.title for todo in found], [todo.late for todo in found]) == (titles, late)
    for who in ("clerk_b", "street_supervisor", "grid_worker", "resident"):
        assert to_look_at(cast.actor(who), NOW) == []


def test_todo_goes_when_somebody_has_looked(cast):
    item = an_item(cast, hung=120)
    services.review(actor=cast.actor("clerk"), item_id=item.pk, now=NOW)
    assert to_look_at(cast.actor("secretary"), NOW) == []


# ---------------------------------------------------------------- the board
@pytest.mark.parametrize(("hung", "number"), [(103, 0), (104, 1), (400, 1)])
def test_board_counts_what_is_two_weeks_past(cast, hung, number):
    an_item(cast, hung=hung)
    for who in ("clerk", "secretary", "street_supervisor"):
        assert sum(one.value for one in numbers_from([stale(cast.actor(who), NOW)])) == number
    for who in ("clerk_b", "district_admin", "grid_worker", "resident"):
        assert numbers_from([stale(cast.actor(who), NOW)]) == []


def test_number_opens_exactly_its_rows(cast, browse):
    an_item(cast, hung=104, title="过期的")
    an_item(cast, hung=95, title="到期的")
    (number,) = numbers_from([stale(cast.actor("secretary"), NOW)])
    page = browse("secretary").get(number.url).content.decode()
    assert ("过期的" in page, "到期的" in page) == (True, False)
    assert str(number.phrase) == "一块展板过期没换"
