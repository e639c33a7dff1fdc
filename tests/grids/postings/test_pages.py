"""找我的网格员, 网格和网格员: open to everybody, naming nobody but those who work here."""

import pytest

from grids.postings.models import Posting
from grids.registry.models import Resident
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


@pytest.mark.parametrize(("people", "said"), [(9, "不到 10 人"), (10, "10 人")])
def test_people_of_a_building_are_counted_only_from_ten(browse, cast, people, said):
    open_door(cast.place.building, "301", *((f"周晓{n}", None) for n in range(people)))
    page = browse().get(f"/grids/{cast.place.community.code}/").content.decode()
    line = page.split("<li>5 号楼")[1].split("</li>")[0]
    assert said in line
    assert "周晓" not in page


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
    with django_assert_num_queries(7):  # community, people, buildings, grids, workers, office, street
        browse().get(f"/grids/{cast.place.community.code}/")
