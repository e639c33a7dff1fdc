"""宣传材料 and 工作日记; three hats; what is noted becomes something else without being typed again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.visits import todos
from grids.visits.materials import add_material, materials_at, review_material
from grids.visits.models import Promise, Visit
from grids.visits.models_errands import PolicyMaterial, VisitMaterial, WorkNote
from grids.visits.notes import write_note
from grids.visits.queries import materials_within
from portal.errors import Forbidden, Invalid, NotFound
from portal.rows import uuid7

pytestmark = pytest.mark.django_db


def day(ahead: int):
    return timezone.localdate() + timedelta(days=ahead)


@pytest.fixture
def leaflet(cast) -> PolicyMaterial:
    given = {"title": "家庭教育促进法", "about": "怎么管孩子", "review_on": day(90)}
    return add_material(actor=cast.actor("clerk"), grid=cast.place.community, **given)


def test_leaflet_is_ticked_and_counted_once_a_visit(cast, homes, leaflet, knock):
    knock(homes.lin, materials=(leaflet.pk, leaflet.pk))
    knock(homes.lin, materials=(leaflet.pk, uuid7()))
    assert materials_within(cast.actor("secretary").reach).get().left == 2


def test_leaflet_of_another_community_or_no_longer_handed_out_is_left_out(cast, homes, leaflet, knock):
    review_material(actor=cast.actor("secretary"), material_id=leaflet.pk, review_on=None)
    assert materials_at(cast.place.building.path) == []
    assert materials_at(cast.place.grid_c.path) == []


def test_leaflet_comes_up_again_on_its_day(cast, leaflet):
    assert todos.leaflets(cast.actor("secretary"), timezone.now()) == []
    assert len(todos.leaflets(cast.actor("secretary"), timezone.now() + timedelta(days=90))) == 1
    review_material(actor=cast.actor("secretary"), material_id=leaflet.pk, review_on=day(300))
    assert todos.leaflets(cast.actor("secretary"), timezone.now() + timedelta(days=90)) == []


def test_list_of_leaflets_is_kept_by_its_community(cast, leaflet):
    with pytest.raises(NotFound):
        review_material(actor=cast.actor("clerk_b"), material_id=leaflet.pk, review_on=None)
    with pytest.raises(Forbidden):
        add_material(actor=cast.actor("grid_worker"), grid=cast.place.grid, title="a", about="", review_on=day(9))
    with pytest.raises(Invalid):
        add_material(actor=cast.actor("clerk"), grid=cast.place.community, title="a", about="", review_on=day(0))


def test_form_at_the_door_offers_and_takes_it(browse, homes, leaflet):
    client = browse("grid_worker")
    assert "家庭教育促进法" in client.get(f"/grid/today/?door={homes.lin.pk}").content.decode()
    given = {"visit": uuid7(), "door": homes.lin.pk, "outcome": "met", "at": "00:00", "materials": [leaflet.pk]}
    assert client.post("/grid/today/", given).status_code == 302
    assert VisitMaterial.objects.get().material == leaflet
    assert "发出 1 份" in browse("clerk").get("/grid/materials/").content.decode()


@pytest.mark.parametrize(("follow", "made"), [("promise", Promise)])
def test_note_becomes_a_promise_without_being_typed_again(browse, homes, follow, made):
    given = {"visit": uuid7(), "door": homes.lin.pk, "outcome": "met", "at": "00:00", "promise_on": day(2)}
    client = browse("grid_worker")
    assert client.post("/grid/today/", given | {"follow": follow}).status_code == 422
    assert client.post("/grid/today/", given | {"follow": follow, "note": "周五前来修门铃"}).status_code == 302
    assert made.objects.get().text == Visit.objects.get().note == "周五前来修门铃"


def test_hats_follow_from_purposes():
    assert [str(one) for one in Visit(purposes=["publicity", "needs", "information"]).hats] == ["宣传员", "信息员"]
    assert [str(one) for one in Visit(purposes=["mediation"]).hats] == ["调解员"]


def test_note_of_ones_day_is_read_by_its_writer_and_the_secretary(cast, browse):
    write_note(actor=cast.actor("grid_worker"), day=day(0), text="修了三盏楼道灯", half_hours=4)
    assert "楼道灯" in browse("grid_worker").get("/grid/notes/").content.decode()
    assert "楼道灯" in browse("secretary").get("/grid/notes/?who=all").content.decode()
    for other in ("grid_worker_b", "clerk", "secretary_b"):
        assert "楼道灯" not in browse(other).get("/grid/notes/?who=all").content.decode()


def test_note_of_another_day_than_ones_own_is_refused(cast):
    for wrong in ({"day": day(1)}, {"day": day(-40)}, {"text": "。"}, {"half_hours": 99}):
        with pytest.raises(Invalid):
            write_note(actor=cast.actor("grid_worker"), **{"day": day(0), "text": "开会", "half_hours": 1} | wrong)
    with pytest.raises(Forbidden):
        write_note(actor=cast.actor("resident"), day=day(0), text="开会", half_hours=1)
    assert not WorkNote.objects.exists()
