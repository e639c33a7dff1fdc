"""门上的话: preferred times, 请勿上门, and what happens where somebody knocks all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.visits.models import Visit
from grids.visits.models_door import DoorSign
from grids.visits.services import admit
from grids.visits.signs import put_up_sign
from grids.visits.walk import walk_of
from portal.audit.models import AuditNote
from portal.errors import Invalid, NotFound
from portal.rows import uuid7

pytestmark = pytest.mark.django_db


def day(ahead: int = 0):
    return timezone.localdate() + timedelta(days=ahead)


@pytest.fixture
def hush(cast, at_home):
    """hush(household) → it has asked for quiet from yesterday to the day after tomorrow, an hour ago."""

    def quiet(household, who="resident", ago=timedelta(hours=1), **days):
        days = {"quiet_from": day(-1), "quiet_until": day(2)} | days
        sign = put_up_sign(actor=cast.actor(who), household_id=household.pk, likes=["evening"], **days)
        DoorSign.objects.filter(pk=sign.pk).update(set_at=timezone.now() - ago)
        return sign

    return quiet


def test_quiet_door_is_on_no_walk_and_the_walk_says_so(cast, homes, hush, visit_round, knock):
    knock(homes.lin, promise="带申请表来")
    Visit.objects.update(visited_at=timezone.now() - timedelta(days=1))
    hush(homes.lin)
    walk = walk_of(cast.actor("grid_worker").reach, cast.grid_worker.pk, timezone.now())
    assert (walk.stops, [one.household for one in walk.quiet]) == ([], [homes.lin])


def test_door_that_was_quiet_last_week_is_walked_to_and_says_when_it_likes(cast, homes, hush, visit_round):
    hush(homes.lin)
    DoorSign.objects.update(quiet_from=day(-9), quiet_until=day(-1))
    stop = walk_of(cast.actor("grid_worker").reach, cast.grid_worker.pk, timezone.now()).stops[0]
    assert (stop.door, stop.likes) == (homes.lin, ["平常日子晚上"])


def test_knock_at_a_quiet_door_waits_for_the_secretary(cast, homes, hush, knock, told):
    hush(homes.lin)
    logged = knock(homes.lin, purposes=("publicity",), promise="再来")
    assert logged.is_held_back
    assert not logged.visit.promises.exists()
    assert told(cast.secretary) == ["grid_worker敲了请勿上门的门，请您看看"]
    assert admit(actor=cast.actor("secretary"), visit_id=logged.visit.pk).promises.count() == 1


def test_emergency_with_a_reason_is_kept_and_the_reason_recorded(homes, hush, knock):
    hush(homes.lin)
    visit = knock(homes.lin, purposes=("emergency",), quiet_reason="楼上漏水").visit
    assert (visit.state, visit.quiet_reason) == ("kept", "楼上漏水")
    assert AuditNote.objects.filter(text="楼上漏水").exists()


@pytest.mark.parametrize("entry", [{"quiet_reason": "顺路看看"}, {"purposes": ("emergency",), "quiet_reason": "。"}])
def test_no_emergency_or_no_word_is_no_excuse(homes, hush, knock, entry):
    hush(homes.lin)
    assert knock(homes.lin, **entry).is_held_back


def test_what_was_said_after_the_knock_could_not_be_known(homes, hush, knock):
    hush(homes.lin, ago=timedelta(0))
    assert not knock(homes.lin, visited_at=timezone.now() - timedelta(hours=2)).is_held_back


def test_form_at_a_quiet_door_asks_why_and_writes_nothing(browse, homes, hush):
    hush(homes.lin)
    given = {"visit": uuid7(), "door": homes.lin.pk, "outcome": "met", "at": "00:00", "purposes": ["publicity"]}
    page = browse("grid_worker").post("/grid/today/", given)
    assert page.status_code == 422
    assert "只有应急的事能去" in page.content.decode()
    assert not Visit.objects.exists()


def test_household_hangs_its_own_sign_and_a_worker_writes_what_is_told(cast, homes, hush):
    assert hush(homes.lin).by_themselves
    assert not hush(homes.zhao, who="grid_worker_b").by_themselves
    assert DoorSign.objects.count() == 2


@pytest.mark.parametrize("who", ["neighbour", "grid_worker_b", "secretary_b", "outsider", "street_supervisor"])
def test_nobody_else_hangs_it(cast, homes, at_home, who):
    with pytest.raises(NotFound):
        put_up_sign(actor=cast.actor(who), household_id=homes.lin.pk, likes=["evening"])


def test_spans_that_are_none_are_refused_with_their_field(cast, homes, at_home):
    wrong = [
        (None, day(3), "quiet_from"), (day(), None, "quiet_until"), (day(4), day(3), "quiet_until"),
        (day(-4), day(-1), "quiet_until"), (day(), day(400), "quiet_until"),
    ]  # fmt: skip
    for start, end, field in wrong:
        with pytest.raises(Invalid) as refused:
            put_up_sign(actor=cast.actor("resident"), household_id=homes.lin.pk, quiet_from=start, quiet_until=end)
        assert list(refused.value.extra["errors"]) == [field]
    assert not DoorSign.objects.exists()


def test_resident_hangs_it_on_their_page(browse, homes, at_home):
    client = browse("resident")
    given = {"home": homes.lin.pk, "likes": ["weekend"], "quiet_from": day(), "quiet_until": day(3)}
    assert client.post("/my/door/sign/", given).status_code == 302
    page = client.get("/my/door/").content.decode()
    assert "请勿上门，" in page
    assert DoorSign.objects.get().likes == ["weekend"]
    wrong = client.post("/my/door/sign/", {"home": homes.lin.pk, "quiet_from": day()})
    assert wrong.status_code == 422
    assert "到哪天为止，也填上" in wrong.content.decode()
