"""The map of the grids: outlines, the list that says the same, counts that do not tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids.postings.counts import tell
from grids.registry.models import Resident
from grids.tree.models_map import Boundary
from grids.tree.shapes import chord_at
from portal.privacy.cells import LEAST
from tests.grids.conftest import open_door

pytestmark = pytest.mark.django_db


def square(x: float, y: float, side: float = 0.002) -> dict:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def drawn(cast):
    """The cast's grids and buildings on the ground."""
    place = cast.place
    outlines = {
        place.community: square(107.6, 35.7, 0.006),
        place.grid: square(107.6, 35.7),
        place.grid_b: square(107.603, 35.7),
        place.building: square(107.6005, 35.7005, 0.0005),
        place.building_b: {"type": "Point", "coordinates": [107.6035, 35.7005]},
    }
    Boundary.objects.bulk_create(Boundary(grid=grid, shape=shape) for grid, shape in outlines.items())
    return place


def test_drawing_and_list_say_the_same_without_script(browse, drawn):
    page = browse().get(f"/grids/map/{drawn.community.code}/").content.decode()
    drawing, listed = page.split('class="m-list')
    for grid in (drawn.grid, drawn.grid_b):
        assert f'href="/grids/{grid.code}/" aria-label="{grid.name}"' in drawing
        assert f'href="/grids/{grid.code}/">{grid.name}' in listed
    assert drawing.count("m-building") == 2


def test_map_of_the_district_numbers_its_communities_as_the_list_does(browse, drawn):
    page = browse().get("/grids/map/").content.decode()
    assert f'href="/grids/map/{drawn.community.code}/" aria-label="文昌花园社区"' in page
    assert '<span class="m-n">1</span>' in page


def test_map_without_outlines_leads_to_the_list(browse, cast):
    page = browse().get(f"/grids/map/{cast.place.community.code}/").content.decode()
    assert "边界还没有导入" in page
    assert "第 1 网格" in page


def test_own_grid_is_lit_for_whoever_is_known(browse, cast, drawn, homes):
    Resident.objects.filter(pk=homes.xiuying.pk).update(user=cast.resident, linked_at="2026-01-01T00:00Z")
    url = f"/grids/map/{drawn.community.code}/"
    assert "m-own" in browse("resident").get(url).content.decode()
    assert "m-own" not in browse().get(url).content.decode()


def test_shapes_tell_the_browser_what_the_page_tells(browse, drawn):
    open_door(drawn.building, "301", *((f"周晓{n}", None) for n in range(12)))
    features = browse().get("/grids/map/shapes.json", {"at": drawn.community.code}).json()["features"]
    by_name = {one["properties"]["name"]: one["properties"] for one in features}
    assert by_name["第 1 网格"]["workers"][0]["name"] == "grid_worker"
    assert by_name["5 号楼"]["said"] == "不单列"  # the total less it would be the other grid's nought
    assert "周" not in str(features)
    assert browse().get("/grids/map/shapes.json", {"at": "620902001"}).status_code == 404


def test_map_asks_no_other_host(browse, drawn, settings):
    answer = browse().get(f"/grids/map/{drawn.community.code}/")
    assert "img-src 'self' data:;" in answer["Content-Security-Policy"] + ";"
    assert 'data-tiles=""' in answer.content.decode()


def test_grid_page_has_worker_duties_hours_and_call_button(browse, drawn):
    page = browse().get(f"/grids/{drawn.grid.code}/").content.decode()
    assert "第 1 网格的网格员是grid_worker" in page
    assert "08:30–12:00、13:30–18:00" in page
    assert page.count("<dt>政策宣传</dt>") == 1
    assert browse().get(f"/grids/{drawn.building.code}/").url == f"/grids/{drawn.grid.code}/"


def test_masthead_names_who_is_signed_in_and_not_whoever_the_page_is_about(browse, drawn):
    page = browse("resident").get(f"/grids/{drawn.grid.code}/").content.decode()
    head = page.split("<main")[0]
    assert "grid_worker" not in head
    assert ">resident</a>" in head
    assert f"next=%2Fgrids%2F{drawn.grid.code}%2F" in head  # 长辈版 comes back to this page


def test_poster_says_the_paper_it_is_for(browse, drawn):
    url = f"/grids/{drawn.grid.code}/poster/"
    assert "sign-a3" in browse().get(url, {"size": "a3"}).content.decode()
    page = browse().get(url).content.decode()
    assert "sign-a4" in page
    assert "不单列" not in page
    assert browse().get(f"/grids/{drawn.sector.code}/poster/").status_code == 404


def test_map_takes_the_same_queries_however_many_outlines(browse, drawn, no_masthead, django_assert_num_queries):
    url = f"/grids/map/{drawn.community.code}/"
    with django_assert_num_queries(8):  # community, outlines, people, buildings twice, grids, workers, hours
        browse().get(url)
    for n in range(20):
        open_door(drawn.building, f"{100 + n}", (f"周晓{n}", None))
    with django_assert_num_queries(8):
        browse().get(url)


def test_number_of_a_grid_stands_inside_it_where_it_is_wide():
    wedge = [[0.0, 0.0], [9.0, 0.0], [9.0, 10.0], [0.0, 0.0]]
    left, right = chord_at(wedge, 7.6)
    assert (round(left, 2), right) == (6.84, 9.0)
    assert chord_at(wedge, 11) is None


@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_level_can_be_subtracted_from_another(grids):
    """What one reads of buildings, grids and the community together never isolates fewer than ten people."""
    people, per_grid = {}, {}
    for g, counts in enumerate(grids):
        per_grid[f"{g}"] = [f"{g}-{b}" for b in range(len(counts))]
        people.update(zip(per_grid[f"{g}"], counts, strict=True))
    told = tell(people, per_grid)
    unsaid = [path for path in per_grid if told.grids[path] is None]
    if told.total is not None and unsaid:
        assert sum(people[one] for path in unsaid for one in per_grid[path]) >= LEAST
        assert len(unsaid) > 1
    for path, buildings in per_grid.items():
        hidden = [one for one in buildings if told.buildings[one] is None]
        assert not [one for one in buildings if told.buildings[one] is not None and people[one] < LEAST]
        if told.grids[path] is None:
            assert hidden == buildings
        elif hidden:
            assert len(hidden) > 1
            assert sum(people[one] for one in hidden) >= LEAST
