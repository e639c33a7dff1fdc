"""Outlines from GeoJSON: what is kept, what is left out and why."""

import io
import json

import pytest
from django.core.management import call_command

from grids.tree.models_map import Boundary
from grids.tree.services import import_outlines
from grids.tree.shapes import MOST_CORNERS, BadShape, checked
from portal.errors import Forbidden, Invalid

pytestmark = pytest.mark.django_db
SQUARE = [[107.6, 35.7], [107.61, 35.7], [107.61, 35.71], [107.6, 35.71], [107.6, 35.7]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings) or [SQUARE]}


def file_of(*features):
    made = [{"type": "Feature", "properties": {"code": code}, "geometry": shape} for code, shape in features]
    return io.BytesIO(json.dumps({"type": "FeatureCollection", "features": made}).encode())


BAD = {
    "not closed": polygon(SQUARE[:-1]),
    "two corners": polygon([SQUARE[0], SQUARE[1], SQUARE[0]]),
    "no ground within": polygon([SQUARE[0], SQUARE[1], SQUARE[1], SQUARE[0]]),
    "turned round": polygon([[lat, lng] for lng, lat in SQUARE]),
    "metres": polygon([[lng * 1e5, lat * 1e5] for lng, lat in SQUARE]),
    "not numbers": polygon([["107.6", "35.7"], *SQUARE[1:-1], ["107.6", "35.7"]]),
    "nan": polygon([[float("nan"), 35.7], *SQUARE[1:-1], [float("nan"), 35.7]]),
    "too many": polygon([*[[107.6 + n * 1e-6, 35.7 + (n % 2) * 0.01] for n in range(MOST_CORNERS)], [107.6, 35.7]]),
    "a line": {"type": "LineString", "coordinates": SQUARE},
    "a point": {"type": "Point", "coordinates": [107.6, 35.7]},
    "nothing": None,
    "empty": {"type": "MultiPolygon", "coordinates": []},
}


def test_bad_outlines_are_told_why(subtests):
    for name, shape in BAD.items():
        with subtests.test(name), pytest.raises(BadShape, match="。"):
            checked(shape)


def test_good_ones_are_kept_and_the_same_again_changes_nothing(cast):
    actor, place = cast.actor("district_admin"), cast.place
    half = polygon([[107.6, 35.7], [107.605, 35.7], [107.605, 35.71], [107.6, 35.71], [107.6, 35.7]])
    features = [(place.community.code, polygon()), (place.area.code, half), ("nowhere", half)]
    dry = import_outlines(actor=actor, source=file_of(*features))
    assert (dry.added, len(dry.bad), Boundary.objects.count()) == (2, 1, 0)
    assert import_outlines(actor=actor, source=file_of(*features), save=True).added == 2
    again = import_outlines(actor=actor, source=file_of(*features), save=True)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)


def test_child_outside_its_parent_is_left_out(cast):
    away = polygon([[lng + 0.1, lat] for lng, lat in SQUARE])
    features = [(cast.place.community.code, polygon()), (cast.place.area.code, away)]
    report = import_outlines(actor=cast.actor("district_admin"), source=file_of(*features), save=True)
    assert "外面" in report.bad[0][1]
    assert Boundary.objects.count() == 1


def test_building_may_be_a_point(cast):
    point = {"type": "Point", "coordinates": [107.6, 35.7]}
    features = [(cast.place.building.code, point), (cast.place.grid.code, point)]
    report = import_outlines(actor=cast.actor("sysadmin"), source=file_of(*features), save=True)
    assert (report.added, len(report.bad)) == (1, 1)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b'{"features": []}', b"\xff\xfe", b"[" * 100_000])
def test_file_that_is_no_geojson_is_refused(cast, raw):
    with pytest.raises(Invalid):
        import_outlines(actor=cast.actor("district_admin"), source=io.BytesIO(raw))


@pytest.mark.parametrize("who", ["secretary", "street_supervisor", "grid_worker", "resident"])
def test_only_the_district_brings_outlines(cast, who):
    with pytest.raises(Forbidden):
        import_outlines(actor=cast.actor(who), source=file_of((cast.place.grid.code, polygon())), save=True)


def test_command_rehearses_until_it_is_told_to_save(cast, tmp_path, capsys):
    path = tmp_path / "outlines.geojson"
    path.write_bytes(file_of((cast.place.community.code, polygon())).getvalue())
    call_command("import_boundaries", path)
    assert "预演" in capsys.readouterr().out
    call_command("import_boundaries", path, save=True)
    assert Boundary.objects.count() == 1
