"""Visits that cannot be: each is refused in a sentence that says what to do, and nothing is written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.visits.models import Visit
from portal.errors import Invalid
from portal.rows import uuid7

pytestmark = pytest.mark.django_db


def test_visit_of_tomorrow_and_of_long_ago_say_which(knock, homes):
    for ago, said in ((-timedelta(hours=3), "还没到"), (timedelta(days=61), "60 天以前")):
        with pytest.raises(Invalid) as refused:
            knock(homes.lin, visited_at=timezone.now() - ago)
        assert said in refused.value.extra["errors"]["visited_at"][0]
    assert not Visit.objects.exists()


def test_visit_of_last_month_that_waited_on_a_phone_is_taken(knock, homes):
    assert knock(homes.lin, visited_at=timezone.now() - timedelta(days=31)).is_new


def test_door_that_was_given_up_says_where_to_look(knock, homes, call):
    homes.lin.is_active = False
    homes.lin.save()
    with pytest.raises(Invalid, check=lambda refused: refused.code == "DOOR_GONE"):
        knock(homes.lin)
    body = {"household": str(homes.lin.pk), "outcome": "met", "visited_at": timezone.now().isoformat()}
    answer = call("grid_worker").put(f"/api/v1/visits/{uuid7()}/", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "DOOR_GONE")
    assert call("grid_worker_b").put(f"/api/v1/visits/{uuid7()}/", body, format="json").status_code == 404
    assert not Visit.objects.exists()


def test_visit_that_was_kept_is_answered_again_though_the_door_was_given_up_since(knock, homes):
    visit_id, at = uuid7(), timezone.now()
    knock(homes.lin, visit_id=visit_id, visited_at=at)
    homes.lin.is_active = False
    homes.lin.save()
    assert not knock(homes.lin, visit_id=visit_id, visited_at=at).is_new


def test_person_who_moved_is_not_of_this_door(knock, homes):
    with pytest.raises(Invalid) as refused:
        knock(homes.lin, resident_id=homes.guoping.pk)
    assert "这一户没有登记这个人" in refused.value.extra["errors"]["resident"][0]


def test_visits_out_of_order_leave_the_last_knock_to_decide(cast, knock, homes, visit_round):
    from grids.visits.walk import walk_of

    knock(homes.lin, visited_at=timezone.now() - timedelta(days=1))
    knock(homes.lin, visited_at=timezone.now() - timedelta(days=2), outcome="not_home")
    assert walk_of(cast.actor("grid_worker").reach, cast.grid_worker.pk, timezone.now()).stops == []


def test_api_takes_ticks_errands_and_reasons(call, homes, knock):
    promise = knock(homes.lin, promise="带表来").visit.promises.get()
    body = {"household": str(homes.lin.pk), "outcome": "met", "visited_at": timezone.now().isoformat()}
    body |= {"kept": [str(promise.pk)], "errands": [{"id": str(uuid7())}], "materials": [str(uuid7())]}
    assert call("grid_worker").put(f"/api/v1/visits/{uuid7()}/", body, format="json").status_code == 201
    promise.refresh_from_db()
    assert promise.kept_at is not None


def test_phone_whose_clock_shows_a_year_that_no_calendar_has_is_refused(homes, call):
    for visited_at, sent_at in (("9999-12-31T00:00:00Z", "0001-01-02T00:00:00Z"), (timezone.now().isoformat(),) * 2):
        body = {"household": str(homes.lin.pk), "outcome": "met", "visited_at": visited_at, "sent_at": sent_at}
        answer = call("grid_worker").put(f"/api/v1/visits/{uuid7()}/", body, format="json")
        assert answer.status_code == (422 if visited_at.startswith("9999") else 201)
