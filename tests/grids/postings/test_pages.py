"""找我的网格员, 网格和网格员: open to everybody, naming nobody but those who work here."""

import pytest

from grids.postings.models import Posting
from grids.registry.models import Resident
from grids.tree.models import Grid
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office_phones(cast):
    Posting.objects.update(phone="85550110")


@pytest.mark.parametrize("text", ["5号楼", "5 号楼", "5", "５号楼", "5-1-301"])
def test_worker_is_found_by_building(browse, cast, text):
    page = browse().get("/grid/worker/", {"q": text}).content.decode()
    assert "5 号楼的网格员是grid_worker" in page
    assert 'href="tel:85550110"' in page


@pytest.mark.parametrize("text", ["99号楼", "<script>", "%", "\x00", "'"])
def test_unknown_building_is_answered_with_a_telephone(browse, cast, text):
    page = browse().get("/grid/worker/", {"q": text}).content.decode()
    assert "<script>" not in page.split("<main")[1]
    assert "85550110" in page


def test_resident_who_is_known_sees_their_worker_at_once(browse, cast, homes):
    Resident.objects.filter(pk=homes.xiuying.pk).update(user=cast.resident, linked_at="2026-01-01T00:00Z")
    assert "您的网格员是grid_worker" in browse("resident").get("/grid/worker/").content.decode()
    assert "您的网格员是" not in browse("neighbour").get("/grid/worker/").content.decode()


def test_grid_without_a_worker_says_who_answers_meanwhile(browse, cast):
    Posting.objects.filter(user=cast.grid_worker).delete()
    assert "正在找人接，先打社区 85550110" in browse().get("/grid/worker/").content.decode()


def test_directory_lists_every_community(browse, cast):
    page = browse().get("/grids/").content.decode()
    assert "文昌花园社区" in page
    assert "南大街社区" in page


@pytest.mark.parametrize(("people", "beside", "said"), [(9, 30, "不单列"), (10, 30, "10 人"), (30, 9, "不单列")])
def test_people_of_a_building_are_counted_only_from_ten(browse, cast, people, beside, said):
    """And where the one beside it is small, subtracting from the community's total must not tell."""
    open_door(cast.place.building, "301", *((f"周晓{n}", None) for n in range(people)))
    open_door(cast.place.building_b, "301", *((f"周大{n}", None) for n in range(beside)))
    page = browse().get(f"/grids/{cast.place.community.code}/").content.decode()
    line = page.split("<li>5 号楼")[1].split("</li>")[0]
    assert said in line
    assert "周" not in page.split("<main")[1]


@pytest.mark.parametrize("code", ["620902001", "620902", "999999999999", "nowhere"])
def test_directory_of_what_is_no_community_is_not_there(browse, cast, code):
    assert browse().get(f"/grids/{code}/").status_code == 404


def test_chosen_community_is_remembered_by_the_browser(browse, cast):
    client = browse()
    assert "文昌花园社区" in client.get("/grid/worker/").content.decode()
    answer = client.post("/community/", {"code": cast.place.community_b.code, "next": "https://evil.example/"})
    assert answer.url == "/"
    assert "南大街社区" in client.get("/grid/worker/").content.decode()
    assert client.post("/community/", {"code": "620902001"}).status_code == 404


def test_directory_takes_the_same_queries_however_many_grids(browse, cast, no_masthead, django_assert_num_queries):
    for n in range(12):
        open_door(cast.place.building, f"{100 + n}", (f"周晓{n}", None))
    with django_assert_num_queries(9):  # community, people, buildings twice, grids, workers, office, street, hours
        browse().get(f"/grids/{cast.place.community.code}/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("文昌花园 5 号楼", "5 号楼的网格员是grid_worker"),
        ("槐荫区文昌花园社区5号楼", "5 号楼的网格员是grid_worker"),
        ("文昌花园", "文昌花园社区，您住哪栋？"),
        ("南大街 5 号楼", "没有找到“南大街 5 号楼”这栋楼"),
    ],
)
def test_address_may_name_the_estate(browse, cast, text, said):
    assert said in browse().get("/grid/worker/", {"q": text}).content.decode()


def test_building_is_chosen_step_by_step(browse, cast):
    place, page = cast.place, ""
    for step in (place.district, place.street, place.community, place.building):
        answer = browse().get("/grid/worker/", {"in": step.code})
        assert not page or f"?in={step.code}" in page
        page = answer.content.decode()
    assert "5 号楼的网格员是grid_worker" in page


def test_stand_in_is_shown_while_the_worker_is_away(browse, cast):
    holder = Posting.objects.get(user=cast.grid_worker)
    Posting.objects.create(
        user=cast.volunteer, grid=cast.place.grid, role="grid_worker", stands_in_for=holder, phone="85550111"
    )
    page = browse().get("/grid/worker/", {"q": "5号楼"}).content.decode()
    assert "5 号楼的网格员是volunteer" in page
    assert "这几天替grid_worker" in page
    assert 'href="tel:85550111"' in page


def test_sector_and_dedicated_grids_stand_apart(browse, cast):
    Grid.objects.filter(pk=cast.place.grid_b.pk).update(kind="dedicated")
    page = browse().get("/grids/").content.decode()
    assert "城管网格" in page.split("部门网格")[1]
    page = browse().get(f"/grids/{cast.place.community.code}/").content.decode()
    assert "1 个网格" in page
    assert "第 2 网格" in page.split('id="dedicated"')[1]
    assert "department_handler" in browse().get(f"/grids/{cast.place.sector.code}/").content.decode()
