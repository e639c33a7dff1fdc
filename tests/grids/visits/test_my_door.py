"""The receipt of a visit, and 这次记得不对."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.registry.models import Resident
from grids.registry.models_anchor import AnchorHousehold
from grids.visits import todos
from grids.visits.models import Visit
from grids.visits.models_door import Objection
from grids.visits.objections import decide, object_to
from portal.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(knock, homes, at_home) -> Visit:
    return knock(homes.lin, purposes=("needs",), note="想装扶手，家里有两位老人").visit


def test_resident_reads_who_came_why_and_what_was_written(visit, browse, cast, told):
    page = browse("resident").get("/my/door/").content.decode()
    assert all(said in page for said in ("grid_worker", "诉求反馈", "想装扶手"))
    assert told(cast.resident) == ["grid_worker来过，记了一笔"]
    assert "想装扶手" not in browse("neighbour").get("/my/door/").content.decode()
    assert "还不知道您家是哪一户" in browse("outsider").get("/my/door/").content.decode()


def test_words_of_a_mediation_are_not_laid_out_for_the_household(knock, homes, at_home, browse):
    knock(homes.lin, purposes=("mediation",), note="两口子为钱吵")
    assert "为钱吵" not in browse("resident").get("/my/door/").content.decode()


def test_who_moves_in_later_reads_nothing_of_those_before(visit, browse):
    Resident.objects.filter(name="林秀英").update(created_at=timezone.now() + timedelta(minutes=1))
    assert "想装扶手" not in browse("resident").get("/my/door/").content.decode()


def test_objection_is_decided_by_the_secretary_and_answered(visit, cast, told):
    first = object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="只有一位老人")
    assert object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="再说一遍") == first
    assert [one.title for one in todos.objections(cast.actor("secretary"), timezone.now())] == [
        "5-1-301 说走访记录不对"
    ]
    decide(
        actor=cast.actor("secretary"), objection_id=first.pk, note="想装扶手，家里有一位老人", answer="问过了，改好了"
    )
    visit.refresh_from_db()
    assert visit.note == "想装扶手，家里有一位老人"
    assert told(cast.resident)[-1] == "您说不对的走访记录，改了"
    with pytest.raises(Conflict):
        decide(actor=cast.actor("secretary"), objection_id=first.pk, note=None, answer="再看")


def test_what_is_contested_already_is_not_asked_again(visit, cast, browse):
    assert "这次记得不对" in browse("resident").get("/my/door/").content.decode()
    object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="只有一位老人")
    assert "这次记得不对" not in browse("resident").get("/my/door/").content.decode()


def test_objection_that_is_not_followed_leaves_the_note(visit, cast):
    made = object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="不是扶手")
    decide(actor=cast.actor("secretary"), objection_id=made.pk, note=None, answer="当时是这样说的")
    visit.refresh_from_db()
    assert visit.note == "想装扶手，家里有两位老人"


@pytest.mark.parametrize("who", ["grid_worker", "clerk", "secretary_b", "street_supervisor_b", "resident"])
def test_neither_its_writer_nor_anybody_elsewhere_decides(visit, cast, who):
    made = object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="只有一位老人")
    with pytest.raises(NotFound):
        decide(actor=cast.actor(who), objection_id=made.pk, note="", answer="好的好的")


def test_secretary_who_wrote_it_leaves_it_to_the_street(knock, homes, at_home, cast, told):
    visit = knock(homes.lin, who="secretary", note="家里没人").visit
    made = object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="我在家的")
    assert told(cast.street_supervisor) == ["5-1-301 说走访记录不对，请您看看"]
    with pytest.raises(NotFound):
        decide(actor=cast.actor("secretary"), objection_id=made.pk, note="", answer="好的好的")
    decide(actor=cast.actor("street_supervisor"), objection_id=made.pk, note="", answer="删掉了")


def test_only_those_behind_the_door_object_and_with_a_word(visit, cast):
    with pytest.raises(NotFound):
        object_to(actor=cast.actor("neighbour"), visit_id=visit.pk, text="不对不对")
    with pytest.raises(Invalid):
        object_to(actor=cast.actor("resident"), visit_id=visit.pk, text="。")
    assert not Objection.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_page_takes_the_same_queries_however_many_visits(
    rows, knock, homes, at_home, browse, no_masthead, django_assert_num_queries
):
    for _one in range(rows):
        knock(homes.lin, promise="再来", note="看过")
    client = browse("resident")
    with django_assert_num_queries(12):
        client.get("/my/door/")


def test_anchor_household_is_told_that_it_is_one(homes, at_home, browse, cast):
    AnchorHousehold.objects.create(
        household=homes.lin, circle="银杏树下", agreed_on="2026-01-01", starts_on="2026-01-02"
    )
    assert "您家是中心户：银杏树下" in browse("resident").get("/my/door/").content.decode()
    AnchorHousehold.objects.update(ends_on="2026-02-01")
    assert "中心户" not in browse("resident").get("/my/door/").content.decode()
