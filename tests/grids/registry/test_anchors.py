"""Anchor households: agreed, dated, warned where they fall short; no member is named."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from grids.registry import anchors
from grids.registry.models_anchor import AnchorHousehold
from portal.errors import Conflict, Invalid, NotFound
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def agree(cast, today, who="secretary", **more):
    asked = {"household": "5-1-301", "circle": "银杏树下", "agreed_on": today, "starts_on": today, "members": 8}
    return anchors.agree(actor=cast.actor(who), **(asked | more))


def test_short_of_thirty_is_said(browse, cast, homes, today):
    made = agree(cast, today)
    for n in range(24):
        open_door(cast.place.building, f"{500 + n}")
    codes = " ".join(f"5-1-{500 + n}" for n in range(24))
    for new in (24, 0):
        assert anchors.look_after(actor=cast.actor("clerk"), anchor_id=made.pk, codes=codes) == new
    page = browse("secretary").get("/grid/anchors/").content.decode()
    assert "还差 6 户满 30 户" in page
    assert "还差 2 位满 10 位" in page


def test_twice_is_once_and_another_is_refused(cast, homes, today):
    assert agree(cast, today) == agree(cast, today)
    with pytest.raises(Conflict, match="ALREADY_ANCHOR"):
        agree(cast, today, circle="水塔边上")


@pytest.mark.parametrize("more", [{"household": "5-1-999"}, {"agreed_on": date(9999, 1, 1)}, {"agreed_on": None}])
def test_what_cannot_be(cast, homes, today, more):
    if more == {"agreed_on": None}:
        more = {"agreed_on": today + timedelta(days=1)}
    with pytest.raises(Invalid):
        agree(cast, today, **more)


def test_homes_are_of_the_same_community_and_not_itself(cast, homes, today):
    made = agree(cast, today)
    for codes in ("5-1-301", "5-1-999", ""):
        with pytest.raises(Invalid):
            anchors.look_after(actor=cast.actor("clerk"), anchor_id=made.pk, codes=codes)
    assert anchors.look_after(actor=cast.actor("clerk"), anchor_id=made.pk, codes="6-1-402") == 1
    anchors.let_go(actor=cast.actor("clerk"), anchor_id=made.pk, household_id=homes.zhao.pk)
    assert made.homes.count() == 0


def test_ended_with_a_day(cast, homes, today):
    made = agree(cast, today)
    for _again in range(2):
        anchors.end(actor=cast.actor("secretary"), anchor_id=made.pk, on=today)
    with pytest.raises(Conflict, match="ENDED"):
        anchors.look_after(actor=cast.actor("clerk"), anchor_id=made.pk, codes="6-1-402")
    agree(cast, today, circle="又做了")
    assert AnchorHousehold.objects.count() == 2


def test_beyond_reach_is_not_there(cast, homes, today):
    made = agree(cast, today)
    for who in ("grid_worker", "secretary_b"):
        with pytest.raises(NotFound):
            anchors.end(actor=cast.actor(who), anchor_id=made.pk, on=today)


@pytest.mark.parametrize("many", [1, 30])
def test_list_asks_the_same_for_any_number(browse, cast, today, no_masthead, django_assert_num_queries, many):
    for n in range(many):
        open_door(cast.place.building, f"{500 + n}")
        agree(cast, today, household=f"5-1-{500 + n}", circle=f"第 {n} 户")
    client = browse("secretary")
    client.get("/grid/anchors/")
    with django_assert_num_queries(5):
        client.get("/grid/anchors/")
